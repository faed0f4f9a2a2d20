"""Shapley values of boosted trees, by the library that grew them.

Source: Lundberg et al. (2020), Nature Machine Intelligence 2, 56-67 (TreeSHAP, path-dependent).
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.explain.attribution import Attributions, Explainer, Scale, Table, gathered
from gonogo.checks.explain.parts import Parts
from gonogo.checks.predictors.xgboost_file import matrix

if TYPE_CHECKING:
    import pandas as pd

LIGHTGBM = "TreeSHAP of LightGBM (Lundberg et al. 2020)"
XGBOOST = "TreeSHAP of XGBoost (Lundberg et al. 2020)"


def by_trees(parts: Parts, columns: int) -> Explainer | None:
    """Attributions on the trees' own scale; None where the last step is no booster."""
    booster = _booster(parts.final)
    if _is_linear(booster):
        return None
    kind = type(booster).__module__.partition(".")[0]
    contributions = {"lightgbm": _of_lightgbm, "xgboost": _of_xgboost}.get(kind)
    if contributions is None or not hasattr(booster, "predict"):
        return None
    ask = contributions(booster)

    def explain(rows: "pd.DataFrame") -> Attributions:
        found = ask(parts.prepare(rows))
        values = gathered(found[:, :-1], parts.sources, columns)
        return Attributions(values, found[:, -1], Scale.LOG_ODDS)

    return Explainer(LIGHTGBM if kind == "lightgbm" else XGBOOST, exact=True, explain=explain)


def _booster(final: Any) -> Any:
    """The booster within an estimator, else what there is."""
    if hasattr(final, "booster_"):
        return final.booster_
    return final.get_booster() if hasattr(final, "get_booster") else final


def _is_linear(booster: Any) -> bool:
    """Whether an XGBoost model is one of weights, in which no tree is."""
    if type(booster).__module__.partition(".")[0] != "xgboost" or not hasattr(booster, "predict"):
        return False
    learner = json.loads(booster.save_config())["learner"]
    return bool(learner["gradient_booster"]["name"] == "gblinear")


def _of_lightgbm(booster: Any) -> Callable[[Any], Table]:
    import lightgbm

    def ask(rows: Any) -> Table:
        try:
            found = booster.predict(_categories(rows), pred_contrib=True, num_threads=1)
        except lightgbm.basic.LightGBMError as error:
            raise ValueError(str(error)) from error
        return np.asarray(found.toarray() if hasattr(found, "toarray") else found, np.float64)

    return ask


def _of_xgboost(booster: Any) -> Callable[[Any], Table]:
    def ask(rows: Any) -> Table:
        found = np.asarray(booster.predict(matrix(booster, rows), pred_contribs=True), np.float64)
        # Of two classes with a margin each, their difference is the logarithm of the odds.
        return found[:, -1] - found[:, 0] if found.ndim == 3 else found

    return ask


def _categories(rows: Any) -> Any:
    """Text as categories, which is how boosters take it; bare numbers stay as they are."""
    if not hasattr(rows, "columns"):
        return rows
    text = [name for name in rows.columns if rows[name].dtype.kind not in "biuf"]
    return rows.astype(dict.fromkeys(text, "category")) if text else rows
