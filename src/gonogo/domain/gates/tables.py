"""Rows of gate reviews, their sign-offs and waivers, and what was last decided on each gate."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, Text, func, select

from gonogo.core.decisions import Outcome
from gonogo.core.errors import NotFound, Stale
from gonogo.core.gates import GateName
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.domain.gates.rules import Review, ReviewState, SignOff, Waiver
from gonogo.store.schema import metadata
from gonogo.store.work import Work

reviews = Table(
    "reviews",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("subject", String(255), nullable=False),
    Column("gate", String(20), nullable=False),
    Column("policy", String(64), nullable=False),
    Column("policy_digest", String(64), nullable=False),
    Column("policy_entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("base", String(64), ForeignKey("ledger.digest"), nullable=True),
    Column("opened_by", String(255), nullable=False),
    Column("opened_at", String(24), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("verdict", String(20), nullable=True),
    Column("outcome", String(20), nullable=True),
    Column("decision", String(64), ForeignKey("ledger.digest"), nullable=True),
    Index("ix_reviews_subject_gate", "subject", "gate"),
    Index("ix_reviews_state_opened_at", "state", "opened_at"),
)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("review", String(40), ForeignKey("reviews.id"), primary_key=True),
    # Primary key: a role signs a review once, whoever is quicker.
    Column("role", String(40), primary_key=True),
    Column("outcome", String(20), nullable=False),
    Column("user", String(255), nullable=False),
    Column("at", String(24), nullable=False),
    Column("comment", Text, nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Index("uq_sign_offs_review_user", "review", "user", unique=True),
)

waivers = Table(
    "waivers",
    metadata,
    Column("entry", String(64), ForeignKey("ledger.digest"), primary_key=True),
    Column("review", String(40), ForeignKey("reviews.id"), nullable=False, index=True),
    Column("condition", String(64), nullable=False),
    Column("role", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("user", String(255), nullable=False),
    Column("at", String(24), nullable=False),
    Column("expires", String(24), nullable=False),
    Column("withdrawn", String(64), ForeignKey("ledger.digest"), nullable=True),
)

gate_states = Table(
    "gate_states",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("gate", String(20), primary_key=True),
    Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
)
"""The last decision on a gate of a version: whoever decides must have known it."""


# -- reviews -----------------------------------------------------------------------------------


def get(work: Work, review: str) -> Review:
    """The review with this id; raises `NotFound`."""
    # An id has these characters only; others may be such as a database refuses to be asked.
    if review.isascii() and review.isalnum():
        row = work.connection.execute(select(reviews).where(reviews.c.id == review)).one_or_none()
        if row is not None:
            return to_review(row)
    raise NotFound(field="review", value=review, expected="the id of a review")


def open_one(work: Work, subject: Subject, gate: GateName, policy_digest: str) -> Review | None:
    """The review of this gate under this wording that is open, if there is one."""
    row = work.connection.execute(
        select(reviews)
        .where(
            reviews.c.subject == str(subject),
            reviews.c.gate == gate,
            reviews.c.policy_digest == policy_digest,
            reviews.c.state == ReviewState.OPEN,
        )
        .order_by(reviews.c.opened_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else to_review(row)


def count(work: Work, subject: Subject, gate: GateName) -> int:
    """How many reviews of this gate there have been."""
    query = select(func.count()).where(reviews.c.subject == str(subject), reviews.c.gate == gate)
    return work.connection.scalar(query) or 0


def put(work: Work, review: Review) -> None:
    """Write a new review."""
    work.connection.execute(reviews.insert().values(**_row(review)))


def replace(work: Work, review: Review) -> None:
    """Write over a review."""
    work.connection.execute(
        reviews.update().where(reviews.c.id == review.id).values(**_row(review))
    )


def _row(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "subject": str(review.subject),
        "gate": str(review.gate),
        "policy": review.policy,
        "policy_digest": review.policy_digest,
        "policy_entry": review.policy_entry,
        "base": review.base,
        "opened_by": review.opened_by,
        "opened_at": review.opened_at,
        "entry": review.entry,
        "state": str(review.state),
        "verdict": None if review.verdict is None else review.verdict.value,
        "outcome": None if review.outcome is None else str(review.outcome),
        "decision": review.decision,
    }


def to_review(row: Row[Any]) -> Review:
    """The review in a row."""
    return Review(
        id=row.id,
        subject=Subject.parse(row.subject),
        gate=GateName(row.gate),
        policy=row.policy,
        policy_digest=row.policy_digest,
        policy_entry=row.policy_entry,
        base=row.base,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        entry=row.entry,
        state=ReviewState(row.state),
        verdict=None if row.verdict is None else Verdict(row.verdict),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        decision=row.decision,
    )


# -- what was decided last ---------------------------------------------------------------------


def last_decision(work: Work, subject: Subject, gate: GateName) -> str | None:
    """Digest of the last decision on a gate of a version."""
    return work.connection.scalar(
        select(gate_states.c.decision).where(
            gate_states.c.subject == str(subject), gate_states.c.gate == gate
        )
    )


def advance(work: Work, review: Review, decision: str) -> None:
    """Note `decision` as the last one, if the one the review knew still is; raises `Stale`."""
    if review.base is None:
        # The primary key refuses a second first decision, also one that is not committed yet.
        if last_decision(work, review.subject, review.gate) is not None:
            raise decided_meanwhile(work, review)
        work.connection.execute(
            gate_states.insert().values(
                subject=str(review.subject), gate=str(review.gate), decision=decision
            )
        )
        return
    changed = work.connection.execute(
        gate_states.update()
        .where(
            gate_states.c.subject == str(review.subject),
            gate_states.c.gate == str(review.gate),
            gate_states.c.decision == review.base,
        )
        .values(decision=decision)
    )
    if changed.rowcount != 1:
        raise decided_meanwhile(work, review)


def decided_meanwhile(work: Work, review: Review) -> Stale:
    """The refusal of whoever decides a gate second."""
    return Stale(
        field="review",
        value=review.id,
        expected="a review opened after the last decision on this gate "
        f"({last_decision(work, review.subject, review.gate)})",
        message="Someone decided this gate before you",
    )


# -- sign-offs and waivers ---------------------------------------------------------------------


def sign_offs_of(work: Work, review: str) -> tuple[SignOff, ...]:
    """The sign-offs of a review, in the order in which they were given."""
    rows = work.connection.execute(
        select(sign_offs).where(sign_offs.c.review == review).order_by(sign_offs.c.at)
    )
    return tuple(_to_sign_off(row) for row in rows)


def sign_offs_by_review(work: Work, found: Iterable[str]) -> dict[str, list[SignOff]]:
    """The sign-offs of several reviews, by their ids, in one query."""
    wanted = list(found)
    rows = work.connection.execute(
        select(sign_offs).where(sign_offs.c.review.in_(wanted)).order_by(sign_offs.c.at)
    )
    given: dict[str, list[SignOff]] = {review: [] for review in wanted}
    for row in rows:
        given[row.review].append(_to_sign_off(row))
    return given


def _to_sign_off(row: Row[Any]) -> SignOff:
    return SignOff(Role(row.role), Outcome(row.outcome), row.user, row.at, row.comment, row.entry)


def put_sign_off(work: Work, review: str, given: SignOff) -> None:
    """Write a sign-off."""
    work.connection.execute(
        sign_offs.insert().values(
            review=review,
            role=str(given.role),
            outcome=str(given.outcome),
            user=given.user,
            at=given.at,
            comment=given.comment,
            entry=given.entry,
        )
    )


def waivers_of(work: Work, review: str) -> tuple[Waiver, ...]:
    """The waivers of a review, also those that ended, in the order in which they were given."""
    rows = work.connection.execute(
        select(waivers).where(waivers.c.review == review).order_by(waivers.c.at, waivers.c.entry)
    )
    return tuple(_to_waiver(row) for row in rows)


def waivers_by_review(work: Work, found: Iterable[str]) -> dict[str, list[Waiver]]:
    """The waivers of several reviews, by their ids, in one query."""
    wanted = list(found)
    rows = work.connection.execute(
        select(waivers).where(waivers.c.review.in_(wanted)).order_by(waivers.c.at, waivers.c.entry)
    )
    given: dict[str, list[Waiver]] = {review: [] for review in wanted}
    for row in rows:
        given[row.review].append(_to_waiver(row))
    return given


def _to_waiver(row: Row[Any]) -> Waiver:
    return Waiver(
        condition=row.condition,
        role=Role(row.role),
        reason=row.reason,
        user=row.user,
        at=row.at,
        expires=row.expires,
        entry=row.entry,
        withdrawn=row.withdrawn,
    )


def put_waiver(work: Work, review: str, given: Waiver) -> None:
    """Write a waiver."""
    work.connection.execute(
        waivers.insert().values(
            review=review,
            condition=given.condition,
            role=str(given.role),
            reason=given.reason,
            user=given.user,
            at=given.at,
            expires=given.expires,
            entry=given.entry,
        )
    )


def withdraw_waiver(work: Work, waiver: str, entry: str) -> None:
    """Note by which entry a waiver was taken back."""
    work.connection.execute(
        waivers.update().where(waivers.c.entry == waiver).values(withdrawn=entry)
    )
