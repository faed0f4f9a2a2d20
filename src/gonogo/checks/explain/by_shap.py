"""Shapley values of scikit-learn's trees by the library `shap`, where it is installed."""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.explain.attribution import Attributions, Explainer, Scale, gathered
from gonogo.checks.explain.parts import Parts

if TYPE_CHECKING:
    import pandas as pd

SHAP = "TreeSHAP of shap (Lundberg et al. 2020)"
TREES = frozenset(
    {
        "DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreesClassifier",
        "ExtraTreesRegressor", "GradientBoostingClassifier", "GradientBoostingRegressor",
        "HistGradientBoostingClassifier", "HistGradientBoostingRegressor",
        "RandomForestClassifier", "RandomForestRegressor",
    }
)  # fmt: skip
"""Models of scikit-learn that shap takes apart."""


def by_shap(parts: Parts, columns: int) -> Explainer | None:
    """Attributions by shap; None for other models, and where shap is not installed."""
    kind = type(parts.final)
    if kind.__name__ not in TREES or not kind.__module__.startswith("sklearn."):
        return None
    shap = library()
    if shap is None:
        return None
    trees = shap.TreeExplainer(parts.final)
    base = np.ravel(trees.expected_value)[-1]

    def explain(rows: "pd.DataFrame") -> Attributions:
        prepared = np.asarray(parts.prepare(rows), dtype=np.float64)
        found = np.asarray(trees.shap_values(prepared, check_additivity=False), np.float64)
        # Of classifiers there is one table for each class: the last is that of a yes.
        table = found[..., -1] if found.ndim == 3 else found
        values = gathered(table, parts.sources, columns)
        return Attributions(values, np.full(len(rows), float(base)), Scale.SCORE)

    return Explainer(SHAP, exact=True, explain=explain)


def library() -> Any:
    """The library shap, of the extra `explain`; None where it is not installed."""
    with warnings.catch_warnings():
        # What it draws with warns of its own future when it is loaded.
        warnings.simplefilter("ignore")
        try:
            import shap
        except ImportError:
            return None
        return shap
