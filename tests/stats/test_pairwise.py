"""Weights from pairwise judgements: Saaty's own examples, power iteration, consistency."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.pairwise import ahp

SCHOOLS = (
    (1, 4, 3, 1, 3, 4),
    (1 / 4, 1, 7, 3, 1 / 5, 1),
    (1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6),
    (1, 1 / 3, 5, 1, 1, 1 / 3),
    (1 / 3, 5, 5, 1, 1, 3),
    (1 / 4, 1, 6, 3, 1 / 3, 1),
)
CHAIRS = ((1, 5, 6, 7), (1 / 5, 1, 4, 6), (1 / 6, 1 / 4, 1, 4), (1 / 7, 1 / 6, 1 / 4, 1))
judgements = st.lists(
    st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1.0, 2.0, 4.0, 7.0, 9.0]), min_size=1, max_size=21
)


def matrix(upper: list[float]) -> list[list[float]]:
    """The reciprocal matrix that the first judgements of `upper` fill."""
    n = max(n for n in range(2, 8) if n * (n - 1) // 2 <= len(upper))
    made = np.ones((n, n))
    made[np.triu_indices(n, 1)] = upper[: n * (n - 1) // 2]
    for i, j in zip(*np.triu_indices(n, 1), strict=True):
        made[j, i] = 1 / made[i, j]
    rows: list[list[float]] = made.tolist()
    return rows


class TestAhp:
    def test_the_published_choice_of_a_school(self) -> None:
        """Saaty (1980), chapter 1: learning, friends, school life, training, college, music."""
        found = ahp(SCHOOLS)
        assert found.weights == pytest.approx([0.32, 0.14, 0.03, 0.13, 0.24, 0.14], abs=0.005)
        assert found.ratio > 0.2
        assert not found.consistent

    def test_the_published_brightness_of_chairs(self) -> None:
        """Saaty (1977), J. Math. Psychology 15, 234-281: .61 .24 .10 .05, eigenvalue 4.39."""
        found = ahp(CHAIRS)
        assert found.weights == pytest.approx([0.61, 0.24, 0.10, 0.05], abs=0.01)
        assert found.largest == pytest.approx(4.39, abs=0.005)
        assert found.index == pytest.approx(0.13, abs=0.005)

    @given(st.lists(st.floats(1, 8.9), min_size=1, max_size=10))
    def test_consistent_judgements_give_back_their_weights(self, weights: list[float]) -> None:
        found = ahp([[one / other for other in weights] for one in weights])
        assert found.weights == pytest.approx([one / sum(weights) for one in weights])
        assert found.ratio == pytest.approx(0, abs=1e-9)
        assert found.consistent

    @given(judgements)
    def test_agrees_with_power_iteration(self, upper: list[float]) -> None:
        judged = np.array(matrix(upper))
        vector = np.ones(len(judged))
        for _ in range(2_000):
            vector = judged @ vector
            vector = vector / vector.sum()
        found = ahp(judged.tolist())
        assert found.weights == pytest.approx(vector.tolist(), abs=1e-8)
        assert found.largest == pytest.approx(float((judged @ vector).sum()), abs=1e-6)
        assert found.ratio >= 0

    @given(judgements, st.randoms())
    def test_the_order_of_the_things_does_not_matter(
        self, upper: list[float], random: object
    ) -> None:
        judged = np.array(matrix(upper))
        turned = np.arange(len(judged))[::-1]
        there, back = ahp(judged.tolist()), ahp(judged[np.ix_(turned, turned)].tolist())
        assert there.weights == pytest.approx(back.weights[::-1], abs=1e-8)

    @pytest.mark.parametrize(
        ("judged", "says"),
        [
            ([[1, 2], [2, 1]], "reciprocal"),
            ([[1, 10], [0.1, 1]], "Saaty"),
            ([[1, 2, 3]], "square"),
            ([], "square"),
            ([[float("nan")]], "Saaty"),
        ],
    )
    def test_what_is_no_judgement_is_refused(self, judged: list[list[float]], says: str) -> None:
        with pytest.raises(ValueError, match=says):
            ahp(judged)
