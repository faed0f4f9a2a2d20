"""A/B results against SciPy, statsmodels and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, ttest_ind
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import proportion_effectsize

from gonogo.stats.ab import (
    Effect,
    Plan,
    always,
    plan,
    read,
    segments,
    welch,
)
from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts
from gonogo.stats.cuped import cuped_difference
from gonogo.stats.design import Unreachable
from gonogo.stats.design_means import TwoMeans, TwoProportions
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.means import Moments, moments
from gonogo.stats.proportions import newcombe_difference

pytestmark = pytest.mark.filterwarnings("error")


def effect_of_rates(control: Counts, treatment: Counts, level: float, *, tight_at: int) -> Effect:
    """The effect on a rate."""
    return read(newcombe_difference(treatment, control, level), tight_at)


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def summed(values: Floats) -> Moments:
    found = moments(values)
    assert isinstance(found, Moments)
    return found


class TestWelch:
    @given(st.integers(0, 500), st.integers(3, 60), st.integers(3, 60))
    def test_it_is_that_of_scipy(self, seed: int, n: int, m: int) -> None:
        rng = np.random.default_rng(seed)
        a, b = rng.normal(size=n), rng.normal(1, 3, size=m)
        found = estimated(welch(summed(a), summed(b), 0.9, "s"))
        theirs = ttest_ind(b, a, equal_var=False).confidence_interval(0.9)
        assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))

    def test_what_has_no_answer_says_why(self) -> None:
        one, still = Moments(1, 1.0, 0.0), Moments(5, 1.0, 0.0)
        assert welch(one, still, 0.9, "s") == Undefined("an arm has fewer than two values", n=6)
        assert isinstance(welch(still, still, 0.9, "s"), Undefined)


class TestAlways:
    def test_looking_after_every_batch_holds_level(self) -> None:
        """500 tests of skewed values, 60 looks each; Welch's own interval misses in many."""
        rng = np.random.default_rng(1)
        values = rng.exponential(size=(2, 500, 60, 100))
        n = 100 * np.arange(1, 61)
        means = values.sum(axis=3).cumsum(axis=2) / n
        squares = np.square(values).sum(axis=3).cumsum(axis=2) / n
        error = np.sqrt(((squares - means**2) / (n - 1)).sum(axis=0))
        away = np.abs(means[1] - means[0]) / error
        reaches = []
        for size in n:
            fixed = Estimate(
                0.0, -1.959964, 1.959964, level=0.95, n=int(2 * size), unit="", method=""
            )
            reaches.append(estimated(always(fixed, tight_at=6000)).high)
        missed = (away > np.array(reaches)).any(axis=1).sum()
        assert missed <= binom.ppf(1 - 1e-6, 500, 0.05)
        assert (away > 1.96).any(axis=1).mean() > 0.2

    def test_it_is_wider_than_one_look_wherever_it_is_tightest(self) -> None:
        fixed = Estimate(1.0, 0.0, 2.0, level=0.95, n=1000, unit="s", method="m")
        widths = [estimated(always(fixed, t)).high for t in (10, 1000, 100_000)]
        assert min(widths) == widths[1] > 2.0
        with pytest.raises(ValueError, match="expected 1 or more"):
            always(fixed, 0)

    def test_cuped_is_read_the_same_way(self) -> None:
        rng = np.random.default_rng(2)
        before = rng.normal(size=(2, 400))
        after = before + 0.3 * rng.normal(size=(2, 400)) + np.array([[0.0], [0.1]])
        plain = read(welch(summed(after[0]), summed(after[1]), 0.95, "s"), 800)
        better = read(cuped_difference(after[0], before[0], after[1], before[1], 0.95, "s"), 800)
        assert estimated(better.sequential).low > estimated(plain.sequential).low
        assert better.p_value is not None
        assert better.p_value < 1e-3


