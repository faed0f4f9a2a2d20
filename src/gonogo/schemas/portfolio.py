"""Choosing use cases under limits, as it travels."""

from typing import Annotated, Any

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.value import Figure

Name = Annotated[str, Field(min_length=1, max_length=64)]
Money = Annotated[float, Field(ge=0, le=1e15)]
People = Annotated[float, Field(ge=0, le=1e6)]
Share = Annotated[float, Field(ge=0, le=1)]
QUARTERS = 40
CASES = 500
Quarters = Annotated[list[People], Field(min_length=1, max_length=QUARTERS)]
Names = Annotated[list[Name], Field(max_length=CASES)]


class Worst(Asked):
    """Appetite for risk: the mean of the worst `share` of futures is `least` or more."""

    share: Annotated[float, Field(gt=0, le=1)]
    least: Annotated[float, Field(ge=-1e15, le=1e15)]


class Between(Asked):
    """The least and the greatest share of the money."""

    least: Share = 0.0
    most: Share = 1.0


class Choose(Asked):
    """What limits the choice; what is left out is not limited."""

    budget: Money | None = None
    """Money in all."""
    budget_by_quarter: list[Money] = Field(default_factory=list, max_length=QUARTERS)
    """Money in each quarter."""
    people: dict[Name, Quarters] = Field(default_factory=dict, max_length=50)
    """Role → people in each quarter."""
    cases: Annotated[list[Name], Field(max_length=CASES)] | None = None
    """Use cases to choose from; all with a benefit model where none are named."""
    must: list[Name] = Field(default_factory=list, max_length=CASES)
    """What has to be done."""
    without: list[Name] = Field(default_factory=list, max_length=CASES)
    """What is left out."""
    either: list[Names] = Field(default_factory=list, max_length=100)
    """Groups of which one at most is done."""
    shares: dict[Name, Between] = Field(default_factory=dict, max_length=20)
    """Kind → share of the money that goes there."""
    worst: Worst | None = None

    def limits(self) -> dict[str, Any]:
        """What limits the choice, whole, as it travels; without what does not."""
        names = Choose.model_fields.keys() & self.model_dump(exclude_defaults=True).keys()
        found: dict[str, Any] = self.model_dump(mode="json", include=names)
        return found


class Done(Told):
    """A use case that is done."""

    case: str
    start: int
    """The quarter in which it starts, from 1."""
    expected: float
    """What it is worth on average, started then."""
    spend: float
    loss: float | None
    """How much less the best choice without it is worth, at most; null where none without it keeps
    the limits, and where that was not looked at or none was found in time."""
    loss_least: float | None
    """And at least; the same where it is proven."""
    instead: list[str]
    """What would be done in its place."""
    also_out: list[str]
    """What else would go without it."""


class Use(Told):
    """A limit, and how far it is used."""

    what: str
    used: float
    limit: float


class Out(Told):
    """A use case that is not done, why, and what would bring it in."""

    case: str
    lacks: float | None
    """How much more it would have to be worth, at most; null where limits rule it out, and where no
    way to do it was found in time."""
    lacks_least: float | None
    """And at least; the same where it is proven. Null where limits rule it out."""
    displaced: list[str]
    """What would have to go if it were done all the same."""
    conflict: list[str]
    """The limits that rule it out."""
    short: list[Use]
    """Limits that doing it beside the choice would exceed."""
    budget: float | None
    """The smallest share by which all budgets, raised together, bring it in; null for none."""
    budget_about: bool
    """Whether that is about so, and not proven."""
    worthless: bool
    """Whether it is worth nothing or less by itself."""


class Marginal(Told):
    """What a little more of a limit would bring."""

    what: str
    step: float
    gain: float
    """How much more the choice would be worth, at least."""
    gain_most: float
    """And at most; the same where it is proven."""
    comes_in: list[str]
    goes_out: list[str]


class Point(Told):
    """A choice that no other beats in both worth and risk."""

    expected: float
    worst: float
    """Mean of the worst futures."""
    most: float
    """No choice at no more risk is worth more; `expected` where that is proven."""
    cases: list[str]


class Choice(Told):
    """What to do."""

    currency: str
    done: list[Done]
    worth: Figure
    spend: float
    worst: float
    """Mean of the worst share of futures."""
    worst_share: float
    proven: bool
    """Whether no choice is better."""
    gap: float
    """What a better one could be worth more at most."""
    uses: list[Use]
    out: list[Out]
    unexplained: list[str]
    """What is not done either: the least worth of those left out, not looked at one by one."""
    marginals: list[Marginal]
    frontier: list[Point]
    """From the safest to the one worth most."""
    within: float | None
    """Seconds in which `frontier` was found; null where it is proven."""
