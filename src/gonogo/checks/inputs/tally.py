"""Decisions counted by group, label and decision: all that rates need of any number of rows."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gonogo.stats.arrays import Bools, Integers
from gonogo.stats.confusion import Confusion


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How many rows of each group have which label and which decision."""

    names: tuple[str, ...]
    """The groups in the order of their names."""
    stated: tuple[bool, ...]
    """Of each group whether all that makes it up is stated."""
    counts: Integers
    """Shape (groups, 2, 2): by label (no, yes) and by decision (left, selected)."""


class Decided(Protocol):
    """Rows on which a score decides, in memory or counted while they passed."""

    @property
    def threshold(self) -> float:
        """Score from which the model says yes, where a check is asked without one."""
        ...

    def tally(self, group: str, threshold: float) -> Tally:
        """The decisions by `group`, a group column or columns joined by &; raises `Invalid`."""
        ...

    def confusion(self, threshold: float) -> Confusion:
        """The decisions of all rows."""
        ...


def counted(codes: Integers, yes: Bools, selected: Bools, groups: int) -> Integers:
    """Rows by the place of their group, label and decision, shape (groups, 2, 2).

    >>> counted(np.array([0, 0]), np.array([True, False]), np.array([True, True]), 1).tolist()
    [[[0, 1], [0, 1]]]
    """
    kinds = 4 * codes + 2 * yes + selected
    found = np.bincount(kinds, minlength=4 * groups).reshape(groups, 2, 2)
    return found.astype(np.int64)


def confusion_of_counts(counts: Integers) -> Confusion:
    """Counts of shape (..., 2, 2), by label and decision, over all that comes before.

    >>> confusion_of_counts(np.array([[5, 1], [2, 7]]))
    Confusion(true_yes=7, false_yes=1, false_no=2, true_no=5)
    """
    four = counts.reshape(-1, 2, 2).sum(axis=0)
    return Confusion(
        true_yes=int(four[1, 1]),
        false_yes=int(four[0, 1]),
        false_no=int(four[1, 0]),
        true_no=int(four[0, 0]),
    )
