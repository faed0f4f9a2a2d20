"""What goes through every use case: decisions, errors and latency, counted once and then kept.

A Parquet file never changes what it counts, so its sums are kept: beside the log, where `keep` puts
them when it was rolled, and in memory. Of a segment that is still written only the new bytes are
read. A look costs what came since the last one, and the few files that lie across the beginning of
a stretch of time; numbers are those of reading everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from gonogo.records import places
from gonogo.records.log import microseconds
from gonogo.records.part_sums import PartSums, exact_of, sums_of
from gonogo.records.tails import tail_of
from gonogo.stats.arrays import Integers

SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Flow:
    """What was answered in a stretch of time."""

    n: int
    errors: int
    """Answered by the fallback because the model did not."""
    p50: float | None
    """Latency, microseconds; None without decisions."""
    p99: float | None


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """What an arm answered, or as a shadow would have."""

    arm: str
    role: str
    """live or shadow."""
    n: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went through a use case."""

    recent: Flow
    """Since the later of the two times that were asked for."""
    all: Flow
    """Since the earlier one."""
    arms: tuple[ArmFlow, ...]
    """Since the earlier one, by name and role."""


NOTHING = Flow(0, 0, None, None)


def by_case(folder: Path, since: datetime, recent: datetime) -> dict[str, Traffic]:
    """Of each use case with decisions since `since`; `recent` lies between then and now."""
    found: dict[str, tuple[list[PartSums], list[PartSums]]] = {}
    for case, whole, part in _sums(folder, since, (microseconds(since), microseconds(recent))):
        all_, new = found.setdefault(case, ([], []))
        all_ += [whole] if whole is not None else []
        new += [part] if part is not None else []
    return {
        case: Traffic(_flow(new), _flow(all_), _arms(all_))
        for case, (all_, new) in sorted(found.items())
        if any(one.n for one in all_)
    }


def of_all(folder: Path, since: datetime) -> Flow:
    """Of all use cases together, since a time."""
    first = microseconds(since)
    found = [whole for _, whole, _ in _sums(folder, since, (first, first)) if whole is not None]
    return _flow(found)


def _sums(
    folder: Path, since: datetime, starts: tuple[int, int]
) -> Iterator[tuple[str, PartSums | None, PartSums | None]]:
    """Use case and sums of each file, from both of `starts` on."""
    first, later = starts
    read = set()
    for path in places.segments(folder):
        try:
            tail = tail_of(path)
        except FileNotFoundError:
            continue  # rolled meanwhile: its files are all there
        read.add(path.stem)
        for case in tail.cases:
            yield case, tail.since(case, first), tail.since(case, later)
    # A segment that came since then counts the next time: some of its files may be missing yet.
    read |= {path.stem for path in places.segments(folder)}
    day = since.date().isoformat()
    for part in places.parts(folder, places.DECISIONS, since=day):
        if part.segment in read:
            continue
        try:
            sums = sums_of(folder, part)
            both = [_since(sums, part.path, start) for start in starts]
        except FileNotFoundError:
            continue  # its day is past its time
        yield part.case, both[0], both[1]


def _since(sums: PartSums, path: Path, start: int) -> PartSums | None:
    """What of a file counts from `start` on; it is read where it lies across."""
    if sums.first >= start:
        return sums
    return None if sums.last < start else exact_of(path, start)


def _flow(found: list[PartSums]) -> Flow:
    n, errors = 0, 0
    for one in found:
        for (_, role), (count, failed) in one.arms.items():
            if role != SHADOW:
                n, errors = n + count, errors + failed
    if not n:
        return NOTHING
    values = np.concatenate([one.latencies for one in found])
    counts = np.concatenate([one.counts for one in found])
    order = np.argsort(values, kind="stable")
    values, ends = values[order], np.cumsum(counts[order])
    return Flow(n, errors, _quantile(values, ends, 0.5), _quantile(values, ends, 0.99))


def _quantile(values: Integers, ends: Integers, level: float) -> float:
    """Between the two values next to it, by how near each is: as quantile_cont of SQL."""
    place = level * (int(ends[-1]) - 1)
    low, high = (
        int(values[np.searchsorted(ends, int(at), side="right")])
        for at in (np.floor(place), np.ceil(place))
    )
    return low + (high - low) * (place - float(np.floor(place)))


def _arms(found: list[PartSums]) -> tuple[ArmFlow, ...]:
    total: dict[tuple[str, str], int] = {}
    for one in found:
        for key, (n, _) in one.arms.items():
            total[key] = total.get(key, 0) + n
    ordered = sorted(total.items(), key=lambda item: (item[0][1], item[0][0]))
    return tuple(ArmFlow(arm, role, n) for (arm, role), n in ordered if n)
