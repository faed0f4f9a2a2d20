"""Ways in which rows go wrong on their way to a model: one column changed, seeded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.inputs.cells import missing, numbers_of
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

UNSEEN = "never seen before"
"""A category that no model was trained on."""

Change = Callable[["pd.Series[Any]", "Habit", np.random.Generator], "pd.Series[Any]"]
"""Takes a column's values, how the column usually is, and the source of chance."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How a numeric column usually is, read from all rows that are asked about."""

    column: ColumnSpec
    low: float
    """Smallest value: declared, else seen."""
    high: float
    """Largest value: declared, else seen."""
    middle: float
    """Median."""
    spread: float
    """Standard deviation, 0 where nothing varies."""


def habit(column: ColumnSpec, values: "pd.Series[Any]") -> Habit:
    """How the column is; all zero where it holds no finite number."""
    numbers = numbers_of(values)
    numbers = numbers[np.isfinite(numbers) & ~missing(column, values)]
    if not numbers.size:
        return Habit(column, 0.0, 0.0, 0.0, 0.0)
    return Habit(
        column,
        float(numbers.min()) if column.minimum is None else column.minimum,
        float(numbers.max()) if column.maximum is None else column.maximum,
        # A value that is there: the mean of two huge ones would pass all bounds.
        float(np.quantile(numbers, 0.5, method="inverted_cdf")),
        _spread(numbers),
    )


def _spread(numbers: Floats) -> float:
    """The standard deviation; in parts of the largest value, whose square may pass all bounds."""
    largest = float(np.abs(numbers).max())
    if numbers.size < 2 or largest == 0:
        return 0.0
    return largest * float((numbers / largest).std(ddof=1))


def emptied(values: "pd.Series[Any]", usual: Habit, rng: np.random.Generator) -> "pd.Series[Any]":  # noqa: ARG001  # as every change
    """No value at all."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return pd.Series(np.nan, index=values.index, name=values.name)
    return pd.Series([None] * len(values), index=values.index, name=values.name, dtype=object)


def noisy(amount: float) -> Change:
    """Gaussian noise of `amount` spreads; whole numbers stay whole, declared ranges are kept."""

    def change(
        values: "pd.Series[Any]", usual: Habit, rng: np.random.Generator
    ) -> "pd.Series[Any]":
        numbers = numbers_of(values)
        return _put(values, numbers + rng.normal(0, amount * usual.spread, numbers.size), usual)

    return change


def scaled(factor: float) -> Change:
    """Each value times `factor`, as where the unit was mistaken."""

    def change(
        values: "pd.Series[Any]",
        usual: Habit,
        rng: np.random.Generator,  # noqa: ARG001  # as every change
    ) -> "pd.Series[Any]":
        # What passes all bounds is infinite, as it would be where the mistake happened.
        with np.errstate(over="ignore"):
            return _put(values, numbers_of(values) * factor, usual, within=False)

    return change


def outlying(amount: float) -> Change:
    """`amount` spreads above or below the median, whichever by chance."""

    def change(
        values: "pd.Series[Any]", usual: Habit, rng: np.random.Generator
    ) -> "pd.Series[Any]":
        sign = rng.choice([-1.0, 1.0], len(values))
        return _put(values, usual.middle + sign * amount * usual.spread, usual, within=False)

    return change


def beyond_range(amount: float) -> Change:
    """`amount` widths of the range below its lower or above its upper end, whichever by chance."""

    def change(
        values: "pd.Series[Any]", usual: Habit, rng: np.random.Generator
    ) -> "pd.Series[Any]":
        with np.errstate(over="ignore"):
            width = amount * (np.float64(usual.high) - usual.low)
        if usual.column.type is ColumnType.INTEGER:
            width = np.ceil(width)
        below = rng.random(len(values)) < 0.5
        return _put(
            values, np.where(below, usual.low - width, usual.high + width), usual, within=False
        )

    return change


def unseen(values: "pd.Series[Any]", usual: Habit, rng: np.random.Generator) -> "pd.Series[Any]":  # noqa: ARG001  # as every change
    """A category that is not among the declared ones nor among those seen; a new code for codes."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values):
        numbers = numbers_of(values)
        top = np.nanmax(numbers) if np.isfinite(numbers).any() else 0.0
        return pd.Series(top + 1, index=values.index, name=values.name).astype(values.dtype)
    known = {*usual.column.categories, *values.astype(str)}
    new = UNSEEN
    while new in known:
        new += "!"
    return pd.Series([new] * len(values), index=values.index, name=values.name, dtype=object)


def _put(
    values: "pd.Series[Any]", numbers: Floats, usual: Habit, *, within: bool = True
) -> "pd.Series[Any]":
    """`numbers` in place of `values`: whole where declared so; missing ones stay missing."""
    import pandas as pd

    column = usual.column
    if column.type is ColumnType.INTEGER:
        numbers = np.rint(numbers)
    if within:
        low = -np.inf if column.minimum is None else column.minimum
        high = np.inf if column.maximum is None else column.maximum
        # What already lay outside is not moved back in: that would be another change.
        before = numbers_of(values)
        numbers = np.clip(numbers, np.fmin(low, before), np.fmax(high, before))
    gone = missing(column, values)
    put = pd.Series(numbers, index=values.index, name=values.name)
    if not gone.any():
        whole = pd.api.types.is_integer_dtype(values) and bool((np.abs(numbers) < 2**53).all())
        return put.astype(np.int64) if whole and (np.rint(numbers) == numbers).all() else put
    return put.mask(gone, values)
