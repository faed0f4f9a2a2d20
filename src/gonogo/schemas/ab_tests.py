"""A/B tests as they travel: what is fixed before, what it takes, what was found."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured

Metric = Literal["outcome-rate", "payoff", "number"]
Direction = Literal["increase", "decrease"]
Reading = Literal["sequential", "fixed"]
Above = Annotated[float, Field(gt=0)]
Column = Annotated[str, Field(min_length=1, max_length=200)]
Within = Annotated[float, Field(gt=0, lt=1)]


class NewTest(Asked):
    """What an A/B test is to find out; nothing of it can be changed once it has started."""

    metric: Metric
    effect: Above
    """The smallest difference worth finding, in the metric's unit."""
    direction: Direction = "increase"
    alpha: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    power: Within = 0.8
    decided_by: Reading = "sequential"
    segments: Annotated[list[Column], Field(max_length=5, default_factory=list)]
    covariate_days: Annotated[int, Field(ge=0, le=365)] = 28
    per_day: Above | None = None
    """Entities a day, where the log is not to say."""
    spread: Above | None = None
    """Standard deviation of an entity, where the log is not to say."""


class Guess(Told):
    """A number of a plan with its interval."""

    value: float
    low: float
    high: float


class Wanted(Told):
    """What a test was to find out."""

    metric: Metric
    effect: float
    direction: Direction
    alpha: float
    power: float
    decided_by: Reading
    segments: list[str]
    covariate_days: int


class TestPlan(Told):
    """What a test takes."""

    __test__ = False

    wanted: Wanted
    share: float
    """Of the entities that come to the new version."""
    control: int
    """Entities of the live version at the planned end."""
    treatment: int
    spread: Guess
    """Standard deviation of an entity."""
    per_day: Guess
    """Entities a day, of both arms."""
    days: Guess
    """Until both arms have theirs."""
    fixed_days: float
    """Days of a test that is looked at once, at its end."""
    base: float | None
    """Mean of the metric before, as the log has it."""
    assumed: list[str]


class Effect(Told):
    """A difference, new less live, read in both ways."""

    sequential: Measured
    """Right at all looks together."""
    fixed: Measured
    """Right at the planned end alone."""


class TestArm(Told):
    """An arm of a test."""

    __test__ = False

    side: str
    """live or new."""
    entities: int
    planned: int
    values: int
    mean: Measured


class TestLook(Told):
    """The effect as it was known at a time."""

    __test__ = False

    at: str
    entities: int
    value: float
    low: float
    high: float
    fixed_low: float
    fixed_high: float


class Segment(Told):
    """The effect among the entities with a value of a feature."""

    column: str
    group: str
    entities: int
    effect: Effect
    p_any_time: float | None
    """Holm's, over all segments, right at any look."""
    p_fixed: float | None
    """Holm's, right at the planned end."""
    found: bool


class TestResult(Told):
    """What a test says now."""

    __test__ = False

    release: str
    version: str
    before: str | None
    state: str
    plan: TestPlan
    as_of: str | None
    says: str
    """open, better, worse, alike or invalid."""
    told: str
    """What may be concluded now, in a sentence."""
    fixed_told: str
    """What the interval of one look may be used for now."""
    by: str
    """plain or cuped: what is concluded from."""
    plain: Effect
    cuped: Effect
    explained: float | None
    """Share of the variance that was known of the same entities before."""
    arms: list[TestArm]
    looks: list[TestLook]
    segments: list[Segment]
    progress: float
    """Share of the planned entities that there are."""
    ended_at: str | None
    sample_ratio: str | None
    decision: str
    """Digest of the last decision."""
    reason: str
