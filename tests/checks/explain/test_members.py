"""Attributions of ensembles: they add up to the score, and are those of the members, averaged."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from onnx import helper
from scipy.special import expit

from gonogo.checks.explain.attribution import Attributions, Scale
from gonogo.checks.explain.explainers import way_of
from gonogo.checks.explain.members import on_scores
from gonogo.checks.explain.sampled import by_walks
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.predictor import Predictor
from gonogo.core.snapshot import Served
from tests.fixtures.ensembles import ensemble, reading_scores, signed
from tests.fixtures.gateways import NAMES, Models


def rows(n: int = 40, seed: int = 3) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    table = np.column_stack([drawn.uniform(0, 1000, (n, 2)), drawn.integers(0, 60, n)])
    return pd.DataFrame(table, columns=list(NAMES))


def explained(found: Predictor, frame: pd.DataFrame) -> Any:
    way = way_of(found.predict_score, found.native, found.names, rows(), 7, 40)
    assert way is not None
    return way, way.explain(frame)


def of_one(model: Served) -> Any:
    found = load_predictor(Path(model.folder), columns=NAMES)
    return on_scores(explained(found, rows(10, 5))[1])


class TestWeighted:
    def test_they_are_the_members_own_averaged(self, versions: Models, tmp_path: Path) -> None:
        one, two = versions.lightgbm(), versions.lightgbm("2", seed=2)
        made = load_predictor(ensemble(tmp_path, (one, 1.0), (two, 3.0)))
        way, found = explained(made, rows(10, 5))
        first, second = of_one(one), of_one(two)
        np.testing.assert_allclose(found.values, (first.values + 3 * second.values) / 4)
        assert way.exact
        assert way.method.startswith("mean of its members: TreeSHAP")

    def test_they_add_up_to_the_score(self, versions: Models, tmp_path: Path) -> None:
        """Of trees, whose own add up to the logarithm of the odds, and of walks beside them."""
        summing = versions.onnx("mean-of-three", _third(), width=3, features=())
        pair = (versions.lightgbm(), 2.0), (signed(summing, tmp_path), 1.0)
        made = load_predictor(ensemble(tmp_path, *pair))
        way, found = explained(made, rows(10, 5))
        np.testing.assert_allclose(found.score, made.predict_score(rows(10, 5)), rtol=1e-6)
        assert found.scale is Scale.SCORE
        assert not way.exact
        assert found.error is not None

    def test_they_are_near_to_walks_of_the_whole(self, versions: Models, tmp_path: Path) -> None:
        """Another way to the same: what speaks most for or against a row is the same column."""
        pair = (versions.lightgbm(), 1.0), (versions.lightgbm("2", seed=2), 1.0)
        made = load_predictor(ensemble(tmp_path, *pair))
        walked = by_walks(made.predict_score, made.names, rows(60), 7)
        assert walked is not None
        _, found = explained(made, rows(20, 9))
        other = walked.explain(rows(20, 9)).values
        strongest = np.abs(found.values).argmax(axis=1), np.abs(other).argmax(axis=1)
        assert np.mean(strongest[0] == strongest[1]) > 0.8
        assert np.corrcoef(found.values.ravel(), other.ravel())[0, 1] > 0.9


class TestStacked:
    def test_the_whole_is_walked(self, versions: Models, tmp_path: Path) -> None:
        """What a model makes of scores is no mean of them."""
        pair = (versions.lightgbm(), 1.0), (versions.lightgbm("2", seed=2), 1.0)
        made = load_predictor(ensemble(tmp_path, *pair, stack=reading_scores(versions)))
        way, found = explained(made, rows(5, 5))
        assert way.method.startswith("Shapley values sampled")
        np.testing.assert_allclose(found.score, made.predict_score(rows(5, 5)), rtol=1e-4)


class TestOnScores:
    def test_shares_of_a_row_stay_as_they_are(self) -> None:
        values, base = np.array([[1.0, -3.0, 0.5], [0.0, 0.0, 0.0]]), np.array([0.4, 0.4])
        found = on_scores(Attributions(values, base, Scale.LOG_ODDS))
        assert found.score == pytest.approx(expit([-1.1, 0.4]))
        assert found.values[0] / found.values[0, 0] == pytest.approx([1.0, -3.0, 0.5])
        assert found.values[1].tolist() == [0.0, 0.0, 0.0]

    def test_close_to_the_base_it_is_the_slope_there(self) -> None:
        base = np.array([0.3])
        found = on_scores(Attributions(np.array([[2e-10, 0.0]]), base, Scale.LOG_ODDS))
        slope = expit(0.3) * (1 - expit(0.3))
        assert found.values[0, 0] == pytest.approx(2e-10 * slope, rel=1e-6)


def _third() -> list[Any]:
    return [helper.make_node("ReduceMean", ["x"], ["score"], axes=[1], keepdims=1)]
