"""What shuffling costs: against scikit-learn, against the bootstrap, and by simulation."""

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from gonogo.stats.auc import auc
from gonogo.stats.estimate import Undefined
from gonogo.stats.shuffled import (
    UNMOVED,
    Loss,
    largest_loss,
    placements,
    shuffled_auc_loss,
)


def model(rows: Any) -> Any:
    return 1.2 * rows[:, 0] + 0.6 * rows[:, 1] + 0.8 * rows[:, 0] * rows[:, 1]


def drawn(n: int, rng: np.random.Generator) -> tuple[Any, Any]:
    first, second = rng.normal(size=(2, n))
    rows = np.column_stack([first, 0.5 * first + 0.87 * second])
    return rows, rng.random(n) < 1 / (1 + np.exp(1 - model(rows)))


def shuffles(rows: Any, column: int, repeats: int, rng: np.random.Generator) -> tuple[Any, Any]:
    donors = np.array([rng.permutation(len(rows)) for _ in range(repeats)])
    said = []
    for one in donors:
        mixed = rows.copy()
        mixed[:, column] = rows[one, column]
        said.append(model(mixed))
    return np.array(said), donors


def loss(rows: Any, label: Any, column: int, repeats: int, rng: np.random.Generator) -> Loss:
    found = shuffled_auc_loss(label, model(rows), *shuffles(rows, column, repeats, rng))
    assert isinstance(found, Loss)
    return found


class TestValue:
    def test_it_is_the_mean_loss_of_scikit_learns_auc(self) -> None:
        rng = np.random.default_rng(1)
        rows, label = drawn(150, rng)
        said, donors = shuffles(rows, 0, 4, rng)
        found = shuffled_auc_loss(label, model(rows), said, donors)
        assert isinstance(found, Loss)
        after = np.mean([roc_auc_score(label, one) for one in said])
        assert found.value == pytest.approx(roc_auc_score(label, model(rows)) - after)

    def test_placements_average_to_the_auc_of_either_class(self) -> None:
        rng = np.random.default_rng(2)
        label, score = rng.random(80) < 0.3, rng.normal(size=80).round(1)
        found = placements(label, score)
        assert found[label].mean() == pytest.approx(roc_auc_score(label, score))
        assert found[~label].mean() == pytest.approx(roc_auc_score(label, score))


class TestInterval:
    def test_the_error_is_close_to_that_of_drawing_new_rows(self) -> None:
        rng = np.random.default_rng(3)
        found = []
        for _ in range(150):
            rows, label = drawn(200, rng)
            found.append(loss(rows, label, 0, 8, rng))
        spread = float(np.std([one.value for one in found]))
        assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.15)

    @pytest.mark.slow
    @pytest.mark.parametrize("n", [100, 400])
    def test_95_percent_hold_the_importance_of_the_population(self, n: int) -> None:
        rng = np.random.default_rng(4)
        rows, label = drawn(200_000, rng)
        said, _ = shuffles(rows, 0, 8, rng)
        whole, ours = auc(label, model(rows)), [auc(label, one) for one in said]
        assert isinstance(whole, float)
        truth = whole - float(np.mean([one for one in ours if isinstance(one, float)]))
        hits = 0
        for _ in range(1000):
            found = loss(*drawn(n, rng), 0, 10, rng).at(0.95)
            hits += found.low <= truth <= found.high
        assert 0.935 <= hits / 1000 <= 0.98

    def test_a_column_that_moves_nothing_has_a_bound_all_the_same(self) -> None:
        rng = np.random.default_rng(5)
        label, score = rng.random(60) < 0.5, rng.normal(size=60)
        donors = np.array([rng.permutation(60)])
        found = shuffled_auc_loss(label, score, score[np.newaxis], donors)
        assert isinstance(found, Loss)
        told = found.at(0.95)
        assert told.method == UNMOVED
        assert told.low < 0 < told.high < 0.2
        assert told.value == 0

    @pytest.mark.parametrize(
        ("label", "score", "reason"),
        [
            ([1, 1, 1], [1, 2, 3], "only one class"),
            ([1, 0, 0], [1, 2, 3], "two rows of each class"),
            ([1, 0, 0, 1], [2, 2, 2, 2], "constant"),
        ],
    )
    def test_without_two_of_a_class_there_is_none(
        self, label: Any, score: Any, reason: str
    ) -> None:
        found = shuffled_auc_loss(label, score, [score], [list(range(len(label)))])
        assert isinstance(found, Undefined)
        assert reason in found.reason

    def test_scores_and_donors_of_other_rows_are_refused(self) -> None:
        with pytest.raises(ValueError, match="donors"):
            shuffled_auc_loss([0, 1], [1, 2], [[1, 2]], [[0]])


class TestLargest:
    def test_one_alone_is_itself(self) -> None:
        one = Loss(0.1, 0.02, n=50, pairs=20)
        assert largest_loss([one], 0.95) == one.at(0.95)

    def test_the_lower_end_pays_for_the_choice(self) -> None:
        several = [Loss(0.1, 0.02, 50, 20), Loss(0.01, 0.02, 50, 20), Loss(0.0, 0.02, 50, 20)]
        found, alone = largest_loss(several, 0.95), several[0].at(0.95)
        assert not isinstance(found, Undefined)
        assert found.value == alone.value
        assert found.low < alone.low
        assert found.high == alone.high

    def test_none_at_all_has_a_reason(self) -> None:
        assert isinstance(largest_loss([], 0.95), Undefined)
