"""Releases, routes and what was live as they travel."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.schemas.ab_tests import NewTest, TestPlan
from gonogo.schemas.base import Asked, Told

Reason = Annotated[str, Field(min_length=1, max_length=10_000)]
Version = Annotated[str, Field(min_length=1, max_length=255)]
Strategy = Literal["shadow", "canary", "ab", "bandit", "blue-green"]


class NewRelease(Asked):
    """A version to be released; `version` is NAME@NUMBER."""

    version: Version
    strategy: Strategy
    rationale: Annotated[str, Field(max_length=10_000)] = ""
    calibration: Annotated[str, Field(max_length=255)] | None = None
    """The dataset version to calibrate by; without one, it is looked for."""
    test: NewTest | None = None
    """What an A/B test is to find out; an `ab` needs it and nothing else has it."""


class Order(Asked):
    """Why a release or a route is moved."""

    reason: Reason


class NewSettings(Asked):
    """What a route has: rules, flags, windows, limits; what is left out is as it is by default."""

    settings: dict[str, Any]
    reason: Annotated[str, Field(max_length=10_000)] = ""


class Retirement(Asked):
    """Why a version is taken out for good."""

    reason: Reason
    forced: bool = False
    """Whether it goes though somebody still asks for it, or an ensemble has it as a member."""


class Step(Told):
    """A step of a strategy."""

    share: float
    dwell: str
    smallest: int


class Watch(Told):
    """What a guardrail says now."""

    key: str
    check: str
    title: str
    group: str | None
    margin: float
    alpha: float
    says: str
    """fine, open or broken."""
    reason: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    more_needed: int | None
    """About how many more decisions would settle it, if things go on as they are."""


class ArmSeen(Told):
    """What came of an arm so far."""

    arm: str
    decisions: int
    errors: int
    yes: int
    outcomes: int


class NextStep(Told):
    """When the next step can be decided, as far as can be told."""

    at: str | None
    low: str | None
    high: str | None
    """Null also where it has no end that can be told."""
    level: float
    reason: str


class ArmLabels(Told):
    """How complete the labels of an arm are."""

    arm: str
    decisions: int
    labelled: int
    there: float | None
    """Share of the labels that will ever come which is to be there by now; null: not learned."""
    low: float | None
    high: float | None


class Labels(Told):
    """How long labels take in the use case."""

    span: str
    """From which age on a decision's label counts as there."""
    low: str | None
    high: str | None
    share: float
    """Of the labels that ever come, at that age."""
    learned: bool
    """Whether the log tells it; else the policy does."""
    labels: int
    reason: str
    arms: list[ArmLabels]


class ReleaseLine(Told):
    """A release in one line."""

    id: str
    case: str
    number: int
    version: str
    before: str | None
    strategy: str
    state: str
    step: int
    """From 1."""
    steps: int
    share: float
    started_at: str
    started_by: str
    step_at: str
    reason: str
    policy: str
    decision: str


class Releases(Told):
    """A page of releases."""

    items: list[ReleaseLine]
    next: str | None = None


class Release(ReleaseLine):
    """A release with its steps and what was seen of it."""

    plan: list[Step]
    watches: list[Watch]
    arms: list[ArmSeen]
    decided: int
    """Decisions of the new version in this step."""
    due_at: str
    """The earliest time at which the step can be over."""
    lacks: list[str]
    """What the step still waits for."""
    next_step: NextStep | None = None
    """When the next step can be decided; null where none is going on."""
    labels: Labels | None = None
    """How complete labels are; null where no guardrail rests on them."""
    test: TestPlan | None = None
    """What an A/B test is to find out, as it was fixed when it started."""


class ArmStanding(Told):
    """An arm of a route."""

    arm: str
    version: str | None
    share: float
    role: str


class Route(Told):
    """What answers in a use case now."""

    case: str
    version: str | None
    killed: bool
    release: str | None
    decision: str
    standings: list[ArmStanding]
    settings: dict[str, Any]


class Routes(Told):
    """What answers in every use case that ever had a release."""

    items: list[Route]
    next: str | None = None


class WasLive(Told):
    """What was live at a time, at which share, by which decision."""

    case: str
    at: str
    since: str
    until: str | None
    release: str | None
    decision: str
    standings: list[ArmStanding]


class Drill(Told):
    """How long it took from the order until the route was in force."""

    case: str
    snapshot: int
    seconds: float
    confirmed: bool
    """Whether a gateway said that it is in force; else the time is until it lay there for one."""
    evidence: str | None
    """Digest of the entry; null where nothing is live that it could be about."""


class PlannedStep(Step):
    """How long a step takes at a rate of requests."""

    days: float
    by: str
    """What takes longest: dwell, decisions or outcomes."""


class ReleasePlan(Told):
    """How large a release gets and how long it takes."""

    case: str
    strategy: str
    per_day: float
    steps: list[PlannedStep]
    days: float
    to_detect: float
    """The difference in a rate for which the size was reckoned."""
    needed: int | None
    """Decisions of each arm to find that difference; null where no number would do."""
    needed_days: float | None


class Callers(Told):
    """Who still asks a version, from the decision log."""

    version: str
    since: str
    decisions: int
    tokens: dict[str, int]
    """Decisions by the id of the token."""
    last: str | None
    depends: list[str]
    """What would miss it."""
    migration: list[str] = Field(default_factory=list)
    """What has to happen before it can go, one sentence each."""


class Retired(Told):
    """A version that was taken out."""

    version: str
    stage: str
    decision: str
    dossier: str
    """Digest of its archive."""