class TestEffect:
    def test_the_p_value_agrees_with_the_interval(self) -> None:
        """Zero outside of 95 % is a p-value below 5 %, about."""
        for yes in range(500, 620, 10):
            found = effect_of_rates(Counts(500, 9000), Counts(yes, 9000), 0.95, tight_at=9000)
            assert found.p_value is not None
            if abs(found.p_value - 0.05) > 0.002:
                assert (found.p_value < 0.05) is (estimated(found.fixed).low > 0)

    def test_without_data_there_is_no_effect(self) -> None:
        found = effect_of_rates(Counts(0, 0), Counts(1, 2), 0.95, tight_at=100)
        assert found.p_value is None
        assert isinstance(found.sequential, Undefined)


class TestSegments:
    def test_holm_spares_most_segments_without_effect(self) -> None:
        """Of 300 tests with ten segments each, any is found in about 5 %."""
        rng, wrong = np.random.default_rng(3), 0
        for _ in range(300):
            yes = rng.binomial(2000, 0.2, size=(10, 2))
            effects = {
                str(k): effect_of_rates(
                    Counts(int(a), 2000), Counts(int(b), 2000), 0.95, tight_at=4000
                )
                for k, (a, b) in enumerate(yes)
            }
            wrong += any(one.found for one in segments(effects, 0.95))
        assert wrong <= binom.ppf(1 - 1e-6, 300, 0.05)

    def test_what_is_undefined_costs_the_others_nothing(self) -> None:
        good = effect_of_rates(Counts(500, 9000), Counts(620, 9000), 0.95, tight_at=9000)
        empty = Effect(Undefined("none", n=0), Undefined("none", n=0), None)
        found = segments({"a": good, "b": empty}, 0.95)
        assert found[0].adjusted == good.p_value
        assert [one.found for one in found] == [True, False]


class TestPlan:
    def test_size_is_that_of_the_fixed_design(self) -> None:
        found = plan(TwoMeans(sd=2.0), 0.1, 0.9, daily=500, shares=(0.4, 0.2))
        assert isinstance(found, Plan)
        theirs = TTestIndPower().solve_power(0.05, power=0.9, alpha=0.05, ratio=0.5)
        assert found.control == math.ceil(theirs)
        assert found.days == math.ceil(found.control / 200)
        assert found.treatment == math.ceil(found.control / 2)

    def test_rates_agree_with_the_arcsine_approximation(self) -> None:
        found = plan(TwoProportions(base=0.2), 0.02, 0.8, daily=1000, shares=(0.5, 0.5))
        assert isinstance(found, Plan)
        theirs = NormalIndPower().solve_power(
            proportion_effectsize(0.22, 0.2), power=0.8, alpha=0.05
        )
        assert found.control == pytest.approx(theirs, rel=0.01)
        assert found.longest_days > found.days

    @pytest.mark.parametrize("power", [0.3, 0.8])
    def test_the_longest_has_the_power_at_its_last_look(self, power: float) -> None:
        """By the normal distribution, at so many units and the boundary there."""
        found = plan(TwoMeans(sd=1.0), 0.1, power, daily=1, shares=(0.5, 0.5))
        assert isinstance(found, Plan)
        n = found.longest_days
        error = math.sqrt(4 / n)
        fixed = Estimate(0.1, 0.1 - 1.959964 * error, 0.1 + 1.959964 * error, 0.95, n, "s", "m")
        sequential = estimated(always(fixed, tight_at=n))
        rng = np.random.default_rng(1)
        lows = sequential.low + error * rng.normal(size=100_000)
        assert (lows > 0).mean() == pytest.approx(power, abs=0.01)

    def test_what_cannot_be_planned_is_said(self) -> None:
        assert isinstance(
            plan(TwoMeans(sd=1.0), 0.0, 0.8, daily=10, shares=(0.5, 0.5)), Unreachable
        )
        with pytest.raises(ValueError, match="expected at most 1 together"):
            plan(TwoMeans(sd=1.0), 0.1, 0.8, daily=10, shares=(0.7, 0.5))
