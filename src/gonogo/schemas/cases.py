"""Use cases as they travel."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Title = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=10_000)]
Slug = Annotated[str, Field(min_length=1, max_length=64)]


class ValueModel(Asked):
    """What one decision is worth; costs are negative."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    decisions_per_year: Annotated[float, Field(ge=0)]
    true_positive: float
    false_positive: float
    true_negative: float
    false_negative: float
    present: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """How it is decided today: yes or no to all, or a column that holds 1 and 0."""


class CaseText(Asked):
    """What people say of a use case."""

    title: Title
    problem: Annotated[str, Field(min_length=1, max_length=10_000)]
    risk_tier: Literal["minimal", "limited", "high"]
    risk_reason: Text = ""
    owner_role: str
    policy: Slug = "baseline"
    value: ValueModel | None = None
    feasibility: Text = ""


class NewCase(CaseText):
    """A new use case."""

    slug: Slug


class Case(Told):
    """A use case as it stands."""

    subject: str
    slug: str
    title: str
    problem: str
    risk_tier: str
    risk_reason: str
    owner_role: str
    policy: str
    value: ValueModel | None
    feasibility: str
    stage: str
    entry: str


class Cases(Told):
    """A page of use cases."""

    items: list[Case]
    next: str | None
