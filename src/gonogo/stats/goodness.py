"""How far counts by group are from given shares: Cohen's w, with the interval of its chi-square."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, chndtr, chndtrinc

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

COHEN_W = "Cohen's w (1988), interval from the noncentral chi-square distribution (Smithson 2003)"


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """Pearson's test that counts come from given shares."""

    statistic: float
    """Sum over groups of (observed - expected) squared over expected."""
    freedom: int
    """Groups less one."""
    p: float
    """Probability of such a statistic or a larger one where the shares hold."""
    smallest: float
    """Smallest expected count; below about 5 the distribution is approximate."""


def chi_square(counts: npt.ArrayLike, shares: npt.ArrayLike) -> ChiSquare | Undefined:
    """Pearson's goodness-of-fit test of `counts` against `shares`, both of shape (groups,).

    `Undefined` for fewer than two groups, no observations, and a share of 0 with observations.
    Raises `ValueError` for shares that are negative or do not add up to 1, negative counts and
    lengths that differ. Groups of share 0 without observations are left out.

    Source: Pearson (1900), Philosophical Magazine 50, 157-175.

    >>> found = chi_square([30, 20, 50], [0.25, 0.25, 0.5])
    >>> found.statistic, found.freedom, round(found.p, 4)
    (2.0, 2, 0.3679)
    """
    seen, due = np.asarray(counts, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    if seen.shape != due.shape or seen.ndim != 1:
        raise ValueError(f"counts have shape {seen.shape}, shares {due.shape}, expected the same")
    if (seen < 0).any() or (due < 0).any() or not math.isclose(due.sum(), 1, abs_tol=1e-6):
        raise ValueError("expected counts of 0 or more, and shares of 0 or more that add up to 1")
    n = int(seen.sum())
    if n == 0:
        return Undefined("no observations", n=0)
    if (seen[due == 0] > 0).any():
        return Undefined("observations in a group whose share is 0", n=n)
    seen, expected = seen[due > 0], n * due[due > 0] / due.sum()
    if seen.size < 2:
        return Undefined("one group: its share is all there is", n=n)
    statistic = float((np.square(seen - expected) / expected).sum())
    freedom = seen.size - 1
    return ChiSquare(statistic, freedom, float(chdtrc(freedom, statistic)), float(expected.min()))


def cohen_w(counts: npt.ArrayLike, shares: npt.ArrayLike, level: float) -> Measured:
    """How far the shares behind `counts` are from `shares`, 0 or more, unit effect.

    w is the root of the sum over groups of (p - share) squared over share; Cohen calls 0.1 small,
    0.3 medium, 0.5 large. The sample's own w is too large on average where the shares nearly hold;
    the interval, from the noncentral chi-squares that would give the statistic as an end of their
    middle `level`, says so by reaching to 0. Counts that lie closer to the shares than chance would
    have them are no proof: the upper end is then that of the mean statistic of shares that hold.
    Arguments as `chi_square`; `Undefined` as there.

    Source: Cohen (1988), Statistical Power Analysis, 2nd ed., 7.2; Smithson (2003), Confidence
    Intervals, chapter 4; Steiger (2004), Psychological Methods 9, 164-182.

    >>> found = cohen_w([375, 208, 209, 208], [0.25] * 4, level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.289, 0.223, 0.348)
    """
    check_level(level)
    test = chi_square(counts, shares)
    if isinstance(test, Undefined):
        return test
    n = int(np.asarray(counts, dtype=np.float64).sum())
    value = math.sqrt(test.statistic / n)
    freedom, usual = test.freedom, max(test.statistic, float(test.freedom))
    low = math.sqrt(_noncentrality(test.statistic, freedom, (1 + level) / 2) / n)
    high = math.sqrt(_noncentrality(usual, freedom, (1 - level) / 2) / n)
    return Estimate(value, min(low, value), max(high, value), level, n, "effect", COHEN_W)


def _noncentrality(statistic: float, freedom: int, below: float) -> float:
    """The noncentrality with a share `below` of statistics smaller than this one, 0 for none."""
    if float(chndtr(statistic, freedom, 0.0)) <= below:
        return 0.0
    found = float(chndtrinc(statistic, freedom, below))
    return found if math.isfinite(found) else 0.0
