"""What knowing more is worth before choosing: of everything, and of the next experiment.

Information is worth something only where it may change the choice: to learn what would not change
it costs and gains nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.levels import check_level, normal_quantile

MONTE_CARLO = "expected value of perfect information, over futures"
REGRESSION = "expected value of sample information by regression (Strong et al. 2015), cross-fitted"
FOLDS = 5
FEWEST = 200
"""Futures below which a regression learns their noise."""
DEGREES = (1, 2, 3, 4)
"""Of the polynomials among which cross-validation chooses."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """Something to be found out before choosing, and what it costs."""

    name: str
    worth: float
    """Its expected value of information."""
    cost: float

    @property
    def gain(self) -> float:
        """What it is worth beyond its cost: below 0 it should not be run."""
        return self.worth - self.cost


def evpi(values: npt.ArrayLike, level: float, unit: str = "money") -> Estimate | Undefined:
    """What knowing everything would be worth, from futures.

    `values` has the shape (futures, choices): what each choice comes to in each future. The value
    is the mean of the best less the best mean; the interval is that of the simulation alone.

    >>> found = evpi([[0.0, 10.0], [0.0, -10.0]] * 50, 0.9)
    >>> found.value
    5.0
    """
    check_level(level)
    table = _table(values)
    if isinstance(table, Undefined):
        return table
    chosen = int(table.mean(axis=0).argmax())
    return _estimate(table.max(axis=1) - table[:, chosen], level, unit, MONTE_CARLO)


def evsi(
    values: npt.ArrayLike,
    summaries: npt.ArrayLike,
    level: float,
    *,
    seed: int,
    unit: str = "money",
) -> Estimate | Undefined:
    """What seeing the results of an experiment would be worth, from futures.

    `values` has the shape (futures, choices), `summaries` (futures, k): what the experiment would
    show in each future, its noise included. What will then be believed of each choice is found by
    regressing its value on the summaries, with polynomials whose degree cross-validation chooses.
    Each future is judged by a regression that has not seen it, so that what is found is not too
    high; it is a little too low, since a fitted choice is never better than the best.

    With parameters in place of summaries it is the value of knowing these for sure. `Undefined`
    for fewer than 200 futures or missing numbers; `ValueError` for lengths that differ.

    Source: Strong, Oakley, Brennan & Breeze (2015), Medical Decision Making 35, 570-583, and for
    parameters Strong, Oakley & Brennan (2014), Medical Decision Making 34, 311-326.
    """
    check_level(level)
    table, shown = _table(values), np.asarray(summaries, dtype=float)
    if isinstance(table, Undefined):
        return table
    shown = shown[:, None] if shown.ndim == 1 else shown
    if len(shown) != len(table):
        raise ValueError(f"{len(table)} futures and {len(shown)} summaries, expected as many")
    if len(table) < FEWEST:
        return Undefined(f"{len(table)} futures, {FEWEST} are the least", n=len(table))
    if not np.isfinite(shown).all():
        return Undefined("a summary is missing or infinite", n=len(table))
    folds = np.random.default_rng(seed).permutation(len(table)) % FOLDS
    believed = _believed(table, shown, folds)
    before = int(table.mean(axis=0).argmax())
    after = believed.argmax(axis=1)
    gains = table[np.arange(len(table)), after] - table[:, before]
    found = _estimate(gains, level, unit, REGRESSION)
    # Information cannot be worth less than nothing: one need not act on it.
    return Estimate(
        max(found.value, 0.0),
        max(found.low, 0.0),
        max(found.high, 0.0),
        found.level,
        found.n,
        found.unit,
        found.method,
    )


def ranked(experiments: Sequence[Experiment]) -> list[Experiment]:
    """Which experiment to run first: by what each is worth beyond its cost, greatest first."""
    return sorted(experiments, key=lambda one: (-one.gain, one.name))


def _table(values: npt.ArrayLike) -> Floats | Undefined:
    found = np.asarray(values, dtype=float)
    if found.ndim != 2 or not found.shape[1]:
        raise ValueError(f"values have the shape {found.shape}, expected futures × choices")
    if len(found) < 2:
        return Undefined("fewer than two futures", n=len(found))
    if not np.isfinite(found).all():
        return Undefined("a value is missing or infinite", n=len(found))
    return found


def _believed(table: Floats, shown: Floats, folds: npt.NDArray[np.int64]) -> Floats:
    """What each choice is believed to come to, by a regression on the other folds' futures."""
    spread = shown.std(axis=0)
    scaled = (shown - shown.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    best, least = np.tile(table.mean(axis=0), (len(table), 1)), math.inf
    for degree in DEGREES:
        terms = _terms(scaled, degree)
        if terms.shape[1] * 10 > len(table):
            break
        found = np.empty_like(table)
        for fold in range(FOLDS):
            out = folds == fold
            weights = np.linalg.lstsq(terms[~out], table[~out], rcond=None)[0]
            found[out] = terms[out] @ weights
        error = float(np.square(found - table).sum())
        if error < least:
            best, least = found, error
    return best


def _terms(scaled: Floats, degree: int) -> Floats:
    """All products of powers of the summaries up to `degree`, the constant among them."""
    terms: list[Floats] = [np.ones(len(scaled))]
    last: list[tuple[int, Floats]] = [(0, terms[0])]
    for _ in range(degree):
        last = [
            (place, term * scaled[:, place])
            for first, term in last
            for place in range(first, scaled.shape[1])
        ]
        terms += [term for _, term in last]
    return np.column_stack(terms)


def _estimate(gains: Floats, level: float, unit: str, method: str) -> Estimate:
    value = float(gains.mean())
    reach = normal_quantile(level) * float(gains.std(ddof=1)) / math.sqrt(gains.size)
    return Estimate(value, value - reach, value + reach, level, gains.size, unit, method)
