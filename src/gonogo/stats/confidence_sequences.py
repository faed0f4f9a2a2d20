"""Intervals that hold at every moment at once: look as often as you like, stop when you like."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import lambertw

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

NORMAL_MIXTURE = "normal-mixture confidence sequence (Howard et al. 2021)"


@dataclass(frozen=True, slots=True)
class Sequence:
    """An interval for the mean after each observation; all hold together at `level`."""

    value: Floats
    """Shape (n,): the mean of the observations so far."""
    low: Floats
    """Shape (n,): lower ends, never falling."""
    high: Floats
    """Shape (n,): upper ends, never rising."""


def mixture_boundary(
    variance: npt.ArrayLike, precision: float, alpha: float, *, two_sided: bool = True
) -> Floats:
    """How far a sub-Gaussian sum may stray, at any time, but with probability alpha.

    `variance` is the sum's variance so far (n σ²), any shape; `precision`, above 0, in the same
    unit, says where the boundary is tightest. Two-sided for either direction.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, 1055-1080, eq. 14
    for two sides; their proposition 6 for one.
    """
    so_far = np.asarray(variance, dtype=float) + precision
    if two_sided:
        inner = np.log(so_far / (precision * alpha**2))
        return np.sqrt(so_far * inner)
    inner = np.log(np.sqrt(so_far / precision) / (2 * alpha) + 1)
    return np.sqrt(2 * so_far * inner)


def tightest(variance: float, alpha: float) -> float:
    """The precision of which `mixture_boundary` is smallest at a `variance` above 0.

    Source: Howard et al. (2021), section 3.5: by Lambert's W, lower branch.

    >>> round(tightest(1.0, 0.05), 3)
    0.122
    """
    return variance / float(-lambertw(-(alpha**2) / math.e, k=-1).real - 1)


def sub_gaussian_sequence(
    values: npt.ArrayLike, sigma: float, level: float, *, tight_at: int
) -> Sequence | Undefined:
    """Intervals for the mean of `values`, shape (n,), in the order they came.

    Each value is sub-Gaussian with `sigma` given all before it: a normal one of that standard
    deviation, or any in a range of width 2 sigma. `tight_at` is the n at which the interval is to
    be tightest, fixed beforehand. Raises `ValueError` for a level outside (0, 1) and for `sigma` or
    `tight_at` that are not above 0.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, 1055-1080, eq. 14.
    """
    alpha = 1 - check_level(level)
    if not (math.isfinite(sigma) and sigma > 0 and tight_at > 0):
        raise ValueError(f"sigma is {sigma} and tight_at {tight_at}, expected both above 0")
    found = finite("values", values)
    if isinstance(found, Undefined):
        return found
    n = np.arange(1, found.size + 1)
    mean = np.cumsum(found) / n
    reach = sigma * mixture_boundary(n, tightest(float(tight_at), alpha), alpha) / n
    return Sequence(mean, np.maximum.accumulate(mean - reach), np.minimum.accumulate(mean + reach))


def sub_gaussian_mean(
    values: npt.ArrayLike, sigma: float, level: float, unit: str, *, tight_at: int
) -> Measured:
    """The last interval of `sub_gaussian_sequence`, as an estimate: it may be looked at any time.

    >>> found = sub_gaussian_mean([0.2, 0.4, 0.3, 0.1], 0.5, 0.95, "s", tight_at=100)
    >>> round(found.value, 3), found.low < 0 < found.high
    (0.25, True)
    """
    found = sub_gaussian_sequence(values, sigma, level, tight_at=tight_at)
    return found if isinstance(found, Undefined) else _last(found, level, unit, NORMAL_MIXTURE)


def _last(found: Sequence, level: float, unit: str, method: str) -> Measured:
    value, low, high = (float(ends[-1]) for ends in (found.value, found.low, found.high))
    return _held(value, low, high, level=level, n=found.value.size, unit=unit, method=method)


def _held(
    value: float, low: float, high: float, *, level: float, n: int, unit: str, method: str
) -> Measured:
    """The interval, widened to hold its value: what was shut out early stays out for good."""
    if low > high:
        return Undefined("the intervals so far exclude each other: the mean has moved", n=n)
    return Estimate(
        value, min(low, value), max(high, value), level=level, n=n, unit=unit, method=method
    )
