"""Questions asked of plans and their forecasts."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import func, select

from gonogo.core.errors import NotFound
from gonogo.domain.plans.tables import (
    KeptForecast,
    SavedPlan,
    case_plans,
    newest,
    plan_forecasts,
    to_forecast,
    to_plan,
)
from gonogo.store.work import Work

MOST = 500
"""Wordings or forecasts that are told at once, the newest ones."""
LARGEST = 2**31 - 1


def wordings(work: Work, case: str) -> list[SavedPlan]:
    """All wordings of the plan of a use case, the newest first."""
    query = select(case_plans).where(case_plans.c.case == case)
    rows = work.connection.execute(query.order_by(case_plans.c.number.desc()).limit(MOST))
    return [to_plan(row) for row in rows]


def wording(work: Work, case: str, number: int) -> SavedPlan:
    """The wording with this number; raises `NotFound`."""
    query = select(case_plans).where(case_plans.c.case == case, case_plans.c.number == number)
    row = work.connection.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if row is None:
        raise NotFound(field="number", value=number, expected=f"the number of a plan of {case}")
    return to_plan(row)


def in_force(work: Work, case: str) -> SavedPlan | None:
    """The plan in force; None where there is none."""
    try:
        return newest(work, case)
    except NotFound:
        return None


def forecasts(work: Work, case: str, limit: int = MOST) -> list[KeptForecast]:
    """The forecasts of a use case, the newest first."""
    query = select(plan_forecasts).where(plan_forecasts.c.case == case)
    rows = work.connection.execute(query.order_by(plan_forecasts.c.number.desc()).limit(limit))
    return [to_forecast(row) for row in rows]


def newest_forecasts(
    work: Work, cases: Collection[str] | None = None, *, due: str | None = None, limit: int = MOST
) -> list[KeptForecast]:
    """The newest forecast of each of these use cases, in one query; of all where none are named.

    With `due` only those with a deadline on that day or later, the nearest first.
    """
    newest_ = select(plan_forecasts.c.case, func.max(plan_forecasts.c.number).label("number"))
    if cases is not None:
        newest_ = newest_.where(plan_forecasts.c.case.in_(list(cases)))
    last = newest_.group_by(plan_forecasts.c.case).subquery()
    query = select(plan_forecasts).join(
        last,
        (plan_forecasts.c.case == last.c.case) & (plan_forecasts.c.number == last.c.number),
    )
    if due is not None:
        query = query.where(plan_forecasts.c.deadline >= due)
        query = query.order_by(plan_forecasts.c.deadline, plan_forecasts.c.case)
    return [to_forecast(row) for row in work.connection.execute(query.limit(limit))]


def forecast_before(work: Work, case: str, at: str) -> KeptForecast | None:
    """The newest forecast of a use case that was made before a time; None where there is none."""
    query = select(plan_forecasts).where(
        plan_forecasts.c.case == case, plan_forecasts.c.made_at < at
    )
    order = plan_forecasts.c.number.desc()
    row = work.connection.execute(query.order_by(order).limit(1)).one_or_none()
    return None if row is None else to_forecast(row)


def last_plans(work: Work, cases: Collection[str]) -> dict[str, int]:
    """The number of the plan in force of each of these use cases that has one, in one query."""
    query = (
        select(case_plans.c.case, func.max(case_plans.c.number).label("number"))
        .where(case_plans.c.case.in_(list(cases)))
        .group_by(case_plans.c.case)
    )
    return {row.case: row.number for row in work.connection.execute(query)}


def forecast(work: Work, case: str, number: int) -> KeptForecast:
    """The forecast with this number; raises `NotFound`."""
    query = select(plan_forecasts).where(
        plan_forecasts.c.case == case, plan_forecasts.c.number == number
    )
    row = work.connection.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if row is None:
        raise NotFound(field="number", value=number, expected=f"the number of a forecast of {case}")
    return to_forecast(row)


def told(work: Work, kept: KeptForecast) -> Mapping[str, Any]:
    """All that a forecast says, as its evidence keeps it."""
    found: Mapping[str, Any] = msgspec.json.decode(work.ledger.entry(kept.entry).body)["detail"]
    return found
