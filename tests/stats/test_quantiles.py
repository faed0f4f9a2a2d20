"""Quantiles between order statistics."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.quantiles import quantile_interval

pytestmark = pytest.mark.filterwarnings("error")


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


class TestQuantileInterval:
    @pytest.mark.parametrize(
        ("n", "first", "last"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (30, 10, 21)]
    )
    def test_published_ranks_for_the_median(self, n: int, first: int, last: int) -> None:
        """Campbell & Gardner (1988), BMJ 296, 1454-1456: ranks for a 95 % interval."""
        found = estimated(quantile_interval(np.arange(1, n + 1), 0.5, 0.95, "ms"))
        assert (found.low, found.high) == (first, last)

    @given(
        st.integers(1, 400),
        st.sampled_from([0.01, 0.1, 0.25, 0.5, 0.9, 0.99]),
        st.sampled_from([0.5, 0.9, 0.95, 0.99]),
    )
    def test_covers_at_least_as_often_as_it_says(self, n: int, q: float, level: float) -> None:
        """Exactly, for any continuous distribution; and one rank nearer would break a tail."""
        found = estimated(quantile_interval(np.arange(1, n + 1), q, level, "ms"))
        first = 0 if found.low == -math.inf else int(found.low)
        last = n + 1 if found.high == math.inf else int(found.high)
        below, above = (
            float(scipy_stats.binom.cdf(first - 1, n, q)),
            float(scipy_stats.binom.sf(last - 1, n, q)),
        )
        tail = (1 - level) / 2 + 1e-12
        assert below <= tail < float(scipy_stats.binom.cdf(first, n, q)) + 2e-12
        assert above <= tail < float(scipy_stats.binom.sf(last - 2, n, q)) + 2e-12

    @given(
        st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60),
        st.floats(0.01, 0.99),
        st.sampled_from([0.5, 0.9, 0.99]),
    )
    def test_holds_the_value_whatever_the_order(
        self, values: list[float], q: float, level: float
    ) -> None:
        found = estimated(quantile_interval(values, q, level, "ms"))
        assert found.low <= found.value <= found.high
        assert found.value in values
        assert found == quantile_interval(sorted(values), q, level, "ms")

    def test_agrees_with_scipy(self) -> None:
        values = np.random.default_rng(2).gamma(2, 10, 500)
        found = estimated(quantile_interval(values, 0.9, 0.95, "ms"))
        test = scipy_stats.quantile_test(values, q=found.value, p=0.9)
        # The library's type stubs call its method a number.
        theirs: Any = test.confidence_interval(0.95)
        assert (found.low, found.high) == (theirs.low, theirs.high)

    def test_too_few_rows_leave_the_end_open(self) -> None:
        found = estimated(quantile_interval([3.0, 4.0, 5.0], 0.99, 0.95, "ms"))
        assert (found.value, found.high) == (5.0, math.inf)

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            ([], "no observations"),
            ([1.0, math.nan], "1 of 2 values are missing or infinite"),
        ],
    )
    def test_nothing_to_order_says_so(self, values: list[float], reason: str) -> None:
        assert quantile_interval(values, 0.5, 0.95, "ms") == Undefined(reason, n=len(values))

    @pytest.mark.parametrize("q", [0.0, 1.0, 99.0])
    def test_only_shares_strictly_between_are_quantiles(self, q: float) -> None:
        with pytest.raises(ValueError, match="q is"):
            quantile_interval([1.0], q, 0.95, "ms")
