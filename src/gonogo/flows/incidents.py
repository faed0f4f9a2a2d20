"""Follows what gateways write down of their troubles, and opens incidents by it.

How far a file was read is kept in the Work that opens what it told of: killed anywhere, nothing is
opened twice and nothing is left out. A file is known by its first line, so that one that was put
aside, copied or brought back is found again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from gonogo.core import troubles
from gonogo.core.caller import SYSTEM
from gonogo.core.subjects import SLUG, Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.core.troubles import Trouble
from gonogo.domain.incidents import actions, tables
from gonogo.domain.incidents.actions import Told
from gonogo.domain.incidents.rules import What
from gonogo.store.work import OpenWork, Work

SOURCE = "gateway"
"""What the mark is kept for."""
LONGEST = 200
"""Characters that are kept of a name."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was found."""

    first: str
    """Digest of its first line."""
    lines: bytes
    """Whole lines alone."""


def follow(open_work: OpenWork, gateway: Path) -> int:
    """Open incidents by what was written since the last time; how many."""
    with open_work(SYSTEM, write=False) as work:
        mark = tables.mark_of(work, SOURCE)
    told, behind = unread(gateway, mark)
    if behind == mark:
        return 0
    with open_work(SYSTEM) as work:
        if tables.mark_of(work, SOURCE) != mark:
            return 0
        return actions.take_in(work, [_told(work, one) for one in told], name=SOURCE, mark=behind)


def unread(gateway: Path, mark: Mapping[str, Any]) -> tuple[list[Trouble], Mapping[str, Any]]:
    """What stands in the files behind `mark`, in its order, and the mark behind that."""
    files = [
        found
        for name in (troubles.BEFORE, troubles.NAME)
        if (found := _file(gateway / name)) is not None
    ]
    known = [place for place, one in enumerate(files) if one.first == mark.get("first")]
    start = known[0] if known else 0
    lines: list[bytes] = []
    for place, one in enumerate(files[start:], start):
        offset = int(mark["offset"]) if known and place == start else 0
        lines += one.lines[offset:].splitlines()
    if not files:
        return [], mark
    return list(_parsed(lines)), {"first": files[-1].first, "offset": len(files[-1].lines)}


def _file(path: Path) -> File | None:
    try:
        found = path.read_bytes()
    except OSError:
        return None
    whole = found[: found.rfind(b"\n") + 1]
    if not whole:
        return None
    first = hashlib.sha256(whole[: whole.find(b"\n")]).hexdigest()[:32]
    return File(first, whole)


def _parsed(lines: Iterable[bytes]) -> Iterable[Trouble]:
    for line in lines:
        try:
            yield troubles.read(line)
        except msgspec.DecodeError:
            # A line that somebody else wrote opens nothing, and keeps nothing from being opened.
            continue


def _told(work: Work, one: Trouble) -> Told:
    about = one.case[:LONGEST]
    known = SLUG.fullmatch(about) and work.subjects.known(Subject(SubjectKind.CASE, about))
    return Told(
        what=What(about, one.arm[:LONGEST], one.model and one.model[:LONGEST], one.why[:64]),
        case=about if known else None,
        detail=one.detail,
        at=stamp(datetime.fromtimestamp(max(0, one.at) / 1e6, UTC)),
        times=max(1, one.times),
        snapshot=max(0, min(one.snapshot, tables.LARGEST)),
    )
