"""REST: releases of model versions, routes, and what was live when."""

import re
from io import BytesIO
from typing import Any

from fastapi import Response

from gonogo.checks.operations.live_values import Looked
from gonogo.core.caller import Caller
from gonogo.core.errors import Invalid
from gonogo.core.releasing import Step, strategy
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.times import moment, stamp
from gonogo.core.wording import watched
from gonogo.domain.cases import tables as cases
from gonogo.domain.models import tables as models
from gonogo.domain.policies.actions import in_force
from gonogo.domain.releases import actions, planning, reads, routing, rules, tables
from gonogo.domain.releases.routing import key_of
from gonogo.flows import dossiers, drilling, serving, testing, watching
from gonogo.flows import releases as flows
from gonogo.interfaces.api.ab_tests import wanted_of
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.records import callers
from gonogo.schemas import releases as schemas
from gonogo.schemas.ab_tests import TestPlan
from gonogo.stats.estimate import Estimate
from gonogo.store.work import Work
from gonogo.views import release_labels

routes = Routes("releases")

ZIP = "application/zip"


# -- starting and moving ----------------------------------------------------------------------


@routes.post("/cases/{case}/releases", action=Action.RELEASE_START)
def start(
    needs: ApiNeeds, caller: Caller, case: str, asked: schemas.NewRelease
) -> Reply[schemas.Release]:
    """Release a model version whose production gate is go."""
    subject = _version(asked.version)
    chosen = strategy(asked.strategy)
    with needs.open_work(caller) as work:
        found = flows.may_start(work, case, subject, asked.calibration)
        # What the log tells is read and what a person says is fixed before anything is decided.
        to_plan = None if asked.test is None else testing.to_plan(work, case)
    test = None
    if asked.test is not None and to_plan is not None:
        test = testing.plan(needs.log, to_plan, wanted_of(asked.test))
    # Loading the model and asking it takes seconds: no transaction is held open meanwhile.
    prepared = serving.ready(needs.files, found)
    with needs.open_work(caller) as work:
        release = flows.start(work, case, prepared, chosen, rationale=asked.rationale, test=test)
        shown = _told(work, release)
    needs.wake()
    return Reply(shown, etag=release.entry)


@routes.post("/cases/{case}/release/hold", action=Action.RELEASE_STOP, status=200)
def hold(work: Work, case: str, asked: schemas.Order) -> schemas.Release:
    """Let a release keep its share; its guardrails are watched on."""
    return _ordered(work, case, rules.held, Action.RELEASE_STOP, asked)


@routes.post("/cases/{case}/release/resume", action=Action.RELEASE_START, status=200)
def resume(work: Work, case: str, asked: schemas.Order) -> schemas.Release:
    """Let a release go on; one that was rolled back begins anew."""
    return _ordered(work, case, rules.resumed, Action.RELEASE_START, asked)


@routes.post("/cases/{case}/release/advance", action=Action.RELEASE_START, status=200)
def advance(needs: ApiNeeds, caller: Caller, case: str, asked: schemas.Order) -> schemas.Release:
    """Take a release to its next step before its time, or a test to its end."""
    watching.read_to_end(needs.open_work, caller, needs.log, case, Action.RELEASE_START)
    with needs.open_work(caller) as work:
        shown = _ordered(work, case, rules.advanced, Action.RELEASE_START, asked)
    needs.wake()
    return shown


@routes.post("/cases/{case}/release/rollback", action=Action.RELEASE_STOP, status=200)
def rollback(work: Work, case: str, asked: schemas.Order) -> schemas.Release:
    """Let what was live before answer again, until a person decides."""
    return _ordered(work, case, rules.rolled_back, Action.RELEASE_STOP, asked)


@routes.post("/cases/{case}/release/drill", action=Action.RELEASE_STOP, status=200)
def drill(needs: ApiNeeds, caller: Caller, case: str) -> schemas.Drill:
    """Practise a rollback: time a route's way from the order until it is in force."""
    done = drilling.practise(
        needs.open_work, caller, case, clock=needs.clock, deliver=needs.deliver
    )
    needs.wake()
    return schemas.Drill(
        case=case,
        snapshot=done.snapshot,
        seconds=done.seconds,
        confirmed=done.confirmed,
        evidence=done.evidence,
    )


# -- looking ----------------------------------------------------------------------------------


