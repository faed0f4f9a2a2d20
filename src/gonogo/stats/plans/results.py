"""What many futures say, each number with the interval that the number of futures leaves to it.

These intervals are of the simulation alone: how far another set of futures of the same plan might
have come out elsewhere. They say nothing of whether the plan's estimates are right.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import mean_t
from gonogo.stats.plans.absences import days_away
from gonogo.stats.plans.simulation import Simulated
from gonogo.stats.proportions import wilson
from gonogo.stats.quantiles import ORDER_STATISTICS, order_statistics

LEVEL = 0.95
SHARES = (0.1, 0.5, 0.8, 0.9)
"""The percentiles that are said of a date or of a sum of money."""
OVERLOADED = 0.85
"""Share of its time from which on a role is called overloaded: where people are busy for more of
it, waiting grows out of proportion (Kingman 1961, Proc. Cambridge Phil. Soc. 57, 902-904)."""
CURVE = tuple(share / 100 for share in range(1, 100))
"""The percentiles by which a distribution is drawn."""


@dataclass(frozen=True, slots=True)
class When:
    """When something is reached, over all futures."""

    reached: Measured
    """The share of futures in which it ever is."""
    by: Mapping[float, Measured]
    """Of each share its percentile over all futures, those in which it is never reached being the
    latest of all: "P80" is the date that 80 % of all futures keep. `Undefined` where fewer do."""
    if_reached: Mapping[float, Measured]
    """The same over the futures in which it is reached alone."""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a role or team is until the plan ends."""

    busy: Measured
    """Mean share of its time for which it has work."""
    overloaded: Measured
    """Share of futures in which it is busy for more than 85 % of its time."""
    waited: Measured
    """Mean days that steps waited for it, all together."""


def when(finish: npt.ArrayLike, *, level: float = LEVEL, unit: str = "working days") -> When:
    """The percentiles of `finish`, shape (futures,), infinite where it is never reached.

    >>> found = when([3.0] * 80 + [5.0] * 15 + [float("inf")] * 5)
    >>> found.by[0.8].value, found.by[0.9].value, found.reached.value
    (3.0, 5.0, 0.95)
    """
    ordered = np.sort(np.asarray(finish, dtype=np.float64))
    reached = ordered[np.isfinite(ordered)]
    return When(
        wilson(Counts(yes=reached.size, n=ordered.size), level),
        {share: percentile(ordered, share, level=level, unit=unit) for share in SHARES},
        {share: percentile(reached, share, level=level, unit=unit) for share in SHARES},
    )


def percentile(ordered: Floats, share: float, *, level: float = LEVEL, unit: str) -> Measured:
    """The percentile of `ordered` numbers, which rise and may end with infinite ones.

    >>> percentile(np.array([1.0, 2.0, np.inf]), 0.9, unit="working days").reason
    'never reached in 33.3 % of the futures'
    """
    check_level(level)
    n = ordered.size
    if not n:
        return Undefined("never reached in any future", n=0)
    value, low, high = order_statistics(ordered, share, level)
    if not np.isfinite(value):
        never = 1 - np.count_nonzero(np.isfinite(ordered)) / n
        return Undefined(f"never reached in {100 * never:.3g} % of the futures", n=n)
    return Estimate(value, low, high, level, n, unit, ORDER_STATISTICS)


def curve(finish: Floats) -> tuple[float | None, ...]:
    """The finish at each percentile from 1 to 99, to be drawn; None where it is never reached.

    >>> curve(np.arange(1.0, 101.0))[49]
    50.0
    """
    ordered = np.sort(finish)
    found = np.quantile(ordered, CURVE, method="inverted_cdf")
    return tuple(float(at) if np.isfinite(at) else None for at in found)


def chance(finish: Floats, deadline: float, *, level: float = LEVEL) -> Measured:
    """The share of futures that finish by `deadline`, with a Wilson interval.

    >>> chance(np.array([1.0, 2.0, 3.0, np.inf]), 2.0).value
    0.5
    """
    return wilson(Counts(yes=int(np.count_nonzero(finish <= deadline)), n=finish.size), level)


def money(cost: Floats, *, level: float = LEVEL) -> tuple[Measured, Mapping[float, Measured]]:
    """The mean of what the futures cost, and percentiles."""
    ordered = np.sort(cost)
    found = {share: percentile(ordered, share, level=level, unit="money") for share in SHARES}
    if ordered[0] == ordered[-1]:
        return found[0.5], found
    return mean_t(cost, level, "money"), found


def criticality(found: Simulated, *, level: float = LEVEL) -> dict[str, Measured]:
    """Of each step the share of futures in which it was critical, of those that reach the goal.

    Critical is what makes the goal later if it takes longer, through what waits for it or through
    the people that it holds.

    Source: Van Slyke (1963), Operations Research 11, 839-860 (criticality index).
    """
    reached = int(np.count_nonzero(np.isfinite(found.end)))
    return {
        row.step.key: wilson(Counts(yes=int(count), n=reached), level)
        for row, count in zip(found.plan.rows, found.criticality, strict=True)
    }


def loads(found: Simulated, *, level: float = LEVEL) -> dict[str, Load]:
    """Of each limited role or team how busy it is, and how long work waits for it."""
    return {
        pool: _load(found.busy[i], _there(found, i), found.waited[i], level)
        for i, pool in enumerate(found.plan.pools)
    }


def _there(found: Simulated, pool: int) -> Floats:
    """Person days for which people of a pool are there until the plan ends."""
    size = found.plan.sizes[pool]
    there: Floats = size * found.span - days_away(found.plan.away[pool], size, found.span)
    return there


def _load(busy: Floats, there: Floats, waited: Floats, level: float) -> Load:
    some = there > 0
    share = busy[some] / there[some]
    over = Counts(yes=int(np.count_nonzero(share > OVERLOADED)), n=share.size)
    return Load(
        _mean(share, level, "share"), wilson(over, level), _mean(waited, level, "working days")
    )


def _mean(values: Floats, level: float, unit: str) -> Measured:
    if values.size and np.ptp(values) == 0:
        value = float(values[0])
        return Estimate(value, value, value, level, values.size, unit, "the same in every future")
    return mean_t(values, level, unit)
