"""Questions asked of gate reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import and_, func, select

from gonogo.core.canonical import Json
from gonogo.core.conditions import Cited
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Invalid
from gonogo.core.gates import Gate, GateName, gate_from_json, gate_name
from gonogo.core.subjects import Subject
from gonogo.domain.gates import tables
from gonogo.domain.gates.rules import (
    Poll,
    Review,
    ReviewState,
    SignOff,
    Standing,
    Waiver,
    poll,
    poll_of,
    polled_from_json,
)
from gonogo.domain.gates.tables import reviews, to_review
from gonogo.domain.gates.turns import Turn, turns_to_go
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with everything that belongs to it: live while open, frozen once decided."""

    review: Review
    gate: Gate
    """What the policy asks, as it read when the review was opened."""
    poll: Poll
    """By the evidence there is now; after the decision, what it rested on."""
    turns: tuple[Turn, ...]
    """What would turn each condition that is not go; empty once decided."""
    sign_offs: tuple[SignOff, ...]
    waivers: tuple[Waiver, ...]
    """All that were given, also those that ended or were withdrawn."""
    rationale: str | None = None
    """Why it was decided as it was."""
    decided_by: str | None = None
    decided_at: str | None = None


def look(work: Work, review: Review, standing: Standing | None) -> Reviewed:
    """A review as it stands; `standing` of its subject is needed while it is open."""
    gate = gate_of(work, review)
    signed = tables.sign_offs_of(work, review.id)
    waived = tables.waivers_of(work, review.id)
    if review.decision is not None:
        return _frozen(work, review, gate, signed, waived)
    if standing is None:
        raise Invalid(field="standing", expected="how the version stands, while a review is open")
    polled = poll(
        gate,
        evidence_for(work, review.subject, gate, standing),
        standing,
        work.now,
        waivers=waived,
        sign_offs=signed,
    )
    turns = turns_to_go(polled.rows, str(review.subject), standing)
    return Reviewed(review, gate, polled, turns, signed, waived)


def gate_of(work: Work, review: Review) -> Gate:
    """What the policy's entry in the ledger asks at the gate under review."""
    content: Any = _body(work, review.policy_entry)["content"]
    return gate_from_json(review.gate, content["gates"][str(review.gate)])


def gates_of(work: Work, found: Sequence[Review]) -> dict[str, Gate]:
    """What each of these reviews asks, by its id, in one query."""
    entries = work.ledger.entries_of({review.policy_entry for review in found})
    contents = {name: msgspec.json.decode(entry.body)["content"] for name, entry in entries.items()}
    return {
        review.id: gate_from_json(
            review.gate, contents[review.policy_entry]["gates"][str(review.gate)]
        )
        for review in found
    }


def evidence_for(work: Work, subject: Subject, gate: Gate, standing: Standing) -> list[Cited]:
    """The current evidence about a version and its dataset versions, in one query."""
    asked = list(dict.fromkeys((subject, *standing.data)))
    found = work.ledger.latest_of(asked, gate.checks)
    return [cited for cited_of in found.values() for cited in cited_of]


def _frozen(
    work: Work,
    review: Review,
    gate: Gate,
    signed: tuple[SignOff, ...],
    waived: tuple[Waiver, ...],
) -> Reviewed:
    entry = work.ledger.entry(str(review.decision))
    body: Any = msgspec.json.decode(entry.body)
    given = {sign_off.role: sign_off.outcome for sign_off in signed}
    polled = poll_of(
        tuple(polled_from_json(row) for row in body["poll"]),
        missing=tuple(role for role in gate.sign_off if role not in given),
        against=tuple(role for role in gate.sign_off if given.get(role) == "no-go"),
    )
    return Reviewed(
        review,
        gate,
        polled,
        (),
        signed,
        waived,
        rationale=body["rationale"],
        decided_by=entry.actor,
        decided_at=entry.at,
    )


def listed(
    work: Work,
    *,
    state: str | None = None,
    subject: str | None = None,
    gate: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Review]:
    """Reviews, newest first, that fit everything that is asked."""
    limit = max(1, min(limit, MOST))
    where = []
    if state is not None:
        where.append(reviews.c.state == _state(state))
    if subject is not None:
        where.append(reviews.c.subject == str(Subject.parse(subject)))
    if gate is not None:
        where.append(reviews.c.gate == str(gate_name(gate)))
    before = read_cursor(cursor, str)
    if before is not None:
        at, _, last = before.partition(" ")
        where.append(
            (reviews.c.opened_at < at) | ((reviews.c.opened_at == at) & (reviews.c.id < last))
        )
    rows = work.connection.execute(
        select(reviews)
        .where(and_(True, *where))
        .order_by(reviews.c.opened_at.desc(), reviews.c.id.desc())
        .limit(limit + 1)
    )
    found = [to_review(row) for row in rows]
    return page_of(found, limit, lambda review: f"{review.opened_at} {review.id}")


def counted(work: Work) -> Mapping[ReviewState, int]:
    """How many reviews are open, and how many decided."""
    rows = work.connection.execute(select(reviews.c.state, func.count()).group_by(reviews.c.state))
    return {ReviewState(state): count for state, count in rows}


def of_subjects(work: Work, subjects: Sequence[Subject], *, limit: int = 50) -> tuple[Review, ...]:
    """The newest reviews of any of these subjects, in one query."""
    rows = work.connection.execute(
        select(reviews)
        .where(reviews.c.subject.in_([str(subject) for subject in subjects]))
        .order_by(reviews.c.opened_at.desc(), reviews.c.id.desc())
        .limit(max(1, min(limit, MOST)))
    )
    return tuple(to_review(row) for row in rows)


def _state(text: str) -> str:
    if text not in set(ReviewState):
        raise Invalid(field="state", value=text, expected=f"one of {', '.join(ReviewState)}")
    return text


def _body(work: Work, digest: str) -> Mapping[str, Json]:
    found: Mapping[str, Json] = msgspec.json.decode(work.ledger.entry(digest).body)
    return found


def passed(work: Work, subjects: Sequence[Subject]) -> list[tuple[GateName, str]]:
    """The gates that these versions passed, each with the digest of its decision."""
    rows = work.connection.execute(
        select(reviews.c.gate, reviews.c.decision)
        .where(reviews.c.subject.in_([str(subject) for subject in subjects]))
        .where(reviews.c.outcome == str(Outcome.GO), reviews.c.decision.is_not(None))
    )
    return [(GateName(row.gate), row.decision) for row in rows]
