"""What policies would have brought, by logged decisions, as it travels."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured

Name = Annotated[str, Field(min_length=1, max_length=200)]
Address = Annotated[str, Field(min_length=1, max_length=255)]


class LoggedColumns(Asked):
    """Which columns of a dataset of logged decisions say what."""

    arm: Name
    reward: Name
    propensity: Name
    """The chance with which the arm was taken then, above 0."""
    entity: Name | None = None
    """Whom a decision was about; those about one are judged together."""


class NewOffPolicy(Asked):
    """What is to be judged, by what: the decision log, or `data` with its `columns`."""

    reward: Literal["label", "value"] = "label"
    """Of the outcomes in the decision log."""
    context: Annotated[list[Name], Field(max_length=64)] | None = None
    """Features that LinUCB reads; null: those of the route's settings."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    epsilon: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of LinUCB's requests that explore evenly; null: as the route's settings say."""
    exploration: Annotated[float, Field(ge=0, le=1000)] | None = None
    release: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """Number of the release whose decisions are read; null: the last that drew its arms."""
    data: Address | None = None
    columns: LoggedColumns | None = None


class PolicyJudged(Told):
    """What a policy would have brought, by one estimator."""

    policy: str
    """always:ARM, uniform or linucb."""
    estimator: str
    """ips, snips or doubly-robust."""
    measured: Measured
    effective: float | None
    """Decisions that speak for it, as of so many equally weighted ones."""
    enough: bool
    """Whether they are enough for an interval of this kind."""
    lift: Measured | None
    """By how much it would bring more than what decided, paired; null where nothing is known."""
    evidence: str
    """Digest of the entry."""


class OffPolicy(Told):
    """What policies would have brought, all by the same decisions."""

    case: str
    source: str
    """The release, or the dataset version, whose decisions were read."""
    decisions: int
    known: int
    """Decisions whose reward is known; of more than can be judged at once the newest were."""
    waiting: int
    """Decisions whose reward is not known, which were left out."""
    arms: dict[str, int]
    """Decisions by arm."""
    context: list[str]
    standardised: dict[str, tuple[float, float]]
    """By feature: what is taken away from it and what it is divided by, before LinUCB reads it."""
    logged: Measured
    """What the decisions brought as they were taken."""
    policies: list[PolicyJudged]