@routes.get("/releases")
def listed(
    work: Work,
    case: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.Releases:
    """Releases, newest first."""
    page = reads.listed(work, case=case, state=state, cursor=cursor, limit=limit)
    items = [schemas.ReleaseLine(**_line(one)) for one in page.items]
    return schemas.Releases(items=items, next=page.next)


@routes.get("/cases/{case}/releases/{number}")
def show(work: Work, case: str, number: int) -> Reply[schemas.Release]:
    """One release: its steps, and what its guardrails say."""
    release = tables.get(work, case, number)
    return Reply(_told(work, release), etag=release.entry)


@routes.get("/cases/{case}/release")
def latest(work: Work, case: str) -> Reply[schemas.Release]:
    """The release that started last."""
    release = reads.latest(work, case)
    return Reply(_told(work, release), etag=release.entry)


@routes.get("/cases/{case}/release-plan")
def plan(
    work: Work,
    case: str,
    strategy: str,
    per_day: float,
    rate: float = 0.1,
    to_detect: float = 0.01,
) -> schemas.ReleasePlan:
    """How large a release gets and how long it takes, at a rate of requests."""
    chosen = strategy_of(strategy)
    policy = in_force(work, cases.get(work, case).text.policy).version
    if policy.release is None:
        raise Invalid(field="policy", value=policy.name, expected="a policy with a section release")
    found = planning.planned(
        policy.release, chosen, per_day=per_day, rate=rate, to_detect=to_detect
    )
    return schemas.ReleasePlan(
        case=case,
        strategy=str(chosen),
        per_day=per_day,
        steps=[
            schemas.PlannedStep(**_step(one.step), days=one.days, by=one.by) for one in found.steps
        ],
        days=found.days,
        to_detect=to_detect,
        needed=found.needed,
        needed_days=found.needed_days,
    )


@routes.get("/cases/{case}/live")
def live_at(work: Work, case: str, at: str | None = None) -> schemas.WasLive:
    """What was live at a time (now, if none is said), at which share, by which decision."""
    found = reads.live_at(work, case, work.now if at is None else moment(at))
    return schemas.WasLive.model_validate(found)


# -- routes -----------------------------------------------------------------------------------


@routes.get("/cases/{case}/route")
def route(work: Work, case: str) -> Reply[schemas.Route]:
    """What answers in a use case now, with the settings of its route."""
    live = actions.need_live(work, case)
    return Reply(_route(work, live), etag=live.decision)


@routes.get("/routes")
def all_routes(work: Work) -> schemas.Routes:
    """What answers in every use case that has a route."""
    return schemas.Routes(items=[_route(work, one) for one in tables.all_live(work)])


@routes.put("/cases/{case}/route", action=Action.ROUTE_SET)
def configure(work: Work, case: str, asked: schemas.NewSettings) -> Reply[schemas.Route]:
    """Say which rules, flags, windows and limits a route has."""
    live = flows.configure(work, case, asked.settings, reason=asked.reason)
    return Reply(_route(work, live), etag=live.decision)


@routes.post("/cases/{case}/route/kill", action=Action.RELEASE_STOP, status=200)
def kill(work: Work, case: str, asked: schemas.Order) -> schemas.Route:
    """Let the fallback answer everything."""
    return _route(work, flows.kill(work, case, reason=asked.reason))


@routes.post("/cases/{case}/route/revive", action=Action.RELEASE_START, status=200)
def revive(work: Work, case: str, asked: schemas.Order) -> schemas.Route:
    """Let models answer again."""
    return _route(work, flows.revive(work, case, reason=asked.reason))


# -- retirement -------------------------------------------------------------------------------


@routes.get("/models/{name}/versions/{version}/callers")
def who_calls(needs: ApiNeeds, caller: Caller, name: str, version: str) -> schemas.Callers:
    """Who still asks a version for decisions, and what would miss it."""
    with needs.open_work(caller, write=False) as work:
        work.allow(Action.READ)
        known = models.get(work, name, version)
        depends = flows.depends(work, known.subject)
        since = work.now - dossiers.SINCE
        needed = dossiers.migration(work, known, dossiers.still_asking(work, needs.log, known))
    key, case = key_of(known.subject), known.registration.case
    found = callers.of_version(needs.log, case, key, since)
    return schemas.Callers(
        version=str(known.subject),
        since=stamp(since),
        decisions=found.decisions,
        tokens=dict(found.tokens),
        last=None if found.last is None else stamp(found.last),
        depends=list(depends),
        migration=needed,
    )


@routes.get("/models/{name}/versions/{version}/dossier", media=(ZIP,))
def dossier(needs: ApiNeeds, caller: Caller, name: str, version: str) -> Response:
    """All that is on record of a version, as a zip; of one that is retired, as it was then."""
    with needs.open_work(caller, write=False) as work:
        work.allow(Action.READ)
        known = models.get(work, name, version)
        kept = dossiers.kept(work, known)
        made = None if kept is not None else dossiers.dossier(work, needs.log, known).archive
    if kept is not None:
        with needs.files.open(kept) as stream:
            made = stream.read()
    called = re.sub(r"[^A-Za-z0-9._-]", "-", f"{name}-{version}")
    named = f'attachment; filename="{called}.zip"'
    return Response(made, media_type=ZIP, headers={"content-disposition": named})


@routes.post(
    "/models/{name}/versions/{version}/retirement", action=Action.VERSION_RETIRE, status=200
)
def retire(
    needs: ApiNeeds, caller: Caller, name: str, version: str, asked: schemas.Retirement
) -> schemas.Retired:
    """Take a version out for good, its dossier kept; refused while it answers or is asked for."""
    with needs.open_work(caller, write=False) as work:
        known = models.get(work, name, version)
        work.allow(Action.VERSION_RETIRE, on=known.subject)
        made = dossiers.dossier(work, needs.log, known)
        asked_by = dossiers.needed_by(work, known, made.still)
    kept = needs.files.put(BytesIO(made.archive)).digest
    with needs.open_work(caller) as work:
        done = flows.retire(
            work,
            known.subject,
            reason=asked.reason,
            dossier=kept,
            asked_by=asked_by,
            forced=asked.forced,
        )
    needs.wake()
    return schemas.Retired(
        version=str(known.subject), stage=str(done.stage), decision=done.entry, dossier=kept
    )


# -- values to shapes -------------------------------------------------------------------------


strategy_of = strategy


def _version(text: str) -> Subject:
    """The version written as `name@number`, or with `model:` before it."""
    try:
        return Subject.parse(text if text.startswith("model:") else f"model:{text}")
    except Invalid as error:
        raise Invalid(field="version", value=text, expected="NAME@NUMBER") from error


def _ordered(
    work: Work, case: str, wanted: actions.Order, action: Action, asked: schemas.Order
) -> schemas.Release:
    return _told(work, flows.order(work, case, wanted, action=action, reason=asked.reason))


def _told(work: Work, release: rules.Release) -> schemas.Release:
    _, state = tables.watch_of(work, release)
    seen = watching.seen(release, state, work)
    expected, labels = release_labels.next_step(release, seen), release_labels.labels(seen)
    under_way = release.state in rules.UNDER_WAY
    return schemas.Release(
        **_line(release),
        plan=[schemas.Step(**_step(one)) for one in release.steps],
        watches=[_watch(one) for one in watching.looks(release, state)],
        arms=[
            schemas.ArmSeen(
                arm=name,
                decisions=one["n"],
                errors=one["errors"],
                yes=one["yes"],
                outcomes=one["labels"],
            )
            for name, one in sorted(state.get("arms", {}).items())
        ],
        decided=seen.decided,
        due_at=stamp(rules.due_at(release, seen)),
        next_step=None if expected is None else schemas.NextStep.model_validate(expected),
        labels=None if labels is None else schemas.Labels.model_validate(labels),
        lacks=list(rules.lacks(release, seen)) if under_way else [],
        test=None if release.test is None else TestPlan.model_validate(release.test),
    )


def _line(release: rules.Release) -> dict[str, Any]:
    return {
        "id": release.id,
        "case": release.case,
        "number": release.number,
        "version": str(release.version),
        "before": None if release.before is None else str(release.before),
        "strategy": str(release.strategy),
        "state": str(release.state),
        "step": release.step + 1,
        "steps": len(release.steps),
        "share": release.share,
        "started_at": release.started_at,
        "started_by": release.started_by,
        "step_at": release.step_at,
        "reason": release.reason,
        "policy": release.policy,
        "decision": release.entry,
    }


def _step(step: Step) -> dict[str, Any]:
    return dict(step.to_json())


def _watch(one: Looked) -> schemas.Watch:
    measured = one.finding.measured
    known = measured if isinstance(measured, Estimate) else None
    return schemas.Watch(
        key=one.guardrail.key,
        check=one.guardrail.check,
        title=watched(one.guardrail),
        group=one.guardrail.group,
        margin=one.guardrail.margin,
        alpha=one.guardrail.alpha,
        says=str(watching.SAYS[one.says]),
        reason=one.reason,
        value=None if known is None else known.value,
        low=None if known is None else known.low,
        high=None if known is None else known.high,
        n=measured.n,
        more_needed=one.more_needed,
    )


def _route(work: Work, live: rules.Live) -> schemas.Route:
    made = reads.route_with(work, live, tables.latest(work, live.case))
    return schemas.Route(
        case=live.case,
        version=None if live.version is None else str(live.version),
        killed=live.killed,
        release=made.release,
        decision=live.decision,
        standings=[schemas.ArmStanding.model_validate(one) for one in routing.standings(made)],
        settings=dict(actions.told(live)),
    )
