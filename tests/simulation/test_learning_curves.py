"""Learning curves on real data: sizes held back are foretold; run by `make simulate`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate
from gonogo.stats.learning_curves import Curve, fit, foretell

pytestmark = pytest.mark.slow

LOADERS: dict[str, Callable[..., Any]] = {
    "breast cancer": load_breast_cancer,
    "diabetes": load_diabetes,
    "digits": load_digits,
    "iris": load_iris,
    "wine": load_wine,
}
SHARES = np.array([0.06, 0.09, 0.125, 0.18, 0.25, 0.35, 0.5, 1.0])
"""Shares of the training rows; the last is foretold from the others."""
REPEATS = 20


def learner(name: str, *, tree: bool) -> Any:
    """A way of learning that suits the data."""
    if name == "diabetes":
        return DecisionTreeRegressor(max_depth=3, random_state=0) if tree else Ridge()
    if tree:
        return DecisionTreeClassifier(random_state=0)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))


def measured(name: str, *, tree: bool) -> tuple[Floats, Floats]:
    """Sizes and scores of REPEATS random splits at each size, nested in each split."""
    x, y = LOADERS[name](return_X_y=True)
    sizes, scores = [], []
    for seed in range(REPEATS):
        rows = np.random.default_rng(seed).permutation(len(y))
        test, train = rows[: len(y) // 3], rows[len(y) // 3 :]
        for share in SHARES:
            some = train[: max(12, round(share * train.size))]
            if name != "diabetes" and np.unique(y[some]).size < 2:
                continue
            model = learner(name, tree=tree).fit(x[some], y[some])
            sizes.append(float(some.size))
            scores.append(float(model.score(x[test], y[test])))
    return np.array(sizes), np.array(scores)


class TestRealData:
    def test_a_size_twice_as_large_mostly_lies_in_the_interval(self) -> None:
        """Five data sets, a linear and a tree learner of each: at most two of ten are missed."""
        held = 0
        for name in LOADERS:
            for tree in (False, True):
                sizes, scores = measured(name, tree=tree)
                last = sizes == sizes.max()
                curve = fit(sizes[~last], scores[~last])
                assert isinstance(curve, Curve)
                found = foretell(curve, float(sizes.max()), 0.95, "score")
                assert isinstance(found, Estimate)
                held += found.low <= scores[last].mean() <= found.high
        assert held >= 8
