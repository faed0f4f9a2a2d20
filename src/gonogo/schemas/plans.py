"""Plans of hypotheses and families of them as they travel."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.designs import AskedDesign, Plan

Kind = Literal["proportions", "means", "auc", "paired-auc", "paired"]
"""The comparison that is planned, as `gonogo hypothesis design` names it."""
Known = Annotated[float, Field(ge=-1e12, le=1e12)]


class NewPlan(Asked):
    """A plan to be fixed with a hypothesis; the server works it out."""

    kind: Kind
    asked: AskedDesign
    known: Annotated[dict[str, Known], Field(max_length=10)] = Field(default_factory=dict)
    """What is known beforehand: base, sd, ratio, difference, correlation, discordant."""
    criterion: Annotated[int, Field(strict=True, ge=0, le=49)] = 0
    """Which criterion it is about, counted from 0."""
    reason: Annotated[str, Field(max_length=2000)] = ""
    """Why an earlier plan is amended."""


class FixedPlan(Told):
    """A plan as it was fixed."""

    hypothesis: str
    number: int
    """1 for the first; an amendment counts on."""
    criterion: int
    kind: str
    asked: dict[str, Any]
    plan: Plan
    reason: str
    measured: int
    """Pieces of evidence about the hypothesis that were in when it was fixed."""
    at: str
    by: str
    entry: str


class Plans(Told):
    """All plans that a hypothesis has had, the last of them in force."""

    items: list[FixedPlan]


class Member(Told):
    """One hypothesis of a family."""

    subject: str
    slug: str
    statement: str
    state: str
    p_value: float | None
    why: str
    holm: float
    benjamini_hochberg: float
    alone: bool
    by_holm: bool
    by_benjamini_hochberg: bool


class Family(Told):
    """Hypotheses tested together."""

    case: str
    name: str
    alpha: float
    members: list[Member]


class Families(Told):
    """The families of a use case."""

    items: list[Family]
