"""Proportions of yes, their differences and their ratios, with intervals."""

import math
from collections.abc import Callable

from scipy.optimize import brentq
from scipy.special import betaincinv

from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile

WILSON = "Wilson score interval (1927)"
CLOPPER_PEARSON = "Clopper-Pearson exact interval (1934)"
NEWCOMBE = "difference of Wilson score intervals (Newcombe 1998, method 10)"
KATZ = "log-ratio delta method (Katz et al. 1978)"
KOOPMAN = "asymptotic score interval of the ratio (Koopman 1984), as a cell is empty"


def wilson(counts: Counts, level: float) -> Measured:
    """Proportion of yes in `counts`, unit share, with a Wilson score interval.

    `level` in (0, 1), else `ValueError`. `Undefined` without observations.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.

    >>> found = wilson(Counts(yes=81, n=263), level=0.95)
    >>> round(found.low, 4), round(found.high, 4)
    (0.2553, 0.3662)
    >>> wilson(Counts(yes=0, n=0), level=0.95).reason
    'no observations'
    """
    z = normal_quantile(level)
    if counts.n == 0:
        return Undefined("no observations", n=0)
    low, high = _wilson_ends(counts, z)
    return _share(counts, low, high, level, WILSON)


def clopper_pearson(counts: Counts, level: float) -> Measured:
    """Proportion of yes in `counts`, unit share, with the exact binomial interval.

    Its coverage is at least `level` for every proportion and n, at the price of being wider than
    `wilson`. `level` in (0, 1), else `ValueError`. `Undefined` without observations.

    Source: Clopper & Pearson (1934), Biometrika 26, 404-413.

    >>> found = clopper_pearson(Counts(yes=0, n=20), level=0.95)
    >>> found.low, round(found.high, 4)
    (0.0, 0.1684)
    """
    tail = (1 - check_level(level)) / 2
    yes, n = counts.yes, counts.n
    if n == 0:
        return Undefined("no observations", n=0)
    low = float(betaincinv(yes, n - yes + 1, tail)) if yes else 0.0
    high = float(betaincinv(yes + 1, n - yes, 1 - tail)) if yes < n else 1.0
    return _share(counts, low, high, level, CLOPPER_PEARSON)


def newcombe_difference(a: Counts, b: Counts, level: float) -> Measured:
    """Proportion of yes in `a` minus that in `b`, two independent samples, unit difference.

    The interval squares and adds the halves of both Wilson intervals, so it stays within [-1, 1]
    and is sensible for empty cells. `level` in (0, 1), else `ValueError`. `Undefined` where a side
    has no observations.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    >>> found = newcombe_difference(Counts(yes=56, n=70), Counts(yes=48, n=80), level=0.95)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    z = normal_quantile(level)
    if (nothing := _empty_side(a, b)) is not None:
        return nothing
    p, q = a.yes / a.n, b.yes / b.n
    (p_low, p_high), (q_low, q_high) = _wilson_ends(a, z), _wilson_ends(b, z)
    return Estimate(
        value=p - q,
        low=max(-1.0, p - q - math.hypot(p - p_low, q_high - q)),
        high=min(1.0, p - q + math.hypot(p_high - p, q - q_low)),
        level=level,
        n=a.n + b.n,
        unit="difference",
        method=NEWCOMBE,
    )


def katz_ratio(a: Counts, b: Counts, level: float) -> Measured:
    """Proportion of yes in `a` over that in `b`, two independent samples, unit ratio.

    The interval is symmetric for the logarithm of the ratio. Where a cell is empty (no yes in `a`,
    or no "no" in either) that interval would not exist or would take a proportion of 1 for known;
    the interval is then Koopman's asymptotic score interval, and `method` says so. The value is
    the plain ratio in both cases.

    `level` in (0, 1), else `ValueError`. `Undefined` where a side has no observations and where
    `b` has no yes.

    Source: Katz, Baptista, Azen & Pike (1978), Biometrics 34, 469-474; Koopman (1984), Biometrics
    40, 513-517.

    >>> found = katz_ratio(Counts(yes=189, n=11_034), Counts(yes=104, n=11_037), level=0.95)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (1.82, 1.43, 2.31)
    >>> katz_ratio(Counts(yes=1, n=9), Counts(yes=0, n=9), level=0.95).reason
    'no yes among the 9 observations of the denominator'
    """
    z = normal_quantile(level)
    if (nothing := _empty_side(a, b)) is not None:
        return nothing
    if b.yes == 0:
        return Undefined(f"no yes among the {b.n} observations of the denominator", n=a.n + b.n)
    value = (a.yes * b.n) / (a.n * b.yes)
    empty_cell = 0 in (a.yes, a.no, b.no)
    low, high = _koopman_ends(a, b, value, z) if empty_cell else _katz_ends(a, b, value, z)
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        n=a.n + b.n,
        unit="ratio",
        method=KOOPMAN if empty_cell else KATZ,
    )


def _share(counts: Counts, low: float, high: float, level: float, method: str) -> Estimate:
    value = counts.yes / counts.n
    # Rounding may carry an end past the value by one last digit where no or all said yes.
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        n=counts.n,
        unit="share",
        method=method,
    )


def _empty_side(a: Counts, b: Counts) -> Undefined | None:
    if a.n and b.n:
        return None
    side = "either side" if a.n == b.n else "the first side" if not a.n else "the second side"
    return Undefined(f"no observations on {side}", n=a.n + b.n)


def _wilson_ends(counts: Counts, z: float) -> tuple[float, float]:
    n, p = counts.n, counts.yes / counts.n
    middle = p + z * z / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if counts.yes == 0 else max(0.0, (middle - reach) / scale)
    high = 1.0 if counts.no == 0 else min(1.0, (middle + reach) / scale)
    return min(low, p), max(high, p)


def _katz_ends(a: Counts, b: Counts, value: float, z: float) -> tuple[float, float]:
    reach = z * math.sqrt(1 / a.yes - 1 / a.n + 1 / b.yes - 1 / b.n)
    return value * math.exp(-reach), value * math.exp(reach)


def _koopman_ends(a: Counts, b: Counts, value: float, z: float) -> tuple[float, float]:
    """The ratios at which the score statistic is z and -z; it falls as the ratio grows."""
    low = _where_zero(lambda ratio: _score(a, b, ratio) - z, value, 0.5) if a.yes else 0.0
    start = value if a.yes else b.n / (a.n * b.yes)
    return low, _where_zero(lambda ratio: _score(a, b, ratio) + z, start, 2.0)


def _where_zero(falling: Callable[[float], float], start: float, step: float) -> float:
    """The root of a falling function, looked for from `start` in steps by the factor `step`."""
    near = far = start
    upwards = step > 1
    while (falling(far) > 0) is upwards:
        near, far = far, far * step
    if near == far:
        return near
    return float(brentq(falling, min(near, far), max(near, far), xtol=1e-14, rtol=1e-12))


def _score(a: Counts, b: Counts, ratio: float) -> float:
    """Koopman's statistic: a's share minus `ratio` times b's, in standard errors under `ratio`."""
    square = ratio * (a.n + b.n)
    linear = ratio * a.n + a.yes + b.n + ratio * b.yes
    root = math.sqrt(max(0.0, linear * linear - 4 * square * (a.yes + b.yes)))
    q = 2 * (a.yes + b.yes) / (linear + root)
    p = min(1.0, ratio * q)
    variance = p * (1 - p) / a.n + ratio * ratio * q * max(0.0, 1 - q) / b.n
    distance = a.yes / a.n - ratio * b.yes / b.n
    return distance / math.sqrt(variance) if variance > 0 else 0.0
