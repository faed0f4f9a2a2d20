"""A model in a notebook as measuring sees it: rows in, one score for each row out."""

import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.finding import Asked, Finding
from gonogo.checks.measure import measure_model
from gonogo.checks.measure_numbers import NUMBERS, RANKINGS, measure_numbers, measure_ranking
from gonogo.checks.predicted import Predicted, Ranked
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.probes import is_probe, measure_probe
from gonogo.checks.probing import Probe, Rival
from gonogo.checks.schema import Schema, infer_schema
from gonogo.checks.scored import Scored
from gonogo.core.errors import Invalid
from gonogo.sdk.tracked import is_booster, is_onnx

if TYPE_CHECKING:
    import pandas as pd

TASKS = ("classification", "regression", "ranking")
"""What a model can be for."""


def measured_of_all(
    model: object,
    test: "pd.DataFrame",
    *,
    schema: Schema | None = None,
    checks: Sequence[str | Asked] | None,
    **how: Any,
) -> list[Finding]:
    """What `measured` finds, and what the checks find that ask the model about changed rows.

    Those keep to the ranges and categories of `schema` where it is known, else to what the rows
    show. In the order asked; `how` is as `measured` takes it.
    """
    asked = [Asked(check) if isinstance(check, str) else check for check in checks or ()]
    probing = [one for one in asked if is_probe(one.check)]
    others_asked = [one for one in asked if one not in probing]
    found: list[Finding] = []
    if checks is None or others_asked or not probing:
        plain = None if checks is None else others_asked
        found = measured(model, test, checks=plain, **how)
    if not probing:
        return found
    asks = probe(model, test, schema, **how)
    probed = iter(measure_probe(asks, probing, level=how["level"], seed=how["seed"]))
    rest = iter(found)
    return [next(probed if one in probing else rest) for one in asked]


def probe(
    model: object,
    test: "pd.DataFrame",
    schema: Schema | None,
    *,
    label: str,
    groups: Sequence[str],
    threshold: float,
    versus: Mapping[str, object] | None,
    **_: object,
) -> Probe:
    """`model` with the rows of `test`, to be asked about others; and the models of `versus`.

    Of those only scores of these rows may be there as well; they cannot be asked and are left out.
    """
    _columns(test, [("label", label), *(("groups", group) for group in groups)])
    besides = (label, *groups)
    read = features(model, test, besides=besides)
    rivals = [
        Rival(name, partial(_of_rival, other, besides=besides), threshold)
        for name, other in (versus or {}).items()
        if not isinstance(other, np.ndarray | Sequence)
    ]
    return Probe(
        partial(scores, model),
        tuple(str(name) for name in read.columns),
        test,
        infer_schema(read) if schema is None else schema,
        test[label].to_numpy(),
        threshold,
        tuple(rivals),
    )


def _of_rival(model: object, rows: "pd.DataFrame", *, besides: Sequence[str]) -> Any:
    return scores(model, features(model, rows, besides=besides))


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
    task: str | None = None,
    query: str | None = None,
) -> list[Finding]:
    """What `checks` find of `model` on the rows of `test`; without them, all there are.

    `task` is one of `TASKS`; without it, what the checks are of. `query` is the column that says
    to which query a row of a ranking belongs.
    """
    asked = [Asked(check) if isinstance(check, str) else check for check in checks or ()]
    wanted = None if checks is None else asked
    kind = task_of(task, asked)
    second = others(versus, test, (label, *(() if query is None else (query,))))
    if kind == "classification":
        rows = scored(model, test, label=label, groups=groups, threshold=threshold)
        return measure_model(rows, checks=wanted, versus=second, level=level, seed=seed)
    named = [("label", label), *(("groups", group) for group in groups)]
    _columns(test, [*named, *([] if query is None else [("query", query)])])
    besides = (label, *groups, *(() if query is None else (query,)))
    said = scores(model, features(model, test, besides=besides))
    truth = test[label].to_numpy()
    if kind == "regression":
        numbers = Predicted(truth, said)
        return measure_numbers(numbers, checks=wanted, versus=second, level=level, seed=seed)
    if query is None:
        raise Invalid(field="query", expected="the column that says which query a row belongs to")
    ranked = Ranked(truth, said, test[query].to_numpy())
    return measure_ranking(ranked, checks=wanted, versus=second, level=level, seed=seed)


def task_of(task: str | None, asked: Sequence[Asked]) -> str:
    """What the model is for: as said, else what all checks asked are of; raises `Invalid`.

    >>> task_of(None, [Asked("performance.mae")]), task_of(None, [])
    ('regression', 'classification')
    """
    if task is not None and task not in TASKS:
        raise Invalid(field="task", value=task, expected=f"one of: {', '.join(TASKS)}")
    names = {one.check for one in asked}
    kinds = {"regression": NUMBERS.keys(), "ranking": RANKINGS.keys()}
    found = next((kind for kind, known in kinds.items() if names and names <= known), TASKS[0])
    return task or found


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
    _columns(test, [("label", label), *(("groups", group) for group in groups)])
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
    """One score for each row: the probability of yes, where the model has one, else its number.

    `model` is a scikit-learn estimator, a LightGBM booster, an ONNX model, or a function of rows.
    """
    asked: Any = model
    if is_onnx(model):
        return _onnx(asked, rows)
    for verb in ("predict_proba", "decision_function"):
        if hasattr(model, verb):
            return _last(getattr(asked, verb)(rows))
    # What a classifier predicts are labels, no scores.
    if is_booster(model) or (hasattr(model, "predict") and not hasattr(model, "classes_")):
        return _last(asked.predict(rows))
    if callable(model):
        return _last(asked(rows))
    raise Invalid(
        field="model",
        value=type(model).__name__,
        expected="an estimator with predict_proba, a LightGBM booster, an ONNX model or a function",
    )


def others(
    versus: Mapping[str, object] | None, test: "pd.DataFrame", besides: Sequence[str]
) -> dict[str, Any]:
    """The scores of the models that are compared with, by address; scores stay as they are."""
    return {
        name: other
        if isinstance(other, np.ndarray | Sequence)
        else scores(other, features(other, test, besides=besides))
        for name, other in (versus or {}).items()
    }


def _columns(test: "pd.DataFrame", named: Sequence[tuple[str, str]]) -> None:
    """Raises `Invalid` for a field that names no column."""
    for field, name in named:
        if name not in test.columns:
            shown = ", ".join(str(column) for column in test.columns[:20])
            raise Invalid(field=field, value=name, expected=f"a column of the data: {shown}")


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
