"""Two plans in the same futures: how much later the one is, how much likelier, how much dearer.

Both are simulated with the same random numbers by step, so that what they share does not blur what
they differ by: intervals are of the difference, future by future, not of two forecasts apart.
"""

import numpy as np

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import mean_t
from gonogo.stats.paired import newcombe_paired, pairs_of
from gonogo.stats.plans.streams import stream

RESAMPLES = 200
"""Of the futures, for the interval of a difference of percentiles."""
PAIRED = "difference of percentiles in the same futures, bootstrap percentile interval"
SAME = "the same in every future"
DAYS = "working days"


def later(now: Floats, then: Floats, share: float, *, seed: int, level: float) -> Measured:
    """By how many days a percentile of `then` is later than that of `now`, both in one future each.

    `Undefined` where one of the two is never reached in so many futures.

    >>> later(np.arange(1.0, 5.0), np.arange(3.0, 7.0), 0.5, seed=1, level=0.95).value
    2.0
    """
    check_level(level)
    if now.shape != then.shape:
        raise ValueError(f"futures are {now.size} and {then.size}, expected as many of both")
    n = now.size
    value = _percentile(then, share) - _percentile(now, share)
    if not np.isfinite(value):
        return Undefined(f"one of the two is not reached in {100 * share:g} % of the futures", n=n)
    if np.array_equal(now, then):
        return Estimate(0.0, 0.0, 0.0, level, n, DAYS, SAME)
    rng = stream(seed, "later", str(share))
    again = np.empty(RESAMPLES)
    for at in range(RESAMPLES):
        chosen = rng.integers(0, n, n)
        with np.errstate(invalid="ignore"):
            again[at] = _percentile(then[chosen], share) - _percentile(now[chosen], share)
    again = again[~np.isnan(again)]
    low, high = np.quantile(again, ((1 - level) / 2, (1 + level) / 2), method="inverted_cdf")
    return Estimate(value, min(float(low), value), max(float(high), value), level, n, DAYS, PAIRED)


def likelier(
    now: Floats, then: Floats, until: float, then_until: float, *, level: float
) -> Measured:
    """By how much the chance to be within `then_until` is above that to be within `until`.

    >>> likelier(np.array([1.0, 5.0]), np.array([1.0, 2.0]), 3.0, 3.0, level=0.95).value
    0.5
    """
    return newcombe_paired(pairs_of(then <= then_until, now <= until), level)


def dearer(now: Floats, then: Floats, *, level: float) -> Measured:
    """By how much money `then` costs more than `now`, on the mean.

    >>> dearer(np.array([10.0, 20.0]), np.array([12.0, 22.0]), level=0.95).value
    2.0
    """
    more = then - now
    if np.ptp(more) == 0:
        value = float(more[0])
        return Estimate(value, value, value, level, more.size, "money", SAME)
    return mean_t(more, level, "money")


def _percentile(values: Floats, share: float) -> float:
    return float(np.quantile(values, share, method="inverted_cdf"))
