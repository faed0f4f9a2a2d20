"""Area under the ROC curve and the paired difference of two, with DeLong's variance."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, stdtrit

from gonogo.stats.arrays import Bools, Floats, Integers, midranks, ranked
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

DELONG = "DeLong variance (1988), logit interval, Satterthwaite's t"
PERFECT = "exact bound from disjoint pairs, as the classes are perfectly separated"
PAIRED = "paired DeLong variance (1988), Satterthwaite's t interval"
SAME_RANKING = "exact bound from disjoint pairs, as both scores rank alike"
OPPOSITE = "exact bound from disjoint pairs, as the scores rank oppositely and perfectly"
HOEFFDING = "Hoeffding bound from disjoint pairs (1963), as DeLong's variance is 0"


@dataclass(frozen=True, slots=True)
class Spread:
    """DeLong's variance of an AUC or of a difference, in the parts that the two classes have."""

    of_yes: float
    of_no: float
    yes: int
    """Rows labelled yes."""
    no: int
    """Rows labelled no."""

    def reach(self, level: float) -> float:
        """Half the width of the interval: Student's t with Satterthwaite's degrees of freedom."""
        variance = self.of_yes + self.of_no
        if variance == 0:
            return 0.0
        # As shares of the variance, which itself may be too small to be squared.
        of_yes, of_no = self.of_yes / variance, self.of_no / variance
        freedom = 1 / (of_yes**2 / (self.yes - 1) + of_no**2 / (self.no - 1))
        return float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(variance)


@dataclass(frozen=True, slots=True)
class _Placements:
    """How each row is placed among the rows of the other class, as whole numbers.

    Twice the number of rows of the other class that it rightly beats, a tie counting once: so no
    rounding stands between equal placements.
    """

    yes: Integers
    """Shape (yes,), each from 0 to 2 no: rows labelled no that score below this yes."""
    no: Integers
    """Shape (no,), each from 0 to 2 yes: rows labelled yes that score above this no."""

    @property
    def auc(self) -> float:
        """The share of pairs in the right order."""
        return int(self.yes.sum()) / (2 * self.yes.size * self.no.size)

    @property
    def pairs(self) -> int:
        """Disjoint pairs of a yes and a no: independent of one another."""
        return min(self.yes.size, self.no.size)


def auc_delong(label: npt.ArrayLike, score: npt.ArrayLike, level: float) -> Measured:
    """Area under the ROC curve, in [0, 1], unit auc: P(yes scores higher) + P(tie) / 2.

    `label` (booleans or 0 and 1) and `score` have the same shape (n,). The variance is DeLong's,
    computed from midranks in O(n log n). As it is estimated itself, from few rows of a class very
    roughly, Student's t takes the place of the normal, with the degrees of freedom that Welch and
    Satterthwaite give the sum of the classes' parts: with hundreds of rows of each the two agree.
    The interval is laid on the logit scale, which keeps it within (0, 1) and covers better near 1;
    what it covers is in docs/statistics.md. Where the classes are perfectly separated that variance
    is 0, though the data do not prove perfection: then the smaller class gives m disjoint pairs,
    independent and all in order, and the interval is the exact binomial one for m of m (Clopper &
    Pearson 1934), down to ((1 - level)/2)^(1/m).

    `level` in (0, 1), lengths alike, labels 0 and 1, else `ValueError`. `Undefined` for one class,
    fewer than two rows of either class, missing values, a constant score.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845; Sun & Xu (2014), IEEE
    Signal Processing Letters 21, 1389-1393; Pepe (2003), The Statistical Evaluation of Medical
    Tests, 5.2.5, for the logit scale; Brunner & Munzel (2000), Biometrical Journal 42, 17-25, for
    the degrees of freedom.

    >>> found = auc_delong([0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.2, 0.7], level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.889, 0.088, 0.998)
    >>> auc_delong([1, 1, 1], [0.2, 0.3, 0.4], level=0.95).reason
    'only one class: all 3 labels are yes'
    """
    check_level(level)
    found = _both_classes(label, score)
    if isinstance(found, Undefined):
        return found
    places = _placements(*found)
    return _estimate(places.auc, _spread(places), n=found[0].size, level=level)


@dataclass(frozen=True, slots=True)
class PlacementSums:
    """All that DeLong's interval needs of the rows: whole numbers, so that none is rounded.

    A placement is twice the number of rows of the other class that a row rightly beats, a tie
    counting once.
    """

    yes: int
    """Rows labelled yes."""
    no: int
    """Rows labelled no."""
    of_yes: int
    """Sum of the placements of the rows labelled yes; of those labelled no it is the same."""
    squares_of_yes: int
    """Sum of their squares."""
    squares_of_no: int
    """Sum of the squares of the placements of the rows labelled no."""

    @property
    def auc(self) -> float:
        """The share of pairs in the right order."""
        return self.of_yes / (2 * self.yes * self.no)

    @property
    def spread(self) -> "Spread":
        """Both parts of DeLong's variance of the AUC; needs two rows of each class."""
        of_yes = self._part(self.yes, self.squares_of_yes, 2 * self.no)
        of_no = self._part(self.no, self.squares_of_no, 2 * self.yes)
        return Spread(of_yes, of_no, self.yes, self.no)

    def _part(self, rows: int, squares: int, most: int) -> float:
        return (rows * squares - self.of_yes**2) / (rows * rows * (rows - 1) * most * most)


