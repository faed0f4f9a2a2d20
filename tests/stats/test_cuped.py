"""CUPED against regression with statsmodels, and what it saves."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, ttest_ind
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import Mean

from gonogo.stats.arrays import Floats
from gonogo.stats.cuped import cuped_difference, variance_left
from gonogo.stats.estimate import Estimate, Measured, Undefined

pytestmark = pytest.mark.filterwarnings("error")

ABOVE_ZERO = 20.0


def drawn(seed: int, n: int, effect: float, rho: float) -> tuple[Floats, Floats, Floats, Floats]:
    """After and before of both groups, of correlation rho."""
    rng = np.random.default_rng(seed)
    before = rng.normal(size=2 * n)
    after = rho * before + np.sqrt(1 - rho**2) * rng.normal(size=2 * n)
    after[n:] += effect
    return after[:n], before[:n], after[n:], before[n:]


def gathered(after: Floats, before: Floats) -> Aggregates:
    """What tea-tasting reckons with."""
    return Aggregates(
        after.size,
        {"after": float(after.mean()), "before": float(before.mean())},
        {"after": float(after.var(ddof=1)), "before": float(before.var(ddof=1))},
        {("after", "before"): float(np.cov(after, before)[0, 1])},
    )


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


class TestCupedDifference:
    @given(st.integers(0, 1000), st.integers(5, 200), st.floats(-2, 2))
    def test_the_value_is_the_coefficient_of_a_regression(
        self, seed: int, n: int, effect: float
    ) -> None:
        """The slope pooled within groups is that of least squares on group and before."""
        after_a, before_a, after_b, before_b = drawn(seed, n, effect, 0.7)
        group = np.repeat([0.0, 1.0], n)
        columns = np.column_stack([np.ones(2 * n), group, np.concatenate([before_a, before_b])])
        theirs = sm.OLS(np.concatenate([after_a, after_b]), columns).fit().params[1]
        found = cuped_difference(after_a, before_a, after_b, before_b, 0.95, "s")
        assert estimated(found).value == pytest.approx(theirs, abs=1e-8)

    @given(st.integers(0, 1000), st.integers(5, 200), st.sampled_from([0.8, 0.95]))
    def test_agrees_with_tea_tasting(self, seed: int, n: int, level: float) -> None:
        """Value and interval, where both groups were alike before.

        Theirs takes the slope over both groups at once, so the difference before is part of it;
        where there is none, the slopes are one. Theirs also takes the logarithm of the ratio of
        the means, so both are moved well above zero, which leaves the difference as it is.
        """
        after_a, before, after_b, _ = drawn(seed, n, 0.4, 0.7)
        after_a, after_b = after_a + ABOVE_ZERO, after_b + ABOVE_ZERO
        metric = Mean("after", "before", equal_var=False, confidence_level=level)
        theirs = metric.analyze_aggregates(gathered(after_a, before), gathered(after_b, before))
        found = estimated(cuped_difference(after_a, before, after_b, before, level, "s"))
        assert found.value == pytest.approx(theirs.effect_size, abs=1e-9)
        assert found.low == pytest.approx(theirs.effect_size_ci_lower, abs=1e-9)
        assert found.high == pytest.approx(theirs.effect_size_ci_upper, abs=1e-9)

    def test_without_anything_known_before_it_is_welch(self) -> None:
        after_a, _, after_b, _ = drawn(1, 50, 0.3, 0.7)
        nothing = np.zeros(50)
        found = estimated(cuped_difference(after_a, nothing, after_b, nothing, 0.95, "s"))
        theirs = ttest_ind(after_b, after_a, equal_var=False).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))

    @given(st.integers(0, 1000), st.floats(-50, 50))
    def test_where_before_has_its_zero_does_not_matter(self, seed: int, shift: float) -> None:
        after_a, before_a, after_b, before_b = drawn(seed, 30, 0.5, 0.6)
        here = estimated(cuped_difference(after_a, before_a, after_b, before_b, 0.9, "s"))
        there = estimated(
            cuped_difference(after_a, before_a + shift, after_b, before_b + shift, 0.9, "s")
        )
        assert (here.value, here.low) == pytest.approx((there.value, there.low), abs=1e-9)

    @pytest.mark.parametrize("rho", [0.3, 0.6, 0.9])
    def test_variance_falls_by_the_squared_correlation(self, rho: float) -> None:
        """Deng et al. (2013), eq. 5; 20,000 rows in each group."""
        after_a, before_a, after_b, before_b = drawn(2, 20_000, 0.0, rho)
        found = estimated(cuped_difference(after_a, before_a, after_b, before_b, 0.95, "s"))
        plain = ttest_ind(after_b, after_a, equal_var=False).confidence_interval(0.95)
        saved = ((found.high - found.low) / (plain.high - plain.low)) ** 2
        assert saved == pytest.approx(variance_left(rho), rel=0.03)

    def test_covers_the_effect_as_often_as_it_says(self) -> None:
        covered = 0
        for seed in range(500):
            found = estimated(cuped_difference(*drawn(seed, 40, 0.4, 0.8), 0.95, "s"))
            covered += found.low <= 0.4 <= found.high
        assert binom.ppf(5e-7, 500, 0.95) <= covered <= binom.ppf(1 - 5e-7, 500, 0.95)

    def test_what_has_no_answer_says_why(self) -> None:
        few = cuped_difference([1, 2], [1, 2], [1, 2, 3], [1, 2, 3], 0.95, "s")
        assert few == Undefined("group a has fewer than 3 observations", n=2)
        line = np.arange(5.0)
        still = cuped_difference(line, line, line + 1, line, 0.95, "s")
        assert isinstance(still, Undefined)
        missing = cuped_difference([1, 2, np.nan], [1, 2, 3], [1, 2, 3], [1, 2, 3], 0.95, "s")
        assert isinstance(missing, Undefined)

    def test_lengths_that_differ_are_refused(self) -> None:
        with pytest.raises(ValueError, match="expected the same number"):
            cuped_difference([1, 2, 3], [1, 2], [1, 2, 3], [1, 2, 3], 0.95, "s")


class TestVarianceLeft:
    @pytest.mark.parametrize("wrong", [1.0, -1.0, float("nan")])
    def test_a_correlation_that_leaves_nothing_is_refused(self, wrong: float) -> None:
        with pytest.raises(ValueError, match="expected -1 < correlation < 1"):
            variance_left(wrong)
