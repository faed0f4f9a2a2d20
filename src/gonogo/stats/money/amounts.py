"""Numbers that are not known yet, money among them: as people estimate them, drawn as futures."""

import math
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from scipy.special import betaincinv, ndtri

from gonogo.stats.arrays import Floats

P10_P90 = 2 * 1.2815515655446004
"""Standard deviations from the tenth to the ninetieth percentile of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Known:
    """One number, sure."""

    value: float

    def __post_init__(self) -> None:
        _finite(value=self.value)


@dataclass(frozen=True, slots=True)
class Between:
    """Three points as PERT reads them: a beta distribution between the outer two.

    `ValueError` unless low <= likely <= high.
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        _finite(low=self.low, likely=self.likely, high=self.high)
        if not self.low <= self.likely <= self.high:
            raise ValueError(
                f"low, likely and high are {self.low:g}, {self.likely:g} and {self.high:g}, "
                "expected them in this order"
            )


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal by its tenth and ninetieth percentile: may be negative.

    `ValueError` unless p10 <= p90.
    """

    p10: float
    p90: float

    def __post_init__(self) -> None:
        _finite(p10=self.p10, p90=self.p90)
        if not self.p10 <= self.p90:
            raise ValueError(f"p10 is {self.p10:g} and p90 {self.p90:g}, expected p10 <= p90")


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Lognormal by its tenth and ninetieth percentile: above 0, with a long tail.

    `ValueError` unless 0 < p10 <= p90.
    """

    p10: float
    p90: float

    def __post_init__(self) -> None:
        _finite(p10=self.p10, p90=self.p90)
        if not 0 < self.p10 <= self.p90:
            raise ValueError(f"p10 is {self.p10:g} and p90 {self.p90:g}, expected 0 < p10 <= p90")


Amount = Known | Between | Normal | Lognormal
"""A number as it is estimated."""


def quantile(amount: Amount, share: Floats) -> Floats:
    """The number that `amount` stays below with the probabilities `share`, each in (0, 1).

    >>> quantile(Normal(10, 20), np.array([0.1, 0.5, 0.9])).round(6).tolist()
    [10.0, 15.0, 20.0]
    >>> quantile(Between(0, 2, 10), np.array([0.5])).round(3).tolist()
    [2.767]
    """
    found: Floats
    match amount:
        case Known(value=value):
            found = np.full_like(share, value)
        case Between(low=low, likely=likely, high=high):
            width = high - low
            if width == 0:
                return np.full_like(share, low)
            a, b = 1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width
            found = low + width * betaincinv(a, b, share)
        case Normal(p10=p10, p90=p90):
            found = (p10 + p90) / 2 + (p90 - p10) / P10_P90 * ndtri(share)
        case Lognormal(p10=p10, p90=p90):
            middle, spread = (math.log(p10) + math.log(p90)) / 2, math.log(p90 / p10) / P10_P90
            found = np.exp(middle + spread * ndtri(share))
        case never:
            assert_never(never)
    return found


def mean(amount: Amount) -> float:
    """The expected value, exactly.

    >>> mean(Between(0, 2, 10))
    3.0
    """
    match amount:
        case Known(value=value):
            return value
        case Between(low=low, likely=likely, high=high):
            return (low + 4 * likely + high) / 6
        case Normal(p10=p10, p90=p90):
            return (p10 + p90) / 2
        case Lognormal(p10=p10, p90=p90):
            spread = math.log(p90 / p10) / P10_P90
            return math.exp((math.log(p10) + math.log(p90)) / 2 + spread**2 / 2)
        case never:
            assert_never(never)


def draws(amount: Amount, count: int, rng: np.random.Generator) -> Floats:
    """`count` futures of `amount`, shape (count,), one from each of as many equal parts.

    Stratified, so that their mean and quantiles lie close to the true ones; in random order, so
    that amounts drawn one after the other are independent.

    Source: McKay, Beckman & Conover (1979), Technometrics 21, 239-245, Latin hypercube sampling.
    """
    places = (rng.permutation(count) + rng.random(count)) / count
    return quantile(amount, np.clip(places, 1e-15, 1 - 1e-15))


def least(amount: Amount) -> float:
    """The lower end of what it may be; -inf where there is none."""
    match amount:
        case Known(value=value):
            return value
        case Between(low=low):
            return low
        case Normal(p10=p10, p90=p90):
            return p10 if p10 == p90 else -math.inf
        case Lognormal():
            return 0.0
        case never:
            assert_never(never)


def _finite(**given: float) -> None:
    for name, value in given.items():
        if not math.isfinite(value):
            raise ValueError(f"{name} is {value}, expected a finite number")
