"""A model in a notebook as measuring sees it: rows in, one score for each row out."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.probing import Rival
from gonogo.checks.inputs.schema import Schema
from gonogo.checks.measure_version import measure_version
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.xgboost_file import matrix
from gonogo.checks.under_test import Model, Train, UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.sdk.tracked import is_booster, is_onnx, is_xgboost

if TYPE_CHECKING:
    import pandas as pd


def measured_of_all(
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
    schema: Schema | None = None,
    task: str | None = None,
    query: str | None = None,
    training: "Callable[[], pd.DataFrame] | None" = None,
    worth: Parameters | None = None,
    train: Train | None = None,
    estimator: object | None = None,
) -> list[Finding]:
    """What `checks` find of `model` on the rows of `test`; without them, all that need no asking.

    `versus` holds models, or their scores of these rows, by address; scores alone cannot be asked
    about other rows. Changed rows keep to the ranges and categories of `schema` where it is known,
    else to what the rows show. Raises `Invalid` for what names no column, and as `measure_version`.
    """
    besides = (label, *groups, *(() if query is None else (query,)))
    _columns(test, "label", [label])
    _columns(test, "groups", groups)
    _columns(test, "query", besides[1 + len(groups) :])
    asks = partial(_asked, besides=besides)
    rivals, answers = [], {}
    for address, other in (versus or {}).items():
        if isinstance(other, np.ndarray | Sequence):
            answers[address] = np.asarray(other)
        else:
            rivals.append(Rival(address, partial(asks, other), threshold))
    under = UnderTest(
        load=lambda: Model(
            partial(asks, model),
            tuple(str(name) for name in features(model, test, besides=besides).columns),
            model,
        ),
        rows=test,
        label=label,
        groups=tuple(groups),
        schema=schema or [],
        threshold=threshold,
        rivals=tuple(rivals),
        answers=answers,
        query=query,
        worth=worth,
        trained_on=training,
        train=train,
        estimator=estimator,
    )
    wanted = (
        None
        if checks is None
        else [Asked(check) if isinstance(check, str) else check for check in checks]
    )
    return measure_version(under, wanted, task=task, level=level, seed=seed)


def _asked(model: object, rows: "pd.DataFrame", *, besides: Sequence[str]) -> Any:
    return scores(model, features(model, rows, besides=besides))


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
    """One score for each row: the probability of yes, where the model has one, else its number.

    `model` is a scikit-learn estimator, a booster of LightGBM or XGBoost, an ONNX model, or a
    function of rows.
    """
    asked: Any = model
    if is_onnx(model):
        return _onnx(asked, rows)
    for verb in ("predict_proba", "decision_function"):
        if hasattr(model, verb):
            return _last(getattr(asked, verb)(rows))
    if _is_bare_xgboost(model):
        return _last(asked.predict(matrix(asked, rows)))
    # What a classifier predicts are labels, no scores.
    if is_booster(model) or (hasattr(model, "predict") and not hasattr(model, "classes_")):
        return _last(asked.predict(rows))
    if callable(model):
        return _last(asked(rows))
    raise Invalid(
        field="model",
        value=type(model).__name__,
        expected="an estimator with predict_proba, a booster, an ONNX model or a function",
    )


def _columns(test: "pd.DataFrame", field: str, names: Sequence[str]) -> None:
    """Raises `Invalid` for a field that names no column."""
    for name in names:
        if name not in test.columns:
            shown = ", ".join(str(column) for column in test.columns[:20])
            raise Invalid(field=field, value=name, expected=f"a column of the data: {shown}")


def _names(model: object) -> list[str] | None:
    asked: Any = model
    if hasattr(model, "feature_names_in_"):
        return [str(name) for name in asked.feature_names_in_]
    if is_booster(model):
        return [str(name) for name in asked.feature_name()]
    if _is_bare_xgboost(model) and asked.feature_names:
        return [str(name) for name in asked.feature_names]
    if is_onnx(model) and len(asked.graph.input) > 1:
        return [str(one.name) for one in asked.graph.input]
    return None


def _is_bare_xgboost(model: object) -> bool:
    """Whether it is a booster of XGBoost's, which takes no frames; its estimators do."""
    return is_xgboost(model) and not hasattr(model, "get_params")


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
