"""Rows of boards: columns, cards, blockers, goals of weeks, pivots, forecasts by throughput."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Column as Field
from sqlalchemy import Float, ForeignKey, Index, Integer, Row, String, Table, Text, func, select

from gonogo.core.errors import NotFound
from gonogo.domain.boards.rules import (
    DEFAULT,
    Blocker,
    Card,
    CardText,
    Column,
    Goal,
    Pivot,
)
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

LARGEST = 2**31 - 1
"""Of a number in a database; what is larger cannot even be asked for."""


def _numbered() -> tuple[Field[Any], Field[Any]]:
    return (
        Field("case", String(64), ForeignKey("cases.slug"), primary_key=True),
        Field("number", Integer, primary_key=True, autoincrement=False),
    )


def _entry() -> Field[Any]:
    return Field("entry", String(64), ForeignKey("ledger.digest"), nullable=False)


boards = Table(
    "boards",
    metadata,
    Field("case", String(64), ForeignKey("cases.slug"), primary_key=True),
    Field("columns", Document, nullable=False),
    _entry(),
)
cards = Table(
    "board_cards",
    metadata,
    *_numbered(),
    Field("title", String(200), nullable=False),
    Field("step", String(64), nullable=True),
    Field("role", String(64), nullable=True),
    Field("size", Float, nullable=True),
    Field("column", String(64), nullable=False),
    Field("since", String(24), nullable=False),
    Field("added_at", String(24), nullable=False),
    Field("added_by", String(255), nullable=False),
    Field("begun_at", String(24), nullable=True),
    Field("done_at", String(24), nullable=True),
    Field("dropped", Text, nullable=False),
    Field("source", String(64), nullable=False),
    _entry(),
)
blockers = Table(
    "board_blockers",
    metadata,
    *_numbered(),
    Field("card", Integer, nullable=False),
    Field("reason", Text, nullable=False),
    Field("owner_role", String(40), nullable=False),
    Field("raised_at", String(24), nullable=False),
    Field("raised_by", String(255), nullable=False),
    _entry(),
    Field("cleared_at", String(24), nullable=True),
    Field("how", Text, nullable=False),
)
goals = Table(
    "board_goals",
    metadata,
    *_numbered(),
    Field("week", String(10), nullable=False),
    Field("text", Text, nullable=False),
    Field("cards", Document, nullable=False),
    Field("set_at", String(24), nullable=False),
    Field("set_by", String(255), nullable=False),
    _entry(),
    Index("ix_board_goals_case_week", "case", "week"),
)
pivots = Table(
    "board_pivots",
    metadata,
    *_numbered(),
    Field("left", String(64), nullable=False),
    Field("to", String(64), nullable=False),
    Field("rationale", Text, nullable=False),
    Field("cites", Document, nullable=False),
    Field("dropped", Document, nullable=False),
    Field("at", String(24), nullable=False),
    Field("by", String(255), nullable=False),
    _entry(),
)
forecasts = Table(
    "board_forecasts",
    metadata,
    *_numbered(),
    Field("step", String(64), nullable=True),
    Field("cards", Integer, nullable=False),
    Field("weeks", Integer, nullable=False),
    Field("p50", String(10), nullable=True),
    Field("p80", String(10), nullable=True),
    Field("p90", String(10), nullable=True),
    Field("network_p80", String(10), nullable=True),
    Field("deadline", String(10), nullable=True),
    Field("on_time", Float, nullable=True),
    Field("network_on_time", Float, nullable=True),
    Field("made_at", String(24), nullable=False),
    Field("made_by", String(255), nullable=False),
    _entry(),
)


@dataclass(frozen=True, slots=True)
class KeptForecast:
    """One forecast by throughput, as far as a list tells it; the rest is in its evidence."""

    case: str
    number: int
    step: str | None
    """The milestone; None for all of the board."""
    cards: int
    """That were left."""
    weeks: int
    """Whole weeks of history that it rests on."""
    p50: str | None
    """A date; None where throughput says none."""
    p80: str | None
    p90: str | None
    network_p80: str | None
    """What the plan's own forecast said then; None where there was none."""
    deadline: str | None
    """The day whose chance was asked for."""
    on_time: float | None
    """The chance that they are done by it; None where throughput says none."""
    network_on_time: float | None
    """The same by the plan's own forecast."""
    made_at: str
    made_by: str
    entry: str
    """Digest of the evidence."""


