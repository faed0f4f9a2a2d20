"""Choices of use cases that were decided, as they travel."""

from typing import Annotated, Any

from pydantic import Field

from gonogo.schemas.base import Told
from gonogo.schemas.evidence import Measured
from gonogo.schemas.portfolio import Choose


class Decide(Choose):
    """A choice under limits that is to be decided."""

    reason: Annotated[str, Field(min_length=1, max_length=4_000)]
    """Why, in words."""


class DecidedCase(Told):
    """A use case that was to choose from, then and now."""

    case: str
    quarter: int | None
    """In which it starts, from 1; null where it is not done."""
    expected: float
    """What it is worth on average, started then; at once where it is not done."""
    spend: float
    then: Measured
    """What it was worth when it was decided."""
    entry: str
    """Digest of that worth, which the decision cites."""
    now: Measured | None
    """What it is worth by what is known now; null where nothing changed since."""
    now_entry: str | None


class DecidedChoice(Told):
    """A choice of use cases that was decided."""

    entry: str
    """Digest of the decision."""
    position: int
    at: str
    by: str
    """Address of whoever decided."""
    rationale: str
    currency: str
    limits: dict[str, Any]
    """What was asked."""
    done: list[DecidedCase]
    """In the order in which they start."""
    left: list[DecidedCase]
    """Not done; the greatest worth first."""
    worth: Measured
    spend: float
    worst: float
    """Mean of the worst share of futures."""
    worst_share: float
    proven: bool
    changed: list[str]
    """Use cases whose worth is another one now."""
    new: list[str]
    """Use cases of its currency that have a benefit model only since."""


class DecidedChoices(Told):
    """Choices that were decided, the newest first."""

    items: list[DecidedChoice]
    next: str | None = None
