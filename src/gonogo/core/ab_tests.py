"""What an A/B test is to find out, fixed before it starts, and what it takes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid


class Metric(StrEnum):
    """What is compared, as a mean over decisions."""

    OUTCOME_RATE = "outcome-rate"
    """How often it decides yes."""
    PAYOFF = "payoff"
    """What a decision was worth, where it is known."""
    NUMBER = "number"
    """What came of a decision, as a number: repaid 1, opened 0, minutes watched."""


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Reading(StrEnum):
    """By which interval the test is decided."""

    SEQUENTIAL = "sequential"
    """A confidence sequence: it may be looked at, and end, at any time."""
    FIXED = "fixed"
    """One look at the planned end."""


MOST_SEGMENTS = 5
COVARIATE_DAYS = 28
LEAST = 1e-9
"""Of numbers that a plan divides by; beyond it, and beyond its inverse, nothing is planned."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks of a test; raises `Invalid` for what is out of range."""

    metric: Metric
    effect: float
    """The smallest difference worth finding, above 0, in the metric's unit."""
    direction: Direction = Direction.INCREASE
    alpha: float = 0.05
    """Chance of finding a difference where there is none, two-sided."""
    power: float = 0.8
    """Chance of finding the smallest effect."""
    decided_by: Reading = Reading.SEQUENTIAL
    segments: tuple[str, ...] = ()
    """Features by whose values the effect is told as well."""
    covariate_days: int = COVARIATE_DAYS
    """Days before the test from which the same entities' values are taken out; 0: none."""
    per_day: float | None = None
    """Entities a day, where the log is not to say."""
    spread: float | None = None
    """Standard deviation of an entity, where the log is not to say."""

    def __post_init__(self) -> None:
        _above("effect", self.effect)
        if not 1e-6 <= self.alpha <= 0.5:
            raise Invalid(field="test.alpha", value=self.alpha, expected="0.000001 to 0.5")
        if not 0.5 <= self.power < 1:
            raise Invalid(field="test.power", value=self.power, expected="0.5 or more, below 1")
        if not 0 <= self.covariate_days <= 365:
            raise Invalid(
                field="test.covariate_days", value=self.covariate_days, expected="0 to 365 days"
            )
        if len(set(self.segments)) != len(self.segments) or len(self.segments) > MOST_SEGMENTS:
            raise Invalid(
                field="test.segments",
                value=", ".join(self.segments),
                expected=f"{MOST_SEGMENTS} different features at most",
            )
        for name in ("per_day", "spread"):
            said = getattr(self, name)
            if said is not None:
                _above(name, said)

    @property
    def waits(self) -> bool:
        """Whether it waits for outcomes."""
        return self.metric is not Metric.OUTCOME_RATE

    def to_json(self) -> dict[str, Json]:
        """As it is stored."""
        return {
            "metric": str(self.metric),
            "effect": self.effect,
            "direction": str(self.direction),
            "alpha": self.alpha,
            "power": self.power,
            "decided_by": str(self.decided_by),
            "segments": list(self.segments),
            "covariate_days": self.covariate_days,
            "per_day": self.per_day,
            "spread": self.spread,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The wish that was stored as `found`."""
        return cls(
            **{
                **found,
                "metric": Metric(found["metric"]),
                "direction": Direction(found["direction"]),
                "decided_by": Reading(found["decided_by"]),
                "segments": tuple(found["segments"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Guess:
    """A number of a plan with its interval, as the traffic in the log tells it."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, Json]:
        """As it is stored."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class AbPlan:
    """A test before it starts: kept in the decision that starts it."""

    wanted: Wanted
    share: float
    """Of the entities that come to the new version."""
    control: int
    """Entities of the live version at its end."""
    treatment: int
    """Entities of the new version at its end."""
    spread: Guess
    """Standard deviation of an entity."""
    per_day: Guess
    """Entities a day, of both arms."""
    days: Guess
    """Until both arms have theirs, labels included."""
    fixed_days: float
    """Days of a test that is looked at once, at its end."""
    base: float | None
    """Mean of the metric before, as the log has it."""
    assumed: tuple[str, ...] = field(default=())
    """What the numbers rest on, in sentences."""

    @property
    def tight_error(self) -> float:
        """The standard error at which the confidence sequence is tightest: that at its end."""
        one, other = self.control, self.treatment
        return self.spread.value * math.sqrt(1 / one + 1 / other)

    def to_json(self) -> dict[str, Json]:
        """As the ledger and the row of the release keep it."""
        return {
            "wanted": self.wanted.to_json(),
            "share": self.share,
            "control": self.control,
            "treatment": self.treatment,
            "spread": self.spread.to_json(),
            "per_day": self.per_day.to_json(),
            "days": self.days.to_json(),
            "fixed_days": self.fixed_days,
            "base": self.base,
            "assumed": list(self.assumed),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The plan that was stored as `found`."""
        return cls(
            **{
                **found,
                "wanted": Wanted.from_json(found["wanted"]),
                **{name: Guess(**found[name]) for name in ("spread", "per_day", "days")},
                "assumed": tuple(found["assumed"]),
            }
        )


def _above(name: str, value: float) -> None:
    if not LEAST <= value <= 1 / LEAST:
        raise Invalid(field=f"test.{name}", value=value, expected="a number above 0, of some size")
