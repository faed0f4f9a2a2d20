"""Means with Student's t interval, from values or from moments that add up."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from gonogo.stats.arrays import Floats, Integers, finite
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

STUDENT = "Student's t interval (1908)"


@dataclass(frozen=True, slots=True)
class Moments:
    """Number, mean and sum of squared deviations; moments of separate observations add up.

    Raises `ValueError` where n or m2 is negative.

    Source: Chan, Golub & LeVeque (1979), Stanford STAN-CS-79-773: adding them loses no digits.

    >>> Moments(n=1, mean=1.0, m2=0.0) + Moments(n=1, mean=3.0, m2=0.0)
    Moments(n=2, mean=2.0, m2=2.0)
    """

    n: int
    """Observations."""
    mean: float
    """Their mean; 0 where there are none."""
    m2: float
    """Sum of their squared deviations from the mean."""

    def __post_init__(self) -> None:
        if self.n < 0 or self.m2 < 0:
            raise ValueError(f"n is {self.n} and m2 {self.m2}, expected 0 or more of both")

    def __add__(self, other: Self) -> "Moments":
        n = self.n + other.n
        if n == 0:
            return Moments(0, 0.0, 0.0)
        away = other.mean - self.mean
        share = other.n / n
        return Moments(
            n=n,
            mean=self.mean + away * share,
            m2=self.m2 + other.m2 + away * away * self.n * share,
        )

    @property
    def variance(self) -> float:
        """Unbiased variance of one observation; raises `ZeroDivisionError` below n = 2."""
        return self.m2 / (self.n - 1)


def moments(values: npt.ArrayLike) -> Moments | Undefined:
    """The moments of `values`, shape (n,); none at all have n = 0.

    `Undefined` where values are missing or infinite, or too large to be squared.

    >>> moments([1.0, 3.0])
    Moments(n=2, mean=2.0, m2=2.0)
    """
    found = finite("values", values)
    if isinstance(found, Undefined):
        return found if found.n else Moments(0, 0.0, 0.0)
    first = float(found[0])
    with np.errstate(over="ignore", invalid="ignore"):
        # Taken from the first value, so that equal values have exactly no spread.
        away = found - first
        middle = float(away.mean())
        m2 = float(np.square(away - middle).sum())
    if not math.isfinite(m2):
        return Undefined("values too large to be squared", n=found.size)
    return Moments(n=found.size, mean=first + middle, m2=m2)


def counted_moments(values: Floats, counts: Integers) -> Moments:
    """The moments of `values`, each of which was observed as often as `counts` says, at least once.

    Both of shape (n,); the values are finite and their squares are too.

    >>> counted_moments(np.array([1.0, 3.0]), np.array([1, 3]))
    Moments(n=4, mean=2.5, m2=3.0)
    """
    n = int(counts.sum())
    if not n:
        return Moments(0, 0.0, 0.0)
    # As in `moments`: equal values have exactly no spread.
    away = values - values[0]
    middle = float((away * counts).sum()) / n
    m2 = float((np.square(away - middle) * counts).sum())
    return Moments(n=n, mean=float(values[0]) + middle, m2=m2)


Range = tuple[float, float]
"""The smallest and the largest value there can be."""
ANY: Range = (-math.inf, math.inf)
"""The range of values that may be any number."""


def mean_t(values: npt.ArrayLike, level: float, unit: str, *, within: Range = ANY) -> Measured:
    """Mean of `values`, shape (n,), in their own `unit`, with Student's t interval.

    The observations must be independent; for paired comparisons hand in the differences. The
    interval is cut to `within`, the range in which a mean can lie at all. `level`
    in (0, 1), else `ValueError`. `Undefined` for fewer than two values, for missing ones, and where
    all are equal: no spread says nothing about how far the next one may lie.

    Source: Student (1908), Biometrika 6, 1-25.

    >>> found = mean_t([4.0, 5.0, 6.0], level=0.95, unit="ms")
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (5.0, 2.52, 7.48)
    """
    check_level(level)
    found = moments(values)
    return found if isinstance(found, Undefined) else mean_t_of(found, level, unit, within=within)


def mean_t_of(found: Moments, level: float, unit: str, *, within: Range = ANY) -> Measured:
    """As `mean_t`, from moments, in the unit of the values.

    >>> mean_t_of(Moments(n=3, mean=5.0, m2=0.0), level=0.95, unit="ms").reason
    'all 3 values are equal: no spread to judge the mean by'
    """
    if (nothing := no_spread(found)) is not None:
        return nothing
    error = math.sqrt(found.variance / found.n)
    wide = t_interval(found, error=error, level=level, unit=unit, method=STUDENT)
    least, most = within
    # Rounding may carry a mean past the range by one last digit, and the ends hold the value.
    low, high = min(wide.value, max(least, wide.low)), max(wide.value, min(most, wide.high))
    return replace(wide, low=low, high=high)


def no_spread(found: Moments) -> Undefined | None:
    """Why `found` has no spread to judge its mean by, or None where it has."""
    if found.n == 0:
        return Undefined("no observations", n=0)
    if found.n == 1:
        return Undefined("one value: no spread to judge the mean by", n=1)
    if found.m2 == 0:
        return Undefined(
            f"all {found.n} values are equal: no spread to judge the mean by", n=found.n
        )
    return None


def t_interval(found: Moments, *, error: float, level: float, unit: str, method: str) -> Estimate:
    """The mean of `found` within t quantiles of n - 1 degrees of freedom times `error`."""
    reach = float(stdtrit(found.n - 1, (1 + check_level(level)) / 2)) * error
    return Estimate(
        value=found.mean,
        low=found.mean - reach,
        high=found.mean + reach,
        level=level,
        n=found.n,
        unit=unit,
        method=method,
    )
