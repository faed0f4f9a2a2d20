"""Rows of benefit models."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ForeignKey, Row, String, Table, Text, delete, select

from gonogo.domain.value.reading import parse
from gonogo.domain.value.rules import Stated
from gonogo.store.schema import metadata
from gonogo.store.work import Work

benefit_models = Table(
    "benefit_models",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    # As it was written: what it says is read from it, so that it cannot say something else.
    Column("text", Text, nullable=False),
    Column("stated_at", String(24), nullable=False),
    Column("stated_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


def find(work: Work, case: str) -> Stated | None:
    """The benefit model of a use case, None where nobody stated one."""
    query = select(benefit_models).where(benefit_models.c.case == case)
    row = work.connection.execute(query).one_or_none()
    return None if row is None else to_stated(row)


def put(work: Work, stated: Stated) -> None:
    """Write a benefit model in place of the one there was."""
    work.connection.execute(delete(benefit_models).where(benefit_models.c.case == stated.case))
    work.connection.execute(
        benefit_models.insert().values(
            case=stated.case,
            text=stated.statement.text,
            stated_at=stated.at,
            stated_by=stated.by,
            entry=stated.entry,
        )
    )


_parsed = lru_cache(maxsize=1_000)(parse)
"""What is said stays the same as long as the text does; the portfolio reads all of them."""


def to_stated(row: Row[Any]) -> Stated:
    """The benefit model in a row."""
    return Stated(row.case, _parsed(row.text), row.stated_at, row.stated_by, row.entry)
