"""How long decisions are kept: days for all use cases, and for some days of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.core.times import Clock
from gonogo.records import places
from gonogo.records.erasing import Retired, retire, retire_damaged


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which what was decided goes."""

    days: int | None = None
    """Of every use case that has none of its own; None: kept without end."""
    cases: Mapping[str, int] = field(default_factory=dict)
    """By use case."""

    def of(self, case: str) -> int | None:
        """Days of a use case; None: kept without end.

        >>> Retention(400, {"fraud": 90}).of("fraud"), Retention(400).of("fraud")
        (90, 400)
        """
        return self.cases.get(case, self.days)


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
