"""What a measurement is: an `Estimate` with its interval, or `Undefined` with its reason."""

import math
from dataclasses import dataclass

RESAMPLED = "corrected resampled"
"""How the name of a method begins whose n counts resamplings of the same rows."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number as it was measured, never without the interval that says how sure it is.

    A count over a whole, closed population has no sampling error: there `low == value == high`,
    `level` is 1 and `method` says "exact". An interval may be open (`-inf`, `inf`) on a side about
    which the data say nothing; the value itself is always finite.

    >>> Estimate(
    ...     value=0.83, low=0.80, high=0.86, level=0.95, n=612, unit="share", method="wilson"
    ... ).n
    612
    """

    value: float
    """The point estimate, finite."""
    low: float
    """Lower end of the interval, at most `value`."""
    high: float
    """Upper end of the interval, at least `value`."""
    level: float
    """Confidence level of the interval, in (0, 1]; 1 only for exact counts."""
    n: int
    """Observations the estimate rests on."""
    unit: str
    """Unit of value, low and high: share, ratio, difference, auc, nats, ms, count, ..."""
    method: str
    """The method and its source, as a reader would look it up: "Wilson score interval (1927)"."""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"value is {self.value}, expected a finite number (else Undefined)")
        if math.isnan(self.low) or math.isnan(self.high):
            raise ValueError(f"interval is [{self.low}, {self.high}], expected numbers")
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"interval [{self.low}, {self.high}] does not hold the value {self.value}, "
                "expected low <= value <= high"
            )
        if not 0 < self.level <= 1:
            raise ValueError(f"level is {self.level}, expected 0 < level <= 1")
        if self.n < 0:
            raise ValueError(f"n is {self.n}, expected 0 or more")

    @property
    def exact(self) -> bool:
        """Whether this is a count without sampling error."""
        return self.low == self.value == self.high

    @property
    def resampled(self) -> bool:
        """Whether n counts resamplings of the same rows: more of them say little more."""
        return self.method.startswith(RESAMPLED)


@dataclass(frozen=True, slots=True)
class Undefined:
    """The answer where a number does not exist: the reason, never 0 and never NaN.

    >>> Undefined("no observations", n=0).reason
    'no observations'
    """

    reason: str
    """Why there is no number, in words a reader can act on."""
    n: int
    """Observations there were."""


Measured = Estimate | Undefined
"""What every measuring function returns."""


def exact(value: float, *, n: int, unit: str, of: str) -> Estimate:
    """A number counted over the whole of `of`, so without sampling error.

    >>> exact(0.25, n=4, unit="share", of="the dataset version").method
    'exact: counted over the dataset version'
    """
    return Estimate(
        value=float(value),
        low=float(value),
        high=float(value),
        level=1.0,
        n=n,
        unit=unit,
        method=f"exact: counted over {of}",
    )
