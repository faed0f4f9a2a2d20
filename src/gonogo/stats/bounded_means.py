"""Means of observations of a few known kinds, with an interval that counts the kinds not seen."""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

LIKELIHOOD = "likelihood-ratio interval of a bounded mean (Owen 1988), kinds not seen included"
HALVINGS = 200
"""Steps of bisection at most; it ends earlier where no number lies between the ends."""
AT_THE_END = 1e-12
"""As a share of the way between the ends: what lies closer to one of them is told as that end."""
KINDS = 1000
"""Values that are told apart at most; the interval of more is the same to many digits."""


def mean_of_kinds(
    counts: npt.ArrayLike, values: npt.ArrayLike, level: float, unit: str
) -> Measured:
    """Mean of observations of which `counts[i]` have `values[i]`, in the values' `unit`.

    `values`, shape (k,), are all that an observation can have: one that was not seen may come yet,
    so the interval reaches towards it. It holds the means under which the observed counts are not
    too unlikely: twice the log-likelihood ratio, of all distributions over the values with that
    mean, is at most the square of Student's t quantile with n - 1 degrees of freedom. It stays
    within the smallest and the largest value and has a width even where all observations are alike.

    `level` in (0, 1), counts 0 or more, as many values as counts and all of them finite, else
    `ValueError`. `Undefined` for fewer than two observations, and where all values are equal.

    Source: Owen (1988), Biometrika 75, 237-249, and Empirical Likelihood (2001), 3.3 for Student's
    quantile; Honda & Takemura (2010), COLT, 67-79, for values that were not seen.

    >>> found = mean_of_kinds([90, 10], [1.0, 0.0], level=0.95, unit="share")
    >>> found.value, round(found.low, 3), round(found.high, 3)
    (0.9, 0.83, 0.949)
    >>> found = mean_of_kinds([50, 0], [10.0, -500.0], level=0.95, unit="USD")
    >>> found.value, round(found.low, 1), found.high
    (10.0, -10.2, 10.0)
    """
    check_level(level)
    times, worth = _checked(counts, values)
    n = int(times.sum())
    if n < 2:
        return Undefined("one observation" if n else "no observations", n=n)
    least, most = float(worth.min()), float(worth.max())
    span = most - least
    if span == 0:
        return Undefined(f"all values are {least:g}: nothing to measure", n=n)
    # On [0, 1], so that no step depends on the unit of the values.
    places = (worth - least) / span
    mean = float(times @ places) / n
    allowed = float(stdtrit(n - 1, (1 + level) / 2)) ** 2
    low = _end(times, places, mean, 0.0, allowed)
    high = _end(times, places, mean, 1.0, allowed)
    value = min(max(float(times @ worth) / n, least), most)
    return Estimate(
        value=value,
        low=min(value, least + span * low),
        high=max(value, min(most, least + span * high)),
        level=level,
        n=n,
        unit=unit,
        method=LIKELIHOOD,
    )


def mean_within(
    values: npt.ArrayLike,
    within: tuple[float, float],
    level: float,
    unit: str,
    counts: npt.ArrayLike | None = None,
) -> Measured:
    """Mean of `values`, shape (n,), which cannot lie outside `within`, however rare its ends are.

    As `mean_of_kinds`, each value a kind of its own and the ends kinds that were not seen: a mean
    of losses whose largest are rare, of which a sample holds too few or none, is not taken for
    better than it is shown to be. `counts`, shape (n,), says how often each value was seen, without
    them once. Of more than `KINDS` values the middle ones are joined with their neighbours.

    Raises and is `Undefined` as `mean_of_kinds`; `ValueError` for a value outside.

    >>> found = mean_within([0.01, 0.02, 0.04, 0.03, 0.02], (0.0, 1.0), level=0.95, unit="score")
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.024, 0.01, 0.549)
    """
    given = np.asarray(values, dtype=np.float64)
    found, places = np.unique(given, return_inverse=True)
    times = np.bincount(places, None if counts is None else counts, found.size).astype(np.float64)
    if found.size and not (within[0] <= found[0] and found[-1] <= within[1]):
        raise ValueError(f"values from {found[0]} to {found[-1]}, expected within {within}")
    if found.size > KINDS:
        edge = KINDS // 4
        starts = np.linspace(edge, found.size - edge, KINDS // 2, endpoint=False).astype(np.intp)
        starts = np.r_[np.arange(edge), starts, np.arange(found.size - edge, found.size)]
        sums = np.add.reduceat(times * found, starts)
        times = np.add.reduceat(times, starts)
        found = np.clip(sums / times, *within)
    return mean_of_kinds([*times, 0, 0], [*found, *within], level, unit)


def _checked(counts: npt.ArrayLike, values: npt.ArrayLike) -> tuple[Floats, Floats]:
    times, worth = np.asarray(counts, np.float64), np.asarray(values, np.float64)
    if times.ndim != 1 or not times.size or times.shape != worth.shape:
        raise ValueError(
            f"counts have shape {times.shape} and values {worth.shape}, expected (k,) of both"
        )
    if not np.isfinite(times).all() or (times < 0).any():
        raise ValueError("counts hold a number below 0 or none, expected 0 or more")
    if not np.isfinite(worth).all() or not math.isfinite(float(np.ptp(worth))):
        raise ValueError("values hold a missing, infinite or huge number, expected finite ones")
    return times, worth


def _end(times: Floats, places: Floats, mean: float, bound: float, allowed: float) -> float:
    """The mean farthest towards `bound` that the counts allow."""
    inside, outside = mean, bound
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        if _unlikely(times, places, middle) <= allowed:
            inside = middle
        else:
            outside = middle
    return bound if abs(inside - bound) < AT_THE_END else inside


def _unlikely(times: Floats, places: Floats, mean: float) -> float:
    """Twice the log-likelihood ratio against a `mean` in (0, 1), by its dual.

    It is the largest 2 sum(times log(1 + tilt (places - mean))) over the tilts that keep the
    logarithms' arguments positive on all of [0, 1]; the sum is concave in the tilt.
    """
    seen = times > 0
    times, away = times[seen], places[seen] - mean
    low, high = -1 / (1 - mean), 1 / mean
    for _ in range(HALVINGS):
        tilt = (low + high) / 2
        if tilt in (low, high):
            break
        if float(times @ (away / (1 + tilt * away))) > 0:
            low = tilt
        else:
            high = tilt
    tilt = (low + high) / 2
    return 2 * float(times @ np.log1p(tilt * away))
