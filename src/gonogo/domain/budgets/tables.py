"""Rows of budgets and of what was paid, with everything that was ever said of each."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    select,
)

from gonogo.domain.budgets.reading import parse
from gonogo.domain.budgets.rules import Actual, Category, Payment, SavedBudget
from gonogo.store.schema import metadata
from gonogo.store.work import Work

AT_ONCE = 400
"""References that are looked for in one query."""

budgets = Table(
    "budgets",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # As it was written: what it says is read from it, so that it cannot say something else.
    Column("text", Text, nullable=False),
    Column("stated_at", String(24), nullable=False),
    Column("stated_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

actuals = Table(
    "budget_actuals",
    metadata,
    Column("reference", String(200), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    # Whether it is what stands now; what was said before it stays.
    Column("stands", Boolean, nullable=False),
    Column("case", String(64), ForeignKey("cases.slug"), nullable=False),
    Column("day", String(10), nullable=False),
    Column("category", String(20), nullable=False),
    Column("amount", Float, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("note", Text, nullable=False),
    Column("imported_at", String(24), nullable=False),
    Column("imported_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Index("ix_budget_actuals_case_stands_day", "case", "stands", "day"),
)


def newest(work: Work, case: str) -> SavedBudget | None:
    """The budget in force; None where nobody stated one."""
    query = select(budgets).where(budgets.c.case == case)
    row = work.connection.execute(query.order_by(budgets.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else to_budget(row)


def newest_of(work: Work, cases: Collection[str] | None = None) -> list[SavedBudget]:
    """The budgets in force of these use cases, or of all, by name."""
    last = select(budgets.c.case, func.max(budgets.c.number).label("number")).group_by(
        budgets.c.case
    )
    if cases is not None:
        last = last.where(budgets.c.case.in_(list(cases)))
    chosen = last.subquery()
    rows = work.connection.execute(
        select(budgets)
        .join(chosen, (chosen.c.case == budgets.c.case) & (chosen.c.number == budgets.c.number))
        .order_by(budgets.c.case)
    )
    return [to_budget(row) for row in rows]


def put_budget(work: Work, saved: SavedBudget) -> None:
    """Write a new wording."""
    work.connection.execute(
        budgets.insert().values(
            case=saved.case,
            number=saved.number,
            text=saved.budget.text,
            stated_at=saved.at,
            stated_by=saved.by,
            entry=saved.entry,
        )
    )


def standing(work: Work, references: Collection[str]) -> dict[str, Actual]:
    """What stands of these payments, by reference."""
    found: dict[str, Actual] = {}
    names = list(references)
    for start in range(0, len(names), AT_ONCE):
        query = select(actuals).where(
            actuals.c.reference.in_(names[start : start + AT_ONCE]), actuals.c.stands.is_(True)
        )
        for row in work.connection.execute(query):
            found[row.reference] = to_actual(row)
    return found


def put_actuals(work: Work, found: Iterable[Actual]) -> None:
    """Write payments; those of the same reference that stood before stand no more."""
    rows = [_row(one) for one in found]
    corrected = [row["reference"] for row in rows if row["revision"] > 1]
    for start in range(0, len(corrected), AT_ONCE):
        work.connection.execute(
            actuals.update()
            .where(actuals.c.reference.in_(corrected[start : start + AT_ONCE]))
            .values(stands=False)
        )
    if rows:
        work.connection.execute(actuals.insert(), rows)


def to_budget(row: Row[Any]) -> SavedBudget:
    """The budget in a row."""
    return SavedBudget(
        row.case, row.number, parse(row.text), row.stated_at, row.stated_by, row.entry
    )


def to_actual(row: Row[Any]) -> Actual:
    """The payment in a row."""
    payment = Payment(
        reference=row.reference,
        case=row.case,
        day=date.fromisoformat(row.day),
        category=Category(row.category),
        amount=row.amount,
        currency=row.currency,
        note=row.note,
    )
    return Actual(payment, row.revision, row.imported_at, row.imported_by, row.entry)


def _row(found: Actual) -> dict[str, Any]:
    one = found.payment
    return {
        "reference": one.reference,
        "revision": found.revision,
        "stands": True,
        "case": one.case,
        "day": one.day.isoformat(),
        "category": str(one.category),
        "amount": one.amount,
        "currency": one.currency,
        "note": one.note,
        "imported_at": found.at,
        "imported_by": found.by,
        "entry": found.entry,
    }
