"""Shapes of planning: what is asked of a design, and the plan that answers it."""

from typing import Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Analysis = Literal["fixed", "obrien-fleming", "pocock", "always-valid"]
"""When the data may be looked at: once, at planned looks, or at any time."""


class AskedDesign(Asked):
    """What every design is asked; effect or n, or both."""

    effect: float | None = None
    n: int | None = Field(default=None, ge=1, le=10**12)
    power: float = Field(default=0.8, gt=0, lt=1)
    alpha: float = Field(default=0.05, gt=0, le=0.5)
    two_sided: bool = True
    down: bool = False
    analysis: Analysis = "fixed"
    looks: int = Field(default=5, ge=1, le=50)
    family: int = Field(default=1, ge=1, le=100_000)
    cluster_size: float = Field(default=1.0, ge=1, le=10**9)
    icc: float = Field(default=0.0, ge=0, le=1)
    cluster_variation: float = Field(default=0.0, ge=0, le=1000)


class PlannedLook(Told):
    """One look at the data, as planned."""

    n: int
    total: int
    boundary: float | None
    p_value: float
    spent: float


class Point(Told):
    """One point of the power curve."""

    n: int
    total: int
    power: float


class Plan(Told):
    """Size, power and effect that belong together, and whether they are enough."""

    method: str
    counted: str
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
    power: float | None
    inflation: float
    expected_n: int | None
    looks: list[PlannedLook]
    curve: list[Point]
