"""Calibration error: how far probabilities lie from what happens, in bins of equal mass."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from gonogo.stats.arrays import Bools, Floats, forecast
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

CALIBRATION = "binned error less chance (Kumar et al. 2019), equal-mass bins, normal bin errors"


@dataclass(frozen=True, slots=True)
class Bin:
    """The rows whose scores lie close together: what was forecast and what happened."""

    lowest: float
    """Smallest score in the bin."""
    highest: float
    """Largest score in the bin."""
    forecast: float
    """Mean score, in [0, 1]."""
    counts: Counts
    """How many of the rows were yes."""

    @property
    def observed(self) -> float:
        """Share of yes, in [0, 1]."""
        return self.counts.yes / self.counts.n

    @property
    def gap(self) -> float:
        """Mean score minus share of yes, in [-1, 1]: above 0 the forecast is too high."""
        return self.forecast - self.observed


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """The calibration error of a forecast, with the bins it was read from."""

    plain: float
    """Mean |gap| over rows, in [0, 1]; too high by chance alone, the more so the more bins."""
    debiased: float
    """`plain` less an estimate of what chance adds to it, at least 0; still a little too high."""
    bins: tuple[Bin, ...]
    """The bins in ascending order of score."""
    n: int
    """Rows."""


def calibration_error(
    label: npt.ArrayLike, score: npt.ArrayLike, bins: int
) -> CalibrationError | Undefined:
    """Mean distance of forecast and outcome in `bins` bins of equally many rows, unit share.

    `label` (booleans or 0 and 1) and `score` (probabilities of yes) have the same shape (n,). Rows
    of equal score stay in one bin, so there may be fewer bins than asked for, and bins of unequal
    size. In each bin |gap| overstates the true gap; as Kumar et al. (2019) do, the overstatement
    is estimated as if the gap found were the true one, here in closed form from the mean of a
    folded normal (Leone et al. 1961), and taken off. Of a forecast that is right that removes two
    fifths of the error found (2 - sqrt 2 remains), of larger gaps nearly all. Binning hides what
    averages out within a bin, so this is the error of the binned forecast, never more than that of
    the forecast itself.

    A constant score and a single class are fine: there is one bin, or one outcome. `ValueError`
    for bins < 1, lengths that differ, labels not 0 and 1. `Undefined` without rows, with missing
    values, with scores outside [0, 1].

    Source: Kumar, Liang & Ma (2019), Verified uncertainty calibration, NeurIPS 32; Leone, Nelson &
    Nottingham (1961), Technometrics 3, 543-550; equal-mass bins: Nguyen & O'Connor (2015), EMNLP.

    >>> found = calibration_error([0, 1, 0, 1], [0.2, 0.2, 0.9, 0.9], bins=2)
    >>> round(found.plain, 3), [round(b.gap, 3) for b in found.bins]
    (0.35, [-0.3, 0.4])
    >>> calibration_error([], [], bins=10).reason
    'no observations'
    """
    if bins < 1:
        raise ValueError(f"bins is {bins}, expected 1 or more")
    found = forecast(label, score)
    if isinstance(found, Undefined):
        return found
    return error_of_bins(_table(*found, bins))


def error_of_bins(table: tuple[Bin, ...]) -> CalibrationError:
    """The calibration error that `table` shows: one bin or more, in ascending order of score."""
    n = sum(one.counts.n for one in table)
    gaps, shares = _gaps(table), _shares(table)
    plain = float(shares @ gaps)
    by_chance = float(shares @ (_folded_mean(gaps, _errors(table)) - gaps))
    return CalibrationError(plain=plain, debiased=max(0.0, plain - by_chance), bins=table, n=n)


def calibration_interval(
    label: npt.ArrayLike,
    score: npt.ArrayLike,
    bins: int,
    level: float,
    *,
    seed: int,
    draws: int,
) -> Measured:
    """The debiased `calibration_error`, unit share, with an interval for the binned error.

    The plain error differs from the true binned one by at most T, the mean over rows of the bins'
    own errors |gap found - true gap| (triangle inequality). Each is taken as half a normal with
    the bin's binomial error, two yes and two no added (Agresti & Coull 1998) so that bins of one
    class are not taken for known; T's `level` quantile, from `draws` seeded draws, is laid to both
    sides of the plain error and cut to [0, 1]. That holds at least `level`, often more. A bootstrap
    would not do: resampling adds the bias of |gap| a second time.

    `level` in (0, 1) and draws >= 1, else `ValueError`; otherwise as `calibration_error`.

    Source: Agresti & Coull (1998), The American Statistician 52, 119-126, for the bins' errors.

    >>> label, score = [0, 1, 0, 1] * 25, [0.45, 0.5, 0.55, 0.6] * 25
    >>> found = calibration_interval(label, score, bins=1, level=0.95, seed=7, draws=10_000)
    >>> round(found.value, 2), found.low, round(found.high, 2)
    (0.01, 0.0, 0.12)
    """
    found = calibration_error(label, score, bins)
    return interval_of_error(found, level, seed=seed, draws=draws)


def interval_of_error(
    found: CalibrationError | Undefined, level: float, *, seed: int, draws: int
) -> Measured:
    """The interval of `calibration_interval`, from the bins alone."""
    check_level(level)
    if draws < 1:
        raise ValueError(f"draws is {draws}, expected 1 or more")
    if isinstance(found, Undefined):
        return found
    weights = _shares(found.bins) * _cautious_errors(found.bins)
    normal = np.random.default_rng(seed).standard_normal((draws, weights.size))
    reach = float(np.quantile(np.abs(normal) @ weights, level, method="higher"))
    return Estimate(
        value=found.debiased,
        low=min(found.debiased, max(0.0, found.plain - reach)),
        high=max(found.debiased, min(1.0, found.plain + reach)),
        level=level,
        n=found.n,
        unit="share",
        method=f"{CALIBRATION} ({len(found.bins)} bins)",
    )


def _table(yes: Bools, score: Floats, bins: int) -> tuple[Bin, ...]:
    order = np.argsort(score, kind="stable")
    ordered, outcomes = score[order], yes[order]
    wanted = (np.arange(1, bins) * score.size) // bins
    # Each cut moves to the first row of its score, so that ties stay together.
    cuts = np.unique(np.searchsorted(ordered, ordered[wanted], side="left"))
    starts = [0, *(int(cut) for cut in cuts if cut)]
    return tuple(
        Bin(
            lowest=float(ordered[start]),
            highest=float(ordered[end - 1]),
            # The mean of equal scores may round past them.
            forecast=float(np.clip(ordered[start:end].mean(), ordered[start], ordered[end - 1])),
            counts=Counts(yes=int(outcomes[start:end].sum()), n=end - start),
        )
        for start, end in zip(starts, [*starts[1:], score.size], strict=True)
    )


def _gaps(table: tuple[Bin, ...]) -> Floats:
    return np.array([abs(b.gap) for b in table])


def _shares(table: tuple[Bin, ...]) -> Floats:
    sizes = np.array([b.counts.n for b in table], dtype=np.float64)
    shares: Floats = sizes / sizes.sum()
    return shares


def _errors(table: tuple[Bin, ...]) -> Floats:
    """Standard error of each bin's share of yes; 0 in a bin of one class or one row."""
    return np.array(
        [math.sqrt(b.observed * (1 - b.observed) / max(1, b.counts.n - 1)) for b in table]
    )


def _cautious_errors(table: tuple[Bin, ...]) -> Floats:
    yes = np.array([b.counts.yes for b in table]) + 2
    n = np.array([b.counts.n for b in table])
    share = yes / (n + 4)
    errors: Floats = np.sqrt(share * (1 - share) / n)
    return errors


def _folded_mean(middle: Floats, error: Floats) -> Floats:
    """Mean of |x| for x normal about `middle` >= 0 with standard deviation `error` >= 0."""
    found = middle.copy()
    some = error > 0
    m, s = middle[some], error[some]
    found[some] = s * math.sqrt(2 / math.pi) * np.exp(-(m**2) / (2 * s**2)) + m * erf(
        m / (s * math.sqrt(2))
    )
    return found
