"""The groups that rows are in by all group columns at once, counted while rows pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.scored import AND, NOT_STATED, text_of
from gonogo.checks.streamed.sorted_counts import TAGS
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Integers

MOST = TAGS // 2
"""Most combinations of groups, each of rows labelled yes and no."""
DENSE = 1 << 20
"""Combinations up to which those that occur are found by counting, beyond it by sorting."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A group column of some rows: few values, and which of them each row has."""

    codes: Integers
    """Of each row the place of its group in `names`, shape (n,)."""
    names: tuple[str, ...]
    """The groups; missing ones as "not stated"."""


def coded(values: npt.ArrayLike) -> Coded:
    """A group column as it comes, shape (n,), of any type."""
    column = np.asarray(values, dtype=object)
    texts = np.array([text_of(value) for value in column], dtype=object)
    names, codes = np.unique(texts, return_inverse=True)
    return Coded(codes.astype(np.int64), tuple(str(name) for name in names))


class Cells:
    """The combinations of groups that occurred, in the order in which they did."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.names: list[tuple[str, ...]] = []
        """Of each cell its groups, column by column."""
        self._known: dict[tuple[str, ...], int] = {}

    def of(self, groups: Mapping[str, Coded], n: int) -> Integers:
        """The cell of each of `n` rows, shape (n,); cells that are new are added.

        Raises `Invalid` beyond `MOST` of them.
        """
        joined = np.zeros(n, dtype=np.int64)
        parts: list[tuple[str, ...]] = [()]
        for column in self.columns:
            group = groups[column]
            joined, parts = _joined(joined, parts, group)
        places = np.array([self._place(part) for part in parts], dtype=np.int64)
        return places[joined] if n else joined

    def merged(self, other: "Cells") -> Integers:
        """Of each cell of `other` its place here; those that are new are added."""
        return np.array([self._place(part) for part in other.names], dtype=np.int64)

    def sorted(self) -> Integers:
        """Of each cell its place by name, which the cells then have."""
        order = sorted(range(len(self.names)), key=lambda at: self.names[at])
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order))
        self.names = [self.names[at] for at in order]
        self._known = {part: at for at, part in enumerate(self.names)}
        return places

    def grouped(self, group: str) -> tuple[tuple[str, ...], tuple[bool, ...], Integers]:
        """The groups by one column or columns joined by &: names, stated, and of each cell which.

        Raises `Invalid` for a column that is not among those counted.
        """
        chosen = []
        for name in (part.strip() for part in group.split(AND)):
            if name not in self.columns:
                known = ", ".join(self.columns) or "none was handed in"
                raise Invalid(field="with.group", value=group, expected=f"columns of: {known}")
            chosen.append(self.columns.index(name))
        parts = [tuple(cell[at] for at in chosen) for cell in self.names]
        kinds = sorted(set(parts))
        places = {part: at for at, part in enumerate(kinds)}
        return (
            tuple(f" {AND} ".join(part) for part in kinds),
            tuple(NOT_STATED not in part for part in kinds),
            np.array([places[part] for part in parts], dtype=np.int64),
        )

    def _place(self, part: tuple[str, ...]) -> int:
        place = self._known.setdefault(part, len(self.names))
        if place == len(self.names):
            if place >= MOST:
                raise Invalid(
                    field="groups",
                    value=AND.join(self.columns),
                    expected=f"columns with at most {MOST:,} combinations of groups",
                )
            self.names.append(part)
        return place


def _joined(
    codes: Integers, parts: list[tuple[str, ...]], group: Coded
) -> tuple[Integers, list[tuple[str, ...]]]:
    """Rows by what they were by before and by `group`: only what occurs."""
    width = max(1, len(group.names))
    joined = codes * width + group.codes
    kept, found = _occurring(joined, len(parts) * width)
    return found, [(*parts[int(at) // width], group.names[int(at) % width]) for at in kept]


def _occurring(codes: Integers, size: int) -> tuple[npt.NDArray[Any], Integers]:
    """The codes that occur, and of each row the place of its own among them."""
    if size > DENSE:
        kept, found = np.unique(codes, return_inverse=True)
        return kept, found.astype(np.int64)
    kept = np.flatnonzero(np.bincount(codes, minlength=size))
    places = np.zeros(size, dtype=np.int64)
    places[kept] = np.arange(kept.size)
    return kept, places[codes]
