"""A band that holds the whole ROC curve: how sure its shape is, not only the area under it."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, vector
from gonogo.stats.estimate import Undefined
from gonogo.stats.levels import check_level

METHOD = "simultaneous band of both rates (Campbell 1994, Massart 1990)"


@dataclass(frozen=True, slots=True)
class Band:
    """The reach of the true-positive rate over the false-positive rate."""

    across: Floats
    """Shape (k,): false-positive rates from 0 to 1."""
    low: Floats
    """Shape (k,): least true-positive rate at each."""
    high: Floats
    """Shape (k,): greatest true-positive rate at each."""
    level: float
    """With this probability the whole true curve lies within."""


def roc_band(
    false_rate: npt.ArrayLike,
    true_rate: npt.ArrayLike,
    *,
    yes: int,
    no: int,
    level: float,
    points: int = 51,
) -> Band | Undefined:
    """The band around an ROC curve that was measured on `yes` and `no` rows of either class.

    `false_rate` and `true_rate`, shape (n,), rise from 0 to 1; points of the curve may have been
    left out, which only widens the band. Both empirical distributions of the score stay within the
    bound of Dvoretzky, Kiefer and Wolfowitz with Massart's constant at once, with the probability
    `level`; the band holds all curves that such distributions have. `Undefined` without rows of
    either class; raises `ValueError` for rates that are none.

    Source: Campbell (1994), Statistics in Medicine 13, 499-508, with the bound of Massart (1990),
    Annals of Probability 18, 1269-1283, in place of Kolmogorov's limit.

    >>> band = roc_band([0, 0, 1], [0, 1, 1], yes=400, no=400, level=0.95, points=3)
    >>> band.low.round(3).tolist(), band.high.tolist()
    ([0.0, 0.926, 0.926], [1.0, 1.0, 1.0])
    """
    check_level(level)
    across, up = vector("false_rate", false_rate), vector("true_rate", true_rate)
    if across.size != up.size or across.size < 2:
        raise ValueError("a curve has as many rates of either kind, and two points or more")
    for name, rates in (("false_rate", across), ("true_rate", up)):
        if not (np.isfinite(rates).all() and rates[0] >= 0 and rates[-1] <= 1):
            raise ValueError(f"{name} is no rate, expected numbers from 0 to 1")
        if (np.diff(rates) < 0).any():
            raise ValueError(f"{name} falls, expected it to rise along the curve")
    if yes < 1 or no < 1:
        return Undefined("the band needs rows of both classes", n=max(yes, 0) + max(no, 0))
    # Both samples are independent, so that both bounds hold together with the product.
    each = math.sqrt(level)
    aside, off = _massart(no, each), _massart(yes, each)
    at = np.linspace(0.0, 1.0, points)
    # The last point of the curve before it, the first one after it: what was left out between
    # points lies between them.
    before = np.searchsorted(across, at - aside, side="left") - 1
    after = np.searchsorted(across, at + aside, side="right")
    low = np.where(before >= 0, up[np.maximum(before, 0)], 0.0) - off
    high = np.where(after < up.size, up[np.minimum(after, up.size - 1)], 1.0) + off
    return Band(at, np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0), level)


def _massart(n: int, level: float) -> float:
    """How far an empirical distribution of `n` lies from the true one at most, at `level`."""
    return math.sqrt(math.log(2 / (1 - level)) / (2 * n))
