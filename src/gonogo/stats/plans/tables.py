"""Normal numbers turned into days by a table of the quantile function: ten million in a second."""

from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from gonogo.stats.arrays import Floats
from gonogo.stats.plans.durations import Duration, Fixed, Pert, quantile

REACH = 6.0
"""A table goes from -6 to 6 standard deviations; beyond lies one number in 500 million."""
STEPS = 1024
"""Of a table. Read with straight lines between, it is off by less than 1e-5 of a PERT's range."""
COARSE = 128
"""Steps at which the inverse of the incomplete beta function, which is slow, is found itself."""
KEPT = 2048
"""Tables kept in memory, of 16 kB each: the same plan is simulated again and again."""

Table = tuple[Floats, Floats]
"""Days at each step, and how much they rise to the next one."""


@lru_cache(maxsize=KEPT)
def table_of(duration: Duration) -> Table | float:
    """The table of `duration`, or the days themselves where they are known."""
    if isinstance(duration, Fixed):
        return float(duration.days)
    grid = np.linspace(-REACH, REACH, STEPS + 1)
    days = _beta(duration) if isinstance(duration, Pert) else quantile(duration, ndtr(grid))
    days = np.maximum.accumulate(days)
    if days[0] == days[-1]:
        return float(days[0])
    rise = np.append(np.diff(days), 0.0)
    days.flags.writeable = rise.flags.writeable = False
    return days, rise


PER_DEVIATION = STEPS / (2 * REACH)
"""Steps of a table to one standard deviation."""


def look_up(table: Table, place: Floats) -> Floats:
    """The days at each `place` of the table, which is overwritten as it works.

    The place of a standard normal number z is STEPS/2 + PER_DEVIATION z.

    >>> days = look_up(table_of(Pert(2, 5, 8)), np.array([STEPS / 2]))
    >>> round(float(days[0]), 6)
    5.0
    """
    days, rise = table
    np.maximum(place, 0.0, out=place)
    np.minimum(place, STEPS, out=place)
    step = place.astype(np.int64)
    place -= step
    found: Floats = rise.take(step)
    found *= place
    found += days.take(step)
    return found


def _beta(duration: Pert) -> Floats:
    """Days at every step, by cubics through four coarse ones (Lagrange)."""
    wide = 2 * REACH / COARSE
    coarse = quantile(duration, ndtr(np.linspace(-REACH - wide, REACH + wide, COARSE + 3)))
    t = np.arange(STEPS // COARSE) / (STEPS // COARSE)
    weights = np.stack(
        [
            -t * (t - 1) * (t - 2) / 6,
            (t + 1) * (t - 1) * (t - 2) / 2,
            -(t + 1) * t * (t - 2) / 2,
            (t + 1) * t * (t - 1) / 6,
        ]
    )
    four = np.lib.stride_tricks.sliding_window_view(coarse, 4)[:COARSE]
    fine = np.append((four @ weights).ravel(), coarse[-2])
    found: Floats = np.clip(fine, duration.optimistic, duration.pessimistic)
    return found
