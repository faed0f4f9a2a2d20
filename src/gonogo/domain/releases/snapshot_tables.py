"""Rows of published route tables: the newest in full, of all others number, time and digest."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text, select

from gonogo.store.schema import metadata
from gonogo.store.work import Work

snapshots = Table(
    "snapshots",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(24), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Published:
    """A route table that was published."""

    number: int
    at: str
    digest: str
    """SHA-256 of what it says besides its number and time."""
    text: str | None
    """As it travels; None once a newer one was published."""


def newest(work: Work) -> Published | None:
    """The last one, if there was any."""
    row = work.connection.execute(
        select(snapshots).order_by(snapshots.c.number.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _published(row)


def put(work: Work, published: Published) -> None:
    """Write a new one; of those before no text is kept."""
    work.connection.execute(
        snapshots.update().where(snapshots.c.text.is_not(None)).values(text=None)
    )
    work.connection.execute(
        snapshots.insert().values(
            number=published.number,
            at=published.at,
            digest=published.digest,
            text=published.text,
        )
    )


def _published(row: Row[Any]) -> Published:
    return Published(row.number, row.at, row.digest, row.text)
