"""How well forecasts have held, as it travels."""

from pydantic import Field

from gonogo.schemas.base import Told
from gonogo.schemas.evidence import Measured


class DateRecord(Told):
    """How often dates held that should hold with one probability."""

    said: float
    """0.1 for P10 dates, up to 0.9 for P90 dates."""
    n: int
    """Scored dates."""
    held: Measured
    """The share that held; the interval counts what dates of one milestone say together."""
    kept: bool | None
    """Whether the interval holds what was said; null without any date."""
    loss: Measured
    """Mean pinball loss in working days, of those that were reached; 0 is best."""


class Parts(Told):
    """A Brier score taken apart: reliability - resolution + uncertainty + within."""

    brier: float
    reliability: float
    """Mean squared gap between a group's forecast and how often it came true; 0 is best."""
    resolution: float
    """How far the groups' rates lie from the rate of all; more is better."""
    uncertainty: float
    """What always saying the rate of all would score."""
    within: float
    """What unequal forecasts within a group add."""
    groups: int


class CalibrationRow(Told):
    """Chances of about the same size, and how often they came true."""

    lowest: float
    highest: float
    forecast: float
    """Their mean."""
    yes: int
    n: int
    observed: Measured
    """The share that came true, with Wilson's interval."""


class ChanceRecord(Told):
    """How chances of one kind came true."""

    kind: str
    """deadline, board-due (deadlines, by throughput), learned (hypotheses as plans forecast them)
    or prior (as registered)."""
    title: str
    n: int
    brier: Measured
    came_true: Measured
    parts: Parts | None
    """Null where too few were scored to take the score apart."""
    rows: list[CalibrationRow]


class Score(Told):
    """One thing that a forecast said, and what became of it."""

    case: str
    what: str
    """p10, p50, p80 or p90 of a date; deadline; learned or prior of a hypothesis. By throughput:
    board-p10 to board-p90, and board-due for a deadline."""
    name: str
    """The milestone, "" for the end of the plan; or the hypothesis."""
    forecast: int
    """The number of the forecast; 0 for what was said at registration."""
    said: float
    """The probability."""
    day: str | None
    """The date that was said, or the deadline."""
    made_at: str
    happened: bool
    actual: str | None
    """The day on which it was reached; null while it is known only that the date has passed."""
    off: float | None
    """Working days from the date that was said to the actual one; above 0 is late."""
    loss: float | None
    """Pinball loss in working days of a date; squared distance of a chance."""
    scored_at: str | None
    entry: str | None
    """Digest of the evidence."""


class TrackRecord(Told):
    """How well forecasts have held, of one use case or of all."""

    case: str | None
    headline: str
    level: float
    """Of all intervals."""
    milestones: int
    """Different milestones among the scored dates: those of one are kept or missed together."""
    dates: list[DateRecord]
    by_throughput: list[DateRecord] = Field(default_factory=list)
    """The same of the dates that boards said."""
    chances: list[ChanceRecord]
    open: int
    """Claims of which the outcome is not known yet."""
    lapsed: int
    """Claims that can never be scored: what they were about was dropped or given up."""
    pace: str
    """How long finished steps took against their estimates."""
    scores: list[Score] = Field(default_factory=list)
    """The newest."""
