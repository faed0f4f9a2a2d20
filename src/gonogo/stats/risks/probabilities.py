"""How probable something is thought to be: a number, or a beta distribution as people say it."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

import numpy as np
from scipy.optimize import least_squares
from scipy.special import betaincinv

from gonogo.stats.arrays import Floats

WIDEST = math.log(1e4), math.log(1e-2)
"""Logarithms of the shapes that are looked among: beyond lie a number, and two ends."""
CLOSE = 1e-6
"""How near the percentiles of a fitted distribution must come to what was said."""


@dataclass(frozen=True, slots=True)
class Point:
    """One probability, sure; `ValueError` outside 0 to 1."""

    value: float

    def __post_init__(self) -> None:
        _within(probability=self.value)


@dataclass(frozen=True, slots=True)
class Between:
    """Three points as PERT reads them: a beta distribution between the outer two.

    `ValueError` unless 0 <= low <= likely <= high <= 1.
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        _within(low=self.low, likely=self.likely, high=self.high)
        if not self.low <= self.likely <= self.high:
            raise ValueError(
                f"low, likely and high are {self.low:g}, {self.likely:g} and {self.high:g}, "
                "expected them in this order"
            )


@dataclass(frozen=True, slots=True)
class Percentiles:
    """A beta distribution on 0 to 1 by its tenth and ninetieth percentile.

    `ValueError` unless 0 < p10 < p90 < 1 and there is one with ordinary shapes.
    """

    p10: float
    p90: float

    def __post_init__(self) -> None:
        if not 0 < self.p10 < self.p90 < 1:
            raise ValueError(
                f"p10 is {self.p10:g} and p90 {self.p90:g}, expected 0 < p10 < p90 < 1"
            )
        fitted(self.p10, self.p90)


Probability = Point | Between | Percentiles
"""A probability as it is estimated."""


def mean(probability: Probability) -> float:
    """The expected probability, exactly: how often the thing happens, all told.

    >>> mean(Between(0.1, 0.2, 0.9)), round(mean(Percentiles(0.1, 0.9)), 6)
    (0.3, 0.5)
    """
    match probability:
        case Point(value=value):
            return value
        case Between(low=low, likely=likely, high=high):
            return (low + 4 * likely + high) / 6
        case Percentiles(p10=p10, p90=p90):
            a, b = fitted(p10, p90)
            return a / (a + b)
        case never:
            assert_never(never)


def quantile(probability: Probability, share: Floats) -> Floats:
    """What `probability` stays below with the probabilities `share`, each in [0, 1].

    >>> quantile(Percentiles(0.05, 0.3), np.array([0.1, 0.9])).round(6).tolist()
    [0.05, 0.3]
    """
    match probability:
        case Point(value=value):
            return np.full_like(share, value)
        case Between(low=low, likely=likely, high=high):
            width = high - low
            if width == 0:
                return np.full_like(share, low)
            a, b = 1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width
            found: Floats = low + width * betaincinv(a, b, share)
            return np.clip(found, low, high)
        case Percentiles(p10=p10, p90=p90):
            fit: Floats = betaincinv(*fitted(p10, p90), share)
            return fit
        case never:
            assert_never(never)


@lru_cache(maxsize=1024)
def fitted(p10: float, p90: float) -> tuple[float, float]:
    """The shapes of the beta distribution with these percentiles; `ValueError` where there is none.

    Begun from the normal distribution with these percentiles and improved by least squares of the
    logits, for shapes from 0.01 to 10,000.
    """
    middle, deviation = (p10 + p90) / 2, (p90 - p10) / (2 * 1.2815515655446004)
    weight = max(middle * (1 - middle) / deviation**2 - 1, 0.05)
    wanted = np.array([_logit(p10), _logit(p90)])

    def off(logs: Floats) -> Floats:
        a, b = float(np.exp(logs[0])), float(np.exp(logs[1]))
        ends = np.clip(betaincinv(a, b, np.array([0.1, 0.9])), 1e-300, 1 - 1e-16)
        found: Floats = np.log(ends) - np.log1p(-ends) - wanted
        return found

    high, low = WIDEST
    begin = np.clip(np.log([middle * weight, (1 - middle) * weight]), low + 1e-6, high - 1e-6)
    found = least_squares(off, begin, bounds=(low, high), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    if np.abs(found.fun).max() > CLOSE:
        raise ValueError(
            f"p10 is {p10:g} and p90 {p90:g}, expected percentiles that a beta distribution with "
            "shapes from 0.01 to 10,000 has"
        )
    a, b = np.exp(found.x)
    return float(a), float(b)


def _logit(share: float) -> float:
    return math.log(share) - math.log1p(-share)


def _within(**given: float) -> None:
    for name, value in given.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is {value:g}, expected a number from 0 to 1")
