"""In which quarter use cases are likely to reach their goals, as it travels."""

from gonogo.schemas.base import Told


class Chance(Told):
    """A share of futures, as sure as the kept percentiles let it be known."""

    value: float
    low: float
    high: float


class Reached(Told):
    """One goal or milestone, by quarters."""

    case: str
    title: str
    goal: bool
    """Whether it is the goal of the plan, not a milestone on the way."""
    quarters: list[Chance]
    """Of each quarter the share of futures in which it is reached in it."""
    later: Chance
    """The share in which it is reached after the last of them, or never."""
    done: str | None
    """The day on which it was reached; null where it was not yet."""
    p50: str | None
    p80: str | None
    deadline: str | None
    on_time: float | None
    """Chance of the deadline."""
    forecast: int
    """Number of the forecast."""
    made_at: str
    stale: bool
    """Whether another plan is in force than the one that was forecast."""
    entry: str


class Roadmap(Told):
    """Use cases by the quarters in which they are likely to be there."""

    quarters: list[str]
    """Such as 2026 Q4."""
    items: list[Reached]
    without: list[str]
    """Use cases without a forecast."""
    next: str | None = None
