"""Sets and intervals that hold the truth as often as they say: split conformal prediction."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from gonogo.stats.arrays import Bools, Floats, finite
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.proportions import wilson

SPLIT = "split conformal prediction (Vovk et al. 2005; Angelopoulos & Bates 2023)"


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a label's or value's nonconformity may be at most to be in the set."""

    level: float
    """How often sets hold the truth at least, over calibration rows and new ones together."""
    quantile: float
    """Infinite where there are too few rows for the level: then every set holds everything."""
    n: int
    """Calibration rows."""

    @property
    def expected(self) -> float:
        """How often sets hold the truth on average, without ties: at most 1/(n + 1) more."""
        return _rank(self.n, self.level) / (self.n + 1) if math.isfinite(self.quantile) else 1.0

    def reached(self, coverage: float) -> float:
        """The chance that these calibration rows give sets that hold it at least so often.

        Coverage over all new rows varies with the calibration rows drawn: a beta distribution,
        without ties.

        Source: Vovk (2012), ACML, PMLR 25, 475-490, proposition 2a.

        >>> round(Threshold(level=0.9, quantile=0.8, n=1000).reached(0.88), 3)
        0.979
        """
        if not math.isfinite(self.quantile):
            return 1.0
        rank = _rank(self.n, self.level)
        return 1 - float(betainc(rank, self.n + 1 - rank, coverage))


def threshold(scores: npt.ArrayLike, level: float) -> Threshold | Undefined:
    """The threshold of nonconformity `scores`, shape (n,), of calibration rows.

    The rows were not trained on, and new ones come about in the same way (exchangeable): no more is
    assumed. `Undefined` without scores or with missing ones.

    Source: Vovk, Gammerman & Shafer (2005), Algorithmic Learning in a Random World, ch. 4;
    Angelopoulos & Bates (2023), Found. Trends Mach. Learn. 16, 494-591, section 1.

    >>> threshold([0.1, 0.2, 0.3, 0.4], level=0.75)
    Threshold(level=0.75, quantile=0.4, n=4)
    """
    check_level(level)
    found = finite("scores", scores)
    if isinstance(found, Undefined):
        return found
    rank = _rank(found.size, level)
    quantile = math.inf if rank > found.size else float(np.sort(found)[rank - 1])
    return Threshold(level, quantile, found.size)


def by_group(
    scores: npt.ArrayLike, groups: npt.ArrayLike, level: float
) -> Mapping[str, Threshold | Undefined]:
    """A threshold for each group, so that sets hold the truth as often within each of them.

    `groups`, shape (n,), are told apart by their text. Each needs rows of its own: 1/(1 - level) of
    them and more.

    Source: Vovk, Lindsay, Nouretdinov & Gammerman (2003), Mondrian confidence machine.

    >>> found = by_group([0.1, 0.2, 0.8, 0.9], ["a", "a", "b", "b"], level=0.5)
    >>> found["a"].quantile, found["b"].quantile
    (0.2, 0.9)
    """
    values = np.asarray(scores, np.float64)
    names = np.asarray(groups).astype(str)
    if values.shape != names.shape or values.ndim != 1:
        raise ValueError(f"scores {values.shape} and groups {names.shape}, expected (n,) of both")
    return {str(name): threshold(values[names == name], level) for name in np.unique(names)}


def class_scores(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> Floats:
    """Nonconformity of each row: 1 less the probability that its label was given, shape (n,).

    `labels`, shape (n,), are places of classes, `probabilities` of shape (n, classes). Raises
    `ValueError` for a class there is not and shapes that do not fit.

    >>> class_scores([0, 1], [[0.75, 0.25], [0.5, 0.5]]).tolist()
    [0.25, 0.5]
    """
    places, chances = np.asarray(labels, np.int64), np.asarray(probabilities, np.float64)
    if chances.ndim != 2 or places.shape != chances.shape[:1]:
        raise ValueError(
            f"labels {places.shape} and probabilities {chances.shape}, expected (n,), (n, classes)"
        )
    if places.size and not 0 <= places.min() <= places.max() < chances.shape[1]:
        raise ValueError(f"a label is not one of {chances.shape[1]} classes")
    found: Floats = 1 - chances[np.arange(places.size), places]
    return found


def class_sets(found: Threshold, probabilities: npt.ArrayLike) -> Bools:
    """Which classes are in the set of each row, of shape (n, classes).

    A set may be empty, where no class is likely enough: the row is like none of the calibration's.

    >>> class_sets(Threshold(0.9, 0.6, 100), [[0.7, 0.3], [0.55, 0.45]]).tolist()
    [[True, False], [True, True]]
    """
    inside: Bools = 1 - np.asarray(probabilities, np.float64) <= found.quantile
    return inside


def residual_scores(
    outcomes: npt.ArrayLike, predictions: npt.ArrayLike, scale: npt.ArrayLike = 1.0
) -> Floats:
    """Nonconformity of each row: how far off it was, in units of `scale`, shape (n,).

    `scale`, above 0, foretells how far off a row is to be expected; intervals follow it.

    >>> residual_scores([1.0, 5.0], [2.0, 3.0]).tolist()
    [1.0, 2.0]
    """
    width = np.asarray(scale, np.float64)
    if not (width > 0).all():
        raise ValueError("a scale is not above 0, expected numbers above 0")
    away = np.asarray(outcomes, np.float64) - np.asarray(predictions, np.float64)
    found: Floats = np.abs(away) / width
    return found


def intervals(
    found: Threshold, predictions: npt.ArrayLike, scale: npt.ArrayLike = 1.0
) -> tuple[Floats, Floats]:
    """Lower and upper ends about `predictions`, shape (n,) of both.

    >>> low, high = intervals(Threshold(0.9, 2.0, 100), [10.0], scale=[1.5])
    >>> low.tolist(), high.tolist()
    ([7.0], [13.0])
    """
    middle = np.asarray(predictions, np.float64)
    reach = found.quantile * np.asarray(scale, np.float64)
    return middle - reach, middle + reach


def coverage(held: npt.ArrayLike, level: float) -> Measured:
    """How often sets or intervals held the truth on rows that calibrated nothing, with an interval.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; Angelopoulos & Bates (2023), 4.2.

    >>> round(coverage([True] * 90 + [False] * 10, level=0.95).low, 3)
    0.826
    """
    inside = np.asarray(held, bool)
    return wilson(Counts(yes=int(inside.sum()), n=inside.size), level)


def _rank(n: int, level: float) -> int:
    """Which of n scores, counted from the smallest, is the threshold: one new row is counted in."""
    # 0.9 x 10 exceeds 9 by one last digit, and is 9 all the same.
    return max(1, math.ceil((n + 1) * level - 1e-9))
