"""Means, moments that add up, and Student's t interval."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.means import Moments, mean_t, mean_t_of, moments

pytestmark = pytest.mark.filterwarnings("error")

numbers = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 6)), max_size=40)


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def known(found: Moments | Undefined) -> Moments:
    assert isinstance(found, Moments)
    return found


class TestMoments:
    @given(numbers, numbers, numbers)
    def test_merging_equals_pooling(self, a: list[float], b: list[float], c: list[float]) -> None:
        merged = known(moments(a)) + (known(moments(b)) + known(moments(c)))
        pooled = known(moments(a + b + c))
        assert merged.n == pooled.n
        assert merged.mean == pytest.approx(pooled.mean, rel=1e-9, abs=1e-6)
        assert merged.m2 == pytest.approx(pooled.m2, rel=1e-9, abs=1e-3)

    def test_far_from_zero_no_digits_are_lost(self) -> None:
        """The naive sum of squares would give 0 or less here (Chan et al. 1979)."""
        found = known(moments([1e9 + 4, 1e9 + 7])) + known(moments([1e9 + 13, 1e9 + 16]))
        assert (found.mean, found.variance) == (1e9 + 10, 30.0)

    def test_nothing_added_changes_nothing(self) -> None:
        found = Moments(n=2, mean=5.0, m2=2.0)
        assert found + known(moments([])) == known(moments([])) + found == found

    @pytest.mark.parametrize(("n", "m2"), [(-1, 0.0), (1, -1.0)])
    def test_what_cannot_be_is_refused(self, n: int, m2: float) -> None:
        with pytest.raises(ValueError, match="expected 0 or more"):
            Moments(n=n, mean=0.0, m2=m2)


class TestMeanT:
    def test_students_sleep_data(self) -> None:
        """Student (1908), Biometrika 6, 20: gain of sleep, 1.58 hours; 95 %: 0.70 to 2.46.

        R's paired t.test of its data set `sleep` prints 0.7001142 and 2.4598858.
        """
        gain = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
        found = estimated(mean_t(gain, 0.95, "hours"))
        assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (
            1.58,
            0.70,
            2.46,
        )
        assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)

    @given(numbers, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
    def test_agrees_with_scipy(self, values: list[float], level: float) -> None:
        assume(len(values) > 1 and np.std(values) > 1e-5)
        ours = estimated(mean_t(values, level, "ms"))
        theirs = scipy_stats.ttest_1samp(values, 0.0).confidence_interval(level)
        # An end may come out near zero: then only the size of the values says what rounding does.
        rounding = 1e-12 * max(map(abs, values))
        assert (ours.low, ours.high) == pytest.approx(
            (theirs.low, theirs.high), rel=1e-6, abs=rounding
        )
        assert ours.n == len(values)

    @given(numbers)
    def test_order_does_not_matter(self, values: list[float]) -> None:
        first, second = mean_t(values, 0.9, "ms"), mean_t(sorted(values), 0.9, "ms")
        if isinstance(first, Undefined):
            assert first == second
        else:
            assert estimated(second).value == pytest.approx(first.value, rel=1e-9, abs=1e-6)

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            ([], "no observations"),
            ([3.0], "one value: no spread to judge the mean by"),
            ([0.1, 0.1, 0.1], "all 3 values are equal: no spread to judge the mean by"),
            ([1.0, math.nan], "1 of 2 values are missing or infinite"),
            ([1e200, -1e200], "values too large to be squared"),
        ],
    )
    def test_without_spread_there_is_no_interval(self, values: list[float], reason: str) -> None:
        assert mean_t(values, 0.95, "ms") == Undefined(reason, n=len(values))

    def test_cut_to_the_range_a_mean_can_have(self) -> None:
        found = estimated(mean_t([0.0, 0.0, 1.0], 0.95, "share", within=(0.0, 1.0)))
        assert (found.low, found.high) == (0.0, 1.0)

    def test_moments_give_the_same(self) -> None:
        values = [1.0, 5.0, 6.0, 7.5]
        assert mean_t_of(known(moments(values)), 0.9, "ms") == mean_t(values, 0.9, "ms")

    def test_covers_the_truth_as_often_as_it_says(self) -> None:
        """400 seeded samples of 8; by chance alone fewer would do once in a million."""
        rng = np.random.default_rng(11)
        found = [estimated(mean_t(rng.normal(3, 2, 8), 0.95, "ms")) for _ in range(400)]
        covered = sum(e.low <= 3 <= e.high for e in found)
        assert scipy_stats.binom.ppf(5e-7, 400, 0.95) <= covered
        assert covered <= scipy_stats.binom.ppf(1 - 5e-7, 400, 0.95)
