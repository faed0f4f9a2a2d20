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
from gonogo.checks.measure_version import kind_asked, measure_version
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.xgboost_file import matrix
from gonogo.checks.under_test import Model, Train, UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.core.tasks import Task
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
    task: Task | None = None,
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
    wanted = (
        None
        if checks is None
        else [Asked(check) if isinstance(check, str) else check for check in checks]
    )
    meant = declared(kind_asked(wanted or ()).value) if task is None else task
    besides = unread(label, groups, meant)
    _columns(test, "label", [label])
    _columns(test, "groups", groups)
    for field, name in meant.columns:
        _columns(test, field, [name])
    asks, full = partial(_asked, besides=besides), partial(_told, besides=besides)
    rivals, answers = [], {}
    for address, other in (versus or {}).items():
        if isinstance(other, np.ndarray | Sequence):
            answers[address] = np.asarray(other)
        else:
            rivals.append(Rival(address, partial(asks, other), threshold, partial(full, other)))
    under = UnderTest(
        load=lambda: Model(
            partial(asks, model),
            tuple(str(name) for name in features(model, test, besides=besides).columns),
            model,
            partial(full, model),
        ),
        rows=test,
        label=label,
        groups=tuple(groups),
        schema=schema or [],
        threshold=threshold,
        rivals=tuple(rivals),
        answers=answers,
        task=meant,
        worth=worth,
        trained_on=training,
        train=train,
        estimator=estimator,
    )
    return measure_version(under, wanted, level=level, seed=seed)


def declared(task: "Task | str | Mapping[str, Any]", query: str | None = None) -> Task:
    """A task as a caller says it: its kind, or all that is said of it; raises `Invalid`."""
    if isinstance(task, Task):
        return task
    said = {"kind": task} if isinstance(task, str) else dict(task)
    return Task.from_json(said if query is None else {**said, "query": query})


def unread(label: str, groups: Sequence[str], task: Task) -> tuple[str, ...]:
    """The columns that no model reads which names none itself."""
    return (label, *groups, *(() if task.query is None else (task.query,)))


def _told(model: object, rows: "pd.DataFrame", *, besides: Sequence[str]) -> Any:
    return outputs(model, features(model, rows, besides=besides))


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
    return _last(outputs(model, rows))


def outputs(model: object, rows: "pd.DataFrame") -> Any:
    """All that `model` says of each row: scores of all classes, numbers of several targets."""
    asked: Any = model
    if is_onnx(model):
        return _onnx(asked, rows)
    for verb in ("predict_proba", "decision_function"):
        if hasattr(model, verb):
            return getattr(asked, verb)(rows)
    if _is_bare_xgboost(model):
        return _last(asked.predict(matrix(asked, rows)))
    # What a classifier predicts are labels, no scores.
    if is_booster(model) or (hasattr(model, "predict") and not hasattr(model, "classes_")):
        return asked.predict(rows)
    if callable(model):
        return asked(rows)
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
        return load_predictor(Path(folder), columns=columns).predict_outputs(rows)
