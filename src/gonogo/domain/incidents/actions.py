"""What can be done with incidents: open them as they are told of, look after one, resolve it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.roles import Action
from gonogo.domain.incidents import tables
from gonogo.domain.incidents.rules import (
    LONGEST,
    Incident,
    Said,
    What,
    check_new,
    check_open,
    opened,
    subject_of,
)
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Told:
    """That something went wrong once more."""

    what: What
    case: str | None
    detail: str
    at: str
    times: int
    snapshot: int


def take_in(work: Work, told: Sequence[Told], *, name: str, mark: Mapping[str, Any]) -> int:
    """Open what is new, count what is not, and keep how far the file `name` was read.

    What is resolved and happens again is opened anew. Returns how many were opened.
    """
    known = {one.what: one for one in tables.unresolved(work)}
    number = first = tables.last(work)
    changed: set[What] = set()
    for one in told:
        found = known.get(one.what)
        if found is None:
            number += 1
            said = opened(one.what, one.detail, one.at, one.snapshot)
            entry = work.append("incident", subject_of(one.case), {**said, "number": number})
            found = Incident(
                number=number,
                what=one.what,
                case=one.case,
                detail=one.detail[:LONGEST],
                times=0,
                first_at=one.at,
                last_at=one.at,
                snapshot=one.snapshot,
                entry=entry.digest,
            )
            tables.put(work, found)
        changed.add(one.what)
        known[one.what] = replace(
            found,
            times=min(tables.LARGEST, found.times + one.times),
            last_at=max(found.last_at, one.at),
        )
    for what in changed:
        tables.replace(work, known[what])
    tables.set_mark(work, name, mark)
    return number - first


def acknowledge(work: Work, number: int, *, note: str = "") -> Incident:
    """Say that one looks after it; raises `NotFound`, `Forbidden`, `Conflict`."""
    found = _allowed(work, number)
    check_new(found)
    said: dict[str, Json] = {"v": 1, "number": number, "incident": found.entry, "note": note}
    entry = work.append("incident-acknowledged", found.subject, said)
    after = replace(found, acknowledged=_said(work, note, entry.digest))
    tables.replace(work, after)
    return after


def resolve(work: Work, number: int, *, reason: str, evidence: str | None = None) -> Incident:
    """Say that it is over, and why; `evidence` is a ledger entry that shows it.

    Its digest or position. Raises `NotFound`, `Forbidden`, `Conflict` where it is over already,
    and `Invalid` for no reason.
    """
    found = _allowed(work, number)
    check_open(found)
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="how it ended, in words")
    shown = None if evidence is None else work.ledger.entry(evidence).digest
    said: dict[str, Json] = {
        "v": 1,
        "number": number,
        "incident": found.entry,
        "reason": reason,
        "times": found.times,
        "cites": [] if shown is None else [shown],
    }
    entry = work.append("incident-resolved", found.subject, said)
    after = replace(found, resolved=_said(work, reason, entry.digest), evidence=shown)
    tables.replace(work, after)
    return after


def _allowed(work: Work, number: int) -> Incident:
    """The incident, where the caller may look after it; nobody else changes it meanwhile."""
    try:
        found = tables.get(work, number)
    except NotFound:
        # Who may look after none is not told which there are.
        work.allow(Action.INCIDENT_HANDLE)
        raise
    work.allow(Action.INCIDENT_HANDLE, on=found.subject)
    work.subjects.hold(found.subject)
    return tables.get(work, number)


def _said(work: Work, note: str, entry: str) -> Said:
    return Said(str(work.caller.actor), work.at, note.strip(), entry)
