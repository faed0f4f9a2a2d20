"""What forecasts claimed is scored once it is certain; what steps took corrects the next ones."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from gonogo.core.evidence import Evidence
from gonogo.core.roles import Role
from gonogo.domain.hypotheses import actions as hypotheses
from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.tables import KeptForecast
from gonogo.domain.track_record import reads
from gonogo.domain.track_record.rules import Claim
from gonogo.flows import plans, track_record
from gonogo.stats.estimate import Estimate
from gonogo.store.work import OpenWork, Work
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rooms import statement
from tests.fixtures.work import CallerOf, WorkAs

PLAN = """plan: Churn in production
goal: live
deadline: 2026-12-04
steps:
  collect: {days: 4}
  try: {after: collect, days: {optimistic: 2, likely: 4, pessimistic: 12}, hypothesis: trees}
  live: {milestone: true, after: try}
"""
COLLECTED = PLAN.replace("{days: 4}", "{days: 4, begun: 2026-11-23, done: 2026-11-30}")
LIVE = (
    COLLECTED.replace("deadline: 2026-12-04\n", "")
    .replace("hypothesis: trees", "hypothesis: trees, begun: 2026-12-01, done: 2026-12-09")
    .replace("after: try", "after: try, done: 2026-12-09")
)

Claims = Callable[..., dict[str, Claim]]


@pytest.fixture
def saved(work_as: WorkAs, hypothesis: Hypothesis) -> Callable[[str], None]:
    """Puts a wording into force."""

    def save(text: str) -> None:
        with work_as(Role.PRODUCT_MANAGER) as work:
            plans.save(work, hypothesis.case, text)

    return save


@pytest.fixture
def forecast(open_work: OpenWork, caller_of: CallerOf) -> Callable[..., KeptForecast]:
    """Forecasts the plan in force."""

    def made(**asked: Any) -> KeptForecast:
        caller = caller_of(Role.PRODUCT_MANAGER)
        return plans.make(open_work, caller, "churn", Asked(400, 1, 0.95, **asked))

    return made


@pytest.fixture
def claims(work_as: WorkAs) -> Claims:
    """What was claimed, by what it is."""

    def found(forecast: int = 1) -> dict[str, Claim]:
        with work_as(Role.VIEWER, write=False) as work:
            return {
                one.what: one for one in reads.claims(work, "churn") if one.forecast == forecast
            }

    return found


class TestFollow:
    def test_a_date_is_scored_when_the_milestone_is_done(
        self,
        saved: Callable[[str], None],
        forecast: Callable[..., KeptForecast],
        claims: Claims,
        open_work: OpenWork,
        work_as: WorkAs,
        clock: FakeClock,
    ) -> None:
        saved(PLAN)
        kept = forecast()
        track_record.follow(open_work)
        assert {one.state for one in claims().values()} == {"open"}
        assert claims()["p80"].day == kept.p80
        clock.advance(days=18)

        saved(LIVE)
        track_record.follow(open_work)

        found = claims()
        assert found["deadline"].happened is False
        assert found["deadline"].loss == pytest.approx((kept.on_time or 0.0) ** 2)
        assert found["p80"].happened is (str(kept.p80) >= "2026-12-09")
        assert found["p50"].actual == "2026-12-09"
        assert found["p50"].off is not None
        assert found["p50"].loss == pytest.approx(found["p50"].off * 0.5)
        with work_as(Role.VIEWER, write=False) as work:
            body = msgspec.json.decode(work.ledger.entry(str(found["p80"].entry)).body)
        assert body["check"] == "value.forecast_date_loss"
        assert body["with"] == {"forecast": 1, "milestone": "live"}
        assert body["detail"]["forecast"] == kept.entry
        losses = [found[what].loss or 0.0 for what in ("p10", "p50", "p80", "p90")]
        assert body["measured"]["value"] == pytest.approx(sum(losses) / 4)

    def test_scoring_again_writes_nothing(
        self,
        saved: Callable[[str], None],
        forecast: Callable[..., KeptForecast],
        open_work: OpenWork,
        work_as: WorkAs,
        clock: FakeClock,
    ) -> None:
        saved(PLAN)
        forecast()
        clock.advance(days=18)
        saved(LIVE)
        track_record.follow(open_work)
        with work_as(Role.VIEWER, write=False) as work:
            before = work.ledger.head(), reads.claims(work)

        assert track_record.follow(open_work) == 0
        assert track_record.pass_time(open_work) == 0
        with work_as(Role.MANAGER) as work:
            assert track_record.score_plan(work, "churn") == 0
            assert (work.ledger.head(), reads.claims(work)) == before

    def test_a_hypothesis_that_settles_scores_its_prior_and_what_was_forecast(
        self,
        saved: Callable[[str], None],
        forecast: Callable[..., KeptForecast],
        claims: Claims,
        hypothesis: Hypothesis,
        open_work: OpenWork,
        work_as: WorkAs,
    ) -> None:
        saved(PLAN)
        forecast()
        with work_as(Role.DATA_SCIENTIST) as work:
            measured(work, hypothesis, 0.8)
        with work_as(Role.DATA_SCIENTIST) as work:
            hypotheses.settle(work, hypothesis.subject, learned="They do")

        track_record.follow(open_work)

        prior, learned = claims(0)["prior"], claims()["learned"]
        assert (prior.said, prior.happened) == (0.6, True)
        assert prior.loss == pytest.approx(0.16)
        assert learned.happened is True
        assert learned.entry not in (None, prior.entry)

    def test_what_was_dropped_or_given_up_lapses(
        self,
        saved: Callable[[str], None],
        forecast: Callable[..., KeptForecast],
        claims: Claims,
        hypothesis: Hypothesis,
        open_work: OpenWork,
        work_as: WorkAs,
    ) -> None:
        saved(PLAN)
        forecast()
        saved("plan: x\nsteps: {else: {days: 2}}")
        with work_as(Role.DATA_SCIENTIST) as work:
            hypotheses.abandon(work, hypothesis.subject, reason="Nobody needs it")

        track_record.follow(open_work)

        assert {one.state for one in claims().values()} == {"lapsed"}
        assert claims(0)["prior"].state == "lapsed"


class TestPassTime:
    def test_a_date_that_has_passed_is_missed_and_put_right_when_it_was_not(
        self,
        saved: Callable[[str], None],
        forecast: Callable[..., KeptForecast],
        claims: Claims,
        open_work: OpenWork,
        clock: FakeClock,
    ) -> None:
        saved(PLAN)
        forecast()
        track_record.follow(open_work)
        clock.advance(days=30)

        assert track_record.pass_time(open_work) == 5

        late = claims()
        assert {one.happened for one in late.values() if one.what != "learned"} == {False}
        assert late["p80"].loss is None
        saved(LIVE.replace("2026-12-09", "2026-12-03"))
        track_record.follow(open_work)
        kept = claims()
        assert kept["deadline"].happened is True
        assert kept["p90"].happened is True
        assert kept["p90"].entry != late["p90"].entry


class TestPace:
    def test_what_steps_took_corrects_the_next_forecast(
        self,
        saved: Callable[[str], None],
        forecast: Callable[..., KeptForecast],
        open_work: OpenWork,
        work_as: WorkAs,
        clock: FakeClock,
    ) -> None:
        saved(PLAN)
        clock.advance(days=10)
        saved(COLLECTED)
        track_record.follow(open_work)

        with work_as(Role.VIEWER, write=False) as work:
            (found,) = reads.finished(work)
            pace = plans.pace(work, "churn")
            elsewhere = plans.pace(work, "fraud")
        assert (found.step, found.estimate, found.took) == ("collect", 4.0, 6.0)
        assert 1.1 < pace.factor < 1.5
        assert (pace.here, pace.elsewhere, elsewhere.here, elsewhere.elsewhere) == (1, 0, 0, 1)
        corrected, planned = forecast(), forecast(as_planned=True)
        assert str(corrected.p80) > str(planned.p80)

    def test_an_estimate_written_down_afterwards_is_none(
        self, saved: Callable[[str], None], open_work: OpenWork, work_as: WorkAs, clock: FakeClock
    ) -> None:
        clock.advance(days=10)
        saved(COLLECTED)
        track_record.follow(open_work)

        with work_as(Role.VIEWER, write=False) as work:
            assert reads.finished(work) == []
            assert plans.pace(work, "churn").factor == 1.0

    def test_what_is_not_done_after_all_is_forgotten(
        self, saved: Callable[[str], None], open_work: OpenWork, work_as: WorkAs, clock: FakeClock
    ) -> None:
        saved(PLAN)
        clock.advance(days=10)
        saved(COLLECTED)
        track_record.follow(open_work)
        saved(PLAN)
        track_record.follow(open_work)

        with work_as(Role.VIEWER, write=False) as work:
            assert reads.finished(work) == []


class TestChances:
    def test_the_record_of_its_kind_and_runs_move_a_prior(
        self, work_as: WorkAs, saved: Callable[[str], None], hypothesis: Hypothesis
    ) -> None:
        saved(PLAN)
        plan = parse(PLAN)
        with work_as(Role.DATA_SCIENTIST, write=False) as work:
            alone = plans.chances(work, "churn", plan)["trees"]
        assert alone.probability == pytest.approx(0.6)
        assert [one.what for one in alone.moved] == ["prior"]

        with work_as(Role.DATA_SCIENTIST) as work:
            for number in range(3):
                other = hypotheses.register(work, "churn", f"other-{number}", statement())
                measured(work, other, 0.4)
                hypotheses.settle(work, other.subject, learned="They do not")
            measured(work, hypothesis, 0.8, data="dataset:loans@1")
            measured(work, hypothesis, 0.81, data="dataset:loans@1")
            measured(work, hypothesis, 0.82, data="dataset:loans@2")
        with work_as(Role.DATA_SCIENTIST, write=False) as work:
            found = plans.chances(work, "churn", plan)["trees"]
        prior, base, runs = found.moved
        assert base.measured.value < prior.measured.value < runs.measured.value + 0.2
        assert runs.measured.value > base.measured.value
        assert runs.says == "2 of 2 settled runs on different data speak for it"
        assert base.says.startswith("0 of 3 hypotheses settled by performance.roc_auc")
        assert found.probability == runs.measured.value


def measured(work: Work, of: Hypothesis, value: float, data: str | None = None) -> None:
    """An ROC AUC of a hypothesis."""
    estimate = Estimate(value, value - 0.05, value + 0.05, 0.95, 500, "auc", "DeLong")
    found = Evidence(
        of.subject, "performance.roc_auc", estimate, actor="user:1", at=work.now, data=data
    )
    work.append("evidence", of.subject, found.body())