Numbered = Blocker | Goal | Pivot | KeptForecast
TABLES: dict[type, Table] = {
    Blocker: blockers,
    Goal: goals,
    Pivot: pivots,
    KeptForecast: forecasts,
}


def columns(work: Work, case: str) -> tuple[Column, ...]:
    """The columns of a board, from the left."""
    found = work.connection.scalar(select(boards.c.columns).where(boards.c.case == case))
    return DEFAULT if found is None else tuple(Column(**one) for one in found)


def put_columns(work: Work, case: str, said: tuple[Column, ...], entry: str) -> None:
    """Write the columns of a board."""
    told = [{"key": one.key, "title": one.title, "limit": one.limit} for one in said]
    changed = work.connection.execute(
        boards.update().where(boards.c.case == case).values(columns=told, entry=entry)
    )
    if not changed.rowcount:
        work.connection.execute(boards.insert().values(case=case, columns=told, entry=entry))


def card(work: Work, case: str, number: int) -> Card:
    """The card with this number; raises `NotFound`."""
    query = select(cards).where(cards.c.case == case, cards.c.number == number)
    row = work.connection.execute(query).one_or_none() if 0 < number <= LARGEST else None
    if row is None:
        raise NotFound(field="card", value=number, expected=f"the number of a card of {case}")
    return to_card(row)


def put_cards(work: Work, new: list[Card]) -> None:
    """Write new cards."""
    if new:
        work.connection.execute(cards.insert(), [_row(one) for one in new])


def change_card(work: Work, changed: Card) -> None:
    """Write a card that changed."""
    work.connection.execute(
        cards.update()
        .where(cards.c.case == changed.case, cards.c.number == changed.number)
        .values(**_row(changed))
    )


def last(work: Work, table: Table, case: str) -> int:
    """The greatest number there is of a use case; 0 where there is none."""
    query = select(func.max(table.c.number)).where(table.c.case == case)
    return work.connection.scalar(query) or 0


def put(work: Work, value: Numbered) -> None:
    """Write a new blocker, goal, pivot or forecast."""
    row = {one.name: getattr(value, one.name) for one in fields(value)}
    row = {name: list(one) if isinstance(one, tuple) else one for name, one in row.items()}
    work.connection.execute(TABLES[type(value)].insert().values(**row))


def clear(work: Work, blocker: Blocker, how: str) -> None:
    """Write that a blocker is out of the way."""
    work.connection.execute(
        blockers.update()
        .where(blockers.c.case == blocker.case, blockers.c.number == blocker.number)
        .values(cleared_at=work.at, how=how)
    )


def _row(found: Card) -> dict[str, Any]:
    names = [one.name for one in fields(found) if one.name != "text"]
    row = {name: getattr(found, name) for name in names}
    return {**row, **{one.name: getattr(found.text, one.name) for one in fields(found.text)}}


def to_card(row: Row[Any]) -> Card:
    """The card in a row."""
    text = CardText(row.title, row.step, row.role, row.size)
    names = [one.name for one in fields(Card) if one.name != "text"]
    return Card(text=text, **{name: getattr(row, name) for name in names})


def to_value(kind: type, row: Row[Any]) -> Any:
    """The blocker, goal, pivot or forecast in a row."""
    found = {one.name: getattr(row, one.name) for one in fields(kind)}
    return kind(
        **{name: tuple(one) if isinstance(one, list) else one for name, one in found.items()}
    )
