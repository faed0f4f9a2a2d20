"""Means of a few kinds: against empirical likelihood, a closed form, and how often they hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import t
from statsmodels.emplike.descriptive import DescStat

from gonogo.stats.bounded_means import mean_of_kinds, mean_within
from gonogo.stats.estimate import Estimate, Undefined

PAYOFFS = [900.0, -4200.0, 0.0, -900.0]


def estimate(counts: list[int], values: list[float], level: float = 0.95) -> Estimate:
    found = mean_of_kinds(counts, values, level, "USD")
    assert isinstance(found, Estimate), found
    return found


class TestMeanOfKinds:
    def test_agrees_with_empirical_likelihood_where_all_kinds_were_seen(self) -> None:
        """statsmodels takes the normal quantile, so it is asked at the level of Student's."""
        counts = [400, 30, 100, 70]
        found = estimate(counts, PAYOFFS)
        rows = np.repeat(PAYOFFS, counts)
        reach = float(t.ppf(0.975, 599))
        low, high = DescStat(rows).ci_mean(sig=math.erfc(reach / math.sqrt(2)))
        assert found.value == pytest.approx(rows.mean())
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)

    def test_no_event_has_the_closed_form(self) -> None:
        """n log(1 - p) = -q / 2 where none of n had the event."""
        n = 40
        found = estimate([n, 0], [0.0, 1.0])
        assert found.low == 0
        assert found.high == pytest.approx(1 - math.exp(-(t.ppf(0.975, n - 1) ** 2) / (2 * n)))

    def test_two_kinds_are_the_likelihood_interval_of_a_proportion(self) -> None:
        """81 of 263, whose Wilson interval Newcombe (1998) prints as [0.2553, 0.3662]."""
        found = estimate([81, 182], [1.0, 0.0])
        allowed = t.ppf(0.975, 262) ** 2

        def beyond(p: float) -> float:
            best = 81 * math.log(81 / 263) + 182 * math.log(182 / 263)
            return 2 * (best - 81 * math.log(p) - 182 * math.log(1 - p)) - allowed

        assert found.low == pytest.approx(brentq(beyond, 0.01, 81 / 263))
        assert found.high == pytest.approx(brentq(beyond, 81 / 263, 0.99))
        assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=0.002)

    def test_of_two_observations_it_reaches_to_the_ends_themselves(self) -> None:
        """So few allow nearly everything: what differs from an end by rounding alone is the end."""
        found = mean_within([0.25, 0.36], (0.0, 1.0), 0.95, "score")
        assert isinstance(found, Estimate)
        assert (found.low, found.high) == (0, 1)

    def test_what_was_not_seen_may_come(self) -> None:
        seen = estimate([50, 0], [10.0, -5.0])
        costly = estimate([50, 0], [10.0, -500.0])
        assert costly.low < seen.low < seen.value == seen.high == 10

    def test_kinds_without_rows_inside_the_range_change_nothing(self) -> None:
        assert estimate([5, 7], [0.0, 1.0]) == estimate([5, 0, 7], [0.0, 0.4, 1.0])

    @given(
        st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(lambda found: sum(found) > 1),
        st.floats(-1e6, 1e6),
        st.floats(1e-3, 1e3),
    )
    @settings(max_examples=40, deadline=None)
    def test_shifting_and_scaling_the_values_does_so_to_the_interval(
        self, counts: list[int], shift: float, scale: float
    ) -> None:
        plain = estimate(counts, [3.0, -7.0, 0.0, -1.0])
        moved = estimate(counts, [shift + scale * one for one in (3.0, -7.0, 0.0, -1.0)])
        close = 1e-6 * (abs(shift) + scale)
        assert moved.low == pytest.approx(shift + scale * plain.low, abs=close)
        assert moved.high == pytest.approx(shift + scale * plain.high, abs=close)
        assert -7 <= plain.low <= plain.value <= plain.high <= 3
        assert plain.low < plain.high

    def test_a_higher_level_is_wider(self) -> None:
        narrow, wide = estimate([9, 2], [1.0, 0.0], 0.8), estimate([9, 2], [1.0, 0.0], 0.99)
        assert wide.low < narrow.low < narrow.high < wide.high

    def test_without_two_observations_or_two_values_it_is_undefined(self) -> None:
        assert mean_of_kinds([0, 0], [1, 2], 0.95, "USD") == Undefined("no observations", n=0)
        assert mean_of_kinds([1, 0], [1, 2], 0.95, "USD") == Undefined("one observation", n=1)
        same = mean_of_kinds([4, 6], [2, 2], 0.95, "USD")
        assert same == Undefined("all values are 2: nothing to measure", n=10)

    @pytest.mark.parametrize(
        ("counts", "values"),
        [([1, -1], [0, 1]), ([1], [0, 1]), ([1, 1], [0, math.inf]), ([math.nan, 1], [0, 1])],
    )
    def test_strange_counts_and_values_are_refused(
        self, counts: list[float], values: list[float]
    ) -> None:
        with pytest.raises(ValueError, match="expected"):
            mean_of_kinds(counts, values, 0.95, "USD")


@pytest.mark.slow
class TestCoverage:
    @pytest.mark.parametrize("n", [30, 100, 1000])
    @pytest.mark.parametrize("shares", [(0.9, 0.01, 0.05, 0.04), (0.6, 0.1, 0.2, 0.1)])
    def test_95_percent_hold_the_mean(self, n: int, shares: tuple[float, ...]) -> None:
        """A rare costly mistake breaks Student's interval: 81 % at n = 30."""
        truth = float(np.dot(shares, PAYOFFS))
        drawn = np.random.default_rng(1).multinomial(n, shares, size=500)
        found = [estimate(list(counts), PAYOFFS) for counts in drawn]
        held = np.mean([one.low <= truth <= one.high for one in found])
        assert held >= 0.925


class TestMeanWithin:
    def test_many_values_are_joined_without_a_trace(self) -> None:
        values = np.random.default_rng(2).beta(0.5, 4, 1500)
        apart = mean_of_kinds(np.append(np.ones(1500), [0, 0]), np.append(values, [0, 1]), 0.95, "")
        joined = mean_within(values, (0.0, 1.0), 0.95, "")
        assert isinstance(apart, Estimate)
        assert isinstance(joined, Estimate)
        assert (joined.value, joined.low, joined.high) == pytest.approx(
            (apart.value, apart.low, apart.high), rel=1e-4
        )
        assert joined.n == 1500

    def test_values_beyond_the_range_are_refused(self) -> None:
        with pytest.raises(ValueError, match="within"):
            mean_within([0.2, 1.2], (0.0, 1.0), 0.95, "")
