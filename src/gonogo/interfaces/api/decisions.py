"""REST: decisions, as the ledger holds them."""

from typing import Any

import msgspec

from gonogo.core.chain import Entry
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.interfaces.api.kit import Routes
from gonogo.schemas import reviews as schemas
from gonogo.store.work import Work

routes = Routes("decisions")


@routes.get("/decisions", action=Action.LEDGER_READ)
def listed(
    work: Work, subject: str | None = None, cursor: str | None = None, limit: int = 50
) -> schemas.Decisions:
    """Decisions, newest first."""
    about = None if subject is None else str(Subject.parse(subject))
    page = work.ledger.search(kind="decision", subject=about, cursor=cursor, limit=limit)
    return schemas.Decisions(items=[told(entry) for entry in page.items], next=page.next)


@routes.get("/decisions/{entry}", action=Action.LEDGER_READ)
def show(work: Work, entry: str) -> schemas.Decision:
    """One decision, by the digest or position of its entry."""
    missing = NotFound(field="decision", value=entry, expected="the digest of a decision's entry")
    if not (entry.isascii() and entry.isalnum()):
        raise missing
    found = work.ledger.entry(entry)
    if found.kind != "decision":
        raise missing
    return told(found)


def told(entry: Entry) -> schemas.Decision:
    """A decision as it travels."""
    body: dict[str, Any] = msgspec.json.decode(entry.body)
    return schemas.Decision(
        entry=entry.digest,
        position=entry.position,
        subject=entry.subject,
        outcome=body["outcome"],
        rationale=body["rationale"],
        actor=entry.actor,
        at=entry.at,
        cites=body["cites"],
        gate=body.get("gate"),
        review=body.get("review"),
        body=body,
    )
