"""Plans of use cases and their forecasts as they travel; all times are in working days."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured

SEED = 20261121


PlanFormat = Literal["auto", "yaml", "csv", "jira-csv", "jira-json", "github", "ms-project"]


class NewCasePlan(Asked):
    """A plan to be put into force, in YAML or as another tool exports it."""

    text: Annotated[str, Field(min_length=1, max_length=4 * 1024 * 1024)]
    """The file; of a plan in YAML at most 256 KiB."""
    format: PlanFormat = "yaml"
    """What the file is; `auto` is what its beginning looks like."""
    name: Annotated[str, Field(max_length=200)] = ""
    """What the plan is called, where another tool's file does not say it well."""
    roles: Annotated[dict[str, str], Field(max_length=500)] = Field(default_factory=dict)
    """Somebody or a group as the file names them → role; `*` is everybody else."""
    days_missing: Annotated[str, Field(max_length=40)] = ""
    """Of what has no duration: 3, 4h, 1w or 2/3/8; without it such files are refused."""
    hours_a_day: Annotated[float, Field(gt=0, le=24)] = 8.0
    drop_outside: bool = False
    """Leave out links to what the file does not hold; else they are refused."""
    keep: bool = False
    """Keep everything of the plan in force but its steps."""


class ReadPlan(Told):
    """A plan read from a file; nothing was saved."""

    format: str
    """What the file was."""
    text: str
    """In YAML."""
    notes: list[str]
    """What could not be taken over, and what was made of it."""


class NewForecast(Asked):
    """How the plan in force is to be forecast."""

    futures: Annotated[int, Field(ge=100, le=100_000)] = 10_000
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = SEED
    """The same seed gives the same forecast of the same plan on the same day."""
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Of the intervals that the number of futures leaves."""
    as_planned: bool = False
    """Whether estimates are taken as planned, not corrected by what finished steps took."""


class CasePlan(Told):
    """One wording of the plan of a use case."""

    case: str
    number: int
    name: str
    text: str
    goal: str | None
    deadline: str | None
    saved_at: str
    saved_by: str
    entry: str


class CasePlans(Told):
    """All wordings of a plan, the newest first."""

    items: list[CasePlan]
    next: str | None = None


class KeptForecast(Told):
    """One forecast, as far as a list tells it."""

    case: str
    number: int
    plan: int
    """The wording of the plan that was forecast."""
    goal: str | None
    deadline: str | None
    p10: str | None
    p50: str | None
    p80: str | None
    """The date that four of five futures keep; null where fewer reach the goal at all."""
    p90: str | None
    on_time: float | None
    """Chance of the deadline; null where there is none."""
    chance: Measured | None = None
    """The same with its interval, which covers what the number of futures leaves, and no more."""
    made_at: str
    made_by: str
    entry: str
    """Digest of the evidence."""


class KeptForecasts(Told):
    """Forecasts, the newest first."""

    items: list[KeptForecast]
    next: str | None = None


class Dated(Told):
    """Working days from the start of the forecast, and the date that they are."""

    days: Measured
    date: str | None
    earliest: str | None
    """The date of the lower end of the interval."""
    latest: str | None


class Percentile(Dated):
    """What so large a share of futures keeps."""

    share: float


class StepForecast(Told):
    """One step in all futures."""

    step: str
    title: str
    milestone: bool
    done: str | None
    happens: float
    """Share of futures in which it takes place."""
    critical: Measured
    """Share of futures in which it makes the goal later if it takes longer."""
    begins: Percentile | None = None
    """Its median start; null in large plans for what is no milestone, as all below."""
    reached: Measured | None = None
    dates: list[Percentile] = Field(default_factory=list)
    if_reached: list[Percentile] = Field(default_factory=list)
    curve: list[float | None] = Field(default_factory=list)
    """Of a milestone, its days at 1 % to 99 % of the futures."""
    deadline: str | None = None
    """Of a milestone, where it has one of its own."""
    on_time: Measured | None = None
    """The chance of that deadline."""


class Driver(Told):
    """One thing that moves the date of the goal."""

    kind: str
    """A step, a risk, a hypothesis, or a pool: a role or team."""
    key: str
    title: str
    good: Dated
    """The median date where it goes well: P10 of the step, no such event, one more person."""
    bad: Dated
    """The median date where it goes badly."""
    swing: Measured
    """By how many days these differ."""
    correlation: Measured
    """Rank correlation of a step's days with the date."""


