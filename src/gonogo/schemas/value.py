"""What use cases are worth, as it travels; money in the currency that is stated."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured


class BenefitText(Asked):
    """A benefit model as it is written."""

    text: Annotated[str, Field(min_length=1, max_length=32 * 1024)]


class Figure(Told):
    """A number over futures, with the ends between which the middle ones lie."""

    value: float
    low: float
    high: float
    level: float


class Worth(Told):
    """What a benefit model comes to, as a present value."""

    if_built: Figure
    """If every stage succeeds."""
    risk_adjusted: Figure
    """With the chance of success; the ends count lives with failures."""
    success: float
    """The chance that every stage succeeds."""
    loss: float
    """Probability of losing money, failures included."""
    payback: float | None
    """Quarters until what was spent is covered, if built, discounted."""
    payback_why: str | None
    """Why there is no payback."""
    internal_rate: float | None
    """A quarter."""
    internal_rate_why: str | None
    """Why no internal rate of return says anything."""
    internal_rates: list[float]
    """All of them."""


class Realised(Told):
    """What a decision was found to be worth where it was tried."""

    measured: Measured
    check: str
    subject: str
    versus: str
    """What was beside it; "" where that is not said."""
    entry: str


class Counted(Told):
    """How many decisions a month there were, in the decision log."""

    measured: Measured
    stated: Figure
    """A month, as stated, at full adoption: the mean and the middle of it."""
    entry: str


class Experiment(Told):
    """An experiment before deciding: what its result would be worth, and what it costs."""

    name: str
    worth: float
    cost: float
    gain: float
    """Beyond its cost: below 0 it should not be run."""


class Benefit(Told):
    """What a use case is worth."""

    case: str
    currency: str
    text: str
    """The benefit model as it was written."""
    kind: str
    stated_at: str
    stated_by: str
    entry: str
    planned: Worth
    """By the statement."""
    seen: Realised | None
    """What was found, where a version was tried beside something else."""
    volume: Counted | None
    """How many decisions a month the gateway was asked for, once whole days were counted."""
    realised: Worth | None
    """With what was found and counted in place of what was stated."""
    perfect: Measured
    """What knowing everything before deciding would be worth."""
    experiments: list[Experiment]
    """The one that gains most first."""


class CheckedBenefit(Told):
    """A benefit model that could be stated, and what it comes to."""

    currency: str
    planned: Worth
    perfect: Measured
    experiments: list[Experiment]


class Ranked(Told):
    """Where a use case stands by its worth."""

    case: str
    place: int
    worth: Figure
    kind: str
    success: float
    loss: float
    spend: float
    """Money expected to be spent on building it."""
    realised: bool
    """Whether evidence of tried decisions is in it."""
    low: int
    """The best of its middle ranks."""
    high: int
    """The worst of them."""
    first: float
    """How often it is the best."""
    above: dict[str, float]
    """Use case → how often this one is worth more."""


class Ranking(Told):
    """All use cases with a benefit model, the one worth most first."""

    currency: str
    items: list[Ranked]
    next: str | None = None
