"""What the next runs will take: against scipy, by simulation, and in what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.next_runs import next_runs

AMOUNTS = st.lists(st.floats(0.01, 1000.0), min_size=3, max_size=12)


def found(past: list[float], runs: int, level: float = 0.8) -> Estimate:
    told = next_runs(past, runs, level, 7, "hours")
    assert isinstance(told, Estimate)
    return told


class TestNextRuns:
    def test_of_one_run_it_is_the_prediction_interval_of_the_logarithm(self) -> None:
        past = [1.2, 0.7, 3.1, 2.2, 1.9]
        logs = np.log(past)
        t = stats.t(df=4, loc=logs.mean(), scale=logs.std(ddof=1) * math.sqrt(1 + 1 / 5))
        told = found(past, 1, 0.9)

        assert told.low == pytest.approx(math.exp(t.ppf(0.05)))
        assert told.value == pytest.approx(math.exp(t.median()))
        assert told.high == pytest.approx(math.exp(t.ppf(0.95)))

    def test_holds_the_sum_as_often_as_it_says(self) -> None:
        """Of 400 times, 80 % intervals hold the sum of four further runs in about 80 %."""
        rng = np.random.default_rng(11)
        held = 0
        for _ in range(400):
            drawn = rng.lognormal(0.0, 0.6, 12)
            told = next_runs(drawn[:8].tolist(), 4, 0.8, 7, "hours")
            assert isinstance(told, Estimate)
            held += told.low <= float(drawn[8:].sum()) <= told.high
        assert stats.binomtest(held, 400, 0.8).pvalue > 0.001

    def test_few_or_none_are_not_enough(self) -> None:
        told = next_runs([1.0], 20, 0.8, 7, "hours")
        assert isinstance(told, Undefined)
        assert told.reason == "1 run like them: 3 are the least to estimate by"

    def test_what_always_took_the_same_takes_it_again(self) -> None:
        assert found([2.0, 2.0, 2.0], 20).value == pytest.approx(40.0)

    @pytest.mark.parametrize(("past", "runs"), [([1.0, 0.0, 2.0], 1), ([1.0] * 3, 0)])
    def test_what_is_no_run_is_refused(self, past: list[float], runs: int) -> None:
        with pytest.raises(ValueError, match="expected"):
            next_runs(past, runs, 0.8, 7, "hours")

    @given(AMOUNTS, st.integers(1, 20))
    def test_more_runs_take_more_and_the_same_seed_says_the_same(
        self, past: list[float], runs: int
    ) -> None:
        one, more = found(past, runs), found(past, 3 * runs)
        assert one == found(past, runs)
        assert one.low < more.low
        assert one.value < more.value

    @given(AMOUNTS, st.floats(0.1, 10.0))
    def test_in_another_unit_it_is_the_same(self, past: list[float], factor: float) -> None:
        """An hour is sixty minutes, also in a forecast."""
        one, other = found(past, 5), found([factor * each for each in past], 5)
        assert other.value == pytest.approx(factor * one.value, rel=1e-6)