class RiskForecast(Told):
    """One risk, of the plan itself or of the register, in the same futures with it and without."""

    risk: str
    """Its name in the plan, or `risk:NAME` of the register."""
    title: str
    probability: float
    later: Measured
    """By how many days the goal is later because of it, in the mean."""
    p80_later: Measured
    """By how many days the date is later that four of five futures keep."""


class RoleLoad(Told):
    """How busy a role or team is until the plan ends."""

    role: str
    busy: Measured
    overloaded: Measured
    """Share of futures in which it is busy for more than 85 % of its time."""
    waited: Measured
    """Days that steps waited for it, all together."""


class Moved(Told):
    """What moved a probability, and to where."""

    what: str
    """prior, base rate, runs, running test, or end of the test."""
    measured: Measured
    """From then on."""
    says: str
    """What it rests on."""


class Believed(Told):
    """How probable a hypothesis was thought in a forecast."""

    probability: float
    settled: bool | None
    """Whether it was supported; null while it was open."""
    moved: list[Moved] = Field(default_factory=list)
    """How it came from its prior, one step after the other; the last is what counted."""


class Pace(Told):
    """What finished steps took against their estimates, when it was forecast."""

    used: bool
    """Whether the estimates were corrected by it."""
    factor: float
    """By which they were multiplied."""
    here: int
    """Finished steps of the use case that it rests on."""
    elsewhere: int
    """Those of others."""
    left_out: int = 0
    """Finished steps of the plan that say no estimate, so that nothing is learned from them."""
    ratio: Measured
    """The median ratio of working days taken to the median of the estimate."""
    says: str


class Waits(Told):
    """A link of the plan to a step of another use case."""

    step: str
    """That waits."""
    case: str
    other: str
    """The step that it waits for."""
    title: str
    lag: float
    """Working days between."""
    counted: bool
    """Whether the forecast counts it, by the plan of that use case in the same futures."""
    why: str
    """Why it is left out; empty where it counts."""
    dates: list[Percentile] = Field(default_factory=list)
    """When what it waits for is finished."""


class MoneyPercentile(Told):
    """What so large a share of futures costs at most."""

    share: float
    measured: Measured


class Cost(Told):
    """What the plan costs, in its currency."""

    mean: Measured
    percentiles: list[MoneyPercentile]


class Forecast(KeptForecast):
    """What the futures of a plan say."""

    name: str
    origin: str
    """The day from which working days are counted."""
    currency: str
    futures: int
    seed: int
    level: float
    correlation: float
    chances: dict[str, Believed] = Field(default_factory=dict)
    """Of the registered hypotheses that the plan rests on, what was known of each."""
    pace: Pace | None = None
    """Null in forecasts that were made before finished steps were learnt from."""
    links: list[Waits] = Field(default_factory=list)
    """To steps of other use cases."""
    reached: Measured
    """The share of futures in which the goal is ever reached."""
    dates: list[Percentile]
    """Over all futures; those that never reach the goal are the latest of all."""
    if_reached: list[Percentile]
    curve: list[float | None]
    """Days until the goal at 1 % to 99 % of the futures."""
    cost: Cost
    steps: list[StepForecast]
    drivers: list[Driver]
    risks: list[RiskForecast] = Field(default_factory=list)
    """Those that delay a step, the one that delays the goal most first; empty in forecasts made
    before risks were left out one by one."""
    roles: list[RoleLoad]
    order: list[str]
    """The order of work in which people were given to steps."""
