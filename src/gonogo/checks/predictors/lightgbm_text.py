"""LightGBM models in LightGBM's own text: trees and nothing else."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gonogo.checks.predictors.detect import Format
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.checks.predictors.predictor import Predictor
from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd


def load_lightgbm(
    path: Path,
    features: tuple[Feature, ...],
    trusted: Sequence[str],  # noqa: ARG001  # all loaders are called alike
) -> Predictor:
    """The booster in the text at `path`; `trusted` is not needed.

    Raises `Invalid` where the text is no model and where the signature names other columns than
    the trees were grown on.
    """
    import lightgbm

    try:
        booster = lightgbm.Booster(model_file=path)
    except lightgbm.basic.LightGBMError as error:
        raise Invalid(
            field="model", value=f"{path.name}: {error}", expected="LightGBM's own text"
        ) from error
    names = [str(name) for name in booster.feature_name()]
    features = features or tuple(Feature(name, "double") for name in names)
    _same_columns(names, features)

    def score(rows: "pd.DataFrame") -> Any:
        try:
            # One thread, as with ONNX: for single rows more of them only wait for one another.
            return booster.predict(_categories(rows), num_threads=1)
        except lightgbm.basic.LightGBMError as error:
            raise ValueError(str(error)) from error

    return Predictor(Format.LIGHTGBM, features, score, booster)


def _same_columns(names: list[str], features: Sequence[Feature]) -> None:
    # LightGBM writes _ for a space, and Column_0, Column_1, ... where it was given no names.
    said = [feature.name.replace(" ", "_") for feature in features]
    unnamed = [f"Column_{place}" for place in range(len(names))]
    if said != names and (names != unnamed or len(said) != len(names)):
        raise Invalid(
            field="model",
            value=", ".join(said[:5]),
            expected=f"a signature with the columns it was trained on: {', '.join(names[:5])}",
        )


def _categories(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Text as categories, which is how LightGBM takes it."""
    text = [name for name in rows.columns if rows[name].dtype.kind not in "biuf"]
    return rows.astype(dict.fromkeys(text, "category")) if text else rows
