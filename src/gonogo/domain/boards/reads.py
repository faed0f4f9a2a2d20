"""Questions asked of boards."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import func, select

from gonogo.core.errors import NotFound
from gonogo.domain.boards.rules import MOST_CARDS, Blocker, Card, Goal, Pivot
from gonogo.domain.boards.tables import (
    LARGEST,
    KeptForecast,
    blockers,
    cards,
    forecasts,
    goals,
    pivots,
    to_card,
    to_value,
)
from gonogo.store.work import Work

MOST = 500
"""Goals, pivots or forecasts that are told at once, the newest ones."""


def all_cards(work: Work, case: str) -> list[Card]:
    """Every card that a board ever had, by number."""
    query = select(cards).where(cards.c.case == case).order_by(cards.c.number)
    return [to_card(row) for row in work.connection.execute(query.limit(MOST_CARDS))]


def held(work: Work, case: str) -> Mapping[str, int]:
    """How many cards each column holds."""
    query = (
        select(cards.c.column, func.count())
        .where(cards.c.case == case, cards.c.dropped == "")
        .group_by(cards.c.column)
    )
    return {row[0]: int(row[1]) for row in work.connection.execute(query)}


def open_blockers(work: Work, case: str) -> list[Blocker]:
    """What blocks cards now, the oldest first."""
    query = select(blockers).where(blockers.c.case == case, blockers.c.cleared_at.is_(None))
    rows = work.connection.execute(query.order_by(blockers.c.number).limit(MOST_CARDS))
    return [to_value(Blocker, row) for row in rows]


def goals_since(work: Work, case: str, week: str) -> list[Goal]:
    """The goals of this week and of later ones, in order."""
    query = select(goals).where(goals.c.case == case, goals.c.week >= week)
    rows = work.connection.execute(query.order_by(goals.c.week, goals.c.number).limit(MOST))
    return [to_value(Goal, row) for row in rows]


def all_pivots(work: Work, case: str) -> list[Pivot]:
    """The pivots of a use case, the newest first."""
    query = select(pivots).where(pivots.c.case == case).order_by(pivots.c.number.desc())
    return [to_value(Pivot, row) for row in work.connection.execute(query.limit(MOST))]


def all_forecasts(work: Work, case: str, limit: int = MOST) -> list[KeptForecast]:
    """The forecasts of a board, the newest first."""
    query = select(forecasts).where(forecasts.c.case == case).order_by(forecasts.c.number.desc())
    return [to_value(KeptForecast, row) for row in work.connection.execute(query.limit(limit))]


def one_forecast(work: Work, case: str, number: int) -> KeptForecast:
    """The forecast with this number; raises `NotFound`."""
    query = select(forecasts).where(forecasts.c.case == case, forecasts.c.number == number)
    row = work.connection.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if row is None:
        raise NotFound(field="number", value=number, expected=f"the number of a forecast of {case}")
    found: KeptForecast = to_value(KeptForecast, row)
    return found


def told(work: Work, kept: KeptForecast) -> Mapping[str, Any]:
    """What a forecast says: its evidence."""
    found: Mapping[str, Any] = msgspec.json.decode(work.ledger.entry(kept.entry).body)
    return found
