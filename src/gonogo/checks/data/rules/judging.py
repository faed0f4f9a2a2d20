"""How the rows of a dataset keep the rules: counted over all of them, so exact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
import numpy.typing as npt

from gonogo.checks.data.declared import SHOWN, no_twins
from gonogo.checks.data.rules.asks import (
    Between,
    Compared,
    FreshWithin,
    Matches,
    MissingAtMost,
    OfType,
    OneOf,
    Operator,
    Present,
    RowCount,
    Unique,
)
from gonogo.checks.data.rules.document import Document, Rule
from gonogo.checks.data.rules.patterns import whole_matches
from gonogo.checks.inputs.cells import (
    fingerprints,
    missing,
    numbers_of,
    of_type,
    times_of,
    words_of,
)
from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, ColumnType, Schema
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Bools, Floats

if TYPE_CHECKING:
    import pandas as pd

KEEPS: dict[Operator, Callable[[Floats, Floats], Bools]] = {
    Operator.LESS: np.less,
    Operator.AT_MOST: np.less_equal,
    Operator.EQUAL: np.equal,
    Operator.DIFFERENT: np.not_equal,
    Operator.AT_LEAST: np.greater_equal,
    Operator.MORE: np.greater,
}
"""How two columns are compared, row by row."""
ROUNDING = 1e-12
"""A count exactly at the tolerated share is not made a violation by binary fractions."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule found in the rows."""

    rule: Rule
    violated: bool | None
    """None where there was nothing to look at."""
    found: str
    """What was found, in words."""
    violating: int | None = None
    """Values that are otherwise; None where a rule does not count values."""
    looked_at: int = 0
    """Values it was held to."""
    rows: Sequence[int] = ()
    """The first rows with such values, from 0."""


def judged(
    frame: "pd.DataFrame", schema: Schema, document: Document, at: datetime | None = None
) -> list[Judged]:
    """How `frame` keeps each rule of `document`, in their order.

    A column that a rule names and that is not there violates it. Values that are missing, codes of
    the schema included, are looked at only by rules about missing values. `at` is the time of
    measuring; raises `Invalid` where a rule about freshness has none, and for twins of columns.
    """
    no_twins("data", frame)
    columns = {column.name: column for column in schema}
    return [_judged(rule, _Table(frame, columns), at) for rule in document.rules]


@dataclass(frozen=True, slots=True)
class _Table:
    frame: "pd.DataFrame"
    declared: dict[str, ColumnSpec]

    def column(self, name: str) -> "tuple[ColumnSpec, pd.Series[Any]]":
        """What is declared of a column, if anything, and its values."""
        return self.declared.get(name, ColumnSpec(name, ColumnType.TEXT)), self.frame[name]

    def there(self, name: str) -> Bools:
        """Which values of a column are there."""
        return ~missing(*self.column(name))


def _judged(rule: Rule, table: _Table, at: datetime | None) -> Judged:
    absent = [name for name in rule.columns if name not in table.frame.columns]
    if absent:
        return Judged(rule, violated=True, found=f"there is no column {absent[0]}")
    match rule.ask:
        case RowCount(at_least=low, at_most=high):
            n = len(table.frame)
            kept = (low is None or n >= low) and (high is None or n <= high)
            return Judged(rule, violated=not kept, found=f"{n:,} rows")
        case FreshWithin():
            return _fresh(rule, rule.ask, table, at)
        case MissingAtMost(share=share):
            gone = ~table.there(rule.columns[0])
            return _counted(rule, gone, np.ones_like(gone), share)
        case Present():
            gone = ~table.there(rule.columns[0])
            return _counted(rule, gone, np.ones_like(gone), rule.tolerate)
        case Unique():
            bad, looked = _repeats(rule, table)
        case Compared(operator=operator):
            bad, looked = _compared(rule, operator, table)
        case OfType() | Between() | OneOf() | Matches() as ask:
            looked = table.there(rule.columns[0])
            bad = looked & _strange(ask, table, rule.columns[0])
        case never:
            assert_never(never)
    return _counted(rule, bad, looked, rule.tolerate)


