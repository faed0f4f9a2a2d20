"""Incidents: what went wrong in production, who looked at it, and how it ended; pure."""

from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind

LONGEST = 500
"""Characters that are kept of a detail."""


class State(StrEnum):
    """How far an incident is."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    """Somebody looks after it."""
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class What:
    """What went wrong: the same thing happens again as long as all of it is the same."""

    about: str
    """The use case; what of a gateway, where it is about none."""
    arm: str
    version: str | None
    """`name@number`."""
    why: str
    """Its kind: raised, hangs, no-number, not-loaded, ..."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of an incident."""

    by: str
    at: str
    note: str
    entry: str
    """Digest of the entry in the ledger."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong, however often it did."""

    number: int
    """1, 2, 3, ... in the installation."""
    what: What
    case: str | None
    """The use case it is about; None where it is about none that is known."""
    detail: str
    """As it was told first."""
    times: int
    first_at: str
    last_at: str
    snapshot: int
    """The route table that was in force."""
    entry: str
    """Digest of the entry that opened it."""
    acknowledged: Said | None = None
    resolved: Said | None = None
    evidence: str | None = None
    """Digest of the entry that shows that it is over."""

    @property
    def state(self) -> State:
        """How far it is."""
        if self.resolved is not None:
            return State.RESOLVED
        return State.OPEN if self.acknowledged is None else State.ACKNOWLEDGED

    @property
    def subject(self) -> Subject:
        """What its entries are about."""
        return subject_of(self.case)


def subject_of(case: str | None) -> Subject:
    """The use case, or the organisation."""
    return ORGANISATION if case is None else Subject(SubjectKind.CASE, case)


def opened(what: What, detail: str, at: str, snapshot: int) -> dict[str, Json]:
    """What the ledger keeps of it when it is opened."""
    return {
        "v": 1,
        "about": what.about,
        "arm": what.arm,
        "version": what.version,
        "why": what.why,
        "detail": detail[:LONGEST],
        "first_at": at,
        "snapshot": snapshot,
    }


def check_open(incident: Incident) -> None:
    """Raise `Conflict` where it was resolved."""
    if incident.resolved is not None:
        raise Conflict(
            field="incident",
            value=incident.number,
            expected=f"one that is not resolved; it was on {incident.resolved.at}",
        )


def check_new(incident: Incident) -> None:
    """Raise `Conflict` where somebody looks after it already."""
    check_open(incident)
    if incident.acknowledged is not None:
        raise Conflict(
            field="incident",
            value=incident.number,
            expected=f"one that nobody looks after; somebody has since {incident.acknowledged.at}",
        )


def state_of(text: str) -> State:
    """The state written as `text`; raises `Invalid` naming them."""
    try:
        return State(text)
    except ValueError as error:
        raise Invalid(field="state", value=text, expected=f"one of {', '.join(State)}") from error
