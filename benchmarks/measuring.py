"""What a benchmark says: times of two things taken in turn, their ratios, and a promise kept."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Seconds = float
Timed = Callable[[], Seconds]
"""Does something once and returns how long it took; what need not be timed is left out."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Two things timed in turn in the same run: what the machine does besides slows both."""

    ours: tuple[Seconds, ...]
    peer: tuple[Seconds, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """How many times as long ours took, repetition by repetition."""
        return tuple(ours / peer for ours, peer in zip(self.ours, self.peer, strict=True))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    name: str
    """Of the benchmark: what `make bench ONLY=` takes."""
    what: str
    """What is measured."""
    measured: str
    """The median of what was measured, with its unit."""
    peer: str
    """What it is compared with, and the median of that."""
    ratios: tuple[float, ...]
    """Ours to peer, one of each repetition."""
    promise: str
    """What is promised, in words; empty where nothing is."""
    kept: bool | None
    """Whether it is kept; None where nothing is promised, or not at this size."""

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)


def paired(ours: Timed, peer: Timed, repetitions: int, tick: Callable[[], None]) -> Paired:
    """Both timed in turn, each going first every other time; `tick` is called after each turn."""
    times: tuple[list[Seconds], list[Seconds]] = ([], [])
    for number in range(repetitions):
        turns: Sequence[tuple[Timed, list[Seconds]]] = ((ours, times[0]), (peer, times[1]))
        for timed, kept in turns if number % 2 else reversed(turns):
            gc.collect()
            kept.append(timed())
        tick()
    return Paired(tuple(times[0]), tuple(times[1]))


def stopwatch(act: Callable[[], object]) -> Timed:
    """`act` timed as a whole."""

    def timed() -> Seconds:
        started = time.perf_counter()
        act()
        return time.perf_counter() - started

    return timed


def at_most(times: float, found: Paired, *, judged: bool) -> tuple[str, bool | None]:
    """The promise to take at most `times` as long as the peer, and whether it is kept."""
    return f"at most {times:g} ×", median(found.ratios) <= times if judged else None


def in_words(seconds: Seconds) -> str:
    """A time with three digits.

    >>> in_words(0.0123), in_words(4.5678)
    ('12.3 ms', '4.57 s')
    """
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"
