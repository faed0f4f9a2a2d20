"""A model in a notebook as measuring sees it: rows in, one score for each row out."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.finding import Asked, Finding
from gonogo.checks.measure import measure_model
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.scored import Scored
from gonogo.core.errors import Invalid
from gonogo.sdk.tracked import is_booster, is_onnx

if TYPE_CHECKING:
    import pandas as pd


def measured(
    model: object,
    test: "pd.DataFrame",
    *,
    label: str,
    groups: Sequence[str],
    checks: Sequence[str | Asked] | None,
    threshold: float,
    level: float,
    seed: int,
    versus: Mapping[str, object] | None,
) -> list[Finding]:
    """What `checks` find of `model` on the rows of `test`; without them, all there are."""
    asked = [Asked(check) if isinstance(check, str) else check for check in checks or ()]
    return measure_model(
        scored(model, test, label=label, groups=groups, threshold=threshold),
        checks=None if checks is None else asked,
        versus=others(versus, test, label),
        level=level,
        seed=seed,
    )


def scored(
    model: object,
    test: "pd.DataFrame",
    *,
    label: str,
    groups: Sequence[str] = (),
    threshold: float = 0.5,
) -> Scored:
    """The rows of `test` with what is true of them and what `model` says.

    Raises `Invalid` for a label or group that is no column, and for a model nobody can ask.
    """
    for field, name in [("label", label), *(("groups", group) for group in groups)]:
        if name not in test.columns:
            shown = ", ".join(str(column) for column in test.columns[:20])
            raise Invalid(field=field, value=name, expected=f"a column of the data: {shown}")
    return Scored(
        test[label].to_numpy(),
        scores(model, features(model, test, besides=(label, *groups))),
        {group: test[group].to_numpy() for group in groups},
        threshold=threshold,
        columns={str(name): test[name].to_numpy() for name in test.columns if name != label},
    )


def features(model: object, rows: "pd.DataFrame", besides: Sequence[str]) -> "pd.DataFrame":
    """The columns that `model` reads: those it names, else all but `besides`."""
    names = _names(model)
    if names is None:
        return rows.drop(columns=[name for name in besides if name in rows.columns])
    for name in names:
        if name not in rows.columns:
            raise Invalid(field="test", value=name, expected="a column the model reads")
    return rows[names]


def scores(model: object, rows: "pd.DataFrame") -> Any:
    """One score for each row: the probability of yes, where the model has one.

    `model` is a scikit-learn estimator, a LightGBM booster, an ONNX model, or a function of rows.
    """
    asked: Any = model
    if is_onnx(model):
        return _onnx(asked, rows)
    for verb in ("predict_proba", "decision_function"):
        if hasattr(model, verb):
            return _last(getattr(asked, verb)(rows))
    if is_booster(model):
        return np.asarray(asked.predict(rows))
    if callable(model):
        return _last(asked(rows))
    raise Invalid(
        field="model",
        value=type(model).__name__,
        expected="an estimator with predict_proba, a LightGBM booster, an ONNX model or a function",
    )


def others(versus: Mapping[str, object] | None, test: "pd.DataFrame", label: str) -> dict[str, Any]:
    """The scores of the models that are compared with, by address; scores stay as they are."""
    return {
        name: other
        if isinstance(other, np.ndarray | Sequence)
        else scores(other, features(other, test, besides=(label,)))
        for name, other in (versus or {}).items()
    }


def _names(model: object) -> list[str] | None:
    asked: Any = model
    if hasattr(model, "feature_names_in_"):
        return [str(name) for name in asked.feature_names_in_]
    if is_booster(model):
        return [str(name) for name in asked.feature_name()]
    if is_onnx(model) and len(asked.graph.input) > 1:
        return [str(one.name) for one in asked.graph.input]
    return None


def _last(found: object) -> Any:
    """The column of the second class, where there is one for each class."""
    values = np.asarray(found)
    return values[:, -1] if values.ndim == 2 else values


def _onnx(model: Any, rows: "pd.DataFrame") -> Any:
    # From the same bytes and by the same loader as the server, so that the numbers agree.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "model.onnx").write_bytes(model.SerializeToString())
        columns = [str(name) for name in rows.columns]
        return load_predictor(Path(folder), columns=columns).predict_score(rows)
