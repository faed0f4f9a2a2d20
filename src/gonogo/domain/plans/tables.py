"""Rows of plans and of what was forecast from them."""

from dataclasses import dataclass
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
    insert,
    select,
)

from gonogo.core.errors import NotFound
from gonogo.store.schema import metadata
from gonogo.store.work import Work

case_plans = Table(
    "case_plans",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("goal", String(64), nullable=True),
    Column("deadline", String(10), nullable=True),
    Column("saved_at", String(24), nullable=False),
    Column("saved_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

plan_forecasts = Table(
    "plan_forecasts",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("plan", Integer, nullable=False),
    Column("goal", String(64), nullable=True),
    Column("deadline", String(10), nullable=True),
    Column("p10", String(10), nullable=True),
    Column("p50", String(10), nullable=True),
    Column("p80", String(10), nullable=True),
    Column("p90", String(10), nullable=True),
    Column("on_time", Float, nullable=True),
    Column("made_at", String(24), nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """One wording of the plan of a use case."""

    case: str
    number: int
    """From 1; the greatest is in force."""
    name: str
    text: str
    goal: str | None
    deadline: str | None
    saved_at: str
    saved_by: str
    entry: str


@dataclass(frozen=True, slots=True)
class KeptForecast:
    """One forecast, as far as a list tells it; the rest is in its evidence."""

    case: str
    number: int
    plan: int
    """The wording of the plan that was forecast."""
    goal: str | None
    deadline: str | None
    p10: str | None
    """A date; None where fewer futures reach the goal at all."""
    p50: str | None
    p80: str | None
    p90: str | None
    on_time: float | None
    """Chance of the deadline; None where there is none."""
    made_at: str
    made_by: str
    entry: str
    """Digest of the evidence."""


def newest(work: Work, case: str) -> SavedPlan:
    """The plan in force; raises `NotFound`."""
    query = select(case_plans).where(case_plans.c.case == case)
    row = work.connection.execute(query.order_by(case_plans.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound(field="case", value=case, expected="a use case with a plan")
    return to_plan(row)


def last_plan(work: Work, case: str) -> int:
    """The number of the plan in force; 0 where there is none."""
    query = select(func.max(case_plans.c.number)).where(case_plans.c.case == case)
    return work.connection.scalar(query) or 0


def last_forecast(work: Work, case: str) -> int:
    """The greatest number of a forecast; 0 where there is none."""
    query = select(func.max(plan_forecasts.c.number)).where(plan_forecasts.c.case == case)
    return work.connection.scalar(query) or 0


def put_plan(work: Work, plan: SavedPlan) -> None:
    """Write a new wording."""
    _put(work, case_plans, plan)


def put_forecast(work: Work, forecast: KeptForecast) -> None:
    """Write a new forecast."""
    _put(work, plan_forecasts, forecast)


def to_plan(row: Row[Any]) -> SavedPlan:
    """The plan in a row."""
    return SavedPlan(**{name: getattr(row, name) for name in SavedPlan.__dataclass_fields__})


def to_forecast(row: Row[Any]) -> KeptForecast:
    """The forecast in a row."""
    return KeptForecast(**{name: getattr(row, name) for name in KeptForecast.__dataclass_fields__})


def _put(work: Work, table: Table, value: SavedPlan | KeptForecast) -> None:
    row = {name: getattr(value, name) for name in value.__dataclass_fields__}
    work.connection.execute(insert(table).values(**row))
