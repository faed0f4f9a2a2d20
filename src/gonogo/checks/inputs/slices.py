"""Slices of rows: those that share a value, or a range of values, in one column or in two."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.scored import NOT_STATED, text_of
from gonogo.stats.arrays import Bools, Integers

FEW = 10
"""Distinct numbers up to which each is a value of its own, and not a part of a range."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A column cut into its values, or a numeric one into ranges of about equally many rows."""

    column: str
    names: tuple[str, ...]
    """Each part as it is shown: `city = Köln`, `31 < age <= 45`."""
    codes: Integers
    """Of each row the place of its part in `names`, -1 where the part is no slice; shape (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Slices that do not overlap: rows cut by one column, or by two at once."""

    columns: tuple[str, ...]
    names: tuple[str, ...]
    """The slices."""
    codes: Integers
    """Of each row the place of its slice in `names`, -1 where it is in none; shape (n,)."""
    sizes: tuple[int, ...]
    """Rows of each slice."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The cuts that are looked at, and what was not."""

    cuts: tuple[Cut, ...]
    pairs_left_out: tuple[str, ...]
    """Pairs of columns whose slices would have been too many."""

    @property
    def slices(self) -> int:
        return sum(len(cut.names) for cut in self.cuts)


def search(
    columns: Mapping[str, npt.ArrayLike | Sequence[object]],
    *,
    smallest: int,
    bins: int,
    most: int,
) -> Search:
    """Every slice of `smallest` rows or more by one of `columns` or by two, at most `most`.

    Numbers of more than ten distinct values are cut at their quantiles into `bins` ranges; other
    values stand for themselves, missing ones together. What holds all rows is no slice, and what
    two columns cut out is none where one of them cuts out the same rows. Slices depend on the
    columns alone, never on what is true of the rows. A pair of columns whose slices would exceed
    `most` is left out and named; memory and time are bounded by `most` and the pairs of columns.
    """
    parts = [_parts(name, np.asarray(found), bins, smallest) for name, found in columns.items()]
    cuts = [cut for cut in map(_single, parts) if cut.names]
    total = sum(len(cut.names) for cut in cuts)
    left_out = []
    for first, second in combinations([one for one in parts if one.names], 2):
        cut = _crossed(first, second, smallest)
        if total + len(cut.names) > most:
            left_out.append(" & ".join(cut.columns))
        elif cut.names:
            cuts.append(cut)
            total += len(cut.names)
    return Search(tuple(cuts), tuple(left_out))


def members(codes: Integers, slices: int) -> Iterator[Integers]:
    """The row numbers of each of `slices` by the codes of a cut, ascending."""
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(slices + 1))
    for at in range(slices):
        yield order[ends[at] : ends[at + 1]]


def _parts(name: str, values: npt.NDArray[Any], bins: int, smallest: int) -> Parts:
    numbers = _numbers(values)
    if numbers is None:
        return _values(name, np.array([text_of(value) for value in values], dtype=object), smallest)
    known = numbers[~np.isnan(numbers)]
    if np.unique(known).size <= FEW:
        texts = [NOT_STATED if math.isnan(one) else f"{one:.12g}" for one in numbers]
        return _values(name, np.array(texts, dtype=object), smallest)
    return _ranges(name, numbers, bins, smallest)


def _numbers(values: npt.NDArray[Any]) -> npt.NDArray[np.float64] | None:
    """The values as numbers, NaN where missing; None where they are no numbers."""
    if values.dtype.kind in "iuf":
        return values.astype(np.float64)
    if values.dtype.kind != "O":
        return None
    texts = {type(value) for value in values}
    if not any(issubclass(kind, int | float | np.number) for kind in texts - {bool}):
        return None
    if any(issubclass(kind, str | bytes | bool | np.bool_) for kind in texts):
        return None
    stated = [math.nan if text_of(value) == NOT_STATED else value for value in values]
    try:
        return np.asarray(stated, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _values(name: str, texts: npt.NDArray[Any], smallest: int) -> Parts:
    found, codes = np.unique(texts, return_inverse=True)
    told = [f"{name} {text}" if text == NOT_STATED else f"{name} = {text}" for text in found]
    return _kept(name, told, codes.astype(np.int64), smallest)


def _ranges(name: str, numbers: npt.NDArray[np.float64], bins: int, smallest: int) -> Parts:
    gone = np.isnan(numbers)
    # Order statistics, so that a bound is a value that occurs, and the same in any order of rows.
    at = np.arange(1, bins) / bins
    known = numbers[~gone]
    bounds: npt.NDArray[np.float64] = np.unique(np.quantile(known, at, method="inverted_cdf"))
    bounds = bounds[bounds < known.max()]
    codes = np.searchsorted(bounds, numbers, side="left").astype(np.int64)
    codes[gone] = bounds.size + 1
    told = [_range(name, bounds, code) for code in range(bounds.size + 1)]
    return _kept(name, [*told, f"{name} {NOT_STATED}"], codes, smallest)


def _range(name: str, bounds: npt.NDArray[np.float64], code: int) -> str:
    if not bounds.size:
        return f"{name} stated"
    if code == 0:
        return f"{name} <= {bounds[0]:.6g}"
    if code == bounds.size:
        return f"{name} > {bounds[-1]:.6g}"
    return f"{bounds[code - 1]:.6g} < {name} <= {bounds[code]:.6g}"


def _kept(name: str, told: Sequence[str], codes: Integers, smallest: int) -> Parts:
    sizes = np.bincount(codes, minlength=len(told))
    names, kept = _renumbered(told, codes, sizes >= smallest)
    return Parts(name, names, kept)


def _renumbered(
    told: Sequence[str], codes: Integers, wanted: Bools
) -> tuple[tuple[str, ...], Integers]:
    """The names that are wanted, and codes that count only them; -1 for the others."""
    # The last place is what code -1, a row of no slice, finds.
    places = np.append(np.where(wanted, np.cumsum(wanted) - 1, -1), -1)
    names = tuple(name for name, keep in zip(told, wanted, strict=True) if keep)
    renumbered: Integers = places[codes].astype(np.int64)
    return names, renumbered


def _single(parts: Parts) -> Cut:
    sizes = np.bincount(parts.codes[parts.codes >= 0], minlength=len(parts.names))
    wanted: Bools = sizes < parts.codes.size
    return _cut((parts.column,), parts.names, parts.codes, sizes, wanted)


def _crossed(first: Parts, second: Parts, smallest: int) -> Cut:
    width = len(second.names)
    inside = (first.codes >= 0) & (second.codes >= 0)
    joined = first.codes[inside] * width + second.codes[inside]
    kept, inner, counted = np.unique(joined, return_inverse=True, return_counts=True)
    codes = np.full(first.codes.size, -1, dtype=np.int64)
    codes[inside] = inner
    of_first = np.bincount(first.codes[first.codes >= 0], minlength=len(first.names))
    of_second = np.bincount(second.codes[second.codes >= 0], minlength=width)
    told = [f"{first.names[int(at) // width]} & {second.names[int(at) % width]}" for at in kept]
    wanted = (
        (counted >= smallest)
        & (counted < of_first[kept // width])
        & (counted < of_second[kept % width])
    )
    return _cut((first.column, second.column), told, codes, counted, wanted)


def _cut(
    columns: tuple[str, ...], told: Sequence[str], codes: Integers, sizes: Integers, wanted: Bools
) -> Cut:
    names, kept = _renumbered(told, codes, wanted)
    return Cut(columns, names, kept, tuple(int(n) for n in sizes[wanted]))
