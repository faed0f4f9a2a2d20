"""Rows of privacy budgets and of the releases that spent them."""

from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    select,
)

from gonogo.checks.privacy.statistics import Query
from gonogo.core.subjects import Subject
from gonogo.domain.disclosures.rules import Account, Allowance, Budget, Release
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

budgets = Table(
    "privacy_budgets",
    metadata,
    Column("dataset", String(64), ForeignKey("datasets.name"), primary_key=True),
    Column("epsilon", Float, nullable=False),
    Column("delta", Float, nullable=False),
    Column("rows_per_person", Integer, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("set_at", String(24), nullable=False),
    Column("set_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

releases = Table(
    "private_releases",
    metadata,
    # What was asked of which version: the same is released once.
    Column("key", String(64), primary_key=True),
    Column("dataset", String(64), ForeignKey("datasets.name"), nullable=False, index=True),
    Column("subject", String(255), ForeignKey("dataset_versions.subject"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("epsilon", Float, nullable=False),
    Column("query", Document, nullable=False),
    Column("answer", Document, nullable=False),
    Column("at", String(24), nullable=False),
    Column("by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


def account(work: Work, dataset: str) -> Account | None:
    """The budget of a dataset with what was spent of it, None where none was set."""
    rows = work.connection.execute(
        select(budgets, releases.c.epsilon.label("spent"))
        .join_from(budgets, releases, releases.c.dataset == budgets.c.dataset, isouter=True)
        .where(budgets.c.dataset == dataset)
    ).all()
    spent = tuple(row.spent for row in rows if row.spent is not None)
    return Account(_to_budget(rows[0]), spent) if rows else None


def put_budget(work: Work, budget: Budget) -> None:
    """Write a budget in place of the one before."""
    work.connection.execute(budgets.delete().where(budgets.c.dataset == budget.dataset))
    work.connection.execute(
        budgets.insert().values(
            dataset=budget.dataset,
            epsilon=budget.allowance.epsilon,
            delta=budget.allowance.delta,
            rows_per_person=budget.allowance.rows_per_person,
            rationale=budget.rationale,
            set_at=budget.set_at,
            set_by=budget.set_by,
            entry=budget.entry,
        )
    )


def find(work: Work, key: str) -> Release | None:
    """The release with this key, if it was made."""
    row = work.connection.execute(select(releases).where(releases.c.key == key)).one_or_none()
    return None if row is None else to_release(row)


def put(work: Work, release: Release) -> None:
    """Write a new release."""
    dataset = release.subject.name
    count = work.connection.scalar(
        select(func.count()).select_from(releases).where(releases.c.dataset == dataset)
    )
    work.connection.execute(
        releases.insert().values(
            key=release.key,
            dataset=dataset,
            subject=str(release.subject),
            number=(count or 0) + 1,
            epsilon=release.query.epsilon,
            query=release.query.body(),
            answer=dict(release.answer),
            at=release.at,
            by=release.by,
            entry=release.entry,
        )
    )


def to_release(row: Row[Any]) -> Release:
    """The release in a row."""
    return Release(
        Subject.parse(row.subject),
        Query.from_body(row.query),
        row.answer,
        row.at,
        row.by,
        row.entry,
    )


def _to_budget(row: Row[Any]) -> Budget:
    return Budget(
        row.dataset,
        Allowance(row.epsilon, row.delta, row.rows_per_person),
        row.rationale,
        row.set_at,
        row.set_by,
        row.entry,
    )
