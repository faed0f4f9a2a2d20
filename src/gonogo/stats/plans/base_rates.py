"""How often hypotheses of a kind came true: each kind drawn to all of them while it is small."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaln

from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate
from gonogo.stats.levels import check_level

HIERARCHICAL = "hierarchical beta-binomial, integrated numerically (Gelman et al. 2013, 5.3)"
MEANS = np.linspace(-7.0, 7.0, 71)
"""Log odds of the mean rate over kinds, where it is integrated."""
SIZES = np.linspace(math.log(0.02), math.log(20_000.0), 49)
"""Logarithm of how many observations the mean is worth in each kind, likewise."""
NEGLIGIBLE = 1e-7
"""Of the greatest weight: places of less weight are left out."""
PRECISE = 1e-6
"""To where the ends of an interval are found."""


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How likely the next hypothesis of a kind is to come true."""

    counts: Counts
    """Of that kind alone; 0 of 0 for a kind that was never tried."""
    measured: Estimate
    """The rate, unit probability, with its credible interval."""
    worth: float
    """How many observations the rate is worth: those of a beta distribution of like spread."""


@dataclass(frozen=True, slots=True)
class BaseRates:
    """The rates of all kinds, and of one never seen."""

    kinds: dict[str, BaseRate]
    other: BaseRate
    """For a kind without a record: the spread between kinds is in its interval."""


def base_rates(kinds: Mapping[str, Counts], level: float) -> BaseRates:
    """Rates of success by kind, each drawn towards the rate of all as far as it has few results.

    The rates of the kinds are taken as draws from one beta distribution, of which neither the mean
    nor the spread is known: every mean is as likely beforehand, and k = alpha + beta has density
    (1 + k)^(-3/2) / 2, which for large k is that of Gelman et al. but is proper, so that there is
    an answer, if a wide one, from no results on. `level` in (0, 1), else `ValueError`.

    Source: Gelman, Carlin, Stern, Dunson, Vehtari & Rubin (2013), Bayesian Data Analysis, 5.3.

    >>> found = base_rates({"more data": Counts(yes=4, n=5), "new loss": Counts(0, 1)}, 0.8)
    >>> 0.2 < found.kinds["new loss"].measured.value < 0.5 < found.kinds["more data"].measured.value
    True
    """
    check_level(level)
    alpha, beta, weights = _weighed(list(kinds.values()))
    rates = {
        kind: _rate(alpha, beta, weights, counts, level) for kind, counts in sorted(kinds.items())
    }
    return BaseRates(rates, _rate(alpha, beta, weights, Counts(0, 0), level))


def hyperparameters(kinds: list[Counts]) -> tuple[float, float]:
    """The posterior means of alpha and beta, by which the published example is known."""
    alpha, beta, weights = _weighed(kinds)
    return float(weights @ alpha), float(weights @ beta)


def _weighed(kinds: list[Counts]) -> tuple[Floats, Floats, Floats]:
    """Alpha, beta and the posterior weight of each place of the grid, the negligible left out."""
    odds, sizes = (part.ravel() for part in np.meshgrid(MEANS, SIZES))
    mean, size = 1 / (1 + np.exp(-odds)), np.exp(sizes)
    alpha, beta = mean * size, (1 - mean) * size
    # The densities of mean and size, in the coordinates of the grid.
    logs = np.log(mean) + np.log1p(-mean) + sizes - 1.5 * np.log1p(size)
    for counts in kinds:
        logs = logs + betaln(alpha + counts.yes, beta + counts.no) - betaln(alpha, beta)
    weights = np.exp(logs - logs.max())
    kept = weights > NEGLIGIBLE
    return alpha[kept], beta[kept], weights[kept] / weights[kept].sum()


def _rate(alpha: Floats, beta: Floats, weights: Floats, counts: Counts, level: float) -> BaseRate:
    yes, no = alpha + counts.yes, beta + counts.no
    size = yes + no
    means = yes / size
    value = float(weights @ means)
    spread = float(weights @ (means * (1 - means) / (size + 1) + (means - value) ** 2))
    low, high = (_quantile(yes, no, weights, tail) for tail in ((1 - level) / 2, (1 + level) / 2))
    return BaseRate(
        counts=counts,
        measured=Estimate(
            value=value,
            low=min(low, value),
            high=max(high, value),
            level=level,
            n=counts.n,
            unit="probability",
            method=HIERARCHICAL,
        ),
        worth=max(value * (1 - value) / spread - 1, 0.0),
    )


def _quantile(yes: Floats, no: Floats, weights: Floats, share: float) -> float:
    def beyond(at: float) -> float:
        return float(weights @ betainc(yes, no, at)) - share

    return float(brentq(beyond, 0.0, 1.0, xtol=PRECISE))
