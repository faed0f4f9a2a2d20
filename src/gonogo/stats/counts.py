"""Counts of yes among n: the sufficient statistic of a proportion."""

from dataclasses import dataclass
from typing import Self

import numpy.typing as npt

from gonogo.stats.arrays import yes_or_no
from gonogo.stats.estimate import Undefined


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of n observations said yes; counts of separate observations add up.

    Raises `ValueError` unless 0 <= yes <= n.

    >>> Counts(yes=3, n=10) + Counts(yes=1, n=5)
    Counts(yes=4, n=15)
    """

    yes: int
    """Observations that said yes."""
    n: int
    """Observations in all."""

    def __post_init__(self) -> None:
        if not 0 <= self.yes <= self.n:
            raise ValueError(f"yes is {self.yes} of n {self.n}, expected 0 <= yes <= n")

    def __add__(self, other: Self) -> "Counts":
        return Counts(yes=self.yes + other.yes, n=self.n + other.n)

    @property
    def no(self) -> int:
        """Observations that said no."""
        return self.n - self.yes


def count(answers: npt.ArrayLike) -> Counts | Undefined:
    """The counts of `answers`, shape (n,), booleans or 0 and 1; none at all count as 0 of 0.

    `Undefined` where answers are missing; raises `ValueError` for anything but 0 and 1.

    >>> count([True, False, True])
    Counts(yes=2, n=3)
    """
    found = yes_or_no(answers)
    if isinstance(found, Undefined):
        return found if found.n else Counts(yes=0, n=0)
    return Counts(yes=int(found.sum()), n=int(found.size))
