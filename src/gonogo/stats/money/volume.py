"""How many decisions a month there are, from what was counted on whole days."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

WEEK = 7
"""Days; only whole weeks count, so that no weekday counts more than another."""
MOST_WEEKS = 8
"""The last ones: what was asked long ago says little of what is asked now."""
BY_WEEKS = 4
"""From so many on each week is one observation: days of a week are alike in no business."""
MONTH = 365.25 / 12
"""Days."""
QUASI_POISSON = "quasi-Poisson mean with Student's t interval (Wedderburn 1974)"


def per_month(days: Sequence[int], level: float) -> Measured:
    """Decisions a month from the counts of whole days in order, the last ones last.

    The counts may vary more than by chance alone, never less: their variance is the mean times a
    factor that they show themselves, and that is 1 at least.

    Source: Wedderburn (1974), Biometrika 61, 439-447; McCullagh & Nelder (1989), Generalized Linear
    Models, section 6.2.

    >>> per_month([5, 6], 0.95).reason
    'decisions of 2 whole days, at least 7 are needed'
    >>> found = per_month([100] * 7, 0.95)
    >>> round(found.value), found.n
    (3044, 7)
    """
    check_level(level)
    if any(count < 0 for count in days):
        raise ValueError("a day has fewer than 0 decisions, expected 0 or more")
    weeks = min(len(days) // WEEK, MOST_WEEKS)
    if not weeks:
        told = f"decisions of {len(days)} whole days, at least {WEEK} are needed"
        return Undefined(told, n=len(days))
    counted = np.array(days[-weeks * WEEK :], float)
    length = 1
    if weeks >= BY_WEEKS:
        counted, length = counted.reshape(weeks, WEEK).sum(axis=1), WEEK
    mean = float(counted.mean())
    if mean == 0:
        return Undefined(f"no decisions on {weeks * WEEK} whole days", n=weeks * WEEK)
    spread = max(float(counted.var(ddof=1)) / mean, 1.0)
    half = float(stdtrit(counted.size - 1, (1 + level) / 2)) * (spread * mean / counted.size) ** 0.5
    by = MONTH / length
    return Estimate(
        value=mean * by,
        low=max(mean - half, 0.0) * by,
        high=(mean + half) * by,
        level=level,
        n=weeks * WEEK,
        unit="decisions a month",
        method=QUASI_POISSON,
    )
