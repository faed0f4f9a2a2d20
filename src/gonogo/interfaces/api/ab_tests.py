"""REST: A/B tests, planned from the log before they start, and what they say."""

from typing import Any, Literal

from gonogo.core.ab_tests import AbPlan, Direction, Metric, Reading, Wanted
from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.core.specs.live import SAMPLE
from gonogo.domain.releases import reads, tables
from gonogo.domain.releases.rules import Release
from gonogo.domain.releases.tested import Result
from gonogo.flows import testing, watching
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import ab_tests as schemas
from gonogo.schemas.evidence import Measured
from gonogo.stats.ab import Effect
from gonogo.store.work import Work

routes = Routes("tests")


@routes.get("/cases/{case}/test-plan")
def plan(
    needs: ApiNeeds,
    caller: Caller,
    case: str,
    metric: Literal["outcome-rate", "payoff", "number"],
    effect: float,
    direction: Literal["increase", "decrease"] = "increase",
    alpha: float = 0.05,
    power: float = 0.8,
    decided_by: Literal["sequential", "fixed"] = "sequential",
    covariate_days: int = 28,
    per_day: float | None = None,
    spread: float | None = None,
) -> schemas.TestPlan:
    """How large an A/B test gets and how long it takes, by the traffic in the log."""
    wanted = Wanted(
        metric=Metric(metric),
        effect=effect,
        direction=Direction(direction),
        alpha=alpha,
        power=power,
        decided_by=Reading(decided_by),
        covariate_days=covariate_days,
        per_day=per_day,
        spread=spread,
    )
    with needs.open_work(caller, write=False) as work:
        work.allow(Action.READ)
        found = testing.to_plan(work, case)
    return schemas.TestPlan.model_validate(testing.plan(needs.log, found, wanted))


@routes.get("/cases/{case}/release/result")
def latest(work: Work, case: str) -> Reply[schemas.TestResult]:
    """What the A/B test that started last says."""
    release = reads.latest(work, case)
    return Reply(_told(work, release), etag=release.entry)


@routes.get("/cases/{case}/releases/{number}/result")
def show(work: Work, case: str, number: int) -> Reply[schemas.TestResult]:
    """What an A/B test says: effect, segments, what may be concluded now."""
    release = tables.get(work, case, number)
    return Reply(_told(work, release), etag=release.entry)


def wanted_of(asked: schemas.NewTest) -> Wanted:
    """What a request asks of a test; raises `Invalid`."""
    said: dict[str, Any] = asked.model_dump()
    return Wanted.from_json(said)


def _told(work: Work, release: Release) -> schemas.TestResult:
    _, state = tables.watch_of(work, release)
    looks = watching.looks(release, state)
    found = testing.shown(release, state, looks)
    if found is None or release.test is None:
        raise NotFound(field="release", value=release.id, expected="an A/B test with a plan")
    sample = [one.reason for one in looks if one.guardrail.check == SAMPLE]
    return _result(release, release.test, found, sample[0] if sample else None)


def _result(
    release: Release, test: AbPlan, found: Result, sample: str | None
) -> schemas.TestResult:
    return schemas.TestResult(
        release=release.id,
        version=str(release.version),
        before=None if release.before is None else str(release.before),
        state=str(release.state),
        plan=schemas.TestPlan.model_validate(test),
        as_of=found.as_of,
        says=str(found.says),
        told=found.told,
        fixed_told=found.fixed_told,
        by=found.by,
        plain=_effect(found.plain),
        cuped=_effect(found.less),
        explained=found.explained,
        arms=[
            schemas.TestArm(
                side=one.side,
                entities=one.entities,
                planned=one.planned,
                values=one.values,
                mean=_measured(one.mean),
            )
            for one in found.arms
        ],
        looks=[schemas.TestLook.model_validate(one) for one in found.looks],
        segments=[
            schemas.Segment(
                column=one.column,
                group=one.group,
                entities=one.entities,
                effect=_effect(one.effect),
                p_any_time=one.p_any_time,
                p_fixed=one.p_fixed,
                found=one.found,
            )
            for one in found.segments
        ],
        progress=found.progress,
        ended_at=found.ended_at,
        sample_ratio=sample,
        decision=release.entry,
        reason=release.reason,
    )


def _effect(one: Effect) -> schemas.Effect:
    return schemas.Effect(sequential=_measured(one.sequential), fixed=_measured(one.fixed))


def _measured(one: Any) -> Measured:
    return Measured.model_validate(measured_to_json(one))
