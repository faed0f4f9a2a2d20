"""Plans of several use cases together as they travel: shared people, what sharing costs."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.case_plans import SEED, Cost, Percentile, RoleLoad
from gonogo.schemas.evidence import Measured
from gonogo.schemas.scenarios import Later

CaseName = Annotated[str, Field(min_length=1, max_length=64)]


class NewStaffing(Asked):
    """Who there is for the plans of all use cases."""

    text: Annotated[str, Field(min_length=1, max_length=64 * 1024)]
    """The file, in YAML."""


class SavedStaffing(Told):
    """A staffing as it was put into force."""

    number: int
    name: str
    text: str
    saved_at: str
    saved_by: str
    entry: str


class NewTogether(Asked):
    """Which plans are to be forecast together."""

    cases: Annotated[list[CaseName], Field(max_length=200)] = Field(default_factory=list)
    """Empty: all that have a plan in force."""
    drop: Annotated[list[CaseName], Field(max_length=20)] = Field(default_factory=list)
    """Use cases without which the others are looked at too."""
    futures: Annotated[int, Field(ge=100, le=20_000)] = 4_000
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = SEED
    """The same seed gives the same futures."""
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Of the intervals that the number of futures leaves."""


class MilestoneTogether(Told):
    """When a milestone is reached: sharing people with other plans, and alone."""

    step: str
    title: str
    reached: Measured
    dates: list[Percentile]
    alone: list[Percentile]
    sharing: list[Later]
    """By how much later sharing makes it."""
    deadline: str | None = None
    """Where it has one of its own."""
    chance: Measured | None = None
    """Of that deadline."""
    chance_alone: Measured | None = None


class CaseTogether(Told):
    """The plan of one use case among those that share people with it."""

    case: str
    plan: int
    """The wording that was forecast."""
    name: str
    goal: str | None
    title: str
    """Of the goal."""
    deadline: str | None
    chance: Measured | None
    """Of the deadline, sharing people; null without one."""
    chance_alone: Measured | None
    reached: Measured
    dates: list[Percentile]
    alone: list[Percentile]
    sharing: list[Later]
    milestones: list[MilestoneTogether]


class OtherCase(Told):
    """A use case without the one that is dropped."""

    case: str
    dates: list[Percentile]
    later: list[Later]
    """Than now; below 0 is sooner."""
    chance: Measured | None


class Dropped(Told):
    """What would be without a use case."""

    case: str
    futures: int
    others: list[OtherCase]


class KeptTogether(Told):
    """One forecast of plans together, as far as a list tells it."""

    number: int
    cases: list[str]
    made_at: str
    made_by: str
    entry: str
    """Digest of the statement that keeps it."""


class AllTogether(Told):
    """Forecasts, the newest first."""

    items: list[KeptTogether]
    next: str | None = None


class Together(Told):
    """Plans of several use cases in the same futures."""

    number: int
    made_at: str
    made_by: str
    entry: str
    evidence: dict[str, list[str]] = Field(default_factory=dict)
    """Of each use case the digests of its evidence; empty of forecasts that were made before."""
    today: str
    staffing: str
    """What the staffing is called."""
    stated: bool
    """False where nobody stated any: people are those that the plans name."""
    priority: list[str]
    currency: str
    futures: int
    seed: int
    level: float
    cost: Cost
    cases: list[CaseTogether]
    roles: list[RoleLoad]
    """The one that work waits for longest comes first."""
    dropped: list[Dropped]
