"""The acceleration of a BCa interval, from the jackknife."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, Integers
from gonogo.stats.estimate import Undefined

GROUPS = 500
"""Most rows or groups of rows that are left out in turn."""


def acceleration(
    statistic: Callable[[list[npt.NDArray[Any]]], float | Undefined],
    arrays: list[npt.NDArray[Any]],
    strata: list[Integers],
    rng: np.random.Generator,
) -> float | Undefined:
    """BCa's acceleration of `statistic` on `arrays`, a pure number: a sixth of its skewness.

    Each row is left out in turn; with more than 500 rows each of about 500 random groups, evenly
    over the `strata` (row numbers of each). A group's influence is the mean of its rows': its
    variance and third moment shrink just so that the expectation of the acceleration stays.

    `Undefined` where leaving out makes the statistic undefined or changes nothing.

    Source: Efron (1987), J. Am. Stat. Assoc. 82, 171-185, equation 6.6; Davison & Hinkley (1997),
    equation 5.23 there for strata.

    >>> rows, rng = [np.arange(4)], np.random.default_rng(7)
    >>> round(acceleration(lambda a: a[0].mean(), [np.array([0.0, 0, 0, 4])], rows, rng), 4)
    0.0962
    """
    n = arrays[0].size
    cubes = squares = 0.0
    for rows in strata:
        influences = _influences(statistic, arrays, _groups(rows, n, rng))
        if influences is None:
            return Undefined("the jackknife is undefined", n=n)
        cubes += float(np.sum(influences**3)) / influences.size**3
        squares += float(np.sum(influences**2)) / influences.size**2
    if squares**1.5 == 0:
        return Undefined("the jackknife shows no spread", n=n)
    return cubes / (6 * float(squares**1.5))


def _groups(rows: Integers, n: int, rng: np.random.Generator) -> list[Integers]:
    """The rows of a stratum one by one, or in its share of `GROUPS` random groups."""
    if n <= GROUPS:
        return np.array_split(rows, rows.size)
    groups = min(rows.size, max(2, round(GROUPS * rows.size / n)))
    return np.array_split(rng.permutation(rows), groups)


def _influences(
    statistic: Callable[[list[npt.NDArray[Any]]], float | Undefined],
    arrays: list[npt.NDArray[Any]],
    groups: list[Integers],
) -> Floats | None:
    """How much each group moves the statistic, about their mean; None where it is undefined."""
    left = np.empty(len(groups))
    kept = np.ones(arrays[0].size, dtype=np.bool_)
    for index, group in enumerate(groups):
        kept[group] = False
        number = statistic([array[kept] for array in arrays])
        kept[group] = True
        if isinstance(number, Undefined):
            return None
        left[index] = number
    away = left.mean() - left
    # Differences of the order of rounding would pass for a skewness of their own.
    away[np.abs(away) <= 1e-14 * np.abs(left).max(initial=0.0)] = 0.0
    influences: Floats = (len(groups) - 1) * away
    return influences
