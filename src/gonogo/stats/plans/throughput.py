"""When a board is done, from how much it finished in past weeks: no estimates of items needed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, Integers, finite
from gonogo.stats.design import check_positive
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.levels import check_level

MONTE_CARLO = "Monte Carlo of weekly throughput; interval by the Bayesian bootstrap (Rubin 1981)"
HISTORIES = 200
"""Distributions of a week's throughput that the weeks seen may have come from."""
FUTURES = 200
"""Futures simulated under each."""
FEWEST = 3
"""Weeks below which a history says nothing of its spread."""
MOST_WEEKS = 520
"""Futures that take longer are as good as never."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is left to be finished, and what it may grow by.

    Raises `ValueError` unless 0 <= items and 1 <= grows_low <= grows_high.
    """

    items: int
    """Items on the board that are not done."""
    grows_low: float = 1.0
    """Least factor by which they will turn out to be more: splits, defects, what was forgotten."""
    grows_high: float = 1.0
    """Greatest factor; between both all are equally likely."""

    def __post_init__(self) -> None:
        if self.items < 0 or not 1 <= self.grows_low <= self.grows_high < math.inf:
            raise ValueError(
                f"{self.items} items that grow by {self.grows_low} to {self.grows_high}, "
                "expected 0 or more and factors of 1 or more in order"
            )


@dataclass(frozen=True, slots=True)
class Finish:
    """In how many weeks the backlog will be done."""

    quantiles: dict[float, Estimate | Undefined]
    """Probability → weeks within which it is done, with the interval that few weeks seen leave."""
    weeks: Integers
    """Shape (futures,), sorted: weeks until done; 521 where it takes longer than ten years."""
    history: int
    """Weeks the forecast rests on."""
    took: Integers
    """Shape (histories, futures): the same weeks by the distribution that they were drawn from."""
    level: float
    """Of the intervals."""

    def by(self, weeks: float) -> float:
        """Probability of being done within so many weeks; of a begun one nothing counts."""
        return float(np.searchsorted(self.weeks, weeks, side="right")) / self.weeks.size

    def chance(self, weeks: float) -> Estimate:
        """The same as a share, with the interval that few weeks seen leave.

        >>> found = finish([3, 5, 4, 2, 6], Backlog(20), 0.8, seed=7)
        >>> one = found.chance(5)
        >>> one.low < one.value < one.high
        True
        """
        tail = (1 - self.level) / 2
        each = np.mean(self.took <= weeks, axis=1)
        low, high = np.quantile(each, [tail, 1 - tail], method="inverted_cdf")
        value = self.by(weeks)
        return Estimate(
            value=value,
            low=min(float(low), value),
            high=max(float(high), value),
            level=self.level,
            n=self.history,
            unit="share",
            method=MONTE_CARLO,
        )


def finish(
    finished: npt.ArrayLike,
    backlog: Backlog,
    level: float,
    *,
    seed: int,
    at: Sequence[float] = (0.1, 0.5, 0.8, 0.9),
) -> Finish | Undefined:
    """Weeks until `backlog` is done, if weeks to come are like those in `finished`.

    `finished` has shape (n,): items done in each past week, weeks of none included. Each future
    draws weeks with replacement until their sum reaches the backlog. How far the few weeks seen
    may mislead is told by giving them other weights, as they might have come, and simulating
    again: the interval holds `level` of the answers. Weeks are taken as independent, and the work
    in progress as limited as it was: a raised limit makes items slower, not the board faster.

    `level` in (0, 1), else `ValueError`, also for a week below 0. `Undefined` for less than three
    weeks, and where nothing was ever finished.

    Source: Magennis (2011), Forecasting and Simulating Software Development Projects, for the
    simulation; Rubin (1981), Annals of Statistics 9, 130-134, for the weights.

    >>> found = finish([4, 4, 4, 4], Backlog(20), 0.8, seed=7)
    >>> found.quantiles[0.8].value, found.by(4), found.by(5)
    (5.0, 0.0, 1.0)
    """
    tail = (1 - check_level(level)) / 2
    weeks = finite("weeks", finished)
    if isinstance(weeks, Undefined):
        return weeks
    if weeks.min() < 0:
        raise ValueError(f"a week finished {weeks.min():g} items, expected 0 or more")
    if weeks.size < FEWEST:
        return Undefined(
            f"{weeks.size} weeks of history, {FEWEST} are the least to forecast by", n=weeks.size
        )
    if not weeks.any():
        return Undefined(f"nothing was finished in {weeks.size} weeks", n=weeks.size)
    rng = np.random.default_rng(seed)
    took = np.sort(_simulated(weeks, backlog, rng), axis=1)
    everything = np.sort(took.ravel())
    return Finish(
        quantiles={
            share: _quantile(took, everything, share, tail, weeks.size, level) for share in at
        },
        weeks=everything,
        history=weeks.size,
        took=took,
        level=level,
    )


def cycle_time(in_progress: float, per_week: float) -> float:
    """Weeks an item takes on average, with so many in progress and so many done each week.

    Both above 0, else `ValueError`. It holds over any long time in which as much begins as ends.

    Source: Little (1961), Operations Research 9, 383-387.

    >>> cycle_time(in_progress=6, per_week=4)
    1.5
    """
    check_positive(in_progress=in_progress, per_week=per_week)
    return in_progress / per_week


def _simulated(weeks: Floats, backlog: Backlog, rng: np.random.Generator) -> Integers:
    """Weeks until done, shape (histories, futures)."""
    weights = rng.dirichlet(np.ones(weeks.size), size=HISTORIES)
    # The first history is the one seen, with its weeks equally likely.
    weights[0] = 1 / weeks.size
    reach = np.cumsum(weights, axis=1)
    reach[:, -1] = 1.0
    # One axis for all: the places of history h lie between h and h + 1.
    places = (reach + np.arange(HISTORIES)[:, None]).ravel()
    growth = rng.uniform(backlog.grows_low, backlog.grows_high, size=(HISTORIES, FUTURES))
    left = np.ceil(backlog.items * growth - 1e-9)
    took = np.zeros((HISTORIES, FUTURES), dtype=np.int64)
    rows, columns = np.nonzero(left > 0)
    for week in range(1, MOST_WEEKS + 2):
        if not rows.size:
            break
        took[rows, columns] = week
        drawn = np.searchsorted(places, rows + rng.random(rows.size), side="right")
        drawn = np.minimum(drawn - rows * weeks.size, weeks.size - 1)
        left[rows, columns] -= weeks[drawn]
        going = left[rows, columns] > 0
        rows, columns = rows[going], columns[going]
    return took


def _quantile(
    took: Integers, everything: Integers, share: float, tail: float, n: int, level: float
) -> Estimate | Undefined:
    value = float(np.quantile(everything, share, method="inverted_cdf"))
    if value > MOST_WEEKS:
        return Undefined(f"more than {MOST_WEEKS} weeks", n=n)
    each = np.quantile(took, share, axis=1, method="inverted_cdf")
    low, high = np.quantile(each, [tail, 1 - tail], method="inverted_cdf")
    return Estimate(
        value=value,
        low=min(float(low), value),
        high=max(float(high), value) if high <= MOST_WEEKS else math.inf,
        level=level,
        n=n,
        unit="weeks",
        method=MONTE_CARLO,
    )
