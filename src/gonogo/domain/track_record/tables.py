"""Rows of what forecasts said and what became of it, and of steps that were finished."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a forecast said, and what became of it."""

    case: str
    what: str
    """p10, p50, p80 or p90 of a date; deadline; learned or prior of a hypothesis."""
    name: str
    """The milestone, "" for the end of the plan; or the hypothesis."""
    forecast: int
    """The number of the forecast; 0 for what was said at registration."""
    said: float
    """The probability."""
    day: str | None
    """The date that was said, or the deadline."""
    made_at: str
    made: str
    """Digest of the entry that said it."""
    state: str = "open"
    """open, scored, or lapsed: what it was about was dropped."""
    happened: bool | None = None
    """Whether the date was kept, or what was said came true."""
    actual: str | None = None
    """The day on which it was reached; None while it is not."""
    off: float | None = None
    """Working days from the date that was said to the actual one; above 0 is late."""
    loss: float | None = None
    """Pinball loss in working days of a date; squared distance of a chance."""
    scored_at: str | None = None
    entry: str | None = None
    """Digest of the evidence."""

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes it this claim."""
        return self.case, self.what, self.name, self.forecast


@dataclass(frozen=True, slots=True)
class FinishedStep:
    """A step that was finished, with what it took against its estimate."""

    case: str
    step: str
    estimate: float
    """Median of the estimate before it began, in working days."""
    took: float
    """Working days from the day it began to the day it was done, both counted."""
    begun: str
    done: str
    entry: str
    """Digest of the wording of the plan that says so."""


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
