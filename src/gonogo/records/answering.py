"""How long answers took: of each use case, version and day, shadows' too; by the decision log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

from gonogo.records import places
from gonogo.records.tails import tail_of

COLUMNS = ["model", "latency_us"]
REMEMBERED = 20_000
"""Files whose sums are in memory: a file never changes what it counts."""
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a version answered of a use case on a day, UTC."""

    case: str
    model: str
    """`name@number`; "" where rules answered."""
    day: date
    n: int
    """Decisions, and what shadows would have decided."""
    seconds: float
    """For so long a worker of the gateway was busy with them."""


def by_version(folder: Path, first: date, days: int) -> list[Answered]:
    """What was answered on so many days from `first` on, by use case, version and day."""
    found: dict[tuple[str, str, date], tuple[int, int]] = {}

    def add(case: str, day: date, sums: Mapping[str, tuple[int, int]]) -> None:
        if first <= day < first + timedelta(days=days):
            for model, (n, spent) in sums.items():
                before = found.get((case, model, day), (0, 0))
                found[case, model, day] = (before[0] + n, before[1] + spent)

    read = set()
    for path in places.segments(folder):
        try:
            tail = tail_of(path)
        except FileNotFoundError:
            continue  # rolled meanwhile: its files are all there
        read.add(path.stem)
        for (case, number), sums in tail.answered().items():
            add(case, EPOCH + timedelta(days=number), sums)
    # A segment that came since then counts the next time: some of its files may be missing yet.
    read |= {path.stem for path in places.segments(folder)}
    for part in places.parts(folder, places.DECISIONS, since=first.isoformat()):
        if part.segment not in read:
            try:
                add(part.case, date.fromisoformat(part.day), _of_file(part.path))
            except FileNotFoundError:
                continue  # its day is past its time
    return [
        Answered(case, model, day, n, spent / 1e6)
        for (case, model, day), (n, spent) in sorted(found.items())
    ]


@lru_cache(maxsize=REMEMBERED)
def _of_file(path: Path) -> Mapping[str, tuple[int, int]]:
    """Answers and microseconds, by version."""
    table = pq.read_table(path, columns=COLUMNS, partitioning=None)
    sums = table.group_by("model").aggregate([("latency_us", "count"), ("latency_us", "sum")])
    return {
        one["model"] or "": (one["latency_us_count"], one["latency_us_sum"])
        for one in sums.to_pylist()
    }
