"""Questions asked of technical debts."""

from sqlalchemy import select

from gonogo.domain.debts.rules import Debt
from gonogo.domain.debts.tables import debts, to_debt
from gonogo.store.work import Work

MOST = 1000
"""Debts of a use case that are told; nobody pays off more."""


def of_case(work: Work, case: str, *, opened: bool = False) -> list[Debt]:
    """The debts of a use case, the dearest a month first; `opened`: only those not settled."""
    query = select(debts).where(debts.c.case == case)
    if opened:
        query = query.where(debts.c.settled_entry.is_(None))
    rows = work.connection.execute(
        query.order_by(debts.c.interest.desc(), debts.c.number).limit(MOST)
    )
    return [to_debt(row) for row in rows]
