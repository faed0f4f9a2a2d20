"""Rows of technical debts."""

from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Integer, Row, String, Table, Text, func, select

from gonogo.core.errors import NotFound
from gonogo.domain.debts.rules import Debt, DebtText, Range, Settled
from gonogo.store.schema import metadata
from gonogo.store.work import Work

LARGEST = 2**31 - 1
"""Of a number in a database; what is larger cannot even be asked for."""

debts = Table(
    "debts",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", String(200), nullable=False),
    Column("principal", Float, nullable=False),
    Column("interest_low", Float, nullable=False),
    Column("interest", Float, nullable=False),
    Column("interest_high", Float, nullable=False),
    Column("owner_role", String(40), nullable=False),
    Column("place", Text, nullable=False),
    Column("noted_at", String(24), nullable=False),
    Column("noted_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("reason", Text, nullable=True),
    Column("evidence", String(64), ForeignKey("ledger.digest"), nullable=True),
    Column("settled_at", String(24), nullable=True),
    Column("settled_by", String(255), nullable=True),
    Column("settled_entry", String(64), ForeignKey("ledger.digest"), nullable=True),
)


def get(work: Work, case: str, number: int) -> Debt:
    """The debt with this number; raises `NotFound`."""
    query = select(debts).where(debts.c.case == case, debts.c.number == number)
    row = work.connection.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if row is None:
        raise NotFound(field="number", value=number, expected=f"the number of a debt of {case}")
    return to_debt(row)


def last(work: Work, case: str) -> int:
    """The greatest number there is; 0 where there is none."""
    return work.connection.scalar(select(func.max(debts.c.number)).where(debts.c.case == case)) or 0


def put(work: Work, debt: Debt) -> None:
    """Write a new debt."""
    text = debt.text
    work.connection.execute(
        debts.insert().values(
            case=debt.case,
            number=debt.number,
            title=text.title,
            principal=text.principal,
            interest_low=text.interest.low,
            interest=text.interest.value,
            interest_high=text.interest.high,
            owner_role=text.owner_role,
            place=text.place,
            noted_at=debt.noted_at,
            noted_by=debt.noted_by,
            entry=debt.entry,
        )
    )


def settle(work: Work, debt: Debt, settled: Settled) -> None:
    """Write that `debt` was paid off."""
    work.connection.execute(
        debts.update()
        .where(debts.c.case == debt.case, debts.c.number == debt.number)
        .values(
            reason=settled.reason,
            evidence=settled.evidence,
            settled_at=settled.at,
            settled_by=settled.by,
            settled_entry=settled.entry,
        )
    )


def to_debt(row: Row[Any]) -> Debt:
    """The debt in a row."""
    settled = None
    if row.settled_entry is not None:
        settled = Settled(
            row.reason, row.evidence, row.settled_at, row.settled_by, row.settled_entry
        )
    return Debt(
        case=row.case,
        number=row.number,
        text=DebtText(
            title=row.title,
            principal=row.principal,
            interest=Range(row.interest_low, row.interest, row.interest_high),
            owner_role=row.owner_role,
            place=row.place,
        ),
        noted_at=row.noted_at,
        noted_by=row.noted_by,
        entry=row.entry,
        settled=settled,
    )
