"""Rules proposed from a reference: what held there, with room for what was not seen.

A proposal is for somebody to read: every rule says what was seen and how much room it leaves.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.data.declared import no_twins
from gonogo.checks.data.rules.asks import (
    Ask,
    Between,
    Compared,
    MissingAtMost,
    OfType,
    OneOf,
    Operator,
    Present,
    RowCount,
    Unique,
)
from gonogo.checks.data.rules.document import Document, Rule, Severity
from gonogo.checks.data.rules.reading import MOST_RULES
from gonogo.checks.inputs.cells import missing, numbers_of, of_type, times_of, words_of
from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, ColumnType, Role, Schema
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate
from gonogo.stats.proportions import wilson

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 20
"""Rows below which nothing is proposed: the bounds would be as wide as everything."""
LEVEL = 0.99
"""Of the Wilson intervals whose upper ends are the shares that are let pass."""
TAIL = 0.005
"""A range is proposed from this quantile to the one as far from the other end."""
SLACK = 0.1
"""So much of the distance between the two quantiles is added on either side."""
FEW_VALUES = 50
"""More different values than this are no list that somebody would read."""
KEY_ROWS = 100
"""Rows from which values that are all different look as if they named the rows."""
TIMES = 6
"""Columns of times that are compared with one another."""


@dataclass(frozen=True, slots=True)
class _Seen:
    column: ColumnSpec
    values: "pd.Series[Any]"
    there: Bools

    @property
    def n(self) -> int:
        return int(self.there.sum())

    @property
    def name(self) -> str:
        return self.column.name


def infer(
    frame: "pd.DataFrame",
    schema: Schema,
    *,
    dataset: str,
    source: str,
    columns: Collection[str] | None = None,
) -> Document:
    """Rules for `dataset` as the rows of `frame` would have them; `columns`: about these alone.

    `source` says in words where the rows come from. Proposed are the types, missing values up to
    the upper end of a Wilson interval, ranges between outer quantiles widened on both sides, the
    values of categories, keys, the order of times, and half to twice as many rows. Everything that
    was only seen, not declared, is a warning. Raises `Invalid` for fewer than 20 rows, columns that
    are not there, and where there would be more rules than a file may have.
    """
    no_twins("data", frame)
    if len(frame) < FEWEST:
        raise Invalid(field="data", value=f"{len(frame)} rows", expected=f"{FEWEST} rows or more")
    for name in columns or ():
        if name not in frame.columns:
            raise Invalid(field="columns", value=name, expected="a column of the data")
    seen = [
        _Seen(column, frame[column.name], ~missing(column, frame[column.name]))
        for column in schema
        if column.name in frame.columns and (columns is None or column.name in columns)
    ]
    rules = [*_rows(len(frame))] if columns is None else []
    for one in seen:
        rules.extend(_of_column(one))
    rules.extend(_order(seen))
    if not 1 <= len(rules) <= MOST_RULES:
        raise Invalid(
            field="columns", value=f"{len(rules):,} rules", expected=f"1 to {MOST_RULES:,} of them"
        )
    return Document(dataset, f"Proposed from {source}", tuple(rules))


def _rows(n: int) -> Iterator[Rule]:
    reason = f"half to twice the {n:,} rows of the reference"
    yield Rule((), RowCount(float(n // 2), float(2 * n)), reason, Severity.WARNING)


def _of_column(seen: _Seen) -> Iterator[Rule]:
    yield _missing(seen)
    if not seen.n:
        return
    kind = seen.column.type
    if kind is not ColumnType.CATEGORY and bool(of_type(kind, seen.values)[seen.there].all()):
        yield Rule((seen.name,), OfType(kind), f"all {seen.n:,} values are, as declared")
    if kind in NUMERIC and seen.column.role is not Role.IDENTIFIER:
        yield from _range(seen)
    if kind is ColumnType.CATEGORY:
        yield from _values(seen)
    yield from _key(seen)


def _missing(seen: _Seen) -> Rule:
    gone = len(seen.there) - seen.n
    if not gone and not seen.column.nullable:
        reason = f"none of {len(seen.there):,} values is missing, as declared"
        return Rule((seen.name,), Present(), reason)
    share = _upper(gone, len(seen.there))
    reason = (
        f"{gone:,} of {len(seen.there):,} are missing: at most {100 * share:.4g} % "
        f"with {100 * LEVEL:g} % confidence (Wilson)"
    )
    return _warning(seen, MissingAtMost(share), reason)


def _range(seen: _Seen) -> Iterator[Rule]:
    numbers = numbers_of(seen.values)[seen.there]
    numbers = numbers[np.isfinite(numbers)]
    if numbers.size < FEWEST:
        return
    low, high = (float(end) for end in np.quantile(numbers, [TAIL, 1 - TAIL]))
    at_least, at_most = _widened(low, high, numbers, whole=seen.column.type is ColumnType.INTEGER)
    out = int(((numbers < at_least) | (numbers > at_most)).sum())
    tolerate = _upper(out, numbers.size)
    reason = (
        f"{100 * TAIL:g} % and {100 * (1 - TAIL):g} % quantiles {low:.6g} and {high:.6g}, widened "
        f"by {100 * SLACK:g} % of their distance; {out:,} of {numbers.size:,} outside"
    )
    yield _warning(seen, Between(at_least, at_most), reason, tolerate)


def _widened(low: float, high: float, numbers: Floats, *, whole: bool) -> tuple[float, float]:
    """Bounds a little further apart, as short numbers; not below 0 where nothing was."""
    room = SLACK * (high - low)
    if not math.isfinite(room) or room == 0:
        return (min(low, float(numbers.min())), max(high, float(numbers.max())))
    step = 10.0 ** math.floor(math.log10(room))
    step = max(step, 1.0) if whole else step
    digits = max(0, -round(math.log10(step)))
    at_least = round(math.floor((low - room) / step) * step, digits)
    at_most = round(math.ceil((high + room) / step) * step, digits)
    if at_least < 0 <= numbers.min():
        at_least = 0.0
    return at_least, at_most


def _values(seen: _Seen) -> Iterator[Rule]:
    found = sorted(set(words_of(seen.values[seen.there])))
    known = sorted({*found, *seen.column.categories})
    if len(known) <= FEW_VALUES:
        reason = f"{len(found):,} different values in {seen.n:,} rows"
        if len(known) > len(found):
            reason += f", {len(known) - len(found):,} more are declared"
        yield _warning(seen, OneOf(tuple(known)), reason)


def _key(seen: _Seen) -> Iterator[Rule]:
    if seen.column.type not in {ColumnType.INTEGER, ColumnType.TEXT, ColumnType.CATEGORY}:
        return
    if seen.values[seen.there].nunique() < seen.n:
        return
    if seen.column.role is Role.IDENTIFIER:
        yield Rule((seen.name,), Unique(), f"an identifier; all {seen.n:,} values are different")
    elif seen.n >= KEY_ROWS:
        reason = f"all {seen.n:,} values are different; right only if it names a row"
        yield _warning(seen, Unique(), reason)


def _order(seen: list[_Seen]) -> Iterator[Rule]:
    """Pairs of times of which one never came after the other."""
    dated = [one for one in seen if one.column.type is ColumnType.TIME][:TIMES]
    times = [(one, times_of(one.column, one.values)) for one in dated]
    for (one, left), (other, right) in combinations(times, 2):
        both = (left.notna() & right.notna()).to_numpy(dtype=np.bool_)
        n = int(both.sum())
        if n < FEWEST:
            continue
        before = bool((left <= right)[both].all())
        after = bool((left >= right)[both].all())
        if before != after:
            names = (one.name, other.name) if before else (other.name, one.name)
            reason = f"so in all {n:,} rows that have both"
            yield Rule(names, Compared(Operator.AT_MOST), reason, Severity.WARNING)


def _warning(seen: _Seen, ask: Ask, reason: str, tolerate: float = 0.0) -> Rule:
    return Rule((seen.name,), ask, reason, Severity.WARNING, tolerate)


def _upper(count: int, n: int) -> float:
    """The upper end of the interval of a share, rounded up to two digits, less than 1."""
    found = wilson(Counts(yes=count, n=n), LEVEL)
    high = found.high if isinstance(found, Estimate) else 1.0
    step = 10.0 ** (math.floor(math.log10(high)) - 1)
    digits = round(-math.log10(step))
    return min(round(math.ceil(high / step) * step, digits), 0.9999 if high < 1 else 1.0)
