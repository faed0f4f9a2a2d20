"""Use cases scored by a rubric, and by RICE and WSJF, as they travel."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured

Level = Annotated[float, Field(ge=1, le=5)]
Key = Annotated[str, Field(min_length=1, max_length=64)]
Number = Annotated[float, Field(ge=0, le=1e15)]


class RubricText(Asked):
    """A rubric as it is written."""

    text: Annotated[str, Field(min_length=1, max_length=32 * 1024)]


class Said(Asked):
    """What an assessor says of one criterion: the levels that are possible, and why."""

    low: Level
    likely: Level
    high: Level
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    evidence: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(
        default_factory=list, max_length=20
    )
    """Digests or positions of entries about the use case."""


class Assess(Asked):
    """Which levels a use case has, in the eyes of a role."""

    role: Annotated[str, Field(max_length=40)] = ""
    """The role that is spoken for; it must be held. "": the only one that is held."""
    criteria: dict[Key, Said] = Field(min_length=1, max_length=12)
    """Criterion → what is said of it."""


class Range(Asked):
    """A number that is not known yet."""

    low: Number
    likely: Number
    high: Number


class Inputs(Asked):
    """What goes into RICE and WSJF; what is left out is taken from plan and benefit model."""

    reach: Range | None = None
    """People or decisions in a quarter."""
    impact: Range | None = None
    """What one of them gains, in points."""
    confidence: Range | None = None
    """How sure that is, 0 to 1."""
    effort: Range | None = None
    """Person-months, for RICE."""
    value: Range | None = None
    """What users lose by waiting, in points; as urgency and enabling."""
    urgency: Range | None = None
    """What is lost as time goes."""
    enabling: Range | None = None
    """Risk that it takes away, or what it makes possible."""
    size: Range | None = None
    """Person-months, for WSJF."""


class Criterion(Told):
    """One question of a rubric."""

    key: str
    title: str
    asks: str
    weight: float
    """Of all weights, which add up to 1."""
    levels: list[str]
    """What the levels 1 to 5 mean."""
    source: str | None
    """What answers it by itself; null where only people can."""


class Rubric(Told):
    """What use cases are scored by."""

    name: str
    number: int
    """0 is the rubric that comes with gonogo."""
    text: str
    criteria: list[Criterion]
    stated_at: str
    stated_by: str
    entry: str


class Opinion(Told):
    """What an assessor said of one criterion."""

    role: str
    low: float
    likely: float
    high: float
    reason: str
    evidence: list[str]
    at: str
    by: str
    entry: str
    aside: str | None
    """Why it does not count; null where it does."""


class Graded(Told):
    """One criterion of a use case."""

    criterion: str
    title: str
    weight: float
    low: float
    value: float
    """Mean level."""
    high: float
    known: bool
    """Whether anything is known of it: else any level is as likely as any other."""
    computed: bool
    """Whether evidence answers it."""
    says: str
    """From what; or why evidence does not answer it."""
    evidence: list[str]
    """Entries that a computed level follows from."""
    opinions: list[Opinion]
    apart: bool
    """Whether its assessors cannot all be right, or are two levels apart."""


class Score(Told):
    """A use case by the rubric."""

    case: str
    rubric: str
    number: int
    score: Measured
    """The weighted mean level, 1 to 5, with the middle of its futures."""
    known: int
    """Criteria of which something is known."""
    criteria: list[Graded]


class ScoredCase(Told):
    """Where a use case stands by its score."""

    case: str
    place: int
    score: Measured
    known: int
    low: int
    """The best of its middle ranks."""
    high: int
    """The worst of them."""
    first: float
    """How often it is the best."""
    any_weights: float
    """How often it is the best where weights are drawn evenly from all there are."""
    apart: list[str]
    """Criteria on which its assessors are apart."""
    above: dict[str, float]
    """Use case → how often this one scores higher."""


class Weight(Told):
    """How much a criterion may weigh before another use case is first."""

    criterion: str
    weight: float
    low: float
    high: float


class Scores(Told):
    """All use cases by the rubric, the one with the best mean rank first."""

    rubric: str
    number: int
    criteria: int
    """How many the rubric has."""
    items: list[ScoredCase]
    weights: list[Weight]
    """Of each criterion, the weights with which the best mean score stays the best."""
    next: str | None = None


class Input(Told):
    """One part of a score."""

    part: str
    low: float
    value: float
    """The median."""
    high: float
    says: str
    stated: bool
    """Whether people stated it; else it is computed."""
    evidence: list[str]


class Prioritised(Told):
    """A use case by RICE or WSJF."""

    case: str
    place: int | None
    """Among those in the same unit; null where there is no score."""
    unit: str
    """Points, or the currency that a person-month brings."""
    score: Measured
    low: int | None
    high: int | None
    first: float | None
    inputs: list[Input]
    above: dict[str, float]


class Priorities(Told):
    """Use cases by RICE or WSJF; those in different units are not compared."""

    method: str
    units: list[str]
    items: list[Prioritised]
    next: str | None = None


class StatedInputs(Told):
    """What people stated for RICE and WSJF of a use case."""

    case: str
    ranges: dict[str, list[float]]
    """Part → lowest, likeliest, highest."""
    entry: str
