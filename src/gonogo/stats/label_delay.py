"""How long outcomes take to come, learned from those that came."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile

REVERSED = "reverse-time Kaplan-Meier of arrived outcomes (Lagakos et al. 1988), log-log interval"


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
