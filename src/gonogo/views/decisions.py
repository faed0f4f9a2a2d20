"""Decisions as lines: what was decided, why, and on which entry it stands."""

from dataclasses import dataclass

import msgspec

from gonogo.core.chain import Entry
from gonogo.domain.accounts import reads as accounts
from gonogo.store.work import Work


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


def latest_decisions(work: Work, most: int, subject: str | None = None) -> tuple[DecisionLine, ...]:
    """The newest decisions, about everything or about one subject."""
    page = work.ledger.search(kind="decision", subject=subject, limit=most)
    names = accounts.names(work, {entry.actor for entry in page.items})
    return tuple(line(entry, names.get(entry.actor, entry.actor)) for entry in page.items)


def line(entry: Entry, by: str) -> DecisionLine:
    """A decision's entry as a line."""
    body = msgspec.json.decode(entry.body)
    gate = body.get("gate")
    return DecisionLine(
        position=entry.position,
        digest=entry.digest,
        at=entry.at,
        subject=body.get("subject", entry.subject),
        outcome=body["outcome"],
        what=f"gate {gate}" if gate else entry.subject.partition(":")[0],
        rationale=body["rationale"],
        actor=entry.actor,
        by=by,
        cites=len(body["cites"]),
    )
