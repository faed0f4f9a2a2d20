"""Every kind of interval as a simulation draws it: rows of a known truth, and what is found.

Each takes a generator, rows and a rate, and gives what was measured and what is true. What the rate
is of is said in its title; where there is none, the table shows the sizes alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import norm

from gonogo.stats.agreement import cohen_kappa
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.auc import auc_delong, auc_difference_delong
from gonogo.stats.average_precision import average_precision, average_precision_logit
from gonogo.stats.bootstrap import bootstrap
from gonogo.stats.bounded_means import mean_of_kinds
from gonogo.stats.calibration import calibration_interval
from gonogo.stats.confusion import balanced_accuracy, confusion_of, f1, precision, recall
from gonogo.stats.costs import mean_cost
from gonogo.stats.counts import Counts
from gonogo.stats.cuped import cuped_difference
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.losses import brier, log_loss
from gonogo.stats.means import mean_t
from gonogo.stats.number_errors import rmse_of
from gonogo.stats.paired import newcombe_paired, pairs_of
from gonogo.stats.proportions import clopper_pearson, katz_ratio, newcombe_difference, wilson
from gonogo.stats.quantiles import quantile_interval

LEVEL = 0.95
SIZES = (30, 100, 1_000)
RATES = (0.01, 0.05, 0.1, 0.3, 0.5)
RESAMPLES = 599

Draw = Callable[[np.random.Generator, int, float], tuple[Measured, float]]
"""Rows of the size and rate, from the generator: what is measured of them, and what is true."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One kind of interval."""

    title: str
    """What it is of, and of what the rate is."""
    draw: Draw
    times: int = 4000
    rates: tuple[float, ...] = RATES
    lacking: float = 0.01
    """What of the level an asymptotic method may lack where every cell is concerned."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often an interval held what is true."""

    held: int
    defined: int
    """Of so many that were no `Undefined`."""
    times: int

    @property
    def share(self) -> float:
        """Of the defined ones; NaN where there is none."""
        return self.held / self.defined if self.defined else math.nan


def covered(interval: Interval, n: int, rate: float) -> Coverage:
    """Seeded draws of `interval`; the same whenever and wherever it is drawn."""
    held = defined = 0
    for seed in range(interval.times):
        rng = np.random.default_rng([seed, n, round(rate * 1000)])
        found, truth = interval.draw(rng, n, rate)
        if isinstance(found, Estimate):
            defined += 1
            # A truth at the very end of a range is held by an interval that reaches there.
            held += found.low - 1e-12 <= truth <= found.high + 1e-12
    return Coverage(held, defined, interval.times)


# -- rates ------------------------------------------------------------------------------------


