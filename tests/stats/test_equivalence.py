"""Equivalence within a margin against statsmodels, and intervals of independent estimates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import ttost_paired

from gonogo.stats.counts import Counts
from gonogo.stats.equivalence import independent_difference, share_of_margin
from gonogo.stats.estimate import Estimate
from gonogo.stats.means import mean_t
from gonogo.stats.proportions import wilson

Ends = st.tuples(*[st.floats(-10, 10)] * 3).map(sorted)


def estimate(low: float, value: float, high: float, level: float = 0.95) -> Estimate:
    return Estimate(value, low, high, level, 50, "difference", "x")


class TestShareOfMargin:
    @pytest.mark.parametrize("shift", [0.0, 0.3, 0.6, 0.68, 0.7, 0.9])
    def test_is_two_one_sided_tests(self, shift: float) -> None:
        """Within the margin at level 1 - 2a exactly where statsmodels' p-value is at most a."""
        rng = np.random.default_rng(3)
        a = rng.normal(0, 1, 60)
        b = a + rng.normal(shift, 0.8, 60)
        difference = mean_t(a - b, 0.9, "difference")
        assert isinstance(difference, Estimate)
        found = share_of_margin(difference, 0.9)
        p = ttost_paired(a, b, -0.9, 0.9)[0]
        assert (found.high <= 1) == (p <= 0.05)

    @given(Ends, st.floats(0.01, 5))
    def test_the_interval_holds_every_size_in_it(self, ends: list[float], margin: float) -> None:
        low, value, high = ends
        found = share_of_margin(estimate(low, value, high), margin)
        for inside in (low, value, high):
            assert found.low <= abs(inside) / margin <= found.high
        assert (found.low == 0) == (low <= 0 <= high or min(abs(low), abs(high)) / margin == 0)

    def test_an_open_end_stays_open(self) -> None:
        assert share_of_margin(estimate(-math.inf, 0.0, 1.0), 0.1).high == math.inf

    @pytest.mark.parametrize("margin", [0, -1, math.inf, math.nan])
    def test_no_margin_is_refused(self, margin: float) -> None:
        with pytest.raises(ValueError, match="margin"):
            share_of_margin(estimate(-1, 0, 1), margin)


class TestIndependentDifference:
    def test_of_wilson_intervals_it_is_newcombes(self) -> None:
        """Zou & Donner (2008): their method generalises Newcombe's hybrid score interval."""
        a, b = wilson(Counts(56, 70), 0.95), wilson(Counts(48, 80), 0.95)
        assert isinstance(a, Estimate)
        assert isinstance(b, Estimate)
        found = independent_difference(a, b)
        expected = confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff")
        assert (found.low, found.high) == pytest.approx(expected)
        # Newcombe (1998), Statistics in Medicine 17, 873-890, example (a), method 10.
        assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)

    def test_other_levels_are_refused(self) -> None:
        with pytest.raises(ValueError, match="levels"):
            independent_difference(estimate(-1, 0, 1), estimate(-1, 0, 1, level=0.9))
