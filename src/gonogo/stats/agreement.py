"""How far annotators agree beyond chance: Cohen's kappa, Fleiss' kappa, Krippendorff's alpha.

All three are 1 for full agreement and 0 for what chance would give. Their intervals come from
drawing units anew (the things that were rated), as Zapf et al. (2016), BMC Medical Research
Methodology 16:93, recommend: ratings of one unit stay together.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats
from gonogo.stats.bootstrap import bootstrap
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

Matrix = npt.NDArray[np.float64]
"""Two-dimensional: resamples or units by units, raters or values."""

COHEN = "Cohen's kappa (1960)"
COHEN_WEIGHTED = "Cohen's weighted kappa (1968)"
FLEISS = "Fleiss' kappa (1971)"
KRIPPENDORFF = "Krippendorff's alpha (2011), {scale}"
AGREED = (
    "all ratings agree: exact bound of the share of units that do not (Clopper & Pearson 1934), "
    "against the chance agreement observed"
)


class Scale(StrEnum):
    """What differences of two ratings mean."""

    NOMINAL = "nominal"
    """Alike or not."""
    ORDINAL = "ordinal"
    """How many ratings lie between them."""
    INTERVAL = "interval"
    """Their difference, squared."""


@dataclass(frozen=True, slots=True)
class _Spread:
    """Disagreement of resamples, each of shape (b,)."""

    observed: Floats
    """Mean disagreement within units."""
    expected: Floats
    """Mean disagreement of ratings paired by chance; 0 where all are alike."""

    @property
    def agreement(self) -> Floats:
        """1 - observed / expected, NaN where all ratings are alike."""
        apart = self.expected > 0
        share = self.observed / np.where(apart, self.expected, 1.0)
        return np.where(apart, 1.0 - share, np.nan)


Spread = Callable[[Matrix], _Spread]
"""From how often each unit was drawn, shape (b, units)."""


def cohen_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    level: float,
    seed: int,
    resamples: int,
    *,
    weights: npt.ArrayLike | None = None,
) -> Measured:
    """Agreement of two raters beyond chance, in [-1, 1], unit kappa, with a BCa interval.

    `first` and `second` have shape (n,) and hold codes from 0, the same for both; every unit was
    rated by both. `weights`, shape (k, k), says how bad it is to take one code for another, 0 on
    the diagonal; without them every disagreement counts alike. `Undefined` where all ratings are
    alike, and for fewer than two units. Raises `ValueError` for lengths that differ, codes that are
    no whole numbers from 0 or beyond `weights`, and for `level`.

    Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46; weighted: Cohen
    (1968), Psychological Bulletin 70, 213-220; intervals: Efron (1987), over units.

    >>> found = cohen_kappa([0, 0, 1, 1, 0, 1, 0, 1], [0, 0, 1, 1, 0, 0, 1, 1], 0.95, 7, 999)
    >>> found.value
    0.5
    """
    check_level(level)
    a, b = _codes(first), _codes(second)
    if a.size != b.size:
        raise ValueError(f"{a.size} and {b.size} ratings, expected as many of each")
    kinds = int(max(a.max(initial=0), b.max(initial=0))) + 1
    costs = _costs(weights, kinds)
    cost, row, column = costs[a, b], np.eye(len(costs))[a], np.eye(len(costs))[b]

    def spread(drawn: Matrix) -> _Spread:
        n = drawn.sum(axis=1)
        chance = ((drawn @ row) @ costs * (drawn @ column)).sum(axis=1)
        return _Spread(drawn @ cost / n, chance / n**2)

    method = COHEN if weights is None else COHEN_WEIGHTED
    worst = _worst(costs, np.union1d(a, b))
    return _estimate(spread, a.size, worst, (level, seed, resamples), "kappa", method)


def fleiss_kappa(ratings: npt.ArrayLike, level: float, seed: int, resamples: int) -> Measured:
    """Agreement of equally many ratings of every unit, at most 1, unit kappa, with a BCa interval.

    `ratings` has shape (units, values): how often each value was given to each unit. The raters of
    different units may be different people. `Undefined` where units have different numbers of
    ratings (Krippendorff's alpha allows that), fewer than two, or all ratings are alike. Raises
    `ValueError` for negative counts and other shapes.

    Source: Fleiss (1971), Psychological Bulletin 76, 378-382; intervals: Efron (1987), over units.

    >>> found = fleiss_kappa([[3, 0], [0, 3], [3, 0], [1, 2], [0, 3]], 0.95, 7, 999)
    >>> round(found.value, 3)
    0.732
    """
    check_level(level)
    counts = np.asarray(ratings, dtype=np.float64)
    if counts.ndim != 2 or (counts < 0).any():
        raise ValueError(f"ratings have shape {counts.shape}, expected counts of units by values")
    units, raters = len(counts), counts.sum(axis=1)
    if not units:
        return Undefined("no observations", n=0)
    if np.ptp(raters):
        few, many = int(raters.min()), int(raters.max())
        return Undefined(
            f"units have {few} to {many} ratings, expected as many of each: "
            "Krippendorff's alpha allows for missing ones",
            n=units,
        )
    each = float(raters[0])
    if each < 2:
        return Undefined("fewer than two ratings of each unit: nothing to agree", n=units)
    apart = (each**2 - (counts**2).sum(axis=1)) / (each * (each - 1))

    def spread(drawn: Matrix) -> _Spread:
        n = drawn.sum(axis=1)
        given = drawn @ counts
        total = n * each
        return _Spread(drawn @ apart / n, (total**2 - (given**2).sum(axis=1)) / total**2)

    return _estimate(spread, units, 1.0, (level, seed, resamples), "kappa", FLEISS)


def krippendorff_alpha(
    ratings: npt.ArrayLike, level: float, seed: int, resamples: int, *, scale: Scale
) -> Measured:
    """Agreement of any number of raters, ratings may be missing, at most 1, unit alpha, with BCa.

    `ratings` has shape (units, raters), NaN where a rater did not rate a unit; of a nominal scale
    the numbers are codes. Units with one rating say nothing of agreement and are left out; n counts
    the others. `Undefined` without such units and where all ratings are alike. Raises `ValueError`
    for another shape and for infinite ratings.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, University of
    Pennsylvania; intervals: Efron (1987), over units.

    >>> nan = float("nan")
    >>> rated = [[1, 1, nan], [2, 2, 3], [3, 3, 3], [1, 2, 1], [2, nan, 2]]
    >>> found = krippendorff_alpha(rated, 0.95, 7, 999, scale=Scale.NOMINAL)
    >>> round(found.value, 3), found.n
    (0.571, 5)
    """
    check_level(level)
    found = np.asarray(ratings, dtype=np.float64)
    if found.ndim != 2 or np.isinf(found).any():
        raise ValueError(f"ratings have shape {found.shape}, expected finite units by raters")
    found = found[(~np.isnan(found)).sum(axis=1) >= 2]
    if not len(found):
        return Undefined("no unit has two ratings: nothing to agree", n=0)
    spread, worst = _by_value(found) if scale is Scale.NOMINAL else _by_distance(found, scale)
    method = KRIPPENDORFF.format(scale=scale)
    return _estimate(spread, len(found), worst, (level, seed, resamples), "alpha", method)


def _by_value(ratings: Matrix) -> tuple[Spread, float]:
    counts, _ = _counted(ratings)
    size = counts.sum(axis=1)
    within = (size**2 - (counts**2).sum(axis=1)) / (size - 1)

    def spread(drawn: Matrix) -> _Spread:
        n = drawn @ size
        chance = n**2 - ((drawn @ counts) ** 2).sum(axis=1)
        return _Spread(drawn @ within / n, chance / (n * (n - 1)))

    return spread, 1.0


def _by_distance(ratings: Matrix, scale: Scale) -> tuple[Spread, float]:
    """Squared distances: of values, or of the middle ranks the values have in the resample.

    Krippendorff's ordinal metric, the ratings between c and k with half of those at c and at k, is
    the distance of the middle ranks of c and k.
    """
    counts, values = _counted(ratings)
    size = counts.sum(axis=1)
    # Taken from the middle, so that nothing is lost to cancellation where all values are large.
    fixed = values - values[values.size // 2]

    def places(given: Matrix) -> Matrix:
        if scale is Scale.INTERVAL:
            return np.tile(fixed, (len(given), 1))
        middle: Matrix = np.cumsum(given, axis=1) - (given + given.sum(axis=1, keepdims=True)) / 2
        return middle

    def spread(drawn: Matrix) -> _Spread:
        given = drawn @ counts
        n, at = given.sum(axis=1), places(given)
        total, square = (given * at).sum(axis=1), (given * at**2).sum(axis=1)
        chance = 2 * (n * square - total**2)
        chance[chance <= 1e-12 * n * square] = 0.0
        unit = 2 * (size * (at**2 @ counts.T) - (at @ counts.T) ** 2) / (size - 1)
        within = (drawn * np.maximum(unit, 0.0)).sum(axis=1)
        return _Spread(within / n, chance / (n * (n - 1)))

    all_of_them = places(counts.sum(axis=0, keepdims=True))
    return spread, float(np.ptp(all_of_them)) ** 2


def _counted(ratings: Matrix) -> tuple[Matrix, Floats]:
    """How often each unit was given each value, shape (units, values); the values, ascending."""
    there = ~np.isnan(ratings)
    values, codes = np.unique(ratings[there], return_inverse=True)
    rows = np.nonzero(there)[0]
    counts = np.bincount(rows * values.size + codes, minlength=len(ratings) * values.size)
    return counts.reshape(len(ratings), values.size).astype(np.float64), values


def _codes(given: npt.ArrayLike) -> npt.NDArray[np.int64]:
    found = np.asarray(given, dtype=np.float64)
    if found.ndim != 1 or (found < 0).any() or (found != np.floor(found)).any():
        raise ValueError(f"ratings of shape {found.shape}, expected one row of codes from 0")
    return found.astype(np.int64)


def _costs(weights: npt.ArrayLike | None, kinds: int) -> Matrix:
    if weights is None:
        return 1.0 - np.eye(kinds)
    costs = np.asarray(weights, dtype=np.float64)
    if costs.ndim != 2 or costs.shape[0] != costs.shape[1] or len(costs) < kinds:
        raise ValueError(f"weights have shape {costs.shape}, expected {kinds} by {kinds}")
    if np.diag(costs).any() or (costs < 0).any() or not np.isfinite(costs).all():
        raise ValueError("weights are below 0 or not 0 on the diagonal, expected costs of mistakes")
    return costs


def _worst(costs: Matrix, there: npt.NDArray[np.int64]) -> float:
    return float(costs[np.ix_(there, there)].max(initial=0.0))


def _estimate(
    spread: Spread,
    units: int,
    worst: float,
    drawing: tuple[float, int, int],
    unit: str,
    method: str,
) -> Measured:
    """The agreement of all units, with the interval that drawing them anew gives."""
    level, seed, resamples = drawing
    if not units:
        return Undefined("no observations", n=0)
    whole = spread(np.ones((1, units)))
    if whole.expected[0] == 0:
        return Undefined("all ratings are alike, so chance would agree as well", n=units)
    if whole.observed[0] == 0:
        share = 1 - math.pow((1 - level) / 2, 1 / units)
        low = max(-1.0, 1 - share * worst / float(whole.expected[0]))
        return Estimate(1.0, low, 1.0, level, units, unit, f"{method}; {AGREED}")

    def agreement(rows: npt.NDArray[np.int64]) -> Floats:
        return spread(_times(rows, units)).agreement

    found = bootstrap(
        agreement, (np.arange(units),), level, seed, resamples, unit=unit, vectorised=True
    )
    if isinstance(found, Undefined):
        return found
    return Estimate(
        value=found.value,
        low=found.low,
        high=min(1.0, found.high),
        level=level,
        n=units,
        unit=unit,
        method=f"{method}; {found.method}, over units",
    )


def _times(rows: npt.NDArray[np.int64], units: int) -> Matrix:
    """How often each unit stands in each of `rows`, shape (b, units)."""
    apart = rows + units * np.arange(len(rows))[:, np.newaxis]
    found = np.bincount(apart.ravel(), minlength=len(rows) * units)
    return found.reshape(len(rows), units).astype(np.float64)