def _wilson(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    return wilson(Counts(int(rng.binomial(n, rate)), n), LEVEL), rate


def _exact(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    return clopper_pearson(Counts(int(rng.binomial(n, rate)), n), LEVEL), rate


def _difference(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    other = min(1.0, 1.5 * rate)
    a, b = (Counts(int(rng.binomial(n, p)), n) for p in (rate, other))
    return newcombe_difference(a, b, LEVEL), rate - other


def _ratio(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    other = min(1.0, 1.5 * rate)
    a, b = (Counts(int(rng.binomial(n, p)), n) for p in (rate, other))
    return katz_ratio(a, b, LEVEL), rate / other


def _paired(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    """Two answers to the same rows, alike in half of them."""
    shared = rng.random(n) < 0.5
    first = rng.random(n) < rate
    second = np.where(shared, first, rng.random(n) < rate)
    return newcombe_paired(pairs_of(first, second), LEVEL), 0.0


# -- decisions: 70 % of yes found, 20 % of no taken for yes -----------------------------------


def _decided(rng: np.random.Generator, n: int, rate: float) -> tuple[Bools, Bools]:
    yes = rng.random(n) < rate
    return yes, np.where(yes, rng.random(n) < 0.7, rng.random(n) < 0.2)


def _precision(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    found = precision(confusion_of(*_decided(rng, n, rate)), LEVEL)
    return found, 0.7 * rate / (0.7 * rate + 0.2 * (1 - rate))


def _recall(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    return recall(confusion_of(*_decided(rng, n, rate)), LEVEL), 0.7


def _f1(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    selected = 0.7 * rate + 0.2 * (1 - rate)
    return f1(confusion_of(*_decided(rng, n, rate)), LEVEL), 2 * 0.7 * rate / (rate + selected)


def _balanced(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    return balanced_accuracy(confusion_of(*_decided(rng, n, rate)), LEVEL), 0.75


PAYOFFS = (10.0, -50.0, -5.0, 0.0)
"""Of a yes found, a no taken for yes, a yes missed, a no."""


def _outcomes(rng: np.random.Generator, n: int, rate: float) -> tuple[list[int], list[float]]:
    yes, selected = _decided(rng, n, rate)
    kinds = (yes & selected, ~yes & selected, yes & ~selected, ~yes & ~selected)
    chances = [0.7 * rate, 0.2 * (1 - rate), 0.3 * rate, 0.8 * (1 - rate)]
    return [int(np.count_nonzero(kind)) for kind in kinds], chances


def _benefit(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    counts, chances = _outcomes(rng, n, rate)
    return mean_of_kinds(counts, PAYOFFS, LEVEL, "EUR"), float(np.dot(chances, PAYOFFS))


def _cost(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    counts, chances = _outcomes(rng, n, rate)
    each = [0.0, 1.0, 5.0, 0.0]
    return mean_cost(counts, each, LEVEL), float(np.dot(chances, each))


def _kappa(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    """Two raters who agree on four fifths of the units and guess on the rest."""
    true = rng.random(n) < rate
    sure = rng.random(n) < 0.8
    first, second = (np.where(sure, true, rng.random(n) < rate).astype(int) for _ in range(2))
    return cohen_kappa(first, second, LEVEL, 7, RESAMPLES), 0.8


# -- scores -----------------------------------------------------------------------------------


def _binormal(rng: np.random.Generator, n: int, rate: float) -> tuple[Bools, Floats]:
    yes = rng.random(n) < rate
    return yes, rng.normal(size=n) + _shift(0.8) * yes


def _shift(truth: float) -> float:
    return math.sqrt(2) * float(norm.ppf(truth))


def _auc(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    return auc_delong(*_binormal(rng, n, rate), LEVEL), 0.8


def _auc_difference(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    yes = rng.random(n) < rate
    shared = rng.normal(size=n) + yes
    first, second = (shared + rng.normal(size=n) for _ in range(2))
    return auc_difference_delong(yes, first, second, LEVEL), 0.0


@cache
def _true_average_precision(rate: float) -> float:
    found = average_precision(*_binormal(np.random.default_rng(0), 4_000_000, rate))
    if not isinstance(found, float):
        raise TypeError(found)
    return found


def _average_precision(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    found = average_precision_logit(*_binormal(rng, n, rate), LEVEL)
    return found, _true_average_precision(rate)


SPREAD = 4.0
"""How close probabilities lie to the rate: of a beta distribution, the sum of its parameters."""


def _probable(rng: np.random.Generator, n: int, rate: float) -> tuple[Bools, Floats]:
    score = rng.beta(SPREAD * rate, SPREAD * (1 - rate), size=n).clip(1e-9, 1 - 1e-9)
    return rng.random(n) < score, score


def _brier(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    return brier(*_probable(rng, n, rate), LEVEL), rate * (1 - rate) * SPREAD / (SPREAD + 1)


@cache
def _true_log_loss(rate: float) -> float:
    rng = np.random.default_rng(0)
    score = rng.beta(SPREAD * rate, SPREAD * (1 - rate), size=4_000_000).clip(1e-9, 1 - 1e-9)
    return float(-(score * np.log(score) + (1 - score) * np.log1p(-score)).mean())


def _log_loss(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    return log_loss(*_probable(rng, n, rate), LEVEL), _true_log_loss(rate)


def _calibration(rng: np.random.Generator, n: int, rate: float) -> tuple[Measured, float]:
    """Ten scores around the rate, each a fifth of the rate too high."""
    score = rng.choice(np.linspace(0.5 * rate, 1.5 * rate, 10), size=n)
    label = rng.random(n) < score - 0.2 * rate
    return calibration_interval(label, score, 10, LEVEL, seed=7, draws=1000), 0.2 * rate


# -- numbers ----------------------------------------------------------------------------------


def _mean(rng: np.random.Generator, n: int, _rate: float) -> tuple[Measured, float]:
    return mean_t(rng.normal(5, 3, n), LEVEL, "ms"), 5.0


def _skewed(
    rng: np.random.Generator, n: int, rate: float
) -> tuple[Measured, float]:  # there is none
    return mean_t(rng.exponential(1, n), LEVEL, "ms"), 1.0


def _median(
    rng: np.random.Generator, n: int, rate: float
) -> tuple[Measured, float]:  # there is none
    return quantile_interval(rng.exponential(1, n), 0.5, LEVEL, "ms"), math.log(2)


def _rmse(rng: np.random.Generator, n: int, _rate: float) -> tuple[Measured, float]:
    truth = rng.normal(size=n)
    said = truth + rng.normal(0, 2, n)
    found = bootstrap(rmse_of, (truth, said), LEVEL, 7, RESAMPLES, unit="", vectorised=True)
    return found, 2.0


def _adjusted(
    rng: np.random.Generator, n: int, rate: float
) -> tuple[Measured, float]:  # there is none
    before = rng.normal(size=n)
    arm = np.arange(n) < n // 2
    after = 0.8 * before + rng.normal(size=n) + 0.5 * arm
    found = cuped_difference(after[~arm], before[~arm], after[arm], before[arm], LEVEL, "ms")
    return found, 0.5


INTERVALS = (
    Interval("rate, Wilson", _wilson),
    Interval("rate, Clopper-Pearson", _exact, lacking=0.0),
    Interval("difference of a rate and half as much again, Newcombe", _difference),
    Interval("ratio of a rate to half as much again", _ratio),
    Interval("difference of the rates of two answers to the same rows, Newcombe", _paired),
    Interval("precision; rate of yes", _precision),
    Interval("recall; rate of yes", _recall),
    Interval("F1; rate of yes", _f1),
    Interval("balanced accuracy; rate of yes", _balanced),
    Interval("benefit per decision; rate of yes", _benefit, times=300),
    Interval("cost per decision; rate of yes", _cost, times=300),
    Interval("Cohen's kappa, BCa; rate of yes", _kappa, times=300),
    Interval("ROC AUC, DeLong; rate of yes", _auc, times=2000),
    Interval("difference of two ROC AUCs, DeLong; rate of yes", _auc_difference, times=2000),
    Interval("PR AUC, logit; rate of yes", _average_precision, times=2000),
    Interval("Brier score; rate of yes", _brier, times=300),
    Interval("log loss; rate of yes", _log_loss, times=300),
    Interval("calibration error; rate of yes", _calibration, times=1000, lacking=0.0),
    Interval("mean of normal values, Student's t", _mean, rates=(0.5,), lacking=0.0),
    Interval("mean of exponential values, Student's t", _skewed, rates=(0.5,)),
    Interval("median of exponential values", _median, rates=(0.5,), lacking=0.0),
    Interval("RMSE, BCa", _rmse, times=300, rates=(0.5,)),
    Interval("effect after CUPED", _adjusted, rates=(0.5,)),
)
"""In the order of the table."""
