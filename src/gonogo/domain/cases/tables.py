"""Rows of use cases."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Column, ForeignKey, Row, String, Table, Text, select

from gonogo.core.errors import NotFound
from gonogo.domain.cases.rules import Case, CaseText, RiskTier, Stage, ValueModel
from gonogo.store.ledger import Position
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

cases = Table(
    "cases",
    metadata,
    Column("slug", String(64), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("problem", Text, nullable=False),
    Column("risk_tier", String(20), nullable=False),
    Column("risk_reason", Text, nullable=False),
    Column("owner_role", String(40), nullable=False),
    Column("policy", String(64), nullable=False),
    Column("value", Document, nullable=True),
    Column("feasibility", Text, nullable=False),
    Column("stage", String(20), nullable=False, index=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    # Position of the entry that last changed what decisions are worth.
    Column("stated", Position, nullable=True),
)


def get(work: Work, slug: str) -> Case:
    """The use case called `slug`; raises `NotFound`."""
    row = work.connection.execute(select(cases).where(cases.c.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(field="case", value=slug, expected="the name of a use case")
    return to_case(row)


def put(work: Work, case: Case) -> None:
    """Write a new use case."""
    work.connection.execute(cases.insert().values(**to_row(case)))


def replace(work: Work, case: Case) -> None:
    """Write over a use case."""
    work.connection.execute(cases.update().where(cases.c.slug == case.slug).values(**to_row(case)))


def to_row(case: Case) -> dict[str, Any]:
    """`case` as a row."""
    return {
        **asdict(case.text),
        "slug": case.slug,
        "stage": str(case.stage),
        "entry": case.entry,
        "stated": case.stated,
    }


def to_case(row: Row[Any]) -> Case:
    """The use case in a row."""
    value = None if row.value is None else ValueModel(**row.value)
    text = CaseText(
        title=row.title,
        problem=row.problem,
        risk_tier=RiskTier(row.risk_tier),
        risk_reason=row.risk_reason,
        owner_role=row.owner_role,
        policy=row.policy,
        value=value,
        feasibility=row.feasibility,
    )
    return Case(row.slug, text, Stage(row.stage), row.entry, row.stated)
