"""Rules of releases: what is done next by what was seen, as a state machine that anybody pushes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict
from gonogo.core.releasing import JUDGED, Guardrail, ReleasePlan, Step, Strategy
from gonogo.core.specs.live import ERRORS, PAYOFF, SAMPLE
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.domain.releases import labels, rules
from gonogo.domain.releases.rules import UNDER_WAY, Live, Release, Said, Seen, State, Watch

START = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEPS = (Step(0.1, HOUR, 100), Step(0.5, HOUR, 500))
PLAN = ReleasePlan(
    tuple(Strategy),
    {
        **dict.fromkeys(Strategy, STEPS),
        Strategy.SHADOW: (Step(0, HOUR, 100),),
        Strategy.BLUE_GREEN: (Step(1, HOUR, 100),),
    },
    (Guardrail(ERRORS, 0.01, 0.01),),
)
NEW, OLD = Subject.parse("model:caller@2"), Subject.parse("model:caller@1")
FINE = Watch("g", ERRORS, Said.FINE, "fine")
OPEN = Watch("g", ERRORS, Said.OPEN, "not yet known")
BROKEN = Watch("g", ERRORS, Said.BROKEN, "too many errors")
UNEVEN = Watch(SAMPLE, SAMPLE, Said.BROKEN, "not by chance")


def release(strategy: Strategy = Strategy.CANARY, **more: object) -> Release:
    made = Release(
        case="churn",
        number=1,
        version=NEW,
        before=OLD,
        strategy=strategy,
        plan=PLAN,
        policy="house@3f2a9c1d2e4f",
        policy_entry="a" * 64,
        started_at=stamp(START),
        started_by="user:7",
        state=State.RUNNING,
        step=0,
        step_at=stamp(START),
        round=1,
        reason="go",
        entry="b" * 64,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name, as a test says them


def seen(decided: int = 1000, after: timedelta = HOUR, *watches: Watch) -> Seen:
    return Seen(START + after, decided, watches or (FINE,))


def outcome(found: rules.Move | None) -> Outcome | None:
    return None if found is None else found.outcome


class TestNextMove:
    def test_a_step_that_has_lasted_and_seen_enough_is_over(self) -> None:
        found = rules.next_move(release(), seen())
        assert found is not None
        assert (found.outcome, found.step) == (Outcome.ADVANCED, 1)

    def test_a_guardrail_that_is_not_known_yet_does_not_hold_it_up(self) -> None:
        """The step says how much must be seen; the guardrail says when it was too bad."""
        assert outcome(rules.next_move(release(), seen(1000, HOUR, OPEN))) is Outcome.ADVANCED

    def test_too_early_nothing_is_done(self) -> None:
        assert rules.next_move(release(), seen(1000, HOUR - timedelta(seconds=1))) is None

    def test_too_few_decisions_nothing_is_done(self) -> None:
        assert rules.next_move(release(), seen(99)) is None

    def test_a_broken_guardrail_rolls_back_at_once(self) -> None:
        found = rules.next_move(release(), seen(1, timedelta(), BROKEN))
        assert found is not None
        assert (found.outcome, found.state) == (Outcome.ROLLED_BACK, State.ROLLED_BACK)
        assert found.watches == ("g",)
        assert "too many errors" in found.reason

    def test_a_broken_guardrail_rolls_back_also_while_it_is_held(self) -> None:
        held = release(state=State.HELD)
        assert outcome(rules.next_move(held, seen(1, HOUR, BROKEN))) is Outcome.ROLLED_BACK

    def test_a_held_one_does_not_move_on(self) -> None:
        assert rules.next_move(release(state=State.HELD), seen()) is None

    def test_a_sample_ratio_not_by_chance_stops_it(self) -> None:
        found = rules.next_move(release(Strategy.AB), seen(1, HOUR, FINE, UNEVEN))
        assert found is not None
        assert (found.outcome, found.state) == (Outcome.STOPPED, State.STOPPED)

    def test_harm_goes_before_an_uneven_split(self) -> None:
        found = rules.next_move(release(Strategy.AB), seen(1, HOUR, UNEVEN, BROKEN))
        assert outcome(found) is Outcome.ROLLED_BACK

    @pytest.mark.parametrize("strategy", sorted(set(Strategy) - JUDGED))
    def test_the_last_step_is_the_end(self, strategy: Strategy) -> None:
        last = len(PLAN.steps[strategy]) - 1
        found = rules.next_move(release(strategy, step=last), seen())
        assert found is not None
        assert found.state is State.FINISHED

    @pytest.mark.parametrize("strategy", sorted(JUDGED))
    def test_at_the_end_of_a_test_a_person_decides(self, strategy: Strategy) -> None:
        found = rules.next_move(release(strategy, step=1), seen())
        assert found is not None
        assert found.state is State.HELD

    def test_a_step_waits_for_its_outcomes_where_one_rests_on_them(self) -> None:
        plan = replace(
            PLAN,
            guardrails=(Guardrail(PAYOFF, 1, 0.01, None, {"low": 0.0, "high": 1.0}),),
            label_delay=timedelta(days=7),
        )
        slow = release(plan=plan)
        assert rules.next_move(slow, seen(1000, timedelta(days=6))) is None
        assert rules.next_move(slow, seen(1000, timedelta(days=7))) is not None
        reached = replace(seen(1000, timedelta(days=7)), reached=START + timedelta(days=1))
        assert rules.next_move(slow, reached) is None, "those of its decisions, not of the first"
        quick = replace(seen(1000, HOUR), labels=labels.said(timedelta(minutes=5)))
        assert rules.next_move(slow, quick) is not None, "what was learned goes before the policy"

    @pytest.mark.parametrize("state", sorted(set(State) - UNDER_WAY))
    def test_what_is_over_stays_until_a_person_decides(self, state: State) -> None:
        for watch in (FINE, BROKEN):
            assert rules.next_move(release(state=state), seen(1000, HOUR, watch)) is None


class TestOrders:
    def test_only_what_runs_is_held(self) -> None:
        assert rules.held(release(), "wait").state is State.HELD
        with pytest.raises(Conflict, match="running"):
            rules.held(release(state=State.HELD), "wait")

    def test_a_rolled_back_one_begins_anew(self) -> None:
        before = release(state=State.ROLLED_BACK, step=1)
        move = rules.resumed(before, "mended")
        after = rules.moved(before, move, stamp(START + HOUR), "c" * 64)
        assert (after.state, after.step, after.round) == (State.RUNNING, 0, 2)
        assert after.salt != before.salt
        assert after.step_at == stamp(START + HOUR)

    def test_a_held_one_goes_on_where_it_was(self) -> None:
        before = release(state=State.HELD, step=1)
        after = rules.moved(before, rules.resumed(before, "go on"), stamp(START), "c" * 64)
        assert (after.state, after.step, after.round) == (State.RUNNING, 1, 1)
        assert after.step_at == before.step_at

    def test_what_runs_cannot_be_resumed(self) -> None:
        with pytest.raises(Conflict):
            rules.resumed(release(), "go on")

    def test_a_finished_one_can_be_rolled_back(self) -> None:
        assert rules.rolled_back(release(state=State.FINISHED), "bad").state is State.ROLLED_BACK
        with pytest.raises(Conflict):
            rules.rolled_back(release(state=State.STOPPED), "bad")

    def test_a_person_takes_the_last_step_of_a_test(self) -> None:
        held = release(Strategy.AB, state=State.HELD, step=1)
        assert rules.advanced(held, "it is better").state is State.FINISHED


class TestAfter:
    LIVE = Live("churn", OLD, killed=False, settings={}, release=None, decision="d" * 64)

    @pytest.mark.parametrize(
        ("state", "strategy", "version"),
        [
            (State.FINISHED, Strategy.CANARY, NEW),
            (State.FINISHED, Strategy.SHADOW, OLD),
            (State.RUNNING, Strategy.CANARY, OLD),
            (State.HELD, Strategy.CANARY, OLD),
            (State.ROLLED_BACK, Strategy.CANARY, OLD),
            (State.STOPPED, Strategy.AB, OLD),
        ],
    )
    def test_what_is_live(self, state: State, strategy: Strategy, version: Subject) -> None:
        assert rules.after(self.LIVE, release(strategy, state=state), "e").version == version

    def test_back_from_the_new_one_to_the_one_before(self) -> None:
        live = replace(self.LIVE, version=NEW)
        assert rules.after(live, release(state=State.ROLLED_BACK), "e").version == OLD


class Pushed(RuleBasedStateMachine):
    """Anybody orders, time passes, guardrails break: what is live is always the old or the new."""

    @initialize(strategy=st.sampled_from(sorted(Strategy)))
    def begin(self, strategy: Strategy) -> None:
        self.now = START
        self.release = release(strategy)
        self.live = Live("churn", OLD, killed=False, settings={}, release=None, decision="d")
        self.broke = False

    def take(self, move: rules.Move | None) -> None:
        if move is None:
            return
        before = self.release
        self.release = rules.moved(before, move, stamp(self.now), "f" * 64)
        self.live = rules.after(self.live, self.release, "f" * 64)
        if move.outcome is Outcome.ADVANCED:
            assert self.release.step == before.step + 1
        if move.outcome is not Outcome.RESUMED:
            assert self.release.round == before.round or before.state not in UNDER_WAY

    @rule(
        minutes=st.integers(0, 120),
        decided=st.integers(0, 1000),
        watch=st.sampled_from([FINE, OPEN, BROKEN, UNEVEN]),
    )
    def look(self, minutes: int, decided: int, watch: Watch) -> None:
        self.now += timedelta(minutes=minutes)
        before = self.release
        move = rules.next_move(before, Seen(self.now, decided, (watch,)))
        if before.state not in UNDER_WAY:
            assert move is None
        elif watch.says is Said.BROKEN:
            assert move is not None
            assert move.state not in UNDER_WAY
        elif before.state is State.HELD:
            assert move is None
        self.take(move)

    @rule(
        order=st.sampled_from([rules.held, rules.resumed, rules.advanced, rules.rolled_back]),
    )
    def ordered(self, order: object) -> None:
        before = self.release
        try:
            move = order(before, "said")  # type: ignore[operator]  # one of the orders above
        except Conflict:
            assert self.release == before
            return
        self.take(move)

    @invariant()
    def only_what_is_under_way_or_live_has_a_share(self) -> None:
        if not hasattr(self, "release"):
            return
        share = self.release.share
        assert 0 <= share <= 1
        if self.release.state in {State.ROLLED_BACK, State.STOPPED}:
            assert share == 0
            assert self.live.version == OLD
        if self.live.version == NEW:
            assert self.release.state in {State.FINISHED, *UNDER_WAY}
            assert self.release.strategy is not Strategy.SHADOW
        assert 0 <= self.release.step < len(self.release.steps)


TestPushed = Pushed.TestCase
TestPushed.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
