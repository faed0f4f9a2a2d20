"""How long outcomes take to come, when enough will be there, and what is known meanwhile."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, finite, yes_or_no
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile

KAPLAN_MEIER = "Kaplan-Meier (1958), log-log interval (Kalbfleisch & Prentice 1980)"
REVERSED = "reverse-time Kaplan-Meier of arrived outcomes (Lagakos et al. 1988), log-log interval"
WAITING = "arrived outcomes by the chance that they would be there (Chapelle 2014), score interval"
STEPS = 60
"""Halvings until a moment is known far beyond what matters."""


@dataclass(frozen=True, slots=True)
class Delays:
    """The share of outcomes that came within a time, as steps; times in any one unit."""

    times: Floats
    """Shape (k,): delays that were seen, ascending."""
    arrived: Floats
    """Shape (k,): share of outcomes that came up to then, in [0, 1]."""
    low: Floats
    """Shape (k,): lower ends of the intervals, of one time each."""
    high: Floats
    """Shape (k,): upper ends."""
    longest: float
    """The longest time any decision was watched: beyond it nothing is known."""
    n: int
    """Decisions."""
    level: float
    method: str

    def share(self, within: float) -> Measured:
        """The share of outcomes that came `within` a time; `Undefined` beyond the longest."""
        if within > self.longest:
            return Undefined(
                f"no decision was watched for {within:g}, the longest for {self.longest:g}",
                n=self.n,
            )
        value, low, high = (float(ends) for ends in self.at(within))
        return Estimate(
            value, low, high, level=self.level, n=self.n, unit="share", method=self.method
        )

    def at(self, within: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Share and interval at times of any shape; beyond the longest as far as was seen."""
        place = np.searchsorted(self.times, np.asarray(within, np.float64), side="right")
        padded = [np.concatenate([[0.0], one]) for one in (self.arrived, self.low, self.high)]
        return padded[0][place], padded[1][place], padded[2][place]


def delays(watched: npt.ArrayLike, came: npt.ArrayLike, level: float) -> Delays | Undefined:
    """How long outcomes take, of decisions some of which still wait.

    `watched`, shape (n,), is the time to the outcome, or to now where none came; `came` says which.
    Decisions that wait say that their delay is longer, no more: leaving them out would make delays
    look short. Every decision is taken to get its outcome some day. `Undefined` without decisions
    and where none has its outcome; raises `ValueError` for times below 0.

    Source: Kaplan & Meier (1958), J. Am. Stat. Assoc. 53, 457-481; Greenwood (1926); log-log
    interval: Kalbfleisch & Prentice (1980), The Statistical Analysis of Failure Time Data, 1.3.

    >>> found = delays([1, 2, 3, 3, 5], [True, True, False, True, False], level=0.95)
    >>> found.times.tolist(), found.arrived.round(2).tolist()
    ([1.0, 2.0, 3.0], [0.2, 0.4, 0.6])
    """
    check_level(level)
    times, known = finite("times", watched), yes_or_no(came)
    if isinstance(times, Undefined):
        return times
    if isinstance(known, Undefined):
        return known
    _checked(times, known.size)
    if not known.any():
        return Undefined("no outcome has come yet", n=times.size)
    at = np.unique(times[known])
    events = np.searchsorted(np.sort(times[known]), at, side="right") - np.searchsorted(
        np.sort(times[known]), at, side="left"
    )
    waiting = times.size - np.searchsorted(np.sort(times), at, side="left")
    survival, error = _product(events.astype(np.float64), waiting.astype(np.float64))
    low, high = _log_log(survival, error, level)
    return Delays(
        times=at,
        arrived=1 - survival,
        low=1 - high,
        high=1 - low,
        longest=float(times.max()),
        n=times.size,
        level=level,
        method=KAPLAN_MEIER,
    )


