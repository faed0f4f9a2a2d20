"""Means of values that follow one another in time, and so are not independent."""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from gonogo.stats.arrays import Bools, Floats, finite
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile
from gonogo.stats.means import ANY, Range, moments, no_spread
from gonogo.stats.proportions import wilson

COSINES = "t interval with equal-weighted cosines (Lazarus, Lewis, Stock & Watson 2018)"
DIEBOLD_MARIANO = "Diebold-Mariano interval (1995), corrected (Harvey, Leybourne & Newbold 1997)"
EFFECTIVE = "Wilson score interval (1927) of the effective number of rows (Korn & Graubard 1998)"
UNSEEN = "no miss among them, or nothing else: taken as independent"


def long_run_variance(values: Floats) -> tuple[float, int]:
    """N times the variance of the mean of `values`, shape (n,), n > 1, and its degrees of freedom.

    The mean square of the values' first B cosine transforms, B = 0.4 n^(2/3): each has that
    variance, and they are nearly independent, so that a t distribution with B degrees fits.

    Source: Lazarus, Lewis, Stock & Watson (2018), J. Bus. Econ. Stat. 36, 541-559, equation 11.

    >>> long_run_variance(np.array([1.0, 2.0, 3.0, 4.0]))[1]
    1
    """
    n = values.size
    count = min(n - 1, max(1, round(0.4 * n ** (2 / 3))))
    place = np.pi * (np.arange(n) + 0.5) / n
    waves = np.cos(np.outer(np.arange(1, count + 1), place))
    # Taken from the first value, so that equal values have exactly no spread.
    away = values - values[0]
    parts = math.sqrt(2 / n) * (waves @ (away - away.mean()))
    return float(np.square(parts).mean()), count


def mean_serial(values: npt.ArrayLike, level: float, unit: str, *, within: Range = ANY) -> Measured:
    """Mean of `values` in their order in time, shape (n,), with an interval for dependent values.

    The series must be stationary: of no trend and no change of level. The interval is cut to
    `within`. `level` in (0, 1), else `ValueError`. `Undefined` for fewer than two values, missing
    ones, and where all are equal.

    >>> found = mean_serial([2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 3.0, 2.0], 0.95, "share")
    >>> found.value, found.low < 2 < found.high
    (2.0, True)
    """
    check_level(level)
    found = moments(values)
    if isinstance(found, Undefined):
        return found
    if (nothing := no_spread(found)) is not None:
        return nothing
    variance, degrees = long_run_variance(np.asarray(values, dtype=np.float64))
    return _within(found.mean, variance / found.n, degrees, level, found.n, unit, COSINES, within)


def share_serial(yes: Bools, level: float) -> Measured:
    """Share of yes in the order in time, shape (n,), unit share, wide as its dependence asks for.

    Wilson's interval of as many independent answers as would have the variance found, never more
    than n, fewer where the variance itself is unsure. Where all answers are the same no dependence
    can be seen; `method` says so.

    Source: Korn & Graubard (1998), Survey Methodology 24, 193-201, with Wilson's interval.

    >>> share_serial(np.array([True] * 20), 0.95).n
    20
    """
    z = normal_quantile(level)
    if not yes.size:
        return Undefined("no observations", n=0)
    values = yes.astype(np.float64)
    if yes.size == 1 or yes.all() or not yes.any():
        return share_of(yes, None, 1, level)
    variance, degrees = long_run_variance(values)
    return share_of(yes, variance / yes.size, degrees, level, z)


def share_of(
    yes: Bools, variance: float | None, degrees: int, level: float, z: float | None = None
) -> Measured:
    """Share of yes whose mean has `variance`, known with so many `degrees` of freedom.

    None: nothing is known of it. `yes` has shape (n,), n > 0.
    """
    z = normal_quantile(level) if z is None else z
    n, share = yes.size, float(yes.mean())
    plain = wilson(Counts(int(np.count_nonzero(yes)), n), level)
    if isinstance(plain, Undefined):
        return plain
    if variance is None:
        return Estimate(
            plain.value, plain.low, plain.high, level, n, "share", f"{plain.method}; {UNSEEN}"
        )
    least = share * (1 - share) / n
    reach = float(stdtrit(degrees, (1 + level) / 2))
    effective = n * min(1.0, least / variance if variance > 0 else 1.0) * (z / reach) ** 2
    low, high = _wilson_ends(share, effective, z)
    return Estimate(share, min(low, share), max(high, share), level, n, "share", EFFECTIVE)


def diebold_mariano(
    differences: npt.ArrayLike, horizon: int, level: float, unit: str = "difference"
) -> Measured:
    """Mean difference of two forecasts' losses, in time, shape (n,), forecast `horizon` ahead.

    Errors of forecasts h ahead are taken to be correlated over h - 1 steps and no more. Where the
    variance so estimated is not positive, that of `mean_serial` is taken and `method` tells it.
    `level` in (0, 1) and `horizon` 1 or more, else `ValueError`. `Undefined` for fewer values than
    the correction needs, missing ones, and where all are equal.

    Source: Diebold & Mariano (1995), J. Bus. Econ. Stat. 13, 253-263; Harvey, Leybourne & Newbold
    (1997), Int. J. Forecasting 13, 281-291.

    >>> found = diebold_mariano([1.0, -1.0, 2.0, 0.0], horizon=1, level=0.95)
    >>> found.value
    0.5
    """
    check_level(level)
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}, expected 1 or more")
    found = moments(differences)
    if isinstance(found, Undefined):
        return found
    if (nothing := no_spread(found)) is not None:
        return nothing
    n = found.n
    scale = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    if horizon >= n or scale <= 0:
        return Undefined(f"{n} forecasts are too few for a horizon of {horizon}", n=n)
    values = finite("values", differences)
    if isinstance(values, Undefined):
        return values
    away = values - found.mean
    lags = [float(away[lag:] @ away[: n - lag]) / n for lag in range(horizon)]
    variance = (lags[0] + 2 * sum(lags[1:])) / n
    if variance <= 0:
        return mean_serial(values, level, unit)
    return _within(found.mean, variance / scale, n - 1, level, n, unit, DIEBOLD_MARIANO, ANY)


def _within(
    mean: float,
    variance: float,
    degrees: int,
    level: float,
    n: int,
    unit: str,
    method: str,
    within: Range,
) -> Measured:
    reach = float(stdtrit(degrees, (1 + level) / 2)) * math.sqrt(variance)
    if not math.isfinite(reach):
        return Undefined("values too large to be squared", n=n)
    if reach == 0:
        # Values whose slow movements cancel exactly; an interval of no width would pass for exact.
        return Undefined("the values have no slow movement to judge their mean by", n=n)
    low, high = max(within[0], mean - reach), min(within[1], mean + reach)
    return Estimate(mean, min(mean, low), max(mean, high), level, n, unit, method)


def _wilson_ends(share: float, n: float, z: float) -> tuple[float, float]:
    middle = share + z * z / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
