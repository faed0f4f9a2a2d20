"""Forecasts whose date has come, scored: whether what was said and what happened are alike."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, forecast
from gonogo.stats.bootstrap import bootstrap
from gonogo.stats.calibration import CalibrationError, calibration_error
from gonogo.stats.clusters import entities
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile
from gonogo.stats.losses import brier
from gonogo.stats.number_errors import mean_loss, paired_numbers, pinball_losses
from gonogo.stats.proportions import clopper_pearson, wilson

RESAMPLES = 999
EFFECTIVE = "Wilson score interval (1927) of the effective number (Kish 1965)"


@dataclass(frozen=True, slots=True)
class Parts:
    """A Brier score taken apart; `brier` is the sum as `total` puts it together."""

    brier: float
    """The score itself: mean squared distance of forecast and outcome."""
    reliability: float
    """Mean squared gap between a group's forecast and how often it came true; 0 is best."""
    resolution: float
    """How far the groups' rates lie from the overall rate; more is better."""
    uncertainty: float
    """Variance of the outcome itself: what always saying the overall rate would score."""
    within: float
    """What unequal forecasts within a group add; 0 where a group holds one forecast."""
    groups: int
    """Groups of forecasts."""

    @property
    def total(self) -> float:
        """Reliability - resolution + uncertainty + within: the Brier score."""
        return self.reliability - self.resolution + self.uncertainty + self.within


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """Forecasts that lie close together, and how often they came true."""

    lowest: float
    highest: float
    forecast: float
    """Their mean, in [0, 1]."""
    counts: Counts
    """How many came true."""
    observed: Measured
    """The share that came true, with its interval."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often a date that should hold with a probability did hold."""

    said: float
    """The probability that was said, in (0, 1)."""
    counts: Counts
    """How many of the dates held."""
    observed: Measured
    """The share that held, with its exact interval."""

    @property
    def kept(self) -> bool | None:
        """Whether the interval holds what was said; None without any date."""
        if isinstance(self.observed, Undefined):
            return None
        return self.observed.low <= self.said <= self.observed.high


def brier_score(happened: npt.ArrayLike, said: npt.ArrayLike, level: float) -> Measured:
    """Mean squared distance of what was `said`, in [0, 1], and what `happened`, unit score.

    Source: Brier (1950), Monthly Weather Review 78, 1-3.
    """
    return brier(happened, said, level)


def murphy(happened: npt.ArrayLike, said: npt.ArrayLike, groups: int) -> Parts | Undefined:
    """The Brier score as reliability - resolution + uncertainty.

    Forecasts are grouped by what was said where those are no more than `groups` numbers, else into
    as many groups of equal size; then `within` is what the variety within groups leaves. Both have
    shape (n,). `ValueError` for groups < 1; `Undefined` as `squared_errors`.

    Source: Murphy (1973), J. Applied Meteorology 12, 595-600; the parts within groups: Stephenson,
    Coelho & Jolliffe (2008), Weather and Forecasting 23, 752-757.

    >>> found = murphy([1, 1, 0, 0, 1], [0.9, 0.9, 0.9, 0.2, 0.2], groups=10)
    >>> round(found.reliability, 4), round(found.resolution, 4), round(found.uncertainty, 4)
    (0.0687, 0.0067, 0.24)
    """
    table = _table(happened, said, groups)
    if isinstance(table, Undefined):
        return table
    yes, scores = np.asarray(happened, dtype=float), np.asarray(said, dtype=float)
    shares = np.array([row.counts.n for row in table.bins]) / table.n
    rates = np.array([row.observed for row in table.bins])
    gaps = np.array([row.gap for row in table.bins])
    rate = float(yes.mean())
    parts = Parts(
        brier=float(np.square(scores - yes).mean()),
        reliability=float(shares @ gaps**2),
        resolution=float(shares @ (rates - rate) ** 2),
        uncertainty=rate * (1 - rate),
        within=0.0,
        groups=len(table.bins),
    )
    left = parts.brier - parts.total
    return Parts(
        brier=parts.brier,
        reliability=parts.reliability,
        resolution=parts.resolution,
        uncertainty=parts.uncertainty,
        within=left if abs(left) > 1e-12 else 0.0,
        groups=parts.groups,
    )


