"""Rows of price lists and quotas."""

from collections.abc import Collection
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
    delete,
    select,
)

from gonogo.domain.compute.prices import SavedPrices
from gonogo.domain.compute.quotas import Quota, What
from gonogo.domain.compute.reading import parse
from gonogo.store.schema import metadata
from gonogo.store.work import Work

prices = Table(
    "compute_prices",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("stated_at", String(24), nullable=False),
    Column("stated_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

quotas = Table(
    "compute_quotas",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("what", String(20), primary_key=True),
    Column("per", String(20), primary_key=True),
    Column("limit", Float, nullable=False),
    Column("warn", Float, nullable=False),
    Column("stated_at", String(24), nullable=False),
    Column("stated_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


def newest(work: Work) -> SavedPrices | None:
    """The price list in force; None where nobody stated one."""
    query = select(prices).order_by(prices.c.number.desc()).limit(1)
    row = work.connection.execute(query).one_or_none()
    return None if row is None else to_prices(row)


def put_prices(work: Work, saved: SavedPrices) -> None:
    """Write a new wording."""
    work.connection.execute(
        prices.insert().values(
            number=saved.number,
            text=saved.prices.text,
            stated_at=saved.at,
            stated_by=saved.by,
            entry=saved.entry,
        )
    )


def quotas_of(work: Work, cases: Collection[str] | None = None) -> list[Quota]:
    """The quotas of these use cases, or of all, by name."""
    query = select(quotas).order_by(quotas.c.case, quotas.c.what, quotas.c.per)
    if cases is not None:
        query = query.where(quotas.c.case.in_(list(cases)))
    return [to_quota(row) for row in work.connection.execute(query)]


def put_quota(work: Work, quota: Quota) -> None:
    """Write a quota in place of the one there was."""
    drop_quota(work, quota.case, quota.what, quota.per)
    work.connection.execute(
        quotas.insert().values(
            case=quota.case,
            what=str(quota.what),
            per=quota.per,
            limit=quota.limit,
            warn=quota.warn,
            stated_at=quota.at,
            stated_by=quota.by,
            entry=quota.entry,
        )
    )


def drop_quota(work: Work, case: str, what: What, per: str) -> None:
    """Take a quota away."""
    mine = (quotas.c.case == case) & (quotas.c.what == str(what)) & (quotas.c.per == per)
    work.connection.execute(delete(quotas).where(mine))


def to_prices(row: Row[Any]) -> SavedPrices:
    """The price list in a row."""
    return SavedPrices(row.number, parse(row.text), row.stated_at, row.stated_by, row.entry)


def to_quota(row: Row[Any]) -> Quota:
    """The quota in a row."""
    return Quota(
        case=row.case,
        what=What(row.what),
        per=row.per,
        limit=row.limit,
        warn=row.warn,
        at=row.stated_at,
        by=row.stated_by,
        entry=row.entry,
    )
