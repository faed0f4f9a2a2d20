"""How far a plan has come: what is reached, what was passed over, what steps took."""

from datetime import date

import pytest

from gonogo.domain.plans.file import parse
from gonogo.domain.plans.progress import has, reached, to_measure, took
from gonogo.domain.plans.rules import Plan

DONE = date(2026, 11, 13)


def plan(steps: str) -> Plan:
    return parse(f"plan: x\nsteps:\n{steps}")


class TestReached:
    def test_a_milestone_is_reached_when_it_is_done(self) -> None:
        found = plan("  a: {days: 1, done: 2026-11-12}\n  m: {milestone: true, after: a}")
        assert reached(found, "m", {}) is None
        assert reached(found, "a", {}) == date(2026, 11, 12)
        assert reached(found, "z", {}) is None
        assert (has(found, "m"), has(found, "z"), has(found, None)) == (True, False, True)

    def test_the_end_is_reached_with_the_last_step(self) -> None:
        steps = "  a: {days: 1, done: 2026-11-13}\n  b: {days: 1, done: 2026-11-12}"
        assert reached(plan(steps), None, {}) == DONE
        assert reached(plan(steps + "\n  c: {days: 1}"), None, {}) is None

    @pytest.mark.parametrize(("held", "end"), [(True, DONE), (False, None)])
    def test_what_is_for_another_outcome_is_passed_over(self, held: bool, end: date | None) -> None:
        found = plan(
            "  a: {days: 1, done: 2026-11-13, hypothesis: h}\n"
            "  b: {days: 1, if_fails: a, succeeds: 0.5}\n  c: {days: 1, if_succeeds: b}"
        )
        assert reached(found, None, {"h": held}) == end
        assert reached(found, None, {}) is None

    def test_a_plan_that_stopped_is_never_reached(self) -> None:
        found = plan(
            "  a: {days: 1, done: 2026-11-13, succeeds: 0.5, succeeded: false, fails: stop}"
        )
        assert reached(found, None, {}) is None
        assert reached(found, "a", {}) is None


class TestTook:
    FINISHED = plan("  a: {days: 9, begun: 2026-11-09, done: 2026-11-13}")

    def step(self, days: str, more: str = "") -> Plan:
        return plan(f"  a: {{days: {days}{more}}}")

    def test_it_is_held_against_the_estimate_before_it_began(self) -> None:
        before = [
            self.step("7", ", begun: 2026-11-09"),
            self.step("{optimistic: 2, likely: 3, pessimistic: 4}"),
            self.step("1"),
        ]
        found = took(self.FINISHED, self.FINISHED.steps[0], before)
        assert found is not None
        assert found.estimate == pytest.approx(3.0)
        assert found.days == 5.0

    def test_first_seen_under_way_the_first_estimate_counts(self) -> None:
        before = [self.step("7", ", begun: 2026-11-09"), self.step("4", ", begun: 2026-11-09")]
        found = took(self.FINISHED, self.FINISHED.steps[0], before)
        assert found is not None
        assert found.estimate == 4

    @pytest.mark.parametrize("days", ["0.5", "{p10: 0.1, p90: 2}"])
    def test_estimates_of_less_than_a_day_say_nothing(self, days: str) -> None:
        assert took(self.FINISHED, self.FINISHED.steps[0], [self.step(days)]) is None

    def test_an_estimate_of_what_is_done_is_none(self) -> None:
        step = self.FINISHED.steps[0]
        assert took(self.FINISHED, step, []) is None
        assert took(self.FINISHED, step, [self.FINISHED]) is None

    def test_what_says_no_estimate_teaches_nothing(self) -> None:
        found = plan("  a: {begun: 2026-11-09, done: 2026-11-13}")
        before = plan("  a: {days: 0, begun: 2026-11-09}")
        assert took(found, found.steps[0], [found]) is None
        assert took(found, found.steps[0], [before]) is None

    def test_which_steps_can_be_measured(self) -> None:
        when = "begun: 2026-11-09, done: 2026-11-13"
        found = plan(
            f"  a: {{days: 2, {when}}}\n  b: {{days: 2, done: 2026-11-13}}\n"
            f"  c: {{days: 2, succeeds: 0.5, retries: 1, succeeded: true, {when}}}\n"
            f"  m: {{milestone: true, {when}}}\n  d: {{days: 2, begun: 2026-11-09}}"
        )
        assert list(to_measure(found)) == ["a"]
