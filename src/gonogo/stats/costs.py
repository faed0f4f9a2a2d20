"""What decisions cost: the mean over rows, and the threshold at which it is least."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools, Floats, ranked
from gonogo.stats.bounded_means import mean_of_kinds
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

ARGMIN = "thresholds that no other is cheaper than by more than chance (Hansen 2005)"
CANDIDATES = 100
"""Most thresholds that are tried, at equal steps through the rows in order of their scores."""
FLOOR = 0.1
"""Smallest standard error of a difference, as a share of the largest one."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What each kind of decision costs, in one unit of money or harm; a gain is negative."""

    true_yes: float = 0.0
    """A row selected that should be."""
    false_yes: float = 1.0
    """A row selected that should not be."""
    false_no: float = 1.0
    """A row not selected that should be."""
    true_no: float = 0.0
    """A row not selected that should not be."""

    @property
    def each(self) -> Floats:
        """By label (no, yes) and decision (left, selected), shape (2, 2)."""
        return np.array([[self.true_no, self.false_yes], [self.false_no, self.true_yes]])

    @property
    def calibrated_threshold(self) -> float:
        """The probability from which a yes costs less than a no; mistakes must cost more.

        Source: Elkan (2001), The foundations of cost-sensitive learning, IJCAI 17, 973-978.

        >>> Costs(false_yes=1, false_no=4).calibrated_threshold
        0.2
        """
        of_no, of_yes = self.false_yes - self.true_no, self.false_no - self.true_yes
        return of_no / (of_no + of_yes)


@dataclass(frozen=True, slots=True, eq=False)
class CostCurve:
    """Mean cost by threshold."""

    thresholds: Floats
    """Ascending, shape (k,): from the lowest score, which selects all, to beyond the highest."""
    cost: Floats
    """Mean cost of a row at each of them, shape (k,)."""
    measured: Estimate
    """The threshold of least cost."""


def mean_cost(counts: npt.ArrayLike, each: npt.ArrayLike, level: float) -> Measured:
    """Mean of `each` cost over the rows that are counted, unit cost, with an interval.

    `counts` and `each` have the same shape: how many rows of a kind there are and what one costs,
    for a comparison by how much more than with the other model. The interval is `mean_of_kinds`':
    a dear mistake that none of these rows shows may come yet. `Undefined` for fewer than two rows
    and where every kind costs the same.

    >>> found = mean_cost([90, 6, 4], [0, 1, 5], level=0.95)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.26, 0.11, 0.52)
    """
    check_level(level)
    weights, values = (np.asarray(part, dtype=np.float64).ravel() for part in (counts, each))
    found = mean_of_kinds(weights, values, level, "cost")
    alike = isinstance(found, Undefined) and found.n > 1
    return Undefined(f"every decision costs {values[0]:g}", n=found.n) if alike else found


def least_cost_threshold(
    label: npt.ArrayLike,
    score: npt.ArrayLike,
    costs: Costs,
    level: float,
    *,
    seed: int,
    resamples: int,
) -> CostCurve | Undefined:
    """The threshold at which the decisions of these rows cost least, with a confidence set's hull.

    A row is selected from the threshold on. Tried are the distinct scores (at most 100, at equal
    steps through the rows) and selecting nobody; of equally cheap thresholds the lowest is taken.

    The least of a curve has no normal distribution and a bootstrap of its place does not hold its
    level. So each threshold is tested against all others at once: is one of them cheaper by more
    than chance? The ends are those of the thresholds for which none is, open where selecting all,
    or nobody, is among them. With fewer than about 100 rows they hold the best threshold less often
    than `level`: of 60 rows, 9 times in 10 at 0.95.

    `ValueError` for `level` outside (0, 1), labels other than 0 and 1, lengths that differ, and
    where a mistake costs no more than being right. `Undefined` as `ranked`: without rows, with one
    class, with a constant score.

    Source: Hansen (2005), A test for superior predictive ability, J. Bus. Econ. Stat. 23, 365-380,
    turned into a set of those it does not reject; after White (2000), Econometrica 68, 1097-1126.

    >>> label, score = [0, 0, 0, 1, 0, 1, 1, 1] * 20, [1, 2, 3, 4, 5, 6, 7, 8] * 20
    >>> found = least_cost_threshold(label, score, Costs(), 0.95, seed=7, resamples=999)
    >>> found.measured.value, found.measured.low, found.measured.high
    (4.0, 3.0, 6.0)
    """
    check_level(level)
    if costs.false_yes <= costs.true_no or costs.false_no <= costs.true_yes:
        raise ValueError(f"{costs} make a mistake no dearer, expected each to cost more")
    found = ranked(label, score)
    if isinstance(found, Undefined):
        return found
    yes, scores = found
    thresholds = _candidates(scores)
    cells = _cells(yes, scores, thresholds)
    cost = _curve(cells[np.newaxis], costs)[0]
    kept = _kept(cells, cost, costs, level, seed, resamples)
    best = int(np.flatnonzero(cost <= cost.min() + 1e-12 * np.abs(cost).max())[0])
    # Between two candidates the same rows are selected as at the upper one.
    low = -np.inf if kept[0] == 0 else float(thresholds[kept[0] - 1])
    high = np.inf if kept[-1] == thresholds.size - 1 else float(thresholds[kept[-1]])
    value = float(thresholds[best])
    measured = Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        n=yes.size,
        unit="score",
        method=f"{ARGMIN}, {resamples:,} resamples",
    )
    return CostCurve(thresholds, cost, measured)


