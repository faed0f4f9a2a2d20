"""Boards of work as they travel: columns, cards, blockers, goals, pivots, forecasts."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.case_plans import SEED, PlanFormat
from gonogo.schemas.evidence import Measured

Key = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class NewColumn(Asked):
    """One column of a board."""

    key: Key
    title: Annotated[str, Field(min_length=1, max_length=200)]
    limit: Annotated[int, Field(ge=1, le=999)] | None = None
    """Cards it may hold at once; null is as many as there are."""


class NewColumns(Asked):
    """The columns of a board from the left: the first is not begun, the last is done."""

    columns: Annotated[list[NewColumn], Field(min_length=2, max_length=12)]


class NewCard(Asked):
    """A piece of work."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    step: Key | None = None
    """The step or milestone of the plan that it is a part of."""
    role: Key | None = None
    size: Annotated[float, Field(gt=0, le=10_000)] | None = None


class MoveCard(Asked):
    """Where a card goes."""

    to: Key
    """The column."""
    reason: Annotated[str, Field(max_length=2000)] = ""
    """Why that column may hold more than its limit, if it then does."""


class DropCard(Asked):
    """That nobody will do a card."""

    reason: Words


class BlockCard(Asked):
    """What keeps a card from going on."""

    reason: Words
    owner_role: Annotated[str, Field(min_length=1, max_length=40)]
    """The role that has to take it out of the way."""


class UnblockCard(Asked):
    """That nothing blocks a card any more."""

    how: Words


class NewGoal(Asked):
    """What is to be reached within a week."""

    text: Words
    cards: Annotated[list[int], Field(min_length=1, max_length=100)]
    """It is reached when these are done."""
    week: Annotated[str, Field(max_length=10)] = ""
    """Any day of it; "" is this week."""


class NewPivot(Asked):
    """That one step of the plan is given up for another."""

    left: Key
    to: Key
    rationale: Words
    evidence: Annotated[list[str], Field(min_length=1, max_length=50)]
    """Digests or positions of ledger entries, one measurement at least."""


class NewBoardForecast(Asked):
    """How a board is to be forecast by its throughput."""

    step: Key | None = None
    """The milestone; null is all of the board."""
    weeks: Annotated[int, Field(ge=3, le=104)] = 26
    """Whole weeks at most that the futures are drawn from, the last ones."""
    grows_low: Annotated[float, Field(ge=1, le=100)] = 1.0
    """Least factor by which the cards that are left will turn out to be more."""
    grows_high: Annotated[float, Field(ge=1, le=100)] = 1.0
    by: Annotated[str, Field(max_length=10)] | None = None
    """The day whose chance is asked for; null is the plan's deadline, if it has one."""
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = SEED
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95


class ImportCards(Asked):
    """Cards as another tool exports them."""

    text: Annotated[str, Field(min_length=1, max_length=4 * 1024 * 1024)]
    format: PlanFormat = "auto"
    roles: Annotated[dict[str, str], Field(max_length=500)] = Field(default_factory=dict)


class Column(Told):
    """One column, and what it holds."""

    key: str
    title: str
    limit: int | None
    cards: int


class Card(Told):
    """One piece of work."""

    number: int
    title: str
    step: str | None
    role: str | None
    size: float | None
    column: str
    since: str
    """When it came into its column."""
    added_at: str
    added_by: str
    begun_at: str | None
    done_at: str | None
    dropped: str
    """Why nobody will do it; "" where it stands on the board."""
    source: str
    entry: str


class Blocker(Told):
    """What keeps a card from going on."""

    number: int
    card: int
    reason: str
    owner_role: str
    raised_at: str
    raised_by: str
    days: float
    """How long it has been in the way."""
    cleared_at: str | None
    how: str
    entry: str


class Goal(Told):
    """What is to be reached within a week."""

    number: int
    week: str
    text: str
    cards: list[int]
    reached: str
    """reached, missed, or open while the week lasts."""
    set_at: str
    set_by: str
    entry: str


class Pivot(Told):
    """That one way was given up for another."""

    number: int
    left: str
    to: str
    rationale: str
    cites: list[str]
    dropped: list[int]
    """Cards of the step that nobody does now."""
    at: str
    by: str
    entry: str


class Week(Told):
    """One whole week."""

    monday: str
    done: int


class Board(Told):
    """A board as it stands."""

    case: str
    columns: list[Column]
    cards: list[Card]
    """Those on the board; dropped ones are not told."""
    blockers: list[Blocker]
    """What is in the way now, the oldest first."""
    goals: list[Goal]
    """Of this week and later ones."""
    throughput: list[Week]
    """Cards done in each of the last whole weeks."""
    pivots: list[Pivot]


class Imported(Told):
    """What came of a file of another tool."""

    added: list[Card]
    done: list[Card]
    """Cards that were on the board and that the file says are done."""


class KeptBoardForecast(Told):
    """One forecast by throughput, as far as a list tells it."""

    case: str
    number: int
    step: str | None
    cards: int
    weeks: int
    p50: str | None
    p80: str | None
    p90: str | None
    network_p80: str | None
    deadline: str | None
    """The day whose chance was asked for; null where the plan has no deadline."""
    on_time: float | None
    """The chance that the cards are done by it."""
    network_on_time: float | None
    """The same by the plan's own forecast."""
    made_at: str
    made_by: str
    entry: str


class KeptBoardForecasts(Told):
    """Forecasts by throughput, the newest first."""

    items: list[KeptBoardForecast]
    next: str | None = None


class BoardPercentile(Told):
    """Until when so large a share of the futures is done."""

    share: float
    weeks: Measured
    date: str | None
    earliest: str | None
    latest: str | None


class BoardForecast(KeptBoardForecast):
    """What throughput says of a milestone, beside what the plan's network says."""

    measured: Measured
    """Weeks within which four of five futures are done."""
    percentiles: list[BoardPercentile]
    chance: Measured | None
    """That the cards are done by the deadline, with what so few weeks leave open; null without."""
    network_chance: Measured | None
    """The same by the plan's own forecast; null where there is none."""
    history: list[Week]
    network: dict[str, str | int | None] | None
    """P10 to P90 of the plan's own forecast, and its evidence; null where there is none."""
