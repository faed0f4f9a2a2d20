"""What the next runs will take, by what runs like them took: a lognormal of which little is known.

Amounts of runs are above 0 and skewed; their logarithms are taken for normal, mean and variance
for as unknown as they are with so few of them. So a handful of runs gives a wide answer.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

FEWEST = 3
DRAWS = 20_000
METHOD = "lognormal with unknown mean and variance, Jeffreys' prior (Geisser 1993), {draws}"
MOST_RUNS = 10_000
TALLEST = 700.0
"""The logarithm of the largest number that a computer has, about."""


def next_runs(past: Sequence[float], runs: int, level: float, seed: int, unit: str) -> Measured:
    """The median of what `runs` further runs take in all, between what shares of `level` lie.

    `past` is what runs took that were like them, each above 0. Of one run the interval is exact;
    of several, their sum is simulated with `seed`. Raises `ValueError` for what is no such run.

    >>> next_runs([1.0, 2.0], 1, 0.8, 7, "hours").reason
    '2 runs like it: 3 are the least to estimate by'
    """
    check_level(level)
    if not 1 <= runs <= MOST_RUNS:
        raise ValueError(f"runs is {runs}, expected 1 to {MOST_RUNS:,}")
    if not all(one > 0 and math.isfinite(one) for one in past):
        raise ValueError("a run took nothing or no number, expected amounts above 0")
    n = len(past)
    if n < FEWEST:
        many = f"{n} run{'' if n == 1 else 's'} like {'it' if runs == 1 else 'them'}"
        return Undefined(f"{many}: {FEWEST} are the least to estimate by", n=n)
    logs = np.log(np.array(past))
    mean, spread = float(logs.mean()), float(logs.std(ddof=1))
    if spread <= 1e-12 * max(1.0, abs(mean)):
        value = runs * math.exp(mean)
        return Estimate(value, value, value, level, n, unit, "every run like them took the same")
    if runs == 1:
        reach = float(stdtrit(n - 1, (1 + level) / 2)) * spread * math.sqrt(1 + 1 / n)
        ends = [_exp(mean - reach), math.exp(mean), _exp(mean + reach)]
        return _estimate(ends, level, n, unit, "Student's t")
    rng = np.random.default_rng([seed, n, runs])
    sigma = spread * np.sqrt((n - 1) / rng.chisquare(n - 1, DRAWS))
    mu = mean + sigma * rng.standard_normal(DRAWS) / math.sqrt(n)
    total = np.zeros(DRAWS)
    for _ in range(runs):
        drawn = np.minimum(mu + sigma * rng.standard_normal(DRAWS), TALLEST - math.log(runs))
        total += np.exp(drawn)
    shares = [(1 - level) / 2, 0.5, (1 + level) / 2]
    return _estimate(
        [float(one) for one in np.quantile(total, shares)], level, n, unit, f"{DRAWS:,} draws"
    )


def _exp(logarithm: float) -> float:
    return math.exp(min(logarithm, TALLEST))


def _estimate(ends: Sequence[float], level: float, n: int, unit: str, how: str) -> Estimate:
    low, value, high = ends
    return Estimate(value, low, high, level, n, unit, METHOD.format(draws=how))
