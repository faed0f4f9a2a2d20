"""What an experiment found, adjusted by what was known before it, as it is shown."""

from gonogo.schemas.base import Told


class Difference(Told):
    """A difference of means with its interval."""

    value: float
    low: float
    high: float
    level: float
    n: int
    method: str


class Adjusted(Told):
    """The effect with and without the part that was known before (CUPED)."""

    outcome: str
    before: str
    arm: str
    control: str
    treated: str
    adjusted: Difference
    plain: Difference
    correlation: float
    """Between outcome and what was known before, within the arms."""
    variance_saved: float
    """Share of the variance of the difference that is gone; below 0 where it grew."""
    as_many: float
    """How many times as many observations the plain difference would take to be as precise."""