def _candidates(scores: Floats) -> Floats:
    distinct = np.unique(scores)
    if distinct.size > CANDIDATES:
        ordered = np.sort(scores)
        distinct = np.unique(ordered[np.linspace(0, scores.size - 1, CANDIDATES).astype(np.int64)])
    return np.append(distinct, np.nextafter(distinct[-1], np.inf))


def _cells(yes: Bools, scores: Floats, thresholds: Floats) -> Floats:
    """How many rows labelled no and yes lie from each threshold to the next, shape (2, k - 1)."""
    place = np.searchsorted(thresholds, scores, side="right") - 1
    size = thresholds.size - 1
    both = (np.bincount(place[chosen], minlength=size) for chosen in (~yes, yes))
    return np.stack(list(both)).astype(np.float64)


def _curve(cells: Floats, costs: Costs) -> Floats:
    """Mean cost at each threshold: counts of shape (b, 2, k - 1) to (b, k)."""
    each = costs.each
    # By as much the cost grows when the rows of a cell are no longer selected.
    growth = np.tensordot(cells, each[:, 0] - each[:, 1], axes=([1], [0]))
    all_selected = cells.sum(axis=2) @ each[:, 1]
    grown = np.concatenate([np.zeros((cells.shape[0], 1)), np.cumsum(growth, axis=1)], axis=1)
    curve: Floats = (all_selected[:, np.newaxis] + grown) / cells.sum(axis=(1, 2))[:, np.newaxis]
    return curve


def _kept(
    cells: Floats, cost: Floats, costs: Costs, level: float, seed: int, resamples: int
) -> npt.NDArray[np.int64]:
    """The places of the thresholds whose cost may be the least."""
    n = int(cells.sum())
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n, (cells / n).ravel(), size=resamples).reshape(-1, *cells.shape)
    away = _curve(drawn.astype(np.float64), costs) - cost
    return np.array(
        [at for at in range(cost.size) if _may_be_least(at, cost, away, level, n)], dtype=np.int64
    )


def _may_be_least(at: int, cost: Floats, away: Floats, level: float, n: int) -> bool:
    """Whether no other threshold is cheaper than the one `at` that place by more than chance.

    `away` holds the resampled curves less the found one, shape (resamples, k). Differences are
    taken in their standard errors; of those that lie far below 0, so that they could not be the
    largest, the mean is kept (Hansen's consistent recentring).
    """
    saved = cost[at] - cost
    drawn = away[:, at : at + 1] - away
    error = drawn.std(axis=0)
    # Thresholds that differ by a handful of rows have no standard error to speak of.
    error = np.maximum(error, FLOOR * error.max())
    if error.max() == 0:
        return bool(saved.max() <= 0)
    hopeless = saved / error < -np.sqrt(2 * np.log(np.log(max(n, 3))))
    by_chance = ((drawn + np.where(hopeless, saved, 0.0)) / error).max(axis=1)
    return bool((saved / error).max() <= np.quantile(by_chance, level, method="higher") + 1e-9)
