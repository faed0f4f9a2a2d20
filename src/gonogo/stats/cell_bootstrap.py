"""Bootstrap of a statistic of counts: rows of a kind are alike, so kinds are drawn, not rows."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats
from gonogo.stats.bootstrap import bca_interval
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.levels import check_level

OfCells = Callable[[Floats], Floats]
"""Takes counts of shape (b, k), gives the statistic, shape (b,), NaN where it is undefined."""


def bootstrap_cells(
    statistic: OfCells,
    cells: npt.ArrayLike,
    level: float,
    seed: int,
    resamples: int,
    *,
    unit: str,
) -> Measured:
    """`statistic` of the counts `cells`, shape (k,), in `unit`, with a BCa bootstrap interval.

    The same as `bootstrap` over the rows that were counted, but for the draws: a resample of n rows
    is a multinomial draw of the cells, so ten million rows take as long as ten. The same seed gives
    the same answer.

    `ValueError` for `level` outside (0, 1), negative counts, too few resamples. `Undefined` for
    fewer than two rows, a statistic that is undefined on the counts, and where resamples are alike.

    Source: Efron (1987), J. Am. Stat. Assoc. 82, 171-185.

    >>> share = lambda cells: cells[:, 0] / cells.sum(axis=1)
    >>> found = bootstrap_cells(share, [30, 70], 0.95, seed=7, resamples=1999, unit="share")
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (0.3, 0.22, 0.4)
    """
    check_level(level)
    counts = np.asarray(cells, dtype=np.float64)
    if counts.ndim != 1 or (counts < 0).any():
        raise ValueError("cells are not counts of shape (k,), expected 0 or more of each kind")
    n = int(counts.sum())
    if n < 2:
        return Undefined("one observation: nothing to resample" if n else "no observations", n=n)
    value = float(statistic(counts[np.newaxis])[0])
    if not np.isfinite(value):
        return Undefined("the statistic is undefined here", n=n)
    drawn = np.random.default_rng(seed).multinomial(n, counts / counts.sum(), size=resamples)
    replicates = statistic(drawn.astype(np.float64))
    return bca_interval(
        value, replicates, _skewness(statistic, counts), level=level, n=n, unit=unit
    )


def _skewness(statistic: OfCells, counts: Floats) -> float | Undefined:
    """BCa's acceleration by the jackknife, each kind of row left out once and weighed."""
    kinds = np.flatnonzero(counts)
    left = statistic(counts[np.newaxis] - np.eye(counts.size)[kinds])
    if not np.isfinite(left).all():
        return Undefined("the jackknife is undefined", n=int(counts.sum()))
    weights = counts[kinds]
    away = np.average(left, weights=weights) - left
    # Differences of the order of rounding would pass for a skewness of their own.
    away[np.abs(away) <= 1e-14 * np.abs(left).max()] = 0.0
    squares = float(weights @ away**2)
    if squares == 0:
        return Undefined("the jackknife shows no spread", n=int(counts.sum()))
    return float(weights @ away**3) / (6 * float(squares**1.5))
