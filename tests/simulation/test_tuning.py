"""On pure noise the best of many trials looks good; rows it was not chosen by say what it is."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.sdk.tuning.fitting import Fitting
from gonogo.sdk.tuning.search import Plan
from gonogo.sdk.tuning.space import distributions
from gonogo.sdk.tuning.tune import Searched
from gonogo.stats.estimate import Estimate, Measured

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

ROWS, COLUMNS, TRIALS, REPEATS = 240, 8, 40, 60


def noise(seed: int) -> pd.DataFrame:
    """Features and a label that have nothing to do with one another."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(rng.normal(size=(ROWS, COLUMNS)), columns=[f"x{n}" for n in range(COLUMNS)])
    return rows.assign(y=rng.permutation(np.arange(ROWS) % 2))


def direction(parameters: dict[str, Any], train: pd.DataFrame) -> Any:
    """A model that ranks rows along a direction drawn by a parameter; it learns nothing."""
    drawn = np.random.default_rng(parameters["draw"]).normal(size=COLUMNS)
    return lambda rows: rows.to_numpy() @ drawn


def searched(seed: int, **more: Any) -> Searched:
    rows = noise(seed)
    features = tuple(name for name in rows.columns if name != "y")
    asked = {"honest": "held-back", "held_back": 0.33, "outer": 4, **more}
    return Searched(
        Fitting(direction, rows, features, "y", "performance.roc_auc", seed),
        Plan(distributions({"draw": (0, 10**6)}), higher=True, trials=TRIALS, seed=seed),
        folds=3,
        level=0.95,
        stratify=True,
        storage=None,
        **asked,
    )


def number(found: Measured) -> Estimate:
    assert isinstance(found, Estimate)
    return found


def share_covering(found: list[Estimate]) -> float:
    return float(np.mean([one.low <= 0.5 <= one.high for one in found]))


class TestOptimism:
    def test_held_back_rows_cover_one_half_and_the_best_trial_does_not(self) -> None:
        best: list[float] = []
        honest: list[Estimate] = []
        optimism: list[Estimate] = []
        for seed in range(REPEATS):
            _, winner, _, findings = searched(seed).run()
            best.append(winner.score)
            honest.append(number(findings[0].measured))
            optimism.append(number(findings[1].measured))
        assert share_covering(honest) >= 0.88
        assert np.mean([one.value for one in honest]) == pytest.approx(0.5, abs=0.02)
        assert min(best) > 0.5
        assert np.mean(best) > 0.55
        assert np.mean([one.value for one in optimism]) > 0.05
        # The truth is best - 0.5: what was reported, against what the model can do.
        truth = np.array(best) - 0.5
        held = [one.low <= at <= one.high for one, at in zip(optimism, truth, strict=True)]
        assert np.mean(held) >= 0.88

    def test_more_trials_are_more_optimistic(self) -> None:
        few, many = (np.mean([_best(seed, trials) for seed in range(20)]) for trials in (5, TRIALS))
        assert many > few + 0.02

    def test_nested_cross_validation_covers_one_half(self) -> None:
        honest: list[Estimate] = []
        optimism: list[Estimate] = []
        for seed in range(20):
            findings = searched(seed, honest="nested").run()[3]
            honest.append(number(findings[0].measured))
            optimism.append(number(findings[1].measured))
        assert share_covering(honest) >= 0.85
        assert np.mean([one.value for one in optimism]) > 0.05


def _best(seed: int, trials: int) -> float:
    one = searched(seed)
    return float(replace(one, plan=replace(one.plan, trials=trials)).run()[1].score)
