"""A model under test read as its task asks: forecasts in their order in time, scores of classes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.forecasted import ONE, Classed, Forecast, Forecasted
from gonogo.checks.inputs.scored import text_of
from gonogo.checks.under_test import Model, UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.tasks import MEDIAN, Task, TaskKind

if TYPE_CHECKING:
    import pandas as pd

    from gonogo.checks.predictors.predictor import Predictor

Values = npt.NDArray[Any]
IN_FULL = frozenset({TaskKind.CLASSES, TaskKind.FORECAST})
"""Tasks of which a model may say more than one number for a row."""


def answering(found: "Predictor", task: Task) -> Model:
    """A loaded model as its task asks it: one score for each row, or all that it says."""
    outputs = found.predict_outputs if task.kind in IN_FULL else None
    return Model(outputs or found.predict_score, found.names, found.native, outputs)


def forecasted(under: UnderTest) -> Forecasted:
    """The rows in their order in time, with what the model says of them and what came before.

    The history of a series is what it held in the training rows before its first row here. Raises
    `Invalid` where the task is no forecast, a column it names is not there, a time is none or comes
    twice in a series, and where the model's numbers are not those the task names.
    """
    task = _of_kind(under, TaskKind.FORECAST)
    order, times, names = _in_time(under.rows, task)
    return Forecasted(
        under.truth[order],
        _forecast(under.outputs, task, order),
        history=_history(under, task, times, names),
        series=None if task.series is None else names,
        nominal=task.nominal or 0.95,
    )


def forecasts(under: UnderTest) -> Mapping[str, Forecast]:
    """What the models to compare with forecast of the same rows, in the same order, by address."""
    task = _of_kind(under, TaskKind.FORECAST)
    order = _in_time(under.rows, task)[0]
    own = {rival.address: rival.task or task for rival in under.rivals}
    return {
        address: _forecast(said, own.get(address, task), order)
        for address, said in under.all_outputs.items()
    }


def classed(under: UnderTest) -> Classed:
    """The rows with the score of each class; raises `Invalid` as `forecasted`."""
    task = _of_kind(under, TaskKind.CLASSES)
    said = under.outputs
    return Classed(under.truth, said, _classes(task, under.model.native, said))


def scores_of_classes(under: UnderTest) -> Mapping[str, npt.ArrayLike]:
    """The scores of the same rows by the models to compare with, in the order of this one's."""
    task = _of_kind(under, TaskKind.CLASSES)
    own = _classes(task, under.model.native, under.outputs)
    rivals = {rival.address: rival.task for rival in under.rivals}
    return {
        address: _reordered(said, own, rivals.get(address), address)
        for address, said in under.all_outputs.items()
    }


def _of_kind(under: UnderTest, kind: TaskKind) -> Task:
    if under.task.kind is not kind:
        raise Invalid(
            field="task", value=str(under.task.kind), expected=f"{kind}, which this check reads"
        )
    for field, name in under.task.columns:
        _column(under.rows, field, name)
    return under.task


def _column(rows: "pd.DataFrame", field: str, name: str) -> "pd.Series[Any]":
    if name not in rows.columns:
        known = ", ".join(str(column) for column in rows.columns[:20])
        raise Invalid(field=field, value=name, expected=f"a column of the data: {known}")
    found: pd.Series[Any] = rows[name]
    return found


def _in_time(rows: "pd.DataFrame", task: Task) -> tuple[npt.NDArray[np.intp], Values, Values]:
    """The order of the rows by series and time; their times and series in that order."""
    times = _times(_column(rows, "task.time", str(task.time)))
    names = np.full(len(rows), ONE, dtype=object)
    if task.series is not None:
        found = _column(rows, "task.series", task.series)
        gone = int(found.isna().sum())
        if gone:
            raise Invalid(
                field="task.series", value=f"{gone} missing", expected="a series for each row"
            )
        names = np.array([text_of(one) for one in found], dtype=object)
    _, codes = np.unique(names.astype(str), return_inverse=True)
    order = np.lexsort((times, codes))
    times, names, codes = times[order], names[order], codes[order]
    twice = (times[1:] == times[:-1]) & (codes[1:] == codes[:-1])
    if twice.any():
        raise Invalid(
            field="task.time",
            value=f"{int(np.count_nonzero(twice))} times come again in {task.time}",
            expected="each time once in a series; name the column of the series in task.series",
        )
    return order, times, names


def _times(values: "pd.Series[Any]") -> Values:
    """Times as numbers that order them: numbers as they are, others read as ISO 8601."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(dtype=np.float64)
        gone = int(np.count_nonzero(~np.isfinite(numbers)))
    else:
        read = pd.to_datetime(values.astype(str), errors="coerce", utc=True, format="ISO8601")
        gone = int(read.isna().sum())
        numbers = read.dt.as_unit("us").astype("int64").to_numpy(dtype=np.float64)
    if gone:
        raise Invalid(
            field="task.time",
            value=f"{gone} of {len(values)} in {values.name}",
            expected="a number or a time in ISO 8601 for each row",
        )
    return numbers


def _history(
    under: UnderTest, task: Task, times: Values, names: Values
) -> dict[str, npt.NDArray[np.float64]]:
    rows = under.training
    if rows is None or under.label is None:
        return {}
    truth = _column(rows, "label", under.label).to_numpy(dtype=np.float64)
    order, before, series = _in_time(rows, task)
    truth = truth[order]
    found = {}
    for name in dict.fromkeys(names):
        first = times[names == name].min()
        found[str(name)] = truth[(series == name) & (before < first)]
    return found


def _forecast(said: npt.ArrayLike, task: Task, order: npt.NDArray[np.intp]) -> Forecast:
    found = _matrix(said)[order]
    if found.shape[1] != max(1, len(task.quantiles)):
        raise Invalid(
            field="task.quantiles",
            value=list(task.quantiles),
            expected=f"which quantile each of the model's {found.shape[1]} numbers for a row is",
        )
    if len(task.quantiles) < 2:
        return Forecast(found[:, 0])
    return Forecast(found[:, task.quantiles.index(MEDIAN)], found[:, 0], found[:, -1])


def _classes(task: Task, native: Any, said: npt.ArrayLike) -> tuple[str, ...]:
    """The classes in the order of the scores: as declared, else as the model names them."""
    width = _matrix(said).shape[1]
    own = getattr(native, "classes_", None)
    found = task.classes or tuple(text_of(one) for one in (range(width) if own is None else own))
    if width != len(found) or width < 2:
        raise Invalid(
            field="task.classes",
            value=list(found),
            expected=f"a name for each of the {width} scores that the model gives for a row",
        )
    return found


def _reordered(
    said: npt.ArrayLike, own: tuple[str, ...], task: Task | None, address: str
) -> npt.ArrayLike:
    theirs = own if task is None or not task.classes else task.classes
    if set(theirs) != set(own):
        raise Invalid(
            field=f"versus.{address}", value=list(theirs), expected=f"the classes {', '.join(own)}"
        )
    found = _matrix(said)
    if found.shape[1] != len(theirs):
        return said
    return found[:, [theirs.index(name) for name in own]]


def _matrix(said: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Shape (n, k): one number for each row is one column."""
    found = np.asarray(said, dtype=np.float64)
    return found[:, np.newaxis] if found.ndim == 1 else found
