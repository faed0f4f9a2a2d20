"""How windows are kept: those that need the same state share it, in one table for each field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Window
from gonogo.gateway.online.cells import CELLS, Cells, Last, Values

ENTITY = "entity"
"""As a window's `entity`: what the request is about, not one of its features."""
SHORTEST, LONGEST = 60, 30 * 86_400
"""Seconds of a window."""


class Statistic(StrEnum):
    """What a window may tell."""

    COUNT = "count"
    """Requests."""
    SUM = "sum"
    """Of a column, leaving out what is no number; 0 where nothing came."""
    MEAN = "mean"
    """Of a column, leaving out what is no number; null where nothing came."""
    DISTINCT = "distinct"
    """Different values of a column, exact up to 1,000 and 1,000 beyond."""
    SINCE_LAST = "since_last"
    """Seconds since the last request; null where there was none within the window."""


NO_COLUMN = (Statistic.COUNT, Statistic.SINCE_LAST)
State = Cells | Values | Last


class Event(msgspec.Struct, array_like=True, gc=False):
    """A request, as windows take it in."""

    case: str
    at: int
    """Microseconds since 1970, UTC."""
    keys: dict[str, bytes]
    """Hashes of the fields that windows are kept apart by."""
    numbers: dict[str, float]
    """What is summed, by column."""
    marks: dict[str, bytes]
    """Hashes of what is told apart, by column."""
    number: int = 0
    """One more than that of the event taken in before it."""


class Signature(NamedTuple):
    """What tells one state from another."""

    kind: str
    """cells, sums, values or last."""
    column: str
    seconds: int


Add = Callable[[Any, Event], None]
Read = Callable[[Any, int], "float | int | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Keeping:
    """A state that is kept for each key of a table."""

    signature: Signature
    new: Callable[[], State]
    unpacked: Callable[[list[Any]], State]
    add: Add
    absorb: Callable[[Any, Any], None]
    """Takes another state into one."""


class Reader(NamedTuple):
    """How a window is read from a state."""

    name: str
    place: int
    """Of the state within the table."""
    read: Read
    empty: float | int | None
    """What it says of a key that nobody has seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The windows of a case that are kept apart by one field."""

    case: str
    field: str
    keepings: tuple[Keeping, ...]
    readers: tuple[Reader, ...]
    longest: int
    """Microseconds after which nothing is left of a key."""


def tables_of(windows: Iterable[Window]) -> dict[str, list[Table]]:
    """The tables that `windows` need, by case; raises `Invalid` naming what is wrong."""
    by_field: dict[tuple[str, str], list[Window]] = {}
    names = set()
    for window in windows:
        checked(window)
        if (window.case, window.name) in names:
            raise Invalid(
                field=f"windows.{window.name}", value=window.name, expected="a name used once"
            )
        names.add((window.case, window.name))
        by_field.setdefault((window.case, window.entity), []).append(window)
    found: dict[str, list[Table]] = {}
    for (case, field), some in by_field.items():
        found.setdefault(case, []).append(_table(case, field, some))
    return found


def checked(window: Window) -> Window:
    """`window`, if it can be kept; raises `Invalid`."""
    place = f"windows.{window.name}"
    known = ", ".join(Statistic)
    if window.statistic not in list(Statistic):
        raise Invalid(
            field=f"{place}.statistic", value=window.statistic, expected=f"one of {known}"
        )
    if not SHORTEST <= window.seconds <= LONGEST:
        raise Invalid(
            field=f"{place}.seconds", value=window.seconds, expected=f"{SHORTEST} to {LONGEST}"
        )
    wanted = window.statistic not in NO_COLUMN
    if wanted != (window.column is not None):
        raise Invalid(
            field=f"{place}.column",
            value=window.column,
            expected=f"a column for {window.statistic}" if wanted else "none: requests are counted",
        )
    if not window.entity:
        raise Invalid(field=f"{place}.entity", value="", expected=f"`{ENTITY}` or a feature")
    return window


def columns_of(windows: Iterable[Window], case: str) -> frozenset[str]:
    """The features of requests that the windows of `case` read."""
    found = set()
    for window in windows:
        if window.case == case:
            found |= {window.entity, window.column or ENTITY}
    return frozenset(found - {ENTITY})


def _table(case: str, field: str, windows: list[Window]) -> Table:
    keepings: dict[Signature, Keeping] = {}
    readers = []
    for window in windows:
        statistic = Statistic(window.statistic)
        signature = _signature(window, statistic)
        if signature not in keepings:
            keepings[signature] = _keeping(signature)
        place = list(keepings).index(signature)
        readers.append(Reader(window.name, place, *_reading(statistic, window.seconds)))
    longest = max(window.seconds for window in windows) * 1_000_000
    return Table(case, field, tuple(keepings.values()), tuple(readers), longest)


def _signature(window: Window, statistic: Statistic) -> Signature:
    match statistic:
        case Statistic.COUNT:
            return Signature("cells", "", window.seconds)
        case Statistic.SUM | Statistic.MEAN:
            return Signature("sums", window.column or "", window.seconds)
        case Statistic.DISTINCT:
            return Signature("values", window.column or "", window.seconds)
        case Statistic.SINCE_LAST:
            return Signature("last", "", 0)


def _keeping(signature: Signature) -> Keeping:
    width, column = _width(signature.seconds), signature.column

    def count(state: Cells, event: Event) -> None:
        state.add(event.at // width)

    def total(state: Cells, event: Event) -> None:
        value = event.numbers.get(column)
        if value is not None:
            state.add(event.at // width, value)

    def tell(state: Values, event: Event) -> None:
        value = event.marks.get(column)
        if value is not None:
            state.add(event.at // width, value)

    def note(state: Last, event: Event) -> None:
        state.add(event.at)

    match signature.kind:
        case "cells":
            return Keeping(signature, Cells, Cells.unpacked, count, Cells.absorb)
        case "sums":
            return Keeping(signature, Cells, Cells.unpacked, total, Cells.absorb)
        case "values":
            return Keeping(signature, Values, Values.unpacked, tell, Values.absorb)
        case _:
            return Keeping(signature, Last, Last.unpacked, note, Last.absorb)


def _reading(statistic: Statistic, seconds: int) -> tuple[Read, float | int | None]:
    width, longest = _width(seconds), seconds * 1_000_000

    def count(state: Cells | Values, at: int) -> int:
        return state.count(at // width)

    def total(state: Cells, at: int) -> float | None:
        return state.sum(at // width)

    def mean(state: Cells, at: int) -> float | None:
        return state.mean(at // width)

    def since(state: Last, at: int) -> float | None:
        return state.since(at, longest)

    match statistic:
        case Statistic.COUNT | Statistic.DISTINCT:
            return count, 0
        case Statistic.SUM:
            return total, 0.0
        case Statistic.MEAN:
            return mean, None
        case Statistic.SINCE_LAST:
            return since, None


def _width(seconds: int) -> int:
    """Microseconds of a cell."""
    return seconds * 1_000_000 // CELLS
