"""Questions asked of what was forecast and of what was finished."""

from collections.abc import Sequence

from sqlalchemy import func, select

from gonogo.domain.track_record.rules import Claim, FinishedStep
from gonogo.domain.track_record.tables import (
    finished_steps,
    forecast_claims,
    to_claim,
    to_finished,
)
from gonogo.store.work import Work

MOST = 20_000
"""Claims that are judged at once, the newest."""
STEPS = 2000
"""Finished steps that are learnt from, the latest."""


def claims(
    work: Work,
    case: str | None = None,
    *,
    state: str | None = None,
    what: Sequence[str] = (),
    name: str | None = None,
    limit: int = MOST,
) -> list[Claim]:
    """What forecasts said, the newest first."""
    table = forecast_claims.c
    query = select(forecast_claims).order_by(
        table.made_at.desc(), table.case, table.forecast.desc(), table.name, table.what
    )
    if case is not None:
        query = query.where(table.case == case)
    if state is not None:
        query = query.where(table.state == state)
    if what:
        query = query.where(table.what.in_(list(what)))
    if name is not None:
        query = query.where(table.name == name)
    return [to_claim(row) for row in work.connection.execute(query.limit(limit))]


def counted(work: Work, case: str | None = None) -> dict[str, int]:
    """How many claims there are in each state."""
    table = forecast_claims.c
    query = select(table.state, func.count().label("n")).group_by(table.state)
    if case is not None:
        query = query.where(table.case == case)
    return {row.state: row.n for row in work.connection.execute(query)}


def due(work: Work, today: str) -> list[str]:
    """The use cases of which a date has passed that was not scored yet."""
    table = forecast_claims.c
    query = select(table.case).where(table.state == "open", table.day < today).distinct()
    return [row.case for row in work.connection.execute(query.order_by(table.case))]


def finished(work: Work, limit: int = STEPS) -> list[FinishedStep]:
    """The steps that were finished, the latest first."""
    table = finished_steps.c
    query = select(finished_steps).order_by(table.done.desc(), table.case, table.step)
    return [to_finished(row) for row in work.connection.execute(query.limit(limit))]


def ratios(work: Work, case: str) -> tuple[list[float], list[float]]:
    """What finished steps took over their estimates: those of `case`, and those of all others."""
    found = finished(work)
    here = [one.took / one.estimate for one in found if one.case == case]
    return here, [one.took / one.estimate for one in found if one.case != case]
