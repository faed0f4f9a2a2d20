"""How many decisions of each use case there were on each day, UTC; shadows' do not count."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from gonogo.records import places
from gonogo.records.log import microseconds
from gonogo.records.part_sums import PartSums, sums_of
from gonogo.records.tails import Tail, tail_of
from gonogo.records.traffic import SHADOW


def by_day(folder: Path, first: date, days: int) -> dict[str, list[int]]:
    """Decisions of each use case on so many days from `first` on; those without any are left out.

    From what is kept of Parquet files, and from segments that are still written.
    """
    found: dict[str, list[int]] = {}
    read = set()
    for path in places.segments(folder):
        try:
            tail = tail_of(path)
        except FileNotFoundError:
            continue  # rolled meanwhile: its files are all there
        read.add(path.stem)
        for case in tail.cases:
            counts = found.setdefault(case, [0] * days)
            for at, n in enumerate(_of_tail(tail, case, first, days)):
                counts[at] += n
    # A segment that came since then counts the next time: some of its files may be missing yet.
    read |= {path.stem for path in places.segments(folder)}
    for part in places.parts(folder, places.DECISIONS, since=first.isoformat()):
        at = (date.fromisoformat(part.day) - first).days
        if part.segment in read or at >= days:
            continue
        try:
            sums = sums_of(folder, part)
        except FileNotFoundError:
            continue  # its day is past its time
        found.setdefault(part.case, [0] * days)[at] += _answered(sums)
    return {case: counts for case, counts in sorted(found.items()) if any(counts)}


def _of_tail(tail: Tail, case: str, first: date, days: int) -> list[int]:
    begun = datetime.combine(first, datetime.min.time(), UTC)
    ends = [microseconds(begun + timedelta(days=at)) for at in range(days + 1)]
    since = [_answered(tail.since(case, at)) for at in ends]
    return [one - after for one, after in pairwise(since)]


def _answered(sums: PartSums) -> int:
    return sum(n for (_, role), (n, _) in sums.arms.items() if role != SHADOW)
