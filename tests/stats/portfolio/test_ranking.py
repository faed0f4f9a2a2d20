"""How sure an order is, against SciPy's ranks and probabilities that are known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, rankdata

from gonogo.stats.portfolio.ranking import above, ranks

tables = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).integers(0, 4, (20, 5)).astype(float)
)


class TestAbove:
    def test_two_normals_are_as_often_in_order_as_theory_says(self) -> None:
        rng = np.random.default_rng(7)
        found = above(np.column_stack([rng.normal(1, 1, 40_000), rng.normal(0, 1, 40_000)]))
        assert found[0, 1] == pytest.approx(norm.cdf(1 / math.sqrt(2)), abs=0.01)

    @given(tables)
    def test_one_is_above_as_often_as_the_other_is_below(self, scores: np.ndarray) -> None:
        found = above(scores)
        assert found + found.T == pytest.approx(np.ones((5, 5)))


class TestRanks:
    @given(tables)
    def test_mean_ranks_are_those_of_scipy(self, scores: np.ndarray) -> None:
        found = ranks(scores, 0.8)
        expected = rankdata(-scores, axis=1).mean(axis=0)
        assert [one.mean for one in found] == pytest.approx(expected.tolist())
        assert sorted(one.place for one in found) == [1, 2, 3, 4, 5]
        assert sum(one.first for one in found) == pytest.approx(1)
        assert all(1 <= one.low <= one.high <= 5 for one in found)

    def test_what_is_missing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            ranks([[1.0, math.nan]], 0.8)
