"""Idempotency keys: a write that is sent twice happens once and answers the same."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Column, Integer, String, Table, Text, delete, select

from gonogo.core.errors import Conflict
from gonogo.core.times import stamp
from gonogo.store.schema import metadata
from gonogo.store.work import Work

KEPT = timedelta(days=2)
"""How long an answer is kept; nobody tries a request again after days."""

answers = Table(
    "idempotent_answers",
    metadata,
    Column("actor", String(255), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(24), nullable=False),
    Column("etag", String(70)),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered the first time."""

    status: int
    body: str
    etag: str | None = None
    """The header, quotes and all; None where it bore none."""


def recall(work: Work, key: str, request: str) -> Answer | None:
    """The answer already given to `key`; raises `Conflict` where it was another request's.

    `request` is a digest of method, path and body.
    """
    row = work.connection.execute(
        select(answers).where(answers.c.actor == str(work.caller.actor), answers.c.key == key)
    ).one_or_none()
    if row is None:
        return None
    if row.request != request:
        raise Conflict(
            field="Idempotency-Key", value=key, expected="a new key for a different request"
        )
    return Answer(row.status, row.body, row.etag)


def remember(work: Work, key: str, request: str, answer: Answer) -> None:
    """Keep the answer, in the same transaction as what it answers."""
    work.connection.execute(
        answers.insert().values(
            actor=str(work.caller.actor),
            key=key,
            request=request,
            status=answer.status,
            body=answer.body,
            at=work.at,
            etag=answer.etag,
        )
    )


def forget(work: Work) -> int:
    """Delete the answers older than `KEPT`; how many they were."""
    old = answers.c.at < stamp(work.now - KEPT)
    return work.connection.execute(delete(answers).where(old)).rowcount
