"""Earned value by evidence: by hand, and in what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.money import cost_at_completion
from gonogo.domain.budgets.progress import Progress, Step, progress, quarters
from gonogo.domain.budgets.reading import parse
from gonogo.domain.budgets.rules import by_quarter
from gonogo.stats.estimate import Estimate, Undefined

TODAY = date(2026, 11, 21)
STEPS = [
    Step("data", "Data", 100, date(2026, 9, 10), date(2026, 9, 12), "done"),
    Step("try", "Try", 200, date(2026, 10, 1), date(2026, 10, 20), "hypothesis refuted"),
    Step("build", "Build", 300, date(2026, 11, 20), None),
    Step("live", "Live", 400, date(2027, 2, 1), None),
]
PAID = [(date(2026, 9, 30), 120.0), (date(2026, 10, 31), 260.0), (date(2026, 11, 15), 40.0)]


def found(steps: list[Step] = STEPS) -> Progress:
    told = progress(steps, PAID, TODAY)
    assert isinstance(told, Progress)
    return told


class TestProgress:
    def test_is_earned_by_what_is_settled_either_way(self) -> None:
        told = found()

        assert (told.budget, told.planned, told.earned, told.spent) == (1000, 600, 300, 420)
        assert told.schedule_index == pytest.approx(0.5)
        assert isinstance(told.cost_index, Estimate)
        assert told.cost_index.value == pytest.approx(300 / 420)
        assert isinstance(told.at_completion, Estimate)
        assert told.at_completion.value == pytest.approx(420 + 700 * 420 / 300)
        today = next(one for one in told.points if one.day == TODAY)
        assert (today.planned, today.earned, today.spent) == (600, 300, 420)
        assert told.points[-1].earned is None
        assert told.points[-1].planned == 1000

    def test_without_a_forecast_nothing_was_due(self) -> None:
        told = found([*STEPS[:3], Step("live", "Live", 400, None, None)])
        assert isinstance(told.planned, Undefined)
        assert isinstance(told.schedule_index, Undefined)
        assert told.earned == 300

    def test_without_costs_there_is_nothing_to_earn(self) -> None:
        assert isinstance(progress([], PAID, TODAY), Undefined)
        free = [Step("a", "A", 0.0, TODAY, None)]
        assert isinstance(progress(free, PAID, TODAY), Undefined)

    @given(st.integers(0, 3), st.integers(0, 200))
    def test_what_is_settled_once_more_never_earns_less(self, which: int, days: int) -> None:
        one = STEPS[which]
        settled = Step(one.key, one.title, one.cost, one.due, TODAY - timedelta(days=days))
        steps = [settled if step is one else step for step in STEPS]
        assert found(steps).earned >= found().earned - (0 if one.settled is None else 1e-9)


class TestQuarters:
    BUDGET = parse("""currency: USD
lines: [{category: people, amounts: {2026-Q3: 100, 2026-Q4: 200, 2027-Q1: 300}}]
""")

    def test_what_is_to_come_is_spread_as_the_budget_spreads_it(self) -> None:
        expected = Estimate(1000, 800, 1500, 0.8, 9, "money", "x")
        told = quarters(self.BUDGET, by_quarter(PAID), expected, TODAY)

        assert [one.quarter.name for one in told] == ["2026-Q3", "2026-Q4", "2027-Q1"]
        assert (told[0].forecast, told[0].over) == (120, True)
        assert sum(one.forecast or 0 for one in told) == pytest.approx(1000)
        assert sum(one.low or 0 for one in told) == pytest.approx(800)
        assert sum(one.high or 0 for one in told) == pytest.approx(1500)
        assert (told[1].planned, told[1].actual) == (200, 300)

    def test_without_a_budget_it_all_comes_now(self) -> None:
        expected = Estimate(1000, 800, 1500, 0.8, 9, "money", "x")
        told = quarters(None, by_quarter(PAID), expected, TODAY)
        assert told[-1].forecast == pytest.approx(1000 - 120)

    def test_without_a_forecast_it_is_not_known(self) -> None:
        told = quarters(self.BUDGET, by_quarter(PAID), Undefined("no plan", n=0), TODAY)
        assert [one.forecast for one in told] == [120, None, None]


class TestCostAtCompletion:
    def test_is_what_was_paid_and_the_middle_of_what_is_left(self) -> None:
        told = cost_at_completion({0.1: 10, 0.5: 20, 0.9: 40}, 105, 100, 1000)
        assert isinstance(told, Estimate)
        assert (told.low, told.value, told.high, told.level) == (110, 120, 140, 0.8)

    def test_is_never_less_than_was_paid(self) -> None:
        told = cost_at_completion({0.1: 10, 0.5: 20, 0.9: 40}, 130, 100, 1000)
        assert isinstance(told, Estimate)
        assert (told.low, told.value, told.high) == (130, 130, 140)

    def test_without_percentiles_there_is_none(self) -> None:
        assert isinstance(cost_at_completion({0.1: 10}, 0, 0, 1000), Undefined)
