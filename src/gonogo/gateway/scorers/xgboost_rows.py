"""XGBoost, asked for one row in place: without the matrix that its other way builds each time."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gonogo.checks.predictors.predictor import Predictor
from gonogo.gateway.scorers.scorer import Row, Scorer

TEXT = ("text", "string")


def xgboost_scorer(predictor: Predictor, kinds: Mapping[str, str]) -> Scorer | None:
    """The booster of `predictor`; None where a column is text or categories.

    `kinds` says of each column what it is.
    """
    booster = predictor.native
    sets = "c" in (booster.feature_types or [])
    if sets or any(kinds.get(name) in TEXT for name in predictor.names):
        return None
    buffer: Any = np.zeros((1, len(predictor.names)), dtype=np.float32)
    row = buffer[0]

    def one(values: Row) -> float:
        row[:] = values
        found = np.ravel(booster.inplace_predict(buffer, validate_features=False))
        return float(found[0]) if found.size == 1 else float("nan")

    return Scorer(predictor.names, one, bounded=True)
