"""A dataset that passes row by row: what its columns hold, counted and added to others' counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gonogo.checks.data.declared import OUTSIDE, SHOWN, no_twins
from gonogo.checks.inputs.cells import beyond, fingerprints, missing, numbers_of, strangers
from gonogo.checks.inputs.schema import ColumnSpec, Role, Schema
from gonogo.checks.streamed.sorted_counts import SortedCounts
from gonogo.core.canonical import Json
from gonogo.stats.arrays import Bools

if TYPE_CHECKING:
    import pandas as pd

Place = tuple[int, int]
"""Of a column among the declared ones, and of a problem among its problems."""
ORDER = ("not of type", "missing", "no declared category", OUTSIDE)
"""How the problems of a column begin, in the order in which they are told."""


@dataclass(slots=True)
class Problem:
    """Cells of a column with the same thing wrong."""

    column: str
    text: str
    count: int = 0
    rows: tuple[int, ...] = ()
    """The first of them, from 0."""

    def told(self) -> dict[str, Json]:
        """As `data.problem` tells it."""
        return {
            "column": self.column,
            "problem": self.text,
            "count": self.count,
            "rows": list(self.rows),
        }

    def add(self, count: int, rows: Sequence[int]) -> None:
        """More such cells, in these rows among others."""
        self.count += count
        self.rows = tuple(sorted([*self.rows, *rows])[:SHOWN])


@dataclass(slots=True)
class Labels:
    """How often a column of labels says yes and no."""

    yes: int = 0
    no: int = 0
    strange: int = 0
    """Neither, or missing."""


@dataclass(slots=True)
class Counted:
    """What was counted of the rows so far."""

    n: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    """By column with a range, the values that were held to it."""
    problems: dict[Place, Problem] = field(default_factory=dict)
    labels: dict[str, Labels] = field(default_factory=dict)


class DataSummary:
    """All that the data checks need of a dataset's rows; mergeable.

    Memory grows with the columns and not with the rows: the hashes of rows, by which duplicates are
    found, go to a file beyond a limit.
    """

    def __init__(self, schema: Schema, *, labels: Sequence[str] = (), hashed: bool = True) -> None:
        self.schema = tuple(schema)
        self.counted = Counted(labels={name: Labels() for name in labels})
        self.hashes = SortedCounts(np.uint64) if hashed else None
        """Of the rows without their identifiers; None where duplicates are not asked for."""
        self.names: tuple[str, ...] = ()
        """The columns there are."""

    @property
    def present(self) -> list[ColumnSpec]:
        """The declared columns that are there."""
        return [column for column in self.schema if column.name in self.names]

    @property
    def compared(self) -> list[ColumnSpec]:
        """The columns by which rows are compared."""
        return [column for column in self.present if column.role is not Role.IDENTIFIER]

    def update(self, frame: "pd.DataFrame", at: int) -> None:
        """More rows, the first of which is row `at` of the dataset, from 0."""
        no_twins("data", frame)
        self.names = tuple(str(name) for name in frame.columns)
        self.counted.n += len(frame)
        for place, column in enumerate(self.schema):
            if column.name in self.names:
                self._column(place, column, frame[column.name], at)
        if self.hashes is not None and self.compared:
            keys = fingerprints(frame, self.compared)
            self.hashes.add(keys, np.zeros(keys.size, dtype=np.int64))

    def merge(self, other: "DataSummary") -> None:
        """What `other` counted of other rows of the same dataset."""
        mine, more = self.counted, other.counted
        mine.n += more.n
        for name, count in more.missing.items():
            mine.missing[name] = mine.missing.get(name, 0) + count
        for name, count in more.looked.items():
            mine.looked[name] = mine.looked.get(name, 0) + count
        for place, one in more.problems.items():
            known = mine.problems.setdefault(place, Problem(one.column, one.text))
            known.add(one.count, one.rows)
        for name, found in more.labels.items():
            known_labels = mine.labels.setdefault(name, Labels())
            known_labels.yes += found.yes
            known_labels.no += found.no
            known_labels.strange += found.strange
        if self.hashes is not None and other.hashes is not None:
            self.hashes.merge(other.hashes)
        self.names = self.names or other.names

    def different(self) -> int:
        """How many different rows there are."""
        if self.hashes is None:
            raise ValueError("rows were not hashed")
        return sum(block.size for block in self.hashes.blocks())

    def _column(self, place: int, column: ColumnSpec, values: "pd.Series[Any]", at: int) -> None:
        counted = self.counted
        gone = missing(column, values)
        before = counted.missing.get(column.name, 0)
        counted.missing[column.name] = before + int(np.count_nonzero(gone))
        for text, bad in strangers(column, values):
            self._problem(place, column, text, bad, at)
        if column.ranged:
            bad, looked = beyond(column, values)
            counted.looked[column.name] = counted.looked.get(column.name, 0) + looked
            self._problem(place, column, OUTSIDE, bad, at)
        if column.name in counted.labels:
            numbers = numbers_of(values)
            strange = ~np.isin(numbers, [0.0, 1.0]) | gone
            found = counted.labels[column.name]
            found.strange += int(np.count_nonzero(strange))
            found.yes += int(np.count_nonzero((numbers == 1) & ~strange))
            found.no += int(np.count_nonzero((numbers == 0) & ~strange))

    def _problem(self, place: int, column: ColumnSpec, text: str, bad: Bools, at: int) -> None:
        kind = next(number for number, begin in enumerate(ORDER) if text.startswith(begin))
        known = self.counted.problems.setdefault((place, kind), Problem(column.name, text))
        rows = np.flatnonzero(bad)
        known.add(int(rows.size), [int(row) + at for row in rows[:SHOWN]])
