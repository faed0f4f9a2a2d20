"""What a yes-or-no decision got right and wrong: accuracy, precision, recall, F1 with intervals."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools, Floats, yes_or_no
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.proportions import wilson

WILSON_INDIRECT = "Wilson score interval of F1 / (2 - F1), carried over to F1 (Lam et al. 2023)"
HALVES = "half of the two rates' Wilson score intervals, squared and added (Zou & Donner 2008)"


@dataclass(frozen=True, slots=True)
class Confusion:
    """The four kinds of decision; those of separate rows add up.

    Raises `ValueError` for a negative count.

    >>> Confusion(3, 1, 0, 2) + Confusion(1, 0, 0, 0)
    Confusion(true_yes=4, false_yes=1, false_no=0, true_no=2)
    """

    true_yes: int
    """Selected, and rightly."""
    false_yes: int
    """Selected, and should not have been."""
    false_no: int
    """Not selected, and should have been."""
    true_no: int
    """Not selected, and rightly."""

    def __post_init__(self) -> None:
        if min(self.true_yes, self.false_yes, self.false_no, self.true_no) < 0:
            raise ValueError(f"{self} has a negative count, expected 0 or more")

    def __add__(self, other: "Confusion") -> "Confusion":
        return Confusion(
            self.true_yes + other.true_yes,
            self.false_yes + other.false_yes,
            self.false_no + other.false_no,
            self.true_no + other.true_no,
        )

    @property
    def n(self) -> int:
        """Rows."""
        return self.true_yes + self.false_yes + self.false_no + self.true_no

    @property
    def right(self) -> Counts:
        """Rows decided rightly, among all."""
        return Counts(self.true_yes + self.true_no, self.n)

    @property
    def of_selected(self) -> Counts:
        """Rows that should have been selected, among those that were."""
        return Counts(self.true_yes, self.true_yes + self.false_yes)

    @property
    def of_yes(self) -> Counts:
        """Rows that were selected, among those that should have been."""
        return Counts(self.true_yes, self.true_yes + self.false_no)

    @property
    def of_no(self) -> Counts:
        """Rows that were left, among those that should not have been selected."""
        return Counts(self.true_no, self.true_no + self.false_yes)

    @property
    def of_either(self) -> Counts:
        """Rows rightly selected, among those selected or labelled yes: F* of Hand et al. (2021)."""
        return Counts(self.true_yes, self.n - self.true_no)


def confusion(label: npt.ArrayLike, selected: npt.ArrayLike) -> Confusion | Undefined:
    """The counts of decisions of shape (n,) on rows of that `label`; no rows count as 0.

    Booleans or 0 and 1; `ValueError` for other values and lengths that differ. `Undefined` where
    some are missing.

    >>> confusion([1, 1, 0], [1, 0, 0])
    Confusion(true_yes=1, false_yes=0, false_no=1, true_no=1)
    """
    yes, chosen = yes_or_no(label), yes_or_no(selected)
    for found in (yes, chosen):
        if isinstance(found, Undefined) and found.n:
            return found
    if isinstance(yes, Undefined) or isinstance(chosen, Undefined):
        yes, chosen = np.asarray(label, dtype=bool), np.asarray(selected, dtype=bool)
    if yes.shape != chosen.shape:
        raise ValueError(f"{yes.size} labels but {chosen.size} decisions, expected as many of each")
    return confusion_of(yes, chosen)


def confusion_of(yes: Bools, chosen: Bools) -> Confusion:
    """As `confusion`, of booleans that are known to be as many: shape (n,) each.

    >>> confusion_of(np.array([True, False]), np.array([True, True]))
    Confusion(true_yes=1, false_yes=1, false_no=0, true_no=0)
    """
    return Confusion(
        true_yes=int(np.count_nonzero(yes & chosen)),
        false_yes=int(np.count_nonzero(~yes & chosen)),
        false_no=int(np.count_nonzero(yes & ~chosen)),
        true_no=int(np.count_nonzero(~yes & ~chosen)),
    )


def accuracy(found: Confusion, level: float) -> Measured:
    """Share of rows decided rightly, in [0, 1], with a Wilson score interval.

    >>> accuracy(Confusion(8, 0, 2, 10), level=0.95).value
    0.9
    """
    return wilson(found.right, level)


def precision(found: Confusion, level: float) -> Measured:
    """Share of the selected rows that are labelled yes, with a Wilson score interval.

    The interval holds for as many selected rows as there were. `Undefined` where none was.

    >>> precision(Confusion(0, 0, 2, 10), level=0.95).reason
    'no row is selected'
    """
    return _rate(found.of_selected, level, "no row is selected", found.n)


def recall(found: Confusion, level: float) -> Measured:
    """Share of the rows labelled yes that are selected, with a Wilson score interval.

    >>> recall(Confusion(8, 0, 2, 10), level=0.95).value
    0.8
    """
    return _rate(found.of_yes, level, "no row is labelled yes", found.n)


def specificity(found: Confusion, level: float) -> Measured:
    """Share of the rows labelled no that are not selected, with a Wilson score interval.

    >>> specificity(Confusion(8, 0, 2, 10), level=0.95).value
    1.0
    """
    return _rate(found.of_no, level, "no row is labelled no", found.n)


def f1(found: Confusion, level: float) -> Measured:
    """Harmonic mean of precision and recall, in [0, 1], unit share, with an interval.

    F1 = 2F / (1 + F) of F = true yes / (selected or labelled yes), which is a proportion: its
    Wilson interval, carried over, stays within [0, 1] and has a width at 0 and 1 too, unlike a
    normal interval by the delta method (Takahashi et al. 2022), to which it comes with many rows.
    `n` counts the rows selected or labelled yes; `Undefined` where there is none.

    Source: Lam, Gopal & Qian (2023), arXiv:2309.14621, Wilson indirect method; Hand, Christen &
    Kirielle (2021), Machine Learning 110, 451-456, for F.

    >>> found = f1(Confusion(8, 1, 1, 0), level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.889, 0.658, 0.971)
    """
    share = _rate(found.of_either, level, "no row is selected or labelled yes", found.n)
    if isinstance(share, Undefined):
        return share
    value, low, high = (2 * part / (1 + part) for part in (share.value, share.low, share.high))
    return replace(share, value=value, low=low, high=high, method=WILSON_INDIRECT)


def balanced_accuracy(found: Confusion, level: float) -> Measured:
    """Mean of recall and specificity, in [0, 1], unit share; 0.5 for a decision without skill.

    `Undefined` for one class only.

    Source: Brodersen et al. (2010), ICPR, for the measure; Zou & Donner (2008), Statistics in
    Medicine 27, 1693-1702, for the interval.

    >>> round(balanced_accuracy(Confusion(8, 0, 2, 10), level=0.95).value, 3)
    0.9
    """
    return mean_of_two(recall(found, level), specificity(found, level), "share", HALVES)


def mean_of_two(a: Measured, b: Measured, unit: str, method: str) -> Measured:
    """Mean of two independent estimates of one level, by squaring and adding half-widths.

    Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    if isinstance(a, Undefined):
        return a
    if isinstance(b, Undefined):
        return b
    check_level(a.level)
    value = (a.value + b.value) / 2
    return Estimate(
        value=value,
        low=value - math.hypot(a.value - a.low, b.value - b.low) / 2,
        high=value + math.hypot(a.high - a.value, b.high - b.value) / 2,
        level=a.level,
        n=a.n + b.n,
        unit=unit,
        method=method,
    )


def precision_of(cells: Floats) -> Floats:
    """Precision of many tables at once: shape (b, 4) in the order of `Confusion`, to (b,).

    NaN where nothing is selected.

    >>> precision_of(np.array([[3.0, 1.0, 0.0, 2.0]])).tolist()
    [0.75]
    """
    return _shares(cells[:, 0], cells[:, 0] + cells[:, 1])


def f1_of(cells: Floats) -> Floats:
    """F1 of many tables at once: shape (b, 4) in the order of `Confusion`, to (b,).

    NaN where nothing is selected or labelled yes.

    >>> f1_of(np.array([[3.0, 1.0, 1.0, 2.0]])).tolist()
    [0.75]
    """
    return _shares(2 * cells[:, 0], 2 * cells[:, 0] + cells[:, 1] + cells[:, 2])


def _shares(part: Floats, whole: Floats) -> Floats:
    found = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _rate(counts: Counts, level: float, nothing: str, rows: int) -> Measured:
    check_level(level)
    if not counts.n:
        return Undefined(nothing if rows else "no observations", n=0)
    return wilson(counts, level)
