"""Scenarios: what they make of a plan, what they cannot be, and what never makes one worse."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.domain.plans import scenario_file
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.rules import Chance, Plan, network
from gonogo.domain.plans.scenarios import Scenario, applied
from gonogo.stats.plans.simulation import simulate
from tests.interfaces.api.test_scenarios import PLAN, SCENARIOS

TODAY = date(2026, 11, 20)
STEPS = """plan: x
goal: live
people: {analyst: {number: 1, team: all}, engineer: 1}
teams: {all: 1}
steps:
  collect: {days: 4, needs: {analyst: 1}}
  clean: {days: 2, after: {WHAT}, needs: {analyst: 1}}
  try: {days: 3, after: [{step: clean, lag: 2}], hypothesis: trees, succeeds: 0.5}
  instead: {days: 6, if_fails: try, needs: {analyst: 1}}
  tune: {days: 6, if_succeeds: try, needs: {engineer: 1}}
  live: {milestone: true, after: [try, instead, tune]}
risks:
  late: {probability: 1, steps: [clean], delay: 5}
""".replace("{WHAT}", "[{step: collect, lag: 1}]")


def changed(scenario: Scenario, text: str = STEPS, **chances: Chance) -> Plan:
    return applied(parse(text), scenario, chances, TODAY)


def mean(plan: Plan, chances: Mapping[str, Chance] | None = None) -> float:
    found = simulate(network(plan, TODAY, chances or {}), futures=200, seed=1, goal=plan.goal)
    return float(found.end.mean())


def every_one_applied(text: str) -> list[Plan]:
    return [applied(parse(PLAN), one, {}, TODAY) for one in scenario_file.parse(text)]


class TestApplied:
    def test_what_is_left_out_is_taken_for_done(self) -> None:
        plan = changed(Scenario("x", without=("clean",)))
        after = {step.key: [(link.step, link.lag) for link in step.after] for step in plan.steps}

        # What it was waited for comes first, with both lags.
        assert after["try"] == [("collect", 3.0)]
        assert plan.risks == ()

    def test_an_outcome_that_is_left_out_is_a_success(self) -> None:
        plan = changed(Scenario("x", without=("try",)))

        assert [step.key for step in plan.steps] == ["collect", "clean", "tune", "live"]
        assert all(step.only_if is None for step in plan.steps)
        assert mean(plan) == 4 + 1 + (2 + 5) + 2 + 6

    def test_other_people_other_chances_another_day(self) -> None:
        plan = changed(
            Scenario(
                "x",
                people={"analyst": 2},
                teams={"all": 2},
                priors={"trees": 0.9},
                deadline=date(2027, 1, 4),
            )
        )

        assert (plan.people["analyst"].number, plan.teams["all"]) == (2, 2)
        assert plan.people["analyst"].team == "all"
        assert next(step.succeeds for step in plan.steps if step.key == "try") == 0.9
        assert plan.deadline == date(2027, 1, 4)

    def test_what_is_settled_has_no_prior(self) -> None:
        with pytest.raises(Invalid, match=r"scenarios\.x\.prior\.trees.*settled"):
            changed(Scenario("x", priors={"trees": 0.9}), trees=Chance(0.5, settled=True))

    @settings(max_examples=15)
    @given(st.sampled_from([1.0, 2.0]), st.integers(0, 4), st.floats(0.05, 0.9), st.floats(0, 0.1))
    def test_more_people_and_better_chances_are_never_later_in_the_mean(
        self, analysts: float, more: int, share: float, better: float
    ) -> None:
        def found(people: float, prior: float) -> float:
            scenario = Scenario(
                "x", people={"analyst": people}, teams={"all": people}, priors={"try": prior}
            )
            return mean(changed(scenario))

        now = found(analysts, share)
        assert found(analysts + more, share) <= now + 1e-9
        assert found(analysts, share + better) <= now + 1e-9


class TestFile:
    def test_what_is_written_is_read_again(self) -> None:
        found = scenario_file.parse(SCENARIOS)
        assert scenario_file.parse(scenario_file.written(found)) == found

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ("people: {anlyst: 2}", "scenarios.x.people.anlyst"),
            ("people: {analyst: 0.5}", "scenarios.x.people.analyst"),
            ("teams: {credit: 2}", "scenarios.x.teams.credit"),
            ("without: [nothing]", "scenarios.x.without"),
            ("without: [live]", "scenarios.x.without"),
            ("without: [one, two, try, live]", "scenarios.x.without"),
            ("deadline: 2001-01-01", "scenarios.x.deadline"),
            ("prior: {one: 0.4}", "scenarios.x.prior.one"),
            ("prior: {try: 1.4}", "scenarios.x.prior.try (line 1)"),
            ("budget: -1", "scenarios.x.budget (line 1)"),
            ("title: nothing", "scenarios.x (line 1)"),
            ("colour: red", "scenarios.x.colour (line 1)"),
        ],
    )
    def test_what_cannot_be_is_named(self, change: str, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            every_one_applied(f"scenarios: {{x: {{{change}}}}}")
        assert refused.value.field == field

    def test_there_are_some_and_not_too_many(self) -> None:
        for text in ("scenarios: {}", "scenario: {x: {budget: 1}}"):
            with pytest.raises(Invalid):
                scenario_file.parse(text)
        many = {f"s{i}": {"budget": 1} for i in range(scenario_file.MOST + 1)}
        with pytest.raises(Invalid, match="1 to 12 scenarios"):
            scenario_file.parse(f"scenarios: {many}".replace("'", ""))


def test_a_lag_goes_on_through_whatever_is_left_out() -> None:
    text = "plan: x\nsteps:\n  s0: {days: 1}\n" + "".join(
        f"  s{i}: {{days: 1, after: [{{step: s{i - 1}, lag: 1}}]}}\n" for i in range(1, 30)
    )
    plan = changed(Scenario("x", without=tuple(f"s{i}" for i in range(1, 29))), text)

    assert np.isclose(mean(plan), 1 + 29 + 1)
