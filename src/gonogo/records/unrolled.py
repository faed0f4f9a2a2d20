"""Reading a segment: which records it holds of which kind, case and day, and what is damaged."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from gonogo.core.subjects import SLUG
from gonogo.records.columns import Row
from gonogo.records.frames import FRAME_SIZE, VERSION, Damage, frame_at, scan, version_of
from gonogo.records.places import DECISIONS, EXPOSURES, OUTCOMES
from gonogo.records.record import Record
from gonogo.records.segments import LATEST

KINDS_BY_TAG = {"decision": DECISIONS, "outcome": OUTCOMES, "exposure": EXPOSURES}
DAY = 86_400_000_000
"""Microseconds."""

Group = tuple[str, str, int]
"""Kind, case, days since 1970."""


class _Beginning(msgspec.Struct, array_like=True, frozen=True):
    """What all kinds of records begin with: enough to know where one belongs."""

    tag: str
    id: str
    case: str
    at: int


_beginning = msgspec.msgpack.Decoder(_Beginning).decode
_record = msgspec.msgpack.Decoder(Record).decode


@dataclass(slots=True)
class Unrolled:
    """A segment that was read and checked, its records still packed."""

    name: str
    """With its ending."""
    data: bytes
    groups: dict[Group, "array[int]"] = field(default_factory=dict)
    """Offsets of the frames, by where they belong."""
    damages: list[Damage] = field(default_factory=list)
    last: int = 0
    """The last stamp."""
    unknown: int | None = None
    """The segment's version, where it is one of later days that this program cannot read."""

    @property
    def records(self) -> int:
        """How many records can be read."""
        return sum(map(len, self.groups.values()))

    def rows(self, group: Group, most: int, sought: bytes | None = None) -> Iterator[list[Row]]:
        """The records of `group` in their order, at most so many at a time.

        `sought`: only those whose packed form holds it. One that turns out to be no record of its
        kind joins the `damages`.
        """
        offsets = self.groups[group]
        for start in range(0, len(offsets), most):
            found = (self._row(offset, sought) for offset in offsets[start : start + most])
            yield [row for row in found if row is not None]

    def _row(self, offset: int, sought: bytes | None) -> Row | None:
        frame = frame_at(self.data, offset)
        if sought is not None and sought not in frame.payload:
            return None
        try:
            return Row(offset, frame.written, _record(frame.payload))
        except msgspec.DecodeError:
            self.damages.append(Damage(offset, FRAME_SIZE + len(frame.payload), tail=False))
            return None


def read(path: Path) -> Unrolled:
    """What the segment at `path` holds; raises `FileNotFoundError` where it is gone."""
    return parse(path.name, path.read_bytes())


def parse(name: str, data: bytes, only: frozenset[str] | None = None) -> Unrolled:
    """What the segment called `name` holds of the cases in `only`, or of all."""
    found = Unrolled(name, data)
    version = version_of(data)
    if version is not None and version != VERSION:
        found.unknown = version
        return found
    for one in scan(data):
        if isinstance(one, Damage):
            found.damages.append(one)
            continue
        found.last = max(found.last, one.written)
        group = _group(one.payload)
        if group is None:
            size = FRAME_SIZE + len(one.payload)
            found.damages.append(Damage(one.offset, size, tail=False))
        elif only is None or group[1] in only:
            offsets = found.groups.get(group)
            if offsets is None:
                offsets = found.groups[group] = array("q")
            offsets.append(one.offset)
    return found


def _group(payload: bytes) -> Group | None:
    """Where a record belongs; None where it is none of those that are known."""
    try:
        begins = _beginning(payload)
        kind = KINDS_BY_TAG[begins.tag]
        if not 0 <= begins.at <= LATEST or not _known_case(begins.case):
            return None
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
        return None
    return (kind, begins.case, begins.at // DAY)


@lru_cache(maxsize=4096)
def _known_case(case: str) -> bool:
    return SLUG.fullmatch(case) is not None


def day_text(days: int) -> str:
    """Days since 1970 as a date.

    >>> day_text(20778)
    '2026-11-21'
    """
    return datetime.fromtimestamp(days * 86_400, UTC).date().isoformat()
