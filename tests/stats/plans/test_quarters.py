"""Chances by quarter from kept percentiles, against the futures that the percentiles were of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.plans.quarters import by_quarter, reached_by
from gonogo.stats.plans.results import curve

futures = st.integers(0, 10_000).map(
    lambda seed: np.where(
        np.random.default_rng(seed).random(300) < 0.1,
        np.inf,
        np.random.default_rng(seed).gamma(2, 30, 300).round(),
    )
)


class TestReachedBy:
    @given(futures, st.floats(0, 400))
    def test_the_share_of_futures_lies_between_the_ends(self, days: np.ndarray, day: float) -> None:
        found = reached_by(curve(days), day)
        assert found.low - 1e-9 <= (days <= day).mean() <= found.high + 1e-9
        assert found.low <= found.value <= found.high

    def test_what_is_certain_is_certain(self) -> None:
        assert reached_by([3.0] * 99, 3.0).value == 1
        assert reached_by([3.0] * 99, 2.9).value == 0
        assert reached_by([], 2.9).value == 0


class TestByQuarter:
    @given(futures)
    def test_all_add_up_to_one(self, days: np.ndarray) -> None:
        spans, later = by_quarter(curve(days), [0.0, 30.0, 60.0, 120.0])
        assert sum(one.value for one in (*spans, later)) == pytest.approx(1)
        assert all(one.low <= one.value <= one.high for one in (*spans, later))
