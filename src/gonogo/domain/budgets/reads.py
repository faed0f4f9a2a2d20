"""Questions asked of budgets and payments."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from gonogo.core.errors import NotFound
from gonogo.domain.budgets.rules import Actual, Category, Dated, SavedBudget
from gonogo.domain.budgets.tables import actuals, budgets, newest, to_actual, to_budget
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work

WORDINGS = 200
"""Wordings of a budget that are told at once, the newest ones."""


def in_force(work: Work, case: str) -> SavedBudget:
    """The budget of a use case; raises `NotFound` where nobody stated one."""
    found = newest(work, case)
    if found is None:
        raise NotFound(field="case", value=case, expected="a use case with a budget")
    return found


def wordings(work: Work, case: str) -> list[SavedBudget]:
    """All wordings of the budget of a use case, the newest first."""
    query = select(budgets).where(budgets.c.case == case)
    rows = work.connection.execute(query.order_by(budgets.c.number.desc()).limit(WORDINGS))
    return [to_budget(row) for row in rows]


def paid(work: Work, case: str) -> list[Dated]:
    """What was paid for a use case, by day and category, the first day first."""
    rows = work.connection.execute(
        select(actuals.c.day, actuals.c.category, func.sum(actuals.c.amount).label("amount"))
        .where(actuals.c.case == case, actuals.c.stands.is_(True))
        .group_by(actuals.c.day, actuals.c.category)
        .order_by(actuals.c.day, actuals.c.category)
    )
    return [(date.fromisoformat(row.day), Category(row.category), row.amount) for row in rows]


def paid_by_case(work: Work) -> dict[str, list[tuple[date, float]]]:
    """What was paid for each use case, by month: its first day, and all of it together."""
    month = func.substr(actuals.c.day, 1, 7)
    rows = work.connection.execute(
        select(actuals.c.case, month.label("month"), func.sum(actuals.c.amount).label("amount"))
        .where(actuals.c.stands.is_(True))
        .group_by(actuals.c.case, month)
        .order_by(actuals.c.case, month)
    )
    found: dict[str, list[tuple[date, float]]] = {}
    for row in rows:
        found.setdefault(row.case, []).append((date.fromisoformat(f"{row.month}-01"), row.amount))
    return found


def currencies(work: Work, cases: Collection[str] | None = None) -> dict[str, tuple[str, int]]:
    """In which currency these use cases, or all, were paid for, and in how many payments."""
    query = (
        select(
            actuals.c.case,
            func.min(actuals.c.currency).label("currency"),
            func.count().label("payments"),
        )
        .where(actuals.c.stands.is_(True))
        .group_by(actuals.c.case)
    )
    if cases is not None:
        query = query.where(actuals.c.case.in_(list(cases)))
    return {row.case: (row.currency, row.payments) for row in work.connection.execute(query)}


def listed(
    work: Work, *, case: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[Actual]:
    """Payments as they stand, the newest day first."""
    limit = max(1, min(limit, MOST))
    query = select(actuals).where(actuals.c.stands.is_(True))
    if case is not None:
        query = query.where(actuals.c.case == case)
    after = read_cursor(cursor, str)
    if after is not None:
        day, _, reference = after.partition(" ")
        same = (actuals.c.day == day) & (actuals.c.reference > reference)
        query = query.where((actuals.c.day < day) | same)
    ordered = query.order_by(actuals.c.day.desc(), actuals.c.reference).limit(limit + 1)
    found = [to_actual(row) for row in work.connection.execute(ordered)]
    return page_of(found, limit, lambda one: f"{one.payment.day} {one.payment.reference}")


def history(work: Work, reference: str) -> list[Actual]:
    """Everything that was said of a payment, the newest first; raises `NotFound`."""
    query = select(actuals).where(actuals.c.reference == reference)
    rows = work.connection.execute(query.order_by(actuals.c.revision.desc()).limit(WORDINGS))
    found = [to_actual(row) for row in rows]
    if not found:
        raise NotFound(field="reference", value=reference, expected="the reference of a payment")
    return found
