"""XGBoost models in XGBoost's own JSON or binary JSON: trees and nothing else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gonogo.checks.predictors.detect import Format
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.checks.predictors.predictor import Predictor
from gonogo.checks.predictors.xgboost_sound import names_categories, read_sound
from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd

LABELS = frozenset({"multi:softmax", "binary:hinge"})
"""Objectives whose models say a label, no score."""
NEEDED = "the library xgboost, to load a model of its own: pip install xgboost"


def load_xgboost(
    path: Path,
    features: tuple[Feature, ...],
    trusted: Sequence[str],  # noqa: ARG001  # all loaders are called alike
) -> Predictor:
    """The booster in the file at `path`; `trusted` is not needed.

    The score is what the booster predicts: of `binary:logistic` a probability. An estimator that
    was stopped early is asked up to its best round, as XGBoost's own estimators do. A category that
    it was not trained on counts as missing. Raises `Invalid` where the file is no sound model,
    where the signature names other columns, and where xgboost is not installed.
    """
    library = library_or_none()
    if library is None:
        raise Invalid(field="model", value=path.name, expected=NEEDED)
    try:
        _check_answers(read_sound(path))
        # By its bytes: at endings that it does not know the library wonders aloud.
        booster = library.Booster(model_file=bytearray(path.read_bytes()))
        booster.set_param({"nthread": 1})
        booster = _best(booster)
    except ValueError as error:  # which xgboost's own error is too
        why = str(error).partition("\nStack trace:")[0]
        raise Invalid(
            field="model", value=f"{path.name}: {why}", expected="XGBoost's own JSON"
        ) from error
    features = features or _features(booster, path)
    _check_same_columns(booster, features)

    def score(rows: "pd.DataFrame") -> Any:
        return booster.predict(matrix(booster, rows))

    return Predictor(Format.XGBOOST, features, score, booster)


def library_or_none() -> Any:
    """The library xgboost; None where it is not installed."""
    try:
        import xgboost
    except ImportError:
        return None
    return xgboost


def matrix(booster: Any, rows: Any) -> Any:
    """Rows as `booster` takes them, text and what it read as such as categories."""
    import xgboost

    if hasattr(rows, "columns"):
        kinds = booster.feature_types or [""] * len(rows.columns)
        sets = [
            name
            for name, kind in zip(rows.columns, kinds, strict=True)
            if kind == "c" or rows[name].dtype.kind not in "biuf"
        ]
        rows = rows.astype(dict.fromkeys(sets, "category")) if sets else rows
    return xgboost.DMatrix(rows, enable_categorical=True, nthread=1)


def _check_answers(learner: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a model that gives no score, and one that lost its categories."""
    objective = learner["objective"]["name"]
    if objective in LABELS:
        raise ValueError(f"objective {objective} gives labels; one that gives scores is wanted")
    if "c" in (learner.get("feature_types") or []) and not names_categories(learner):
        raise ValueError("no names of its categories: save it with XGBoost 3.1 or later")


def _best(booster: Any) -> Any:
    """The rounds that an estimator answers by; of a bare booster all of them."""
    best = booster.attr("best_iteration")
    if booster.attr("scikit_learn") is None or best is None or not best.isdigit():
        return booster
    rounds = min(int(best) + 1, booster.num_boosted_rounds())
    return booster[:rounds]


def _features(booster: Any, path: Path) -> tuple[Feature, ...]:
    names = booster.feature_names
    if not names:
        raise Invalid(field="model", value=path.name, expected="a signature that names its columns")
    kinds = booster.feature_types or ["float"] * len(names)
    return tuple(
        Feature(str(name), "string" if kind == "c" else "double")
        for name, kind in zip(names, kinds, strict=True)
    )


def _check_same_columns(booster: Any, features: Sequence[Feature]) -> None:
    said = [one.name for one in features]
    names = [str(name) for name in booster.feature_names or said]
    if said != names or len(said) != booster.num_features():
        raise Invalid(
            field="model",
            value=", ".join(said[:5]),
            expected=f"a signature with its {booster.num_features()} columns: "
            f"{', '.join(names[:5])}",
        )
