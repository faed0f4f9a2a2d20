"""Shapley values against games whose solution is published, against shap, and as axioms."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.checks.explain.by_shap import library
from gonogo.stats.shapley import shapley_values, walks


def every_order(features: int) -> Any:
    """Each order followed by its reverse: twice all of them, which is exact."""
    return np.array([order for one in permutations(range(features)) for order in (one, one[::-1])])


def game(worth: Callable[[Any], float], features: int) -> list[float]:
    """The Shapley values of a game of coalitions, by walking all orders."""
    found = shapley_values(
        lambda mine, _: np.array([worth(row) for row in mine]),
        worth(np.ones(features, dtype=bool)),
        np.array([worth(np.zeros(features, dtype=bool))]),
        every_order(features),
    )
    return [round(float(value), 10) for value in found.values]


class TestPublishedExamples:
    def test_the_glove_game(self) -> None:
        """Two left gloves, one right: 1/6, 1/6, 2/3 (Shapley & Shubik 1969, J. Econ. Theory 1)."""
        found = game(lambda has: float(has[2] and (has[0] or has[1])), 3)
        assert found == pytest.approx([1 / 6, 1 / 6, 2 / 3])

    @pytest.mark.parametrize(
        ("bonus", "fever", "cough", "base"), [(0.0, 30.0, 30.0, 20.0), (10.0, 30.0, 35.0, 25.0)]
    )
    def test_fever_and_cough(self, bonus: float, fever: float, cough: float, base: float) -> None:
        """Two trees over four equally frequent patients, one of them with both signs.

        Lundberg, Erion & Lee (2018), Consistent individualized feature attribution for tree
        ensembles, arXiv:1802.03888, figure 1: models A and B.
        """
        patients = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)

        def score(rows: Any) -> Any:
            return 80 * rows[:, 0] * rows[:, 1] + bonus * rows[:, 1]

        orders = np.tile(np.array([[0, 1], [1, 0]]), (4, 1))
        found = shapley_values(
            lambda mine, donors: score(np.where(mine, 1.0, patients[donors])),
            80 + bonus,
            score(patients),
            orders,
        )
        assert found.values.tolist() == pytest.approx([fever, cough])
        assert found.base == pytest.approx(base)


class TestAgainstShap:
    def test_all_orders_agree_with_shaps_exact_explainer(self) -> None:
        rng = np.random.default_rng(5)
        background, row = rng.normal(size=(6, 4)), rng.normal(size=4)

        def score(rows: Any) -> Any:
            return rows[:, 0] * rows[:, 1] + np.sin(rows[:, 2]) * rows[:, 3] + rows[:, 3]

        theirs = library().explainers.ExactExplainer(score, background)(row[np.newaxis])
        # Every order from every background row.
        ours = shapley_values(
            lambda mine, donors: score(np.where(mine, row, background[donors])),
            float(score(row[np.newaxis])[0]),
            score(background),
            np.repeat(every_order(4).reshape(24, 2, 4), 6, axis=0).reshape(-1, 4),
        )
        assert ours.values == pytest.approx(theirs.values[0])
        assert ours.base == pytest.approx(float(theirs.base_values[0]))


class TestAxioms:
    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 5))
    def test_base_and_values_add_up_to_the_score(
        self, seed: int, features: int, pairs: int
    ) -> None:
        """Local accuracy holds exactly for any walks, not only on average."""
        rng = np.random.default_rng(seed)
        background, row = rng.normal(size=(pairs, features)), rng.normal(size=features)
        mix = rng.normal(size=(features, features))

        def score(rows: Any) -> Any:
            return np.tanh(rows @ mix).sum(axis=1)

        own = float(score(row[np.newaxis])[0])
        found = shapley_values(
            lambda mine, donors: score(np.where(mine, row, background[donors])),
            own,
            score(background),
            walks(features, pairs, seed),
        )
        assert found.base + found.values.sum() == pytest.approx(own)

    def test_a_column_that_is_not_read_adds_nothing(self) -> None:
        found = game(lambda has: float(has[0]), 3)
        assert found == [1.0, 0.0, 0.0]

    def test_a_single_feature_takes_all(self) -> None:
        found = shapley_values(lambda *_: np.empty(0), 3.0, np.ones(1), walks(1, 1, seed=1))
        assert found.values.tolist() == [2.0]
        assert np.isinf(found.reach(0.95)).all()


class TestChance:
    def test_intervals_hold_the_exact_values(self) -> None:
        """95 % intervals of sampled walks hold what all walks give in about 95 % of the runs."""
        rng = np.random.default_rng(11)
        background, row = rng.normal(size=(40, 4)), np.array([1.0, -0.5, 2.0, 0.3])

        def score(rows: Any) -> Any:
            return rows[:, 0] * rows[:, 1] + np.exp(rows[:, 2] / 2) * (rows[:, 3] > 0)

        def asked(rows: Any) -> Any:
            return lambda mine, donors: score(np.where(mine, row, rows[donors]))

        exact = shapley_values(
            asked(background),
            float(score(row[np.newaxis])[0]),
            score(background),
            np.repeat(every_order(4).reshape(24, 2, 4), 40, axis=0).reshape(-1, 4),
        )
        hits = 0
        for run in range(300):
            drawn = background[rng.integers(0, 40, 30)]
            found = shapley_values(
                asked(drawn),
                float(score(row[np.newaxis])[0]),
                score(drawn),
                walks(4, 30, seed=run),
            )
            hits += int((np.abs(found.values - exact.values) <= found.reach(0.95)).sum())
        assert 0.92 <= hits / 1200 <= 0.98

    def test_walks_come_in_pairs_of_opposite_order(self) -> None:
        orders = walks(5, 3, seed=2)
        assert (orders[::2] == orders[1::2, ::-1]).all()
        assert (np.sort(orders, axis=1) == np.arange(5)).all()

    @pytest.mark.parametrize(("features", "pairs"), [(0, 3), (3, 0)])
    def test_no_walks_of_nothing(self, features: int, pairs: int) -> None:
        with pytest.raises(ValueError, match="expected 1 or more"):
            walks(features, pairs, seed=1)

    def test_an_odd_number_of_walks_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected pairs"):
            shapley_values(lambda *_: np.empty(0), 1.0, np.ones(1), walks(2, 1, seed=1)[:1])
