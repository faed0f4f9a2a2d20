"""What the page of a board shows: columns, cards, blockers, goals, forecasts and pivots."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.stats.estimate import Measured
from gonogo.views.charts.values import Bars
from gonogo.views.refused import Refused


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """What is in the way of a card."""

    card: int
    title: str
    reason: str
    owner_role: str
    age: str
    old: bool
    """Whether it has been there for more than a week."""
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card."""

    number: int
    title: str
    step: str
    """Title of the step it is a part of; "" for none."""
    role: str
    size: float | None
    age: str
    """How long it has been in its column."""
    blocked: BlockerLine | None
    entry: str


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """One column."""

    key: str
    title: str
    limit: int | None
    count: int
    full: bool
    """Whether it holds as many as it may."""
    over: bool
    """Whether it holds more."""
    cards: tuple[CardLine, ...]
    more: int
    """Cards that are not shown."""


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal of a week."""

    week: str
    text: str
    cards: tuple[int, ...]
    done: int
    """How many of them are."""
    reached: str
    this_week: bool
    entry: str


@dataclass(frozen=True, slots=True)
class DateLine:
    """Until when so large a share of the futures is done, by both ways."""

    share: float
    weeks: Measured
    date: str | None
    earliest: str | None
    latest: str | None
    network: str | None
    """What the plan's own forecast says; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class ForecastPart:
    """The latest forecast by throughput."""

    milestone: str
    cards: int
    weeks: int
    """Whole weeks it rests on."""
    grows: tuple[float, float]
    """By what factor, at least and at most, the cards will turn out to be more."""
    measured: Measured
    dates: tuple[DateLine, ...]
    network: bool
    """Whether the plan's own forecast stood beside it."""
    deadline: str | None
    """The day whose chance was asked for; None where the plan has none."""
    chance: Measured | None
    """That the cards are done by then; None where no day was asked for."""
    network_chance: Measured | None
    """The same by the plan's own forecast; None where it says nothing."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """A forecast in the list of them."""

    number: int
    milestone: str
    cards: int
    p80: str | None
    network_p80: str | None
    deadline: str | None
    on_time: float | None
    """Its chance."""
    network_on_time: float | None
    at: str
    entry: str


@dataclass(frozen=True, slots=True)
class PivotLine:
    """A step that was given up for another."""

    left: str
    to: str
    rationale: str
    cites: tuple[str, ...]
    dropped: int
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class CaseBoardPage:
    """The board of a use case."""

    case: str
    title: str
    headline: str
    columns: tuple[ColumnPart, ...]
    said: str
    """The columns as one line: "to-do, doing:3, done"."""
    total: int
    """Cards on the board."""
    blockers: tuple[BlockerLine, ...]
    goals: tuple[GoalLine, ...]
    throughput: Bars | None
    """None before the first whole week."""
    forecast: ForecastPart | None
    forecasts: tuple[ForecastLine, ...]
    pivots: tuple[PivotLine, ...]
    steps: tuple[tuple[str, str], ...]
    """Of the plan in force, key and title; empty without one."""
    roles: tuple[str, ...]
    can_work: bool
    can_forecast: bool
    can_set: bool
    can_pivot: bool
    acting: str
    """The form that was refused: "card-3", "add", "goal", "pivot", ...; "" for none."""
    values: Mapping[str, str]
    """What was filled in of it."""
    refused: Refused | None
