"""Levels of several people and what weights decide, against closed forms and a search by steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.money.amounts import Between, mean
from gonogo.stats.portfolio.rubrics import disagreement, pooled, stays_first, weighted

levels = st.lists(st.floats(1, 5), min_size=3, max_size=3).map(sorted).map(lambda x: Between(*x))
tables = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).integers(10, 51, (4, 3)) / 10
)


class TestPooled:
    @given(st.lists(levels, max_size=4))
    def test_the_mean_is_the_mean_of_means(self, opinions: list[Between]) -> None:
        found = pooled(opinions, 400, np.random.default_rng(7))
        expected = np.mean([mean(one) for one in opinions]) if opinions else 3.0
        assert found.mean() == pytest.approx(expected, abs=0.03)
        assert found.min() >= 1 - 1e-9
        assert found.max() <= 5 + 1e-9

    def test_each_opinion_has_its_share_of_futures(self) -> None:
        found = pooled([Between(1, 1, 1), Between(5, 5, 5)], 100, np.random.default_rng(7))
        assert (found == 1).sum() == (found == 5).sum() == 50


class TestDisagreement:
    def test_ranges_that_do_not_meet_are_apart(self) -> None:
        assert disagreement([Between(1, 2, 3)]) is None
        near = disagreement([Between(2, 3, 4), Between(3, 4, 5)])
        assert near is not None
        assert (near.apart, near.overlap) == (False, True)
        far = disagreement([Between(1, 2, 5), Between(1, 4, 5)])
        assert far is not None
        assert (far.apart, far.low, far.high) == (True, 2, 4)


class TestStaysFirst:
    @given(tables, st.lists(st.integers(1, 9), min_size=3, max_size=3))
    def test_within_the_ends_the_first_is_first_and_beyond_another_is(
        self, means: np.ndarray, weights: list[int]
    ) -> None:
        shares = np.array(weights) / sum(weights)
        first = int(weighted(means, weights).argmax())
        for criterion, found in enumerate(stays_first(means, weights)):
            others = np.delete(shares, criterion) / np.delete(shares, criterion).sum()
            for weight in np.linspace(0, 1, 41):
                moved = np.insert((1 - weight) * others, criterion, weight)
                scores = means @ moved
                if found.low + 1e-9 < weight < found.high - 1e-9:
                    assert scores[first] >= scores.max() - 1e-9
                elif not found.low - 1e-9 <= weight <= found.high + 1e-9:
                    assert scores[first] < scores.max()

    def test_weights_that_cannot_be_are_refused(self) -> None:
        with pytest.raises(ValueError, match="weights"):
            weighted([[1.0, 2.0]], [0, 0])
