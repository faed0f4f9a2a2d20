"""What noisy counts and sums say of the true ones: the noise is known, so its interval is too.

The noise is discrete Laplace: P(k) in proportion to exp(-|k| / scale), k whole. The intervals are
about the rows that were counted, not about a population they may come from.

Source: Ghosh, Roughgarden & Sundararajan (2012), SIAM Journal on Computing 41, 1673-1693.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

METHOD = "discrete Laplace noise of scale {scale:.6g} (Ghosh et al. 2012)"
DRAWS = 10_000
"""Draws of the noise behind a quantile's interval."""
SEED = 7
"""Of those draws: they are about noise in general, not about what was released."""
SWALLOWED = "the noise is larger than the number of rows"


def reach(scale: float, level: float) -> int:
    """The smallest k that the noise exceeds, either way, with probability 1 - `level` at most.

    `scale` above 0, `level` in (0, 1), else `ValueError`.

    >>> reach(1.0, 0.95)
    3
    """
    tail = 1 - check_level(level)
    if not 0 < scale < math.inf:
        raise ValueError(f"scale is {scale}, expected a number above 0")
    # P(|noise| > k) = 2 p^(k+1) / (1 + p) with p = exp(-1 / scale).
    base = math.log(2) - math.log1p(math.exp(-1 / scale))

    def enough(k: int) -> bool:
        return base - (k + 1) / scale <= math.log(tail)

    found = max(0, math.ceil(scale * (base - math.log(tail))) - 1)
    while found and enough(found - 1):
        found -= 1
    while not enough(found):
        found += 1
    return found


def noisy_count(noisy: int, scale: float, level: float) -> Estimate:
    """A count with the interval that its noise leaves, cut at 0, unit rows.

    Below 0 it is counted as 0: otherwise much noise downwards would leave an interval of no width.

    >>> found = noisy_count(40, 1.0, 0.95)
    >>> found.low, found.value, found.high
    (37.0, 40.0, 43.0)
    """
    k, value = reach(scale, level), max(0, noisy)
    return Estimate(
        value=float(value),
        low=float(max(0, noisy - k)),
        high=float(value + k),
        level=level,
        n=value,
        unit="rows",
        method=METHOD.format(scale=scale),
    )


def noisy_sum(noisy: int, scale: float, level: float, *, step: float) -> Estimate:
    """A sum in whole steps, in the unit of the column, with the interval that its noise leaves.

    `n` is 0: how many rows it is the sum of was not asked.
    """
    k = reach(scale, level)
    ends = sorted(step * one for one in (noisy - k, noisy + k))
    return Estimate(
        value=noisy * step,
        low=ends[0],
        high=ends[1],
        level=level,
        n=0,
        unit="sum",
        method=METHOD.format(scale=scale * step),
    )


def noisy_mean(
    total: int,
    count: int,
    scales: tuple[float, float],
    level: float,
    *,
    step: float,
    within: tuple[float, float],
) -> Measured:
    """A mean from a noisy sum of deviations from the middle of `within` and a noisy count.

    `total` is in whole `step`s, `scales` are those of the two noises. The interval holds whatever
    mean fits any sum and any count of their intervals, each of which has half of the error, cut to
    `within`. `Undefined` where the noisy count is below 1.
    """
    if count < 1:
        return Undefined(SWALLOWED, n=0)
    low, high = within
    middle = low + (high - low) / 2
    each = (1 + check_level(level)) / 2
    of_total, of_count = reach(scales[0], each), reach(scales[1], each)
    sums = [step * one for one in (total - of_total, total + of_total)]
    counts = [max(1, count - of_count), count + of_count]
    means = [middle + one / many for one in sums for many in counts]
    value = min(high, max(low, middle + step * total / count))
    return Estimate(
        value=value,
        low=min(value, max(low, min(means))),
        high=max(value, min(high, max(means))),
        level=level,
        n=count,
        unit="mean",
        method=f"{METHOD.format(scale=scales[0] * step)} in the sum, of scale {scales[1]:.6g} in"
        " the count; Bonferroni",
    )


def noisy_quantile(
    counts: Sequence[int], q: float, scale: float, level: float, *, within: tuple[float, float]
) -> Measured:
    """The `q`-quantile from noisy counts of equally wide bins of `within`, in the column's unit.

    The interval holds each bin in which the quantile cannot be ruled out: one that has too few rows
    up to its end, or too many up to its start, by more than the noise explains. How far the noise
    of these sums goes is drawn. `q` in (0, 1), else `ValueError`; `Undefined` where the noisy
    counts add up to less than 1.
    """
    tail = (1 - check_level(level)) / 2
    if not 0 < q < 1:
        raise ValueError(f"q is {q}, expected a number strictly between 0 and 1")
    found = np.asarray(counts, dtype=np.float64)
    if found.sum() < 1:
        return Undefined(SWALLOWED, n=0)
    # Rows up to the end of each bin, less as many as there would be if the quantile lay there.
    above = np.cumsum(found) - q * found.sum()
    low_noise, high_noise = _drawn_ends(found.size, q, scale, tail)
    # The noise is symmetric, but drawn: each side is taken as far as it went.
    enough = above >= low_noise
    few = np.append(True, above[:-1] <= high_noise[:-1])
    possible = np.flatnonzero(enough & few)
    first, last = (int(possible[0]), int(possible[-1])) if possible.size else (0, found.size - 1)
    reached = np.flatnonzero(above[first : last + 1] >= 0)
    at = first + int(reached[0]) if reached.size else last
    edges = np.linspace(within[0], within[1], found.size + 1)
    return Estimate(
        value=float((edges[at] + edges[at + 1]) / 2),
        low=float(edges[first]),
        high=float(edges[last + 1]),
        level=level,
        n=int(found.sum()),
        unit="quantile",
        method=f"{METHOD.format(scale=scale)} in {found.size} bins, {DRAWS:,} draws of it",
    )


@lru_cache(maxsize=64)
def _drawn_ends(
    bins: int, q: float, scale: float, tail: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The noise of rows up to each bin less q times all, at the two tails, shape (bins,)."""
    rng = np.random.default_rng(SEED)
    p = -math.expm1(-1 / scale)
    drawn = (rng.geometric(p, (DRAWS, bins)) - rng.geometric(p, (DRAWS, bins))).astype(np.float64)
    sums = np.cumsum(drawn, axis=1) - q * drawn.sum(axis=1, keepdims=True)
    rank = max(0, math.floor((DRAWS + 1) * tail) - 1)
    ranked = np.partition(sums, (rank, DRAWS - 1 - rank), axis=0)
    return ranked[rank], ranked[DRAWS - 1 - rank]
