"""Where the decision log keeps what: segments, Parquet parts by case and day, what is damaged."""

import re
from dataclasses import dataclass
from pathlib import Path

DECISIONS = "decisions"
OUTCOMES = "outcomes"
EXPOSURES = "exposures"
KINDS = (DECISIONS, OUTCOMES, EXPOSURES)

SEGMENT = re.compile(r"(?P<worker>[A-Za-z0-9_]{1,40})-(?P<number>\d{12})-[0-9a-f]{8}\.seg")
WORKER = re.compile(r"[A-Za-z0-9_]{1,40}")
PART = re.compile(r"(?P<segment>[A-Za-z0-9_]{1,40}-\d{12}-[0-9a-f]{8})\.parquet")


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file: what a segment held of a kind, a case and a day."""

    path: Path
    kind: str
    """decisions, outcomes or exposures."""
    case: str
    day: str
    """UTC, YYYY-MM-DD."""
    segment: str
    """Name of the segment it was rolled from, without its ending."""


def segments_folder(folder: Path) -> Path:
    """Where gateways append."""
    return folder / "segments"


def damaged_folder(folder: Path) -> Path:
    """Where bytes of a segment are kept that could not be read."""
    return folder / "damaged"


def worker_of(name: str) -> str:
    """The worker whose segment is called `name`; empty where it is no segment's name.

    >>> worker_of("w1-000000000007-0a1b2c3d.seg")
    'w1'
    """
    found = SEGMENT.fullmatch(name)
    return found["worker"] if found else ""


def number_of(name: str) -> int:
    """The number of the segment called `name`: one more than that of the worker's last one.

    >>> number_of("w1-000000000007-0a1b2c3d.seg")
    7
    """
    found = SEGMENT.fullmatch(name)
    return int(found["number"]) if found else 0


def segments(folder: Path) -> list[Path]:
    """All segments that are not rolled, in order of worker and number."""
    there = segments_folder(folder)
    if not there.is_dir():
        return []
    return sorted(path for path in there.iterdir() if SEGMENT.fullmatch(path.name))


def cases(folder: Path) -> set[str]:
    """The use cases that have Parquet files or had some."""
    return {
        path.name.removeprefix("case=") for kind in KINDS for path in (folder / kind).glob("case=*")
    }


def part_path(folder: Path, kind: str, case: str, day: str, segment: str) -> Path:
    """Where the rows of a segment go, in folders as Hive names them."""
    return folder / kind / f"case={case}" / f"day={day}" / f"{segment}.parquet"


def sums_path(folder: Path, part: Part) -> Path:
    """Where is kept what a Parquet file of decisions counts."""
    return (
        folder
        / "traffic"
        / part.path.parent.relative_to(folder / part.kind)
        / f"{part.segment}.json"
    )


def parts(
    folder: Path,
    kind: str,
    case: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[Part]:
    """The Parquet files of a kind and a case (or of all), of the days `since` to `until`, both in.

    In order of case, day and segment.
    """
    top = folder / kind
    if not top.is_dir():
        return []
    cases = [top / f"case={case}"] if case is not None else sorted(top.glob("case=*"))
    found = []
    for within in cases:
        if not within.is_dir():
            continue
        for day in sorted(within.glob("day=*")):
            name = day.name.removeprefix("day=")
            if (since is None or name >= since) and (until is None or name <= until):
                found += _within(day, kind, within.name.removeprefix("case="), name)
    return found


def _within(day: Path, kind: str, case: str, name: str) -> list[Part]:
    return [
        Part(path, kind, case, name, matched["segment"])
        for path in sorted(day.iterdir())
        if (matched := PART.fullmatch(path.name))
    ]
