"""Earned value by the standard's own arithmetic, with intervals that hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.earned import Step, earned_value

money = st.floats(1, 1000)


class TestEarnedValue:
    def test_by_hand(self) -> None:
        """Two settled steps at 1.25 of their budget; what is open costs 1.25 of its own."""
        steps = [
            Step("hypothesis", 100, 130, due=True, settled=True),
            Step("gate", 300, 370, due=True, settled=True),
            Step("pilot", 200, 50, due=True, settled=False),
            Step("roll-out", 400, 0, due=False, settled=False),
        ]
        found = earned_value(steps, 0.8)
        assert (found.at_completion, found.planned, found.earned, found.spent) == (
            1000,
            600,
            400,
            550,
        )
        assert found.cost_index == pytest.approx(400 / 550)
        assert found.schedule_index == pytest.approx(400 / 600)
        assert found.unsettled == 50
        assert isinstance(found.forecast, Estimate)
        assert found.forecast.value == pytest.approx(500 + 1.25 * 600)
        assert found.forecast.low < found.forecast.value < found.forecast.high

    def test_work_that_settled_nothing_earns_nothing(self) -> None:
        found = earned_value([Step("pilot", 100, 90, due=True, settled=False)], 0.8)
        assert (found.earned, found.cost_index, found.unsettled) == (0, 0, 90)
        assert isinstance(found.forecast, Undefined)

    def test_when_all_is_settled_it_cost_what_it_cost(self) -> None:
        found = earned_value([Step("pilot", 100, 90, due=True, settled=True)], 0.8)
        assert isinstance(found.forecast, Estimate)
        assert found.forecast.exact
        assert found.forecast.value == 90

    def test_nothing_planned_has_no_index(self) -> None:
        found = earned_value([], 0.8)
        assert isinstance(found.cost_index, Undefined)
        assert isinstance(found.schedule_index, Undefined)

    @given(st.lists(st.tuples(money, money), min_size=2, max_size=8), money, money)
    def test_the_forecast_is_never_below_what_was_spent(
        self, done: list[tuple[float, float]], budget: float, spent: float
    ) -> None:
        steps = [Step(str(n), b, s, due=True, settled=True) for n, (b, s) in enumerate(done)]
        found = earned_value([*steps, Step("open", budget, spent, due=True, settled=False)], 0.8)
        assert isinstance(found.forecast, Estimate)
        assert found.forecast.low >= found.spent - 1e-6

    def test_the_interval_of_the_ratio_holds_what_it_says(self) -> None:
        """Twelve steps that cost lognormally more: the open ones' expected cost is inside 80 %."""
        rng, held = np.random.default_rng(7), 0
        expected = float(np.exp(0.2 + 0.4**2 / 2))
        for _ in range(300):
            factors = rng.lognormal(0.2, 0.4, 12)
            steps = [Step(str(n), 100, 100 * f, True, True) for n, f in enumerate(factors)]
            found = earned_value([*steps, Step("open", 1000, 0, False, False)], 0.8).forecast
            assert isinstance(found, Estimate)
            spent = 100 * factors.sum()
            held += found.low - spent <= 1000 * expected <= found.high - spent
        assert 0.7 < held / 300 < 0.88

    def test_money_below_0_is_refused(self) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            Step("pilot", -1, 0, due=True, settled=False)