def calibration_table(
    happened: npt.ArrayLike, said: npt.ArrayLike, groups: int, level: float
) -> tuple[CalibrationRow, ...] | Undefined:
    """How often forecasts of about the same probability came true, with Wilson intervals.

    Groups and errors as `murphy`.
    """
    table = _table(happened, said, groups)
    if isinstance(table, Undefined):
        return table
    return tuple(
        CalibrationRow(row.lowest, row.highest, row.forecast, row.counts, wilson(row.counts, level))
        for row in table.bins
    )


def coverage(
    actual: npt.ArrayLike, said: npt.ArrayLike, probability: float, level: float
) -> Coverage | Undefined:
    """How often `actual` came no later than `said`, which should hold with `probability`.

    Both of shape (n,), as numbers of the same unit. Forecasts of one plan come true or not
    together, so with few plans the truth is wider than the interval. `Undefined` for missing
    values, `ValueError` for lengths that differ and for a probability outside (0, 1).

    >>> found = coverage([10, 20, 30], [12, 18, 33], 0.8, level=0.95)
    >>> found.counts, found.kept
    (Counts(yes=2, n=3), True)
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability is {probability}, expected a number between 0 and 1")
    check_level(level)
    found = paired_numbers(actual, said)
    if isinstance(found, Undefined):
        return found
    counts = Counts(yes=int(np.count_nonzero(found[0] <= found[1])), n=found[0].size)
    return Coverage(probability, counts, clopper_pearson(counts, level))


def shared(who: npt.ArrayLike, happened: npt.ArrayLike, level: float) -> Measured:
    """The share of what `happened`, 0 or 1, with Wilson's interval of the effective number, share.

    `who` tells which outcome each rests on, by text: forecasts of one milestone come true or not
    together, so that many of few milestones say little more than the few. Both have shape (n,).

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; Kish (1965), Survey Sampling, 5.4.

    >>> one = shared(["a"] * 40, [1] * 40, 0.95)
    >>> one.n, round(one.low, 2)
    (40, 0.21)
    """
    yes = np.asarray(happened, dtype=float)
    z = normal_quantile(level)
    if not yes.size:
        return Undefined("no observations", n=0)
    n, share = yes.size / entities(who, yes).cautious_effect, float(yes.mean())
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Estimate(
        value=share,
        low=max(0.0, min(middle - reach, share)),
        high=min(1.0, max(middle + reach, share)),
        level=level,
        n=yes.size,
        unit="share",
        method=EFFECTIVE,
    )


def pinball(
    actual: npt.ArrayLike, said: npt.ArrayLike, probability: float, level: float, unit: str
) -> Measured:
    """Mean loss of dates said to hold with `probability`, in their own unit; 0 is best.

    Too late a date costs too, so that saying a far one does not pay. Arguments as `coverage`.

    Source: Koenker & Bassett (1978), Econometrica 46, 33-50.
    """
    return mean_loss(pinball_losses(actual, said, probability), level, unit)


def skill(losses: npt.ArrayLike, reference: npt.ArrayLike, level: float, *, seed: int) -> Measured:
    """1 - mean loss over the mean loss of a `reference` on the same forecasts, unit share.

    0 is no better than the reference, 1 perfect; below 0 the reference would have done better. The
    interval is a bootstrap of forecasts. Both have shape (n,), each loss 0 or more. `Undefined`
    where the reference has no loss at all.

    Source: Murphy (1988), Monthly Weather Review 116, 2417-2424.
    """

    def ratio(ours: Floats, theirs: Floats) -> Floats:
        mean = theirs.mean(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.where(mean > 0, 1 - ours.mean(axis=-1) / mean, np.nan)
        return found

    found = paired_numbers(losses, reference)
    if isinstance(found, Undefined):
        return found
    if not found[1].any():
        return Undefined("the reference has no loss to be compared with", n=found[1].size)
    return bootstrap(
        ratio, found, level, seed, RESAMPLES, method="percentile", unit="share", vectorised=True
    )


def _table(
    happened: npt.ArrayLike, said: npt.ArrayLike, groups: int
) -> CalibrationError | Undefined:
    found = forecast(happened, said)
    if isinstance(found, Undefined):
        return found
    kinds = np.unique(found[1]).size
    # As many bins as rows keep equal forecasts together and all others apart.
    return calibration_error(happened, said, found[1].size if kinds <= groups else groups)
