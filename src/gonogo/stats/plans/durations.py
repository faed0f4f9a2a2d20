"""How long a step takes, before it is known: distributions given as people estimate them.

All times are working days from now. Every distribution is used through its quantile function, so
that steps can be made to vary together without touching what each of them says by itself.
"""

import math
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, ndtr, ndtri

from gonogo.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Fixed:
    """Known: no distribution at all.

    `ValueError` for a negative or infinite number of days.
    """

    days: float
    """How long it takes, in working days."""

    def __post_init__(self) -> None:
        _not_negative("days", self.days)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Three points joined by straight lines: the density rises to the mode and falls from there.

    `ValueError` unless 0 <= optimistic <= likely <= pessimistic.
    """

    optimistic: float
    """The least it can take, in working days."""
    likely: float
    """The mode."""
    pessimistic: float
    """The most it can take."""

    def __post_init__(self) -> None:
        _in_order(self.optimistic, self.likely, self.pessimistic)


@dataclass(frozen=True, slots=True)
class Pert:
    """Three points as PERT reads them: a beta distribution between the outer two.

    Its mean is (optimistic + weight x likely + pessimistic) / (weight + 2), and with the weight 4
    its shapes are 1 + 4 (likely - optimistic)/range and 1 + 4 (pessimistic - likely)/range. The
    textbook's variance, (range/6)^2, is that of a symmetric one with larger shapes; `variance` is
    the exact one of the distribution that is drawn from.

    `ValueError` unless 0 <= optimistic <= likely <= pessimistic and the weight is positive.

    Source: Malcolm, Roseboom, Clark & Fazar (1959), Operations Research 7, 646-669; the weight:
    Vose (2008), Risk Analysis, 3rd edition.
    """

    optimistic: float
    """The least it can take, in working days."""
    likely: float
    """The mode."""
    pessimistic: float
    """The most it can take."""
    weight: float = 4.0
    """How much the mode counts against the ends."""

    def __post_init__(self) -> None:
        _in_order(self.optimistic, self.likely, self.pessimistic)
        if not (self.weight > 0 and math.isfinite(self.weight)):
            raise ValueError(f"weight is {self.weight}, expected a positive number")

    @property
    def shapes(self) -> tuple[float, float]:
        """The two shapes of the beta distribution; both 1 where there is no range."""
        spread = self.pessimistic - self.optimistic
        if spread == 0:
            return 1.0, 1.0
        return (
            1 + self.weight * (self.likely - self.optimistic) / spread,
            1 + self.weight * (self.pessimistic - self.likely) / spread,
        )


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Two percentiles of a lognormal distribution: no upper end, and a long tail.

    `ValueError` unless 0 < low <= high and 0 < low_share < high_share < 1.
    """

    low: float
    """The working days that it takes less than with the probability `low_share`."""
    high: float
    """The working days that it takes less than with the probability `high_share`."""
    low_share: float = 0.1
    """In (0, 1)."""
    high_share: float = 0.9
    """In (0, 1), above `low_share`."""

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high < math.inf:
            raise ValueError(
                f"percentiles are {self.low} and {self.high}, expected 0 < low <= high"
            )
        if not 0 < self.low_share < self.high_share < 1:
            raise ValueError(
                f"shares are {self.low_share} and {self.high_share}, "
                "expected two rising numbers between 0 and 1"
            )

    @property
    def of_logarithm(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        low, high = float(ndtri(self.low_share)), float(ndtri(self.high_share))
        sigma = math.log(self.high / self.low) / (high - low)
        return math.log(self.low) - sigma * low, sigma


Estimated = Fixed | Triangular | Pert | Lognormal
"""A duration as it is estimated before the step begins."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a step that began: its duration given that it is not done yet.

    `ValueError` where `elapsed` is negative, or so long that the step would have to be done: then
    the estimate is wrong and wants a new one.
    """

    of: Estimated
    """The whole step, as it was estimated."""
    elapsed: float
    """Working days since it began."""

    def __post_init__(self) -> None:
        _not_negative("elapsed", self.elapsed)
        if self.elapsed and share_below(self.of, self.elapsed) >= 1:
            raise ValueError(
                f"elapsed is {self.elapsed:g}, expected less than the longest the step can take"
            )


Duration = Estimated | Remaining
"""How long a step takes from now or from its start."""


def quantile(duration: Duration, share: npt.ArrayLike) -> Floats:
    """The days that `duration` stays below with the probabilities `share`, each in [0, 1].

    >>> quantile(Triangular(2, 4, 8), [0.0, 1 / 3, 1.0]).round(6).tolist()
    [2.0, 4.0, 8.0]
    >>> quantile(Lognormal(5, 20), [0.1, 0.5, 0.9]).round(6).tolist()
    [5.0, 10.0, 20.0]
    """
    p = np.asarray(share, dtype=np.float64)
    match duration:
        case Fixed(days=days):
            return np.full_like(p, days)
        case Triangular():
            return _triangular(duration, p)
        case Pert(optimistic=low, pessimistic=high):
            found: Floats = low + (high - low) * betaincinv(*duration.shapes, p)
            return found
        case Lognormal():
            mu, sigma = duration.of_logarithm
            return np.exp(mu + sigma * ndtri(p)) if sigma else np.full_like(p, duration.low)
        case Remaining(of=of, elapsed=elapsed):
            gone = share_below(of, elapsed)
            return np.maximum(quantile(of, gone + (1 - gone) * p) - elapsed, 0.0)
        case never:
            assert_never(never)


def share_below(duration: Estimated, days: float) -> float:
    """The probability that `duration` is less than `days`.

    >>> share_below(Pert(2, 5, 8), 5.0)
    0.5
    >>> share_below(Fixed(3), 3.0)
    0.0
    """
    match duration:
        case Fixed(days=known):
            return float(known < days)
        case Triangular(optimistic=low, likely=mode, pessimistic=high):
            if days <= low or days >= high:
                return float(days >= high and days > low)
            if days <= mode:
                return (days - low) ** 2 / ((high - low) * (mode - low))
            return 1 - (high - days) ** 2 / ((high - low) * (high - mode))
        case Pert(optimistic=low, pessimistic=high):
            if days <= low or days >= high:
                return float(days >= high and days > low)
            return float(betainc(*duration.shapes, (days - low) / (high - low)))
        case Lognormal():
            mu, sigma = duration.of_logarithm
            if not sigma or days <= 0:
                return float(duration.low < days)
            return float(ndtr((math.log(days) - mu) / sigma))
        case never:
            assert_never(never)


def mean(duration: Estimated) -> float:
    """The mean of `duration` in working days, exactly.

    >>> mean(Pert(2, 4, 12)), mean(Triangular(2, 4, 12))
    (5.0, 6.0)
    """
    match duration:
        case Fixed(days=days):
            return days
        case Triangular(optimistic=low, likely=mode, pessimistic=high):
            return (low + mode + high) / 3
        case Pert(optimistic=low, likely=mode, pessimistic=high, weight=weight):
            return (low + weight * mode + high) / (weight + 2)
        case Lognormal():
            mu, sigma = duration.of_logarithm
            return math.exp(mu + sigma * sigma / 2)
        case never:
            assert_never(never)


def variance(duration: Estimated) -> float:
    """The variance of `duration` in squared working days, exactly.

    >>> round(variance(Pert(0, 3, 6)), 6), variance(Triangular(0, 3, 6))
    (1.285714, 1.5)
    """
    match duration:
        case Fixed():
            return 0.0
        case Triangular(optimistic=low, likely=mode, pessimistic=high):
            below, above = mode - low, high - mode
            return (below * below + above * above + below * above) / 18
        case Pert(optimistic=low, pessimistic=high):
            a, b = duration.shapes
            return (high - low) ** 2 * a * b / ((a + b) ** 2 * (a + b + 1))
        case Lognormal():
            mu, sigma = duration.of_logarithm
            return math.expm1(sigma * sigma) * math.exp(2 * mu + sigma * sigma)
        case never:
            assert_never(never)


def scaled(duration: Estimated, factor: float) -> Estimated:
    """`duration` with all its days times `factor`, a positive number: an estimate as corrected.

    >>> scaled(Pert(2, 4, 9), 1.5)
    Pert(optimistic=3.0, likely=6.0, pessimistic=13.5, weight=4.0)
    """
    if not (factor > 0 and math.isfinite(factor)):
        raise ValueError(f"factor is {factor}, expected a positive number")
    match duration:
        case Fixed(days=days):
            return Fixed(days * factor)
        case Triangular(optimistic=low, likely=mode, pessimistic=high):
            return Triangular(low * factor, mode * factor, high * factor)
        case Pert(optimistic=low, likely=mode, pessimistic=high, weight=weight):
            return Pert(low * factor, mode * factor, high * factor, weight)
        case Lognormal(low=low, high=high):
            return replace(duration, low=low * factor, high=high * factor)
        case never:
            assert_never(never)


def _triangular(of: Triangular, p: Floats) -> Floats:
    low, mode, high = of.optimistic, of.likely, of.pessimistic
    spread = high - low
    if spread == 0:
        return np.full_like(p, low)
    rising = low + np.sqrt(p * spread * (mode - low))
    falling = high - np.sqrt((1 - p) * spread * (high - mode))
    return np.where(p * spread < mode - low, rising, falling)


def _not_negative(name: str, days: float) -> None:
    if not (days >= 0 and math.isfinite(days)):
        raise ValueError(f"{name} is {days}, expected 0 or more working days")


def _in_order(optimistic: float, likely: float, pessimistic: float) -> None:
    if not 0 <= optimistic <= likely <= pessimistic < math.inf:
        raise ValueError(
            f"three points are {optimistic}, {likely} and {pessimistic}, "
            "expected 0 <= optimistic <= likely <= pessimistic"
        )
