"""Hypotheses as they travel."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Slug = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=10_000)]
Said = Annotated[str, Field(min_length=1, max_length=10_000)]
Probability = Annotated[float, Field(gt=0, lt=1)]
Whole = Annotated[int, Field(strict=True, lt=2**31)]


class Criterion(Asked):
    """What evidence about the hypothesis must show; bounds are inclusive."""

    check: Annotated[str, Field(min_length=1, max_length=100)]
    with_: dict[str, str | int | float | bool] = Field(alias="with", default_factory=dict)
    at_least: float | None = None
    at_most: float | None = None
    level: Annotated[float, Field(gt=0, le=1)] | None = None
    """Confidence level of the interval; without one, 1 - significance."""
    reproduced: bool = False


class Design(Asked):
    """How it will be tested."""

    method: Annotated[str, Field(min_length=1, max_length=1000)]
    folds: Annotated[Whole, Field(ge=2)] | None = None
    repeats: Annotated[Whole, Field(ge=1)] | None = None
    seed: Annotated[Whole, Field(ge=0)] | None = None


class NewHypothesis(Asked):
    """A hypothesis, fixed before any run counts for it."""

    slug: Slug
    statement: Annotated[str, Field(min_length=1, max_length=2000)]
    criteria: Annotated[list[Criterion], Field(min_length=1, max_length=50)]
    design: Design
    baseline: Text = ""
    prior: Probability = 0.5
    significance: Probability = 0.05
    power: Probability = 0.8
    time_box: date
    dataset: Annotated[str, Field(max_length=255)] | None = None
    family: Annotated[str, Field(max_length=64)] = ""
    """The family it is tested with; "" for all of the use case that name none."""


class Settle(Asked):
    """What was learned, whatever the evidence says."""

    learned: Said


class Abandon(Asked):
    """Why nobody goes on."""

    reason: Said


class CountRun(Asked):
    """A run of the tracking server that is to count for the hypothesis."""

    run_id: Annotated[str, Field(min_length=1, max_length=100)]


class SettledCriterion(Told):
    """A criterion with what became of it."""

    condition: dict[str, Any]
    verdict: str
    reason: str
    evidence: str | None
    more_needed: int | None


class Hypothesis(Told):
    """A hypothesis as it stands."""

    subject: str
    case: str
    slug: str
    statement: str
    criteria: list[dict[str, Any]]
    design: dict[str, Any]
    baseline: str
    prior: float
    significance: float
    power: float
    time_box: str
    dataset: str | None
    state: str
    learned: str
    registered_at: str
    registered_by: str
    registration: str
    """Digest of the entry that registered it."""
    entry: str
    """Digest of the entry that last changed its state: its decision, once it is settled."""
    family: str = ""
    settled: list[SettledCriterion] = Field(default_factory=list)


class Hypotheses(Told):
    """A page of hypotheses."""

    items: list[Hypothesis]
    next: str | None