def _counted(rule: Rule, bad: Bools, looked: Bools, allowed: float) -> Judged:
    n, count = int(looked.sum()), int(bad.sum())
    if n == 0:
        return Judged(rule, violated=None, found="no value to look at")
    return Judged(
        rule,
        violated=count / n > allowed + ROUNDING,
        found=f"{count:,} of {n:,} values",
        violating=count,
        looked_at=n,
        rows=[int(row) for row in np.flatnonzero(bad)[:SHOWN]],
    )


def _strange(ask: OfType | Between | OneOf | Matches, table: _Table, name: str) -> Bools:
    """Which values are otherwise, shape (n,); missing ones may be said to be either."""
    import pandas as pd

    column, values = table.column(name)
    match ask:
        case OfType(type=kind):
            return ~of_type(kind, values)
        case Between(at_least=low, at_most=high):
            numbers = numbers_of(values)
            # What is no number lies within no bounds, and compares with none of them.
            inside = np.isfinite(numbers)
            if low is not None:
                inside = inside & (numbers >= low)
            if high is not None:
                inside = inside & (numbers <= high)
            return ~inside
        case OneOf(values=known):
            unknown: Bools = ~pd.Series(_words(column, values)).isin(known).to_numpy(dtype=np.bool_)
            return unknown
        case Matches(pattern=pattern):
            return ~whole_matches(_words(column, values), pattern)


def _words(column: ColumnSpec, values: "pd.Series[Any]") -> npt.NDArray[Any]:
    words = words_of(values)
    words[missing(column, values)] = ""
    return words


def _repeats(rule: Rule, table: _Table) -> tuple[Bools, Bools]:
    looked: Bools = np.ones(len(table.frame), dtype=np.bool_)
    for name in rule.columns:
        looked = looked & table.there(name)
    keys = fingerprints(table.frame, [table.column(name)[0] for name in rule.columns])
    places = np.flatnonzero(looked)
    first = np.zeros(len(table.frame), dtype=np.bool_)
    first[places[np.unique(keys[places], return_index=True)[1]]] = True
    return looked & ~first, looked


def _compared(rule: Rule, operator: Operator, table: _Table) -> tuple[Bools, Bools]:
    """Rows that compare otherwise, and those where both values are there.

    A value that is neither a number nor a time compares with nothing, so it is otherwise.
    """
    pairs = [table.column(name) for name in rule.columns]
    looked: Bools = table.there(rule.columns[0]) & table.there(rule.columns[1])
    left, right = _comparable(pairs)
    kept: Bools = np.isfinite(left) & np.isfinite(right) & KEEPS[operator](left, right)
    return looked & ~kept, looked


def _comparable(pairs: "Sequence[tuple[ColumnSpec, pd.Series[Any]]]") -> tuple[Floats, Floats]:
    """Two columns as numbers; as seconds where neither holds numbers."""
    numbers = [numbers_of(values) for _, values in pairs]
    if any(np.isfinite(one).any() for one in numbers):
        return numbers[0], numbers[1]
    left, right = (_seconds(column, values) for column, values in pairs)
    return left, right


def _seconds(column: ColumnSpec, values: "pd.Series[Any]") -> Floats:
    import pandas as pd

    times = times_of(column, values)
    since = (times - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return np.asarray(since.to_numpy(na_value=np.nan), dtype=np.float64)


def _fresh(rule: Rule, ask: FreshWithin, table: _Table, at: datetime | None) -> Judged:
    """Times after the time of measuring cannot be trusted and are left out."""
    if at is None:
        raise Invalid(field="at", expected="a time of measuring: a rule asks how fresh the data is")
    column, values = table.column(rule.columns[0])
    if column.type in NUMERIC:
        return Judged(rule, violated=True, found="numbers, which are no times")
    times = times_of(column, values)
    past = times[times.notna() & (times <= at)]
    if past.empty:
        violated = True if len(values) else None
        return Judged(rule, violated=violated, found="no row with a time up to now")
    age = at - past.max().to_pydatetime()
    return Judged(
        rule,
        violated=age > ask.within,
        found=f"the newest is {age.total_seconds() / 86400:.3g} days old",
        looked_at=len(past),
    )
