"""Deletes the decisions of each use case that are past their time."""

from pathlib import Path

from gonogo.core.times import Clock
from gonogo.records import places
from gonogo.records.erasing import Retired, retire, retire_damaged
from gonogo.records.retention import Retention


def keep(folder: Path, retention: Retention, clock: Clock) -> dict[str, Retired]:
    """Delete the days that are past their time; what that was, by use case, where it was any.

    Bytes that nobody could read belong to no use case: they go after the longest of all spans.
    """
    found = {}
    for case in sorted(places.cases(folder)):
        days = retention.of(case)
        if days is not None and (done := retire(folder, days, clock, case)).files:
            found[case] = done
    if retention.days is not None:
        retire_damaged(folder, max(retention.days, *retention.cases.values(), 1), clock)
    return found
