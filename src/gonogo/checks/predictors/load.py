"""Loading a model so that no code of its own runs: one loader for each format, in one table."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gonogo.checks.predictors.detect import Format, inspect_model
from gonogo.checks.predictors.ensemble import NAME, folders_of, read_ensemble, stack_order
from gonogo.checks.predictors.lightgbm_text import load_lightgbm
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.checks.predictors.onnx_file import load_onnx
from gonogo.checks.predictors.predictor import Predictor
from gonogo.checks.predictors.skops_file import load_skops
from gonogo.checks.predictors.together import Together
from gonogo.checks.predictors.xgboost_file import load_xgboost
from gonogo.core.errors import Invalid, NotFound

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
    if found.format is Format.ENSEMBLE:
        return _together(folder, trusted)
    given = found.features or tuple(Feature(name, "") for name in columns)
    return LOADERS[found.format](folder / found.path, given, trusted)


def _together(folder: Path, trusted: Sequence[str]) -> Predictor:
    """The ensemble in `folder`; its members are loaded as any model is."""
    made = read_ensemble(folder)
    if made is None:
        raise NotFound(field="model", value=NAME, expected="the file that says who is in it")
    members, stack = folders_of(folder, made)
    loaded = tuple(load_predictor(one, trusted) for one in members)
    over = None
    if stack is not None:
        over = _stacking(stack, trusted, [one.version for one in made.members])
        stack_order(made, over.names)
    together = Together(made, loaded, over)
    return Predictor(Format.ENSEMBLE, together.features, together.score, together)


def _stacking(folder: Path, trusted: Sequence[str], names: Sequence[str]) -> Predictor:
    """The model that reads the members' scores; where it names no columns, in their order."""
    try:
        return load_predictor(folder, trusted)
    except Invalid:
        return load_predictor(folder, trusted, names)