def delays_of_arrived(delay: npt.ArrayLike, age: npt.ArrayLike, level: float) -> Delays | Undefined:
    """How long outcomes take where only those that came are known to be due: frauds, conversions.

    `delay`, shape (n,), is the time to an outcome that came; `age`, at least as long, the time
    since its decision. Long delays are seen of old decisions alone, which is corrected for. All
    shares are of the outcomes that come within the longest age: slower ones are not seen at all.
    `Undefined` without outcomes; raises `ValueError` for delays below 0 or beyond their age.

    Source: Lagakos, Barraj & De Gruttola (1988), Biometrika 75, 515-523.

    >>> delays_of_arrived([1, 1, 2], [1, 3, 3], level=0.95).arrived.round(2).tolist()
    [0.5, 1.0]
    """
    check_level(level)
    took, since = finite("delays", delay), finite("ages", age)
    if isinstance(took, Undefined):
        return took
    if isinstance(since, Undefined):
        return since
    _checked(took, since.size)
    if (since < took).any():
        raise ValueError("an outcome is younger than its delay, expected age of at least that")
    at = np.unique(took)
    events = np.bincount(np.searchsorted(at, took)).astype(np.float64)
    # Those that could have been seen to take so long, and took no longer.
    old = took.size - np.searchsorted(np.sort(since), at, side="left")
    longer = took.size - np.searchsorted(np.sort(took), at, side="right")
    at_risk = (old - longer).astype(np.float64)
    # Backwards in time: the share up to a delay is what is left of it before all longer ones.
    left, error = _product(events[::-1], at_risk[::-1])
    share = np.concatenate([left[::-1][1:], [1.0]])
    errors = np.concatenate([error[::-1][1:], [0.0]])
    low, high = _log_log(share, errors, level)
    return Delays(
        times=at,
        arrived=share,
        low=low,
        high=high,
        longest=float(since.max()),
        n=took.size,
        level=level,
        method=REVERSED,
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """When a number of outcomes will be there, counted from now."""

    value: float
    """The time at which so many are expected."""
    low: float
    """The time before which they are not to be expected, by the delays' interval and by chance."""
    high: float
    """The time at which they are there all but surely; infinite where the delays do not say."""


def time_until(
    found: Delays, ages: npt.ArrayLike, wanted: int, *, rate: float = 0.0, there: int = 0
) -> Expected | Undefined:
    """How long until `wanted` outcomes are there.

    `ages`, shape (n,), of the decisions that wait; `there` outcomes have come already; `rate` more
    decisions are made in a unit of time. The range takes the ends of the delays' interval and, at
    its level, chance on top, so it is rather wide. `Undefined` where, as far as delays were seen,
    so many will not come. Raises `ValueError` for ages and rates below 0.

    Source: conditional survival; counts as sums of independent answers.

    >>> found = delays([1, 2, 3, 4], [True] * 4, level=0.95)
    >>> time_until(found, [0.0] * 100, 50).value
    2.0
    """
    old = np.asarray(ages, np.float64)
    if (old < 0).any() or not np.isfinite(old).all() or rate < 0:
        raise ValueError("an age or the rate is below 0 or missing, expected 0 or more")
    missing = wanted - there
    if missing <= 0:
        return Expected(0.0, 0.0, 0.0)
    horizon = found.longest + (missing / rate * 10 if rate > 0 else 0.0)
    z = normal_quantile(found.level)

    def count(which: int, side: float, after: float) -> float:
        chances = _chances(found, old, after, which)
        # Decisions made from now on, each as old as they will be: by the mean over their ages.
        coming = rate * after * _mean_share(found, after, which) if rate > 0 else 0.0
        spread = float((chances * (1 - chances)).sum()) + coming
        return float(chances.sum()) + coming + side * z * math.sqrt(spread)

    ends = [
        _earliest(partial(count, which, side), missing, horizon)
        for which, side in ((0, 0.0), (2, 1.0), (1, -1.0))
    ]
    if math.isinf(ends[0]):
        return Undefined(
            f"{missing} more outcomes are not to be expected of {old.size} decisions that wait, as "
            f"far as delays were seen ({found.longest:g})",
            n=found.n,
        )
    return Expected(ends[0], min(ends[0], ends[1]), max(ends[0], ends[2]))


def rate_so_far(yes: int, ages: npt.ArrayLike, found: Delays, level: float) -> Measured:
    """The rate of outcomes that come in the end, where some that are due have not come yet.

    `yes` outcomes have come of decisions of `ages`, shape (n,); that none came is no answer yet.
    The plain share of yes is too low by the mean chance of being there at these ages, and is
    divided by it; delays are taken as independent of everything else, and of decisions older than
    was watched as if all had come. Both ends also move by the interval of the delays. `Undefined`
    without decisions and where all are too young; raises `ValueError` for more yes than decisions.

    Source: Chapelle (2014), KDD '14, 1097-1105, for the model; the interval is Wilson's (1927) with
    chances that differ.

    >>> found = delays([1, 2, 3, 4], [True] * 4, level=0.95)
    >>> rate_so_far(10, [2.0] * 100, found, level=0.95).value
    0.2
    """
    check_level(level)
    old = finite("ages", ages)
    if isinstance(old, Undefined):
        return old
    if not 0 <= yes <= old.size:
        raise ValueError(f"yes is {yes} of {old.size}, expected 0 to that many")
    shares, low, high = found.at(old)
    if shares.sum() == 0:
        return Undefined("no decision is old enough for an outcome to have come", n=old.size)
    value = min(1.0, yes / float(shares.sum()))
    ends = [_score_end(yes, one, level, side) for one, side in ((high, -1), (low, 1))]
    return Estimate(
        value=value,
        low=min(value, ends[0]),
        high=max(value, ends[1]),
        level=level,
        n=old.size,
        unit="share",
        method=f"{WAITING}; delays: {found.method}",
    )


def _score_end(yes: int, chances: Floats, level: float, side: int) -> float:
    """An end of the score interval for p, of a sum of answers with chances p times `chances`."""
    z = normal_quantile(level)
    total, squares = float(chances.sum()), float(chances @ chances)
    if total == 0:
        return 1.0 if side > 0 else 0.0
    a, b = total**2 + z * z * squares, 2 * yes * total + z * z * total
    root = math.sqrt(max(0.0, b * b - 4 * a * yes * yes))
    return min(1.0, max(0.0, (b + side * root) / (2 * a)))


def _product(events: Floats, waiting: Floats) -> tuple[Floats, Floats]:
    """The product limit, and Greenwood's standard error of it."""
    survival: Floats = np.cumprod(1 - events / waiting).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(waiting > events, events / (waiting * (waiting - events)), np.inf)
    spread = np.cumsum(steps)
    error: Floats = np.where(
        survival > 0, survival * np.sqrt(np.where(survival > 0, spread, 0.0)), 0.0
    )
    return survival, error


def _log_log(share: Floats, error: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends within [0, 1]: the interval is laid on log(-log(share)); none at 0 and 1."""
    z = normal_quantile(level)
    inside = (share > 0) & (share < 1)
    safe: Floats = np.where(inside, share, 0.5)
    reach: Floats = np.exp(z * error / (safe * np.abs(np.log(safe))))
    low: Floats = np.where(inside, safe**reach, share)
    high: Floats = np.where(inside, safe ** (1 / reach), share)
    return low, high


def _checked(times: Floats, others: int) -> None:
    if times.size != others:
        raise ValueError(f"{times.size} times and {others} others, expected as many of each")
    if (times < 0).any():
        raise ValueError(f"a time is {times.min():g}, expected 0 or more")


def _chances(found: Delays, ages: Floats, after: float, which: int) -> Floats:
    """That the outcome of a decision that waits at `ages` will be there a time later."""
    then, now = found.at(ages + after)[which], found.at(ages)[0]
    waiting = 1 - now
    chances: Floats = np.where(
        waiting > 0, np.clip((then - now) / np.where(waiting > 0, waiting, 1.0), 0.0, 1.0), 0.0
    )
    return chances


def _mean_share(found: Delays, after: float, which: int) -> float:
    """Mean over ages from 0 to `after` of the share that came: an integral of steps."""
    values = (found.arrived, found.low, found.high)[which]
    steps = np.diff(np.concatenate([[0.0], values]))
    return float((steps * np.maximum(0.0, after - found.times)).sum()) / after if after > 0 else 0.0


def _earliest(count: Callable[[float], float], wanted: float, horizon: float) -> float:
    if count(horizon) < wanted:
        return math.inf
    low, high = 0.0, horizon
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if count(middle) >= wanted else (middle, high)
    return high
