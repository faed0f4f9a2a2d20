"""How far the mean of a curve goes from its lowest to its highest point, over rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

Curves = npt.NDArray[np.float64]
"""Of each row its value at each step, shape (n, steps)."""
RANGE = "range of mean curves: Student's t of the rows' differences, ends as Berger (1982)"


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """The mean difference of each step from each other step, and its standard error."""

    value: npt.NDArray[np.float64]
    """Shape (steps, steps): the mean at the first less that at the second."""
    error: npt.NDArray[np.float64]
    n: int
    """Rows."""

    @property
    def pairs(self) -> int:
        """Ordered pairs of different steps."""
        return len(self.value) * (len(self.value) - 1)

    @property
    def range(self) -> float:
        """The largest mean difference."""
        return float(self.value.max())

    def ends(self, near: float, far: float) -> tuple[float, float]:
        """Where the range may lie: low at the level `far`, high at the level `near`."""
        reach = [float(stdtrit(self.n - 1, (1 + level) / 2)) for level in (near, far)]
        high = float((self.value + reach[0] * self.error).max())
        low = float((self.value - reach[1] * self.error).max())
        return max(0.0, low), high


def differences(curves: Curves) -> Differences | Undefined:
    """The steps of `curves` compared, row by row; `Undefined` for fewer than two rows or steps.

    >>> found = differences(np.array([[0.0, 1.0], [0.5, 1.7]]))
    >>> round(found.range, 3), found.n
    (1.1, 2)
    """
    n, steps = curves.shape
    if n < 2 or steps < 2:
        return Undefined(f"a range needs two rows and two steps: {n} and {steps}", n=n)
    # Each row from its own mean: what rows differ in at all steps alike has no say.
    moved = curves - curves.mean(axis=1, keepdims=True)
    mean = moved.mean(axis=0)
    spread = np.cov(moved, rowvar=False)
    variance = np.diag(spread)
    square = variance[:, np.newaxis] + variance - 2 * spread
    # What is left by rounding where all rows differ by the same.
    square[square < 1e-24] = 0.0
    return Differences(mean[:, np.newaxis] - mean, np.sqrt(square / n), n)


def largest_range(several: Sequence[Differences], level: float, unit: str) -> Measured:
    """The largest range of the mean curves of several columns over the same rows.

    Both the two steps and the column are picked. The upper end is the highest of all pairs' at the
    plain level: it misses only if that of the truly largest difference does (intersection-union).
    The lower end is the highest of all lower ends, each at an error shared by all of them
    (Bonferroni). `Undefined` without curves, and where all rows move alike.

    Source: Berger (1982), Technometrics 24, 295-300; Dunn (1961), J. Am. Stat. Assoc. 56, 52-64.

    >>> curves = np.array([[0.0, 1.0], [0.5, 1.7], [0.2, 1.1]])
    >>> found = largest_range([differences(curves)], 0.95, "score")
    >>> round(found.value, 3), found.low < 1.03 < found.high
    (1.033, True)
    """
    check_level(level)
    if not several:
        return Undefined("no column has two values to compare", n=0)
    top = max(several, key=lambda one: one.range)
    pairs = sum(one.pairs for one in several)
    # One side of each pair's interval is used, and of an ordered pair's both directions are listed.
    ends = [one.ends(level, 1 - (1 - level) / pairs) for one in several]
    low, high = max(one[0] for one in ends), max(one[1] for one in ends)
    if not math.isfinite(high) or high - low <= 1e-12:
        return Undefined("all rows move alike: no spread to judge the range by", n=top.n)
    picked = f"{RANGE}, {pairs} ordered pairs of steps in {len(several)} columns"
    return Estimate(
        value=top.range,
        low=min(low, top.range),
        high=max(high, top.range),
        level=level,
        n=top.n,
        unit=unit,
        method=picked,
    )
