"""Rows of what forecasts said and what became of it, and of steps that were finished."""

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
    delete,
    insert,
    update,
)

from gonogo.domain.track_record.rules import Claim, FinishedStep
from gonogo.store.schema import metadata
from gonogo.store.work import Work

forecast_claims = Table(
    "forecast_claims",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("forecast", Integer, primary_key=True, autoincrement=False),
    Column("said", Float, nullable=False),
    Column("day", String(10), nullable=True),
    Column("made_at", String(24), nullable=False),
    Column("made", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("happened", Boolean, nullable=True),
    Column("actual", String(10), nullable=True),
    Column("off", Float, nullable=True),
    Column("loss", Float, nullable=True),
    Column("scored_at", String(24), nullable=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=True),
    Index("ix_forecast_claims_state_day", "state", "day"),
)

finished_steps = Table(
    "finished_steps",
    metadata,
    Column("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Column("step", String(64), primary_key=True),
    Column("estimate", Float, nullable=False),
    Column("took", Float, nullable=False),
    Column("begun", String(10), nullable=False),
    Column("done", String(10), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


def claim(work: Work, claims: list[Claim]) -> None:
    """Write claims that nobody wrote before."""
    if claims:
        work.connection.execute(insert(forecast_claims), [_row(one) for one in claims])


def score(work: Work, found: Claim) -> None:
    """Write what became of a claim."""
    table = forecast_claims.c
    work.connection.execute(
        update(forecast_claims)
        .where(
            table.case == found.case,
            table.what == found.what,
            table.name == found.name,
            table.forecast == found.forecast,
        )
        .values(**_row(found))
    )


def finish(work: Work, found: FinishedStep) -> None:
    """Write what a step took; what was known of it before is replaced."""
    unfinish(work, found.case, found.step)
    work.connection.execute(insert(finished_steps).values(**_row(found)))


def unfinish(work: Work, case: str, step: str) -> None:
    """Forget a step that is not done after all."""
    table = finished_steps.c
    work.connection.execute(delete(finished_steps).where(table.case == case, table.step == step))


def to_claim(row: Row[Any]) -> Claim:
    """The claim in a row."""
    return Claim(**{name: getattr(row, name) for name in Claim.__dataclass_fields__})


def to_finished(row: Row[Any]) -> FinishedStep:
    """The finished step in a row."""
    return FinishedStep(**{name: getattr(row, name) for name in FinishedStep.__dataclass_fields__})


def _row(found: Claim | FinishedStep) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}
