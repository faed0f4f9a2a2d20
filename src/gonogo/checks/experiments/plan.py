"""What is asked of a plan, and the plan as it is kept: sizes, powers and effects that fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from gonogo.core.canonical import Json

Analysis = Literal["fixed", "obrien-fleming", "pocock", "always-valid"]
"""When the data may be looked at: once, at planned looks, or at any time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What every design is asked; effect or n, or both."""

    effect: float | None = None
    """The smallest effect worth finding; of non-inferiority the margin."""
    n: int | None = None
    """Observations there are, as the design counts them."""
    power: float = 0.8
    alpha: float = 0.05
    two_sided: bool = True
    down: bool = False
    """Without an effect: look for one below 0."""
    analysis: Analysis = "fixed"
    looks: int = 5
    """Planned looks, evenly spaced."""
    family: int = 1
    """Hypotheses that share alpha."""
    cluster_size: float = 1.0
    icc: float = 0.0
    cluster_variation: float = 0.0


@dataclass(frozen=True, slots=True)
class PlannedLook:
    """One look at the data, as planned."""

    n: int
    total: int
    """Observations in all at this look."""
    boundary: float | None
    """The z beyond which the look ends the trial; None where nothing is to be spent yet."""
    p_value: float
    spent: float


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the power curve."""

    n: int
    total: int
    power: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Size, power and effect that belong together, and whether they are enough."""

    method: str
    counted: str
    """What n counts."""
    analysis: Analysis
    alpha: float
    alpha_each: float
    two_sided: bool
    asked_power: float
    enough: bool
    reason: str | None
    effect: float | None
    n: int | None
    total: int | None
    """Observations in all."""
    power: float | None
    inflation: float
    """How many times more observations than a single look takes."""
    expected_n: int | None
    looks: tuple[PlannedLook, ...]
    curve: tuple[Point, ...]

    def to_json(self) -> dict[str, Json]:
        """The plan as the ledger keeps it."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "looks": [{name: getattr(one, name) for name in one.__slots__} for one in self.looks],
            "curve": [{name: getattr(one, name) for name in one.__slots__} for one in self.curve],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The plan that was kept as `found`."""
        looks = tuple(PlannedLook(**one) for one in found["looks"])
        curve = tuple(Point(**one) for one in found["curve"])
        return cls(**{**found, "looks": looks, "curve": curve})