def auc_of_sums(sums: PlacementSums, level: float) -> Measured:
    """As `auc_delong`, of rows that were summed up while they passed: of any number of them.

    They can be ranked, so there are both classes; `Undefined` for fewer than two rows of either.

    >>> found = auc_of_sums(PlacementSums(3, 3, 16, 88, 88), level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.889, 0.088, 0.998)
    """
    check_level(level)
    n = sums.yes + sums.no
    if min(sums.yes, sums.no) < 2:
        return _too_few(sums.yes, sums.no)
    return _estimate(sums.auc, sums.spread, n=n, level=level)


def auc_difference_delong(
    label: npt.ArrayLike, score_a: npt.ArrayLike, score_b: npt.ArrayLike, level: float
) -> Measured:
    """AUC of `score_a` minus AUC of `score_b` on the same rows, in [-1, 1], unit difference.

    All three have the same shape (n,). The variance is DeLong's for correlated curves, the
    interval Student's t as for one AUC, cut at -1 and 1. Where that variance is 0 the data still do
    not prove the difference, so the interval comes from the m disjoint pairs the smaller
    class gives: scores that rank all rows alike may differ in a share of pairs of at most
    1 - (1 - level)^(1/m); perfect against perfectly wrong is bounded likewise; any other case by
    Hoeffding's inequality. `method` says which.

    `level` in (0, 1), lengths alike, labels 0 and 1, else `ValueError`. `Undefined` where either
    AUC is, and for fewer than two rows of either class.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845; Hoeffding (1963), J.
    Am. Stat. Assoc. 58, 13-30, section 5.

    >>> label, score = [0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.2, 0.7]
    >>> other = [0.3, 0.2, 0.25, 0.6, 0.5, 0.4]
    >>> found = auc_difference_delong(label, score, other, level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.222, -0.883, 1.0)
    """
    check_level(level)
    first, second = _both_classes(label, score_a), _both_classes(label, score_b)
    if isinstance(first, Undefined):
        return first
    if isinstance(second, Undefined):
        return second
    a, b = _placements(*first), _placements(*second)
    value = a.auc - b.auc
    yes, no = a.yes - b.yes, a.no - b.no
    if np.ptp(yes) == 0 and np.ptp(no) == 0:
        reach, method = _degenerate_reach(value, a.pairs, level, alike=not yes.any())
    else:
        reach, method = _spread(_Placements(yes, no)).reach(level), PAIRED
    return Estimate(
        value=value,
        low=max(-1.0, value - reach),
        high=min(1.0, value + reach),
        level=level,
        n=first[0].size,
        unit="difference",
        method=method,
    )


def auc(label: npt.ArrayLike, score: npt.ArrayLike) -> float | Undefined:
    """Area under the ROC curve without interval, for resampling; arguments as `auc_delong`.

    `Undefined` for one class, missing values, a constant score.

    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    found = ranked(label, score)
    if isinstance(found, Undefined):
        return found
    yes, scores = found
    positives = int(yes.sum())
    above = float(midranks(scores)[yes].sum()) - positives * (positives + 1) / 2
    return above / (positives * (yes.size - positives))


def _both_classes(label: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Bools, Floats] | Undefined:
    found = ranked(label, score)
    if isinstance(found, Undefined):
        return found
    n, yes = found[0].size, int(found[0].sum())
    return _too_few(yes, n - yes) if min(yes, n - yes) < 2 else found


def _too_few(yes: int, no: int) -> Undefined:
    return Undefined(
        f"an interval needs two rows of each class, there are {yes} yes and {no} no", n=yes + no
    )


def _estimate(value: float, spread: Spread, *, n: int, level: float) -> Estimate:
    """The AUC of `n` rows with its interval."""
    if value in (0.0, 1.0):
        # The smaller class gives that many pairs that are independent of one another.
        pairs = min(spread.yes, spread.no)
        (low, high), method = _perfect_ends(value, pairs, level), PERFECT
    else:
        (low, high), method = _logit_ends(value, spread.reach(level)), DELONG
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        n=n,
        unit="auc",
        method=method,
    )


def _placements(yes: Bools, score: Floats) -> _Placements:
    positives, negatives = score[yes], score[~yes]
    overall = _twice_midranks(score)
    below = overall[yes] - _twice_midranks(positives)
    above = 2 * positives.size - (overall[~yes] - _twice_midranks(negatives))
    return _Placements(below, above)


def _twice_midranks(values: Floats) -> Integers:
    return np.rint(2 * midranks(values)).astype(np.int64)


def _spread(places: _Placements) -> Spread:
    """Of the AUC, or of a difference where placements are differences."""
    yes, no = places.yes.size, places.no.size
    of_yes = float(np.var(places.yes / (2 * no), ddof=1))
    of_no = float(np.var(places.no / (2 * yes), ddof=1))
    return Spread(of_yes / yes, of_no / no, yes, no)


def _logit_ends(value: float, reach: float) -> tuple[float, float]:
    middle, steep = float(logit(value)), value * (1 - value)
    return float(expit(middle - reach / steep)), float(expit(middle + reach / steep))


def _perfect_ends(value: float, pairs: int, level: float) -> tuple[float, float]:
    bound = float(((1 - level) / 2) ** (1 / pairs))
    return (bound, 1.0) if value == 1 else (0.0, 1 - bound)


def _degenerate_reach(value: float, pairs: int, level: float, *, alike: bool) -> tuple[float, str]:
    """How far the interval reaches where every row is placed equally far apart by both scores."""
    agreeing = float((1 - level) ** (1 / pairs))
    if alike:
        return 1 - agreeing, SAME_RANKING
    if abs(value) == 1:
        return 2 * (1 - agreeing), OPPOSITE
    return math.sqrt(2 * math.log(2 / (1 - level)) / pairs), HOEFFDING
