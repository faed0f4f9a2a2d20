"""What shuffling a column costs in ranking, with an interval that knows rows and shuffles."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools, Floats, midranks, ranked
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile

SHUFFLED = "infinitesimal jackknife over rows and shuffles (Efron 2014), normal interval"
UNMOVED = "exact bound from disjoint pairs, as shuffling moved no row past another"


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """What shuffling costs, before a level is chosen."""

    value: float
    """ROC AUC of the rows as they are less that of the shuffled ones, on average."""
    error: float
    """Its standard error; 0 where no row ever passed another."""
    n: int
    """Rows."""
    pairs: int
    """Disjoint pairs of a yes and a no."""

    def at(self, level: float) -> Estimate:
        """With its interval at `level`, in [-1, 1], unit auc."""
        if self.error > 0:
            reach, method = normal_quantile(level) * self.error, SHUFFLED
        else:
            reach, method = 1 - (1 - check_level(level)) ** (1 / self.pairs), UNMOVED
        return Estimate(
            value=self.value,
            low=max(-1.0, self.value - reach),
            high=min(1.0, self.value + reach),
            level=level,
            n=self.n,
            unit="auc",
            method=method,
        )


def shuffled_auc_loss(
    label: npt.ArrayLike, score: npt.ArrayLike, shuffled: npt.ArrayLike, donors: npt.ArrayLike
) -> Loss | Undefined:
    """How much ROC AUC is lost when a column's values are shuffled among the rows.

    `label` and `score` have shape (n,); `shuffled`, shape (k, n), holds the scores of k shuffles,
    and `donors`, shape (k, n), from which row each row's value of the column came. A row has a say
    in three ways: as it stands, with the values of others, and through its value in other rows; the
    standard error is that of the sum of the three. In simulation its 95 % interval of rows drawn
    anew covers 94 to 97 % (`tests/stats/test_shuffled.py`).

    `Undefined` where the AUC of the rows is, and for fewer than two rows of a class. `ValueError`
    for shapes that do not fit.

    Source: Breiman (2001), Machine Learning 45, 5-32; Fisher, Rudin & Dominici (2019), Journal of
    Machine Learning Research 20 (177); Efron (2014), J. Am. Stat. Assoc. 109, 991-1007.

    >>> found = shuffled_auc_loss([0, 0, 1, 1], [1, 2, 3, 4], [[3, 4, 1, 2]], [[2, 3, 0, 1]])
    >>> found.value
    1.0
    """
    known = ranked(label, score)
    if isinstance(known, Undefined):
        return known
    yes, scores = known
    said, given = np.asarray(shuffled, np.float64), np.asarray(donors, np.int64)
    if said.ndim != 2 or said.shape[1:] != scores.shape or given.shape != said.shape:
        raise ValueError(f"{said.shape} scores and {given.shape} donors of {scores.size} rows")
    if min(yes.sum(), (~yes).sum()) < 2:
        return Undefined("an interval needs two rows of each class", n=scores.size)
    own = placements(yes, scores)
    each = np.array([placements(yes, one) for one in said])
    share = np.where(yes, 1 / yes.sum(), 1 / (~yes).sum())
    # First the differences, then their mean: a row that never moved has lost exactly nothing.
    change = own - each
    lost = change.mean(axis=0)
    # As a donor a row is told by how far its value moves those who get it from their own mean.
    moved = (lost - change) * share
    donated = np.bincount(given.ravel(), moved.ravel(), minlength=scores.size) / len(said)
    centre = np.where(yes, lost[yes].mean(), lost[~yes].mean())
    influence = share * (lost - centre) - donated
    n = scores.size
    return Loss(
        value=float((share * lost).sum()) / 2,
        error=_error(influence, lost, n),
        n=n,
        pairs=int(min(yes.sum(), (~yes).sum())),
    )


def placements(yes: Bools, score: Floats) -> Floats:
    """Of each row the share of the other class that it rightly beats, shape (n,); ties count half.

    Their mean over either class is the area under the ROC curve.

    >>> placements(np.array([False, True, True]), np.array([0.2, 0.1, 0.3])).tolist()
    [0.5, 0.0, 1.0]
    """
    overall = midranks(score)
    found = np.empty(score.size)
    found[yes] = (overall[yes] - midranks(score[yes])) / (~yes).sum()
    found[~yes] = 1 - (overall[~yes] - midranks(score[~yes])) / yes.sum()
    return found


def largest_loss(losses: list[Loss], level: float) -> Measured:
    """The largest of several losses, unit auc, with an interval that knows that it was picked.

    The upper end is the highest of all intervals at the plain level: it misses only if that of the
    truly largest does (intersection-union). The lower end is the highest of all lower ends, each
    at an error shared by all of them (Bonferroni). `Undefined` without any.

    Source: Berger (1982), Technometrics 24, 295-300; Dunn (1961), J. Am. Stat. Assoc. 56, 52-64.

    >>> several = [Loss(0.10, 0.01, n=90, pairs=40), Loss(0.02, 0.01, n=90, pairs=40)]
    >>> found = largest_loss(several, level=0.95)
    >>> found.value, round(found.low, 3), round(found.high, 3)
    (0.1, 0.078, 0.12)
    """
    if not losses:
        return Undefined("the model reads no columns", n=0)
    shared = 1 - (1 - check_level(level)) / len(losses)
    top = max(losses, key=lambda one: one.value)
    value = top.value
    high = max(one.at(level).high for one in losses)
    low = max(one.at(shared).low for one in losses)
    picked = "" if len(losses) == 1 else f"; the largest of {len(losses)}, ends as Berger (1982)"
    return Estimate(
        value=value,
        low=min(value, low),
        high=max(value, high),
        level=level,
        n=top.n,
        unit="auc",
        method=top.at(level).method + picked,
    )


def _error(influence: Floats, lost: Floats, n: int) -> float:
    if not lost.any() and not influence.any():
        return 0.0
    return math.sqrt(float(np.square(influence).sum()) * n / (n - 1))
