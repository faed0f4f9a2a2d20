"""What is kept of one entity for one window: cells of time, or values with when they came last.

A window of W seconds is cut into 60 cells of W/60, aligned to 1970. At a moment it reads the cell
that the moment lies in and the 59 before: what is older than W is never counted, what is younger
than 59/60 W always is. Times may come in any order: each cell has its own, and a read leaves out
what lies ahead of it. What a read has let go because it was too old stays gone, though, where a
clock goes back afterwards.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from typing import Any

CELLS = 60
MOST_CELLS = 2 * CELLS
"""Kept at most, where a clock that goes to and fro leaves cells ahead of it."""
MOST_VALUES = 1000
"""Different values that a window tells apart; where more come, it says this many."""
AHEAD_US = 60_000_000
"""By how much the last event may lie ahead before the clock is taken to have been put back."""


class Cells:
    """Counts, and sums where they are wanted, by cell of time; the oldest first."""

    __slots__ = ("counts", "sums", "times", "total")

    def __init__(self) -> None:
        self.times = array("q")
        """Numbers of the cells: time divided by width."""
        self.counts = array("q")
        self.sums = array("d")
        """Empty where nothing is summed."""
        self.total = 0
        """All counts."""

    def add(self, cell: int, value: float | None = None) -> None:
        """Count an event within `cell`, and add its value to the sum."""
        times = self.times
        self.total += 1
        if times and times[-1] == cell:
            at = -1
        elif not times or times[-1] < cell:
            at = len(times)
            times.append(cell)
            self.counts.append(0)
            if value is not None:
                self.sums.append(0.0)
            if cell - times[0] >= CELLS:
                self.forget(cell)
                at = len(times) - 1
        else:
            at = self._found(cell, summed=value is not None)
        self.counts[at] += 1
        if value is not None:
            self.sums[at] += value
        if len(times) > MOST_CELLS:
            self._drop(MOST_CELLS, len(times))

    def forget(self, cell: int) -> None:
        """Let go what is older than the window that ends in `cell`."""
        self._drop(0, bisect_right(self.times, cell - CELLS))

    def count(self, cell: int) -> int:
        """Events in the window that ends in `cell`."""
        n = self._within(cell)
        return self.total if n == len(self.times) else sum(self.counts[:n])

    def sum(self, cell: int) -> float | None:
        """Their sum, rounded once; None where it is beyond what a number can be."""
        n = self._within(cell)
        try:
            found = math.fsum(self.sums if n == len(self.times) else self.sums[:n])
        except (OverflowError, ValueError):
            return None
        return found if math.isfinite(found) else None

    def mean(self, cell: int) -> float | None:
        """Their mean; None where there are none, or the sum is none."""
        found, n = self.sum(cell), self.count(cell)
        return None if found is None or n == 0 else found / n

    def absorb(self, other: "Cells") -> None:
        """Count what `other` has counted, too."""
        counts = dict(zip(self.times, self.counts, strict=True))
        sums = dict(zip(self.times, self.sums, strict=False))
        for time, count in zip(other.times, other.counts, strict=True):
            counts[time] = counts.get(time, 0) + count
        for time, value in zip(other.times, other.sums, strict=False):
            sums[time] = sums.get(time, 0.0) + value
        times = sorted(counts)[-MOST_CELLS:]
        self.times, self.counts = array("q", times), array("q", [counts[time] for time in times])
        self.sums = array("d", [sums[time] for time in times] if sums else [])
        self.total = sum(self.counts)

    def packed(self) -> list[Any]:
        """As it is written down."""
        return [self.times.tolist(), self.counts.tolist(), self.sums.tolist()]

    @classmethod
    def unpacked(cls, found: list[Any]) -> "Cells":
        """What was written down."""
        made = cls()
        made.times, made.counts = array("q", found[0]), array("q", found[1])
        made.sums, made.total = array("d", found[2]), sum(found[1])
        return made

    def _within(self, cell: int) -> int:
        """How many of the cells lie in the window that ends in `cell`, when the old ones are gone.

        They are the first ones: behind them is what lies ahead of `cell`.
        """
        times = self.times
        if times and times[0] <= cell - CELLS:
            self.forget(cell)
        n = len(times)
        return n if n == 0 or times[-1] <= cell else bisect_right(times, cell)

    def _found(self, cell: int, *, summed: bool) -> int:
        """Where a cell is that is not the last; it is made where it is not there."""
        at = bisect_left(self.times, cell)
        if self.times[at] != cell:
            self.times.insert(at, cell)
            self.counts.insert(at, 0)
            if summed:
                self.sums.insert(at, 0.0)
        return at

    def _drop(self, start: int, end: int) -> None:
        if end - start == 1:
            # By far the most frequent, and half as long as what follows.
            self.times.pop(start)
            self.total -= self.counts.pop(start)
            if self.sums:
                self.sums.pop(start)
        elif end > start:
            self.total -= sum(self.counts[start:end])
            del self.times[start:end], self.counts[start:end], self.sums[start:end]


class Values:
    """Which values came in which cell last; the one that is longest ago first.

    Exact up to `MOST_VALUES`. A value that comes again counts from then on: where a clock goes
    back, a read before that moment misses it.
    """

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last: dict[bytes, int] = {}
        """Cell in which a value came last."""

    def add(self, cell: int, value: bytes) -> None:
        """See `value` within `cell`."""
        last = self.last
        known = last.pop(value, None)
        newest = next(reversed(last.values()), cell)
        if known is not None and known > cell:
            cell = known
        last[value] = cell
        if cell < newest:
            self.last = last = dict(sorted(last.items(), key=_by_cell))
        if len(last) > MOST_VALUES:
            del last[next(iter(last))]

    def count(self, cell: int) -> int:
        """Different values in the window that ends in `cell`, at most `MOST_VALUES`."""
        last = self.last
        old = []
        for value, seen in last.items():
            if seen > cell - CELLS:
                break
            old.append(value)
        for value in old:
            del last[value]
        if next(reversed(last.values()), cell) > cell:
            return sum(seen <= cell for seen in last.values())
        return len(last)

    def absorb(self, other: "Values") -> None:
        """Tell apart what `other` does, too."""
        found = dict(other.last)
        for value, cell in self.last.items():
            found[value] = max(cell, found.get(value, cell))
        self.last = dict(sorted(found.items(), key=_by_cell)[-MOST_VALUES:])

    def packed(self) -> list[Any]:
        """As it is written down."""
        return [list(self.last), list(self.last.values())]

    @classmethod
    def unpacked(cls, found: list[Any]) -> "Values":
        """What was written down."""
        made = cls()
        made.last = dict(zip(found[0], found[1], strict=True))
        return made


class Last:
    """When an event came last."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at: int | None = None
        """Microseconds since 1970."""

    def add(self, at: int) -> None:
        """See an event; one out of order changes nothing, unless the clock was put back."""
        if self.at is None or at > self.at or self.at - at > AHEAD_US:
            self.at = at

    def since(self, at: int, longest: int) -> float | None:
        """Seconds since then; None where it is longer ago than `longest`, or never was."""
        if self.at is None or self.at - at > AHEAD_US or at - self.at > longest:
            return None
        return max(0, at - self.at) / 1e6

    def absorb(self, other: "Last") -> None:
        """Know of the later one."""
        if self.at is None or (other.at is not None and other.at > self.at):
            self.at = other.at

    def packed(self) -> list[Any]:
        """As it is written down."""
        return [self.at]

    @classmethod
    def unpacked(cls, found: list[Any]) -> "Last":
        """What was written down."""
        made = cls()
        made.at = found[0]
        return made


def _by_cell(item: tuple[bytes, int]) -> int:
    return item[1]
