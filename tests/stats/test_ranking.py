"""Rankings of one query: a published example, ties, and what moving an item up does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.arrays import Floats
from gonogo.stats.ranking import by_query, ndcg, precision_averaged, recall_at

items = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=15).filter(
    lambda found: any(relevance for relevance, _ in found)
)


def arrays(found: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    relevance, score = zip(*found, strict=True)
    return np.array(relevance, dtype=np.float64), np.array(score, dtype=np.float64)


class TestNdcg:
    def test_the_published_gains(self) -> None:
        """Järvelin & Kekäläinen (2002), section 3.1: G' = 3 2 3 0 0 1 2 2 3 0; here log2(i + 1)."""
        gains = np.array([3.0, 2, 3, 0, 0, 1, 2, 2, 3, 0])
        score = -np.arange(10.0)
        weights = 1 / np.log2(np.arange(2, 12))
        ideal = np.array([3.0, 3, 3, 2, 2, 2, 1, 0, 0, 0])
        assert ndcg(gains, score, 10) == pytest.approx((gains @ weights) / (ideal @ weights))

    def test_ties_share_their_places(self) -> None:
        one, other = (
            ndcg(np.array(gain), np.array([2.0, 1.0]), 2) for gain in ([1.0, 0], [0, 1.0])
        )
        assert ndcg(np.array([1.0, 0.0]), np.array([1.0, 1.0]), 2) == pytest.approx(
            (one + other) / 2
        )


class TestAll:
    @given(items, st.integers(1, 20))
    def test_lie_in_range_and_are_1_where_the_order_is_right(
        self, found: list[tuple[int, int]], k: int
    ) -> None:
        relevance, score = arrays(found)
        for value in (
            ndcg(relevance, score, k),
            recall_at(relevance, score, k),
            precision_averaged(relevance, score),
        ):
            assert 0 <= value <= 1
        places = relevance + np.arange(relevance.size) * 1e-3
        assert ndcg(relevance, places, k) == pytest.approx(1)
        assert precision_averaged(relevance, places) == pytest.approx(1)

    @given(items)
    def test_recall_reaches_1_with_all_places(self, found: list[tuple[int, int]]) -> None:
        relevance, score = arrays(found)
        values = [recall_at(relevance, score, k) for k in range(1, relevance.size + 1)]
        assert values == sorted(values)
        assert values[-1] == pytest.approx(1)


class TestByQuery:
    def test_no_queries_at_all(self) -> None:
        nothing = np.empty(0)
        assert by_query(precision_averaged, nothing, nothing, nothing.astype(np.int64)).size == 0

    def test_each_query_by_itself(self) -> None:
        found = by_query(
            lambda relevance, score: recall_at(relevance, score, 1),
            np.array([1.0, 0, 1, 0, 0]),
            np.array([9.0, 8, 1, 2, 7]),
            np.array([7, 7, 3, 3, 5]),
        )
        assert found[[0, 2]].tolist() == [0.0, 1.0]
        assert np.isnan(found[1])
