"""Loading a model so that no code of its own runs: one loader for each format, in one table."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gonogo.checks.predictors.detect import Format, inspect_model
from gonogo.checks.predictors.lightgbm_text import load_lightgbm
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.checks.predictors.onnx_file import load_onnx
from gonogo.checks.predictors.predictor import Predictor
from gonogo.checks.predictors.skops_file import load_skops
from gonogo.checks.predictors.xgboost_file import load_xgboost

Loader = Callable[[Path, tuple[Feature, ...], Sequence[str]], Predictor]
"""Takes the file, the signature's features and further trusted types."""

LOADERS: dict[Format, Loader] = {
    Format.SKOPS: load_skops,
    Format.LIGHTGBM: load_lightgbm,
    Format.XGBOOST: load_xgboost,
    Format.ONNX: load_onnx,
}


def load_predictor(
    folder: Path, trusted: Sequence[str] = (), columns: Sequence[str] = ()
) -> Predictor:
    """The model in `folder`, an MLflow model folder or a bare file in one.

    `trusted` names types that a skops file may hold besides those that skops and `TRUSTED` trust;
    `columns` names what the model reads, in order, where no signature does.
    Raises `Invalid` as `inspect_model` does, and where the file is not what it seems.
    """
    found = inspect_model(folder)
    given = found.features or tuple(Feature(name, "") for name in columns)
    return LOADERS[found.format](folder / found.path, given, trusted)
