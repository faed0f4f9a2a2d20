"""Decisions: what was decided, by whom and why, and which entries each rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.chain import Entry
from gonogo.core.subjects import Subject
from gonogo.domain.accounts import reads as accounts
from gonogo.store.work import Work
from gonogo.views.entries import says
from gonogo.views.evidence import called

ROWS = 25


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision."""

    position: int
    digest: str
    at: str
    subject: str
    outcome: str
    what: str
    """What was decided: "gate production", "hypothesis"."""
    rationale: str
    actor: str
    """Address of whoever decided."""
    by: str
    """How that account is called."""
    cites: int
    review: str | None = None
    """The gate review that it ended."""


@dataclass(frozen=True, slots=True)
class Citation:
    """An entry that a decision rests on."""

    position: int
    digest: str
    kind: str
    subject: str
    says: str


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision with everything it rests on."""

    line: DecisionLine
    cited: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """Decisions, newest first."""

    headline: str
    subject: str
    """Only those about this and what stands below it; "" for all."""
    rows: tuple[DecisionRow, ...]
    next: str | None


def decisions(work: Work, subject: str = "", cursor: str | None = None) -> DecisionsPage:
    """A page of decisions, each with its citations. A fixed number of queries."""
    about = str(Subject.parse(subject)) if subject else None
    page = work.ledger.search(kind="decision", subject=about, cursor=cursor, limit=ROWS)
    names = accounts.names(work, {entry.actor for entry in page.items})
    bodies = {entry.digest: _body(entry) for entry in page.items}
    cited = work.ledger.entries_of({name for body in bodies.values() for name in body["cites"]})
    return DecisionsPage(
        headline=_headline(work, about),
        subject=subject,
        rows=tuple(
            DecisionRow(
                line(entry, called(names, entry.actor)),
                tuple(citation(cited[name]) for name in bodies[entry.digest]["cites"]),
            )
            for entry in page.items
        ),
        next=page.next,
    )


def citation(entry: Entry) -> Citation:
    """An entry as what cites it shows it."""
    return Citation(entry.position, entry.digest, entry.kind, entry.subject, says(entry))


def _headline(work: Work, about: str | None) -> str:
    count = work.ledger.count(kind="decision")
    if not count:
        return "Nothing is decided yet."
    total = f"{count:,} decision{'' if count == 1 else 's'}"
    return f"{total}, each citing what it rests on." if about is None else f"Of {total} in all."


def _body(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(entry.body)
    return found


def latest_decisions(work: Work, most: int, subject: str | None = None) -> tuple[DecisionLine, ...]:
    """The newest decisions, about everything or about one subject."""
    page = work.ledger.search(kind="decision", subject=subject, limit=most)
    names = accounts.names(work, {entry.actor for entry in page.items})
    return tuple(line(entry, called(names, entry.actor)) for entry in page.items)


def line(entry: Entry, by: str) -> DecisionLine:
    """A decision's entry as a line."""
    body = _body(entry)
    gate = body.get("gate")
    return DecisionLine(
        position=entry.position,
        digest=entry.digest,
        at=entry.at,
        subject=body.get("subject", entry.subject),
        outcome=body["outcome"],
        what=f"gate {gate}" if gate else _what(entry, body),
        rationale=body["rationale"],
        actor=entry.actor,
        by=by,
        cites=len(body["cites"]),
        review=body.get("review"),
    )


def _what(entry: Entry, body: Mapping[str, Any]) -> str:
    return "portfolio" if "portfolio" in body else entry.subject.partition(":")[0]
