"""Quantiles with intervals that assume nothing about the distribution."""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, bdtrik

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

ORDER_STATISTICS = "order-statistic interval (Thompson 1936)"


def quantile_interval(values: npt.ArrayLike, q: float, level: float, unit: str) -> Measured:
    """The `q`-quantile of `values`, shape (n,), in their own `unit`, between order statistics.

    The value is the smallest observation with at least a share q at or below it. The ends are the
    observations between whose ranks a binomial(n, q) count falls with probability `level` or more,
    each tail at most (1 - level)/2; where n is too small for such a rank the end is infinite. No
    shape is assumed and ties only make it safer, so equal values are no trouble here: they do give
    an interval of no width. The observations must be independent.

    `level` and `q` in (0, 1), else `ValueError`. `Undefined` for no values or missing ones.

    Source: Thompson (1936), Ann. Math. Stat. 7, 122-128; David & Nagaraja (2003), Order
    Statistics, 7.1.

    >>> found = quantile_interval(range(1, 11), q=0.5, level=0.95, unit="ms")
    >>> found.value, found.low, found.high
    (5.0, 2.0, 9.0)
    >>> quantile_interval([3.0, 4.0], q=0.99, level=0.95, unit="ms").high
    inf
    """
    check_level(level)
    if not 0 < q < 1:
        raise ValueError(f"q is {q}, expected a number strictly between 0 and 1")
    found = finite("values", values)
    if isinstance(found, Undefined):
        return found
    value, low, high = order_statistics(np.sort(found), q, level)
    return Estimate(value, low, high, level, found.size, unit, ORDER_STATISTICS)


def order_statistics(ordered: Floats, q: float, level: float) -> tuple[float, float, float]:
    """The `q`-quantile of `ordered` values and the ends of its interval, as `quantile_interval`.

    The values, at least one, rise and may end with infinite ones, of what never happened.
    """
    tail = (1 - check_level(level)) / 2
    n = ordered.size
    return (
        float(np.quantile(ordered, q, method="inverted_cdf")),
        _at(ordered, _lower_rank(n, q, tail)),
        _at(ordered, n + 1 - _lower_rank(n, 1 - q, tail)),
    )


def _lower_rank(n: int, q: float, tail: float) -> int:
    """The largest rank whose observation exceeds the quantile with probability at most `tail`."""
    # The quantile of a binomial, as SciPy's own distribution finds it; loading all distributions
    # for it would double the start of the command line.
    rank = math.ceil(float(bdtrik(tail, n, q)))
    if rank > 0 and float(bdtr(rank - 1, n, q)) >= tail:
        rank -= 1
    return rank + 1 if float(bdtr(rank, n, q)) <= tail else rank


def _at(ordered: Floats, rank: int) -> float:
    if rank < 1:
        return -math.inf
    return math.inf if rank > ordered.size else float(ordered[rank - 1])
