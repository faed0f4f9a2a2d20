"""Scenarios of a plan as they travel: named changes, side by side with the plan as it is."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.case_plans import SEED, Cost, Percentile
from gonogo.schemas.evidence import Measured

Text = Annotated[str, Field(min_length=1, max_length=64 * 1024)]
"""A file of scenarios, in YAML."""


class NewScenarios(Asked):
    """Scenarios that are kept with a use case, in place of those before."""

    text: Text


class NewComparison(Asked):
    """What is to be compared with the plan in force."""

    text: Text | None = None
    """The scenarios; without it, those that are kept."""
    budget: Annotated[float, Field(ge=0, le=1e12)] | None = None
    """The money to stay within; a scenario may name its own."""
    futures: Annotated[int, Field(ge=100, le=100_000)] = 10_000
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = SEED
    """The same seed gives the same futures, in which all are simulated."""
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Of the intervals that the number of futures leaves."""
    as_planned: bool = False
    """Whether estimates are taken as planned, not corrected by what finished steps took."""
    keep: bool = False
    """Whether what it says is kept as evidence about the use case."""


class SavedScenarios(Told):
    """The scenarios of a use case as they are kept."""

    case: str
    number: int
    text: str
    saved_at: str
    saved_by: str
    entry: str


class Later(Told):
    """By how many working days so large a share of futures is later."""

    share: float
    days: Measured


class BusyRole(Told):
    """A role or team that is busy for more than 85 % of its time."""

    role: str
    busy: Measured
    waited: Measured
    """Days that steps waited for it, all together."""


class Moves(Told):
    """What moves the date of a scenario."""

    kind: str
    key: str
    title: str
    swing: Measured


class ScenarioLine(Told):
    """The plan as it is, or one scenario."""

    name: str
    """`today` is the plan as it is."""
    title: str
    says: str
    """What is changed, in words."""
    deadline: str | None
    reached: Measured
    dates: list[Percentile]
    chance: Measured | None
    """Of the deadline; null without one."""
    cost: Cost
    budget: float | None
    within: Measured | None
    """Chance to stay within the budget; null without one."""
    overloaded: list[BusyRole]
    drivers: list[Moves]
    later: list[Later]
    """Against the plan as it is, in the same futures; empty for that itself."""
    likelier: Measured | None
    """By how much the chance of the deadline is higher."""
    dearer: Measured | None
    """By how much money it costs more, on the mean."""


class Comparison(Told):
    """Scenarios side by side with the plan in force."""

    case: str
    number: int
    """Of the plan in force."""
    name: str
    origin: str
    goal: str | None
    currency: str
    futures: int
    seed: int
    level: float
    as_planned: bool = False
    together: list[str] = Field(default_factory=list)
    """The use cases whose plans were simulated with the people that they share, as a scenario drops
    one of them; empty where the plan has its people for itself."""
    items: list[ScenarioLine]
    """The plan as it is comes first."""
    kept: int | None = None
    """Its number among those that are kept; null where it is only told."""
    made_at: str | None = None
    made_by: str | None = None
    entry: str | None = None
    """Digest of the statement that keeps it."""
    evidence: dict[str, list[str]] = Field(default_factory=dict)
    """Of each scenario the digests of its evidence."""


class KeptComparison(Told):
    """One comparison that is kept, as far as a list tells it."""

    number: int
    plan: int
    """The wording of the plan that scenarios were compared with."""
    scenarios: list[str]
    made_at: str
    made_by: str
    entry: str
    """Digest of the statement that keeps it."""


class Comparisons(Told):
    """Comparisons that are kept, the newest first."""

    items: list[KeptComparison]
    next: str | None = None
