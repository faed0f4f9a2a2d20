"""Entities that come back: how much less their decisions say than as many of different ones."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gonogo.stats.arms import Batch

FEWEST = 30
"""Entities, as of one size, whose design effect is taken at its word."""


@dataclass(frozen=True, slots=True)
class Entities:
    """Sums over the entities of one arm, each with all its values so far.

    Arms of other entities add up; an entity's new values do not, as it is squared as a whole.
    """

    values: Batch
    """Of all values, whosesoever they are."""
    counts: float
    """Sum over entities of the square of how many values each has."""
    cross: float
    """Sum of each one's number of values times their sum."""
    totals: float
    """Sum of the squares of each one's sum."""

    def __add__(self, other: Self) -> "Entities":
        return Entities(
            self.values + other.values,
            self.counts + other.counts,
            self.cross + other.cross,
            self.totals + other.totals,
        )

    @property
    def design_effect(self) -> float:
        """How many times the variance of the mean is that of independent values; 1 at least.

        1 where every entity came once, and where an entity's values have no more in common than
        those of different ones.

        Source: Kish (1965), Survey Sampling, 5.4; the variance by clusters: Liang & Zeger (1986),
        Biometrika 73, 13-22.

        >>> twice = Entities(Batch(n=4, total=2.0, squares=2.0), counts=8, cross=4, totals=4)
        >>> twice.design_effect
        2.0
        """
        n = self.values.n
        if n == 0:
            return 1.0
        mean = self.values.total / n
        alone = self.values.squares - n * mean**2
        together = self.totals - 2 * mean * self.cross + mean**2 * self.counts
        # Equal values leave nothing but rounding of either.
        if alone <= 1e-12 * max(1.0, self.values.squares):
            return 1.0
        found = together / alone
        return max(1.0, found) if math.isfinite(found) else 1.0

    @property
    def cautious_effect(self) -> float:
        """The design effect, of few entities at least as if each one's values were all alike.

        Few say too little of how unlike they are: one alone deviates from its own mean by nothing,
        and its values would count as independent.

        >>> once = Entities(Batch(n=9, total=3.0, squares=3.0), counts=81, cross=27, totals=9)
        >>> once.design_effect, once.cautious_effect
        (1.0, 9.0)
        """
        if self.values.n**2 >= FEWEST * self.counts:
            return self.design_effect
        return max(self.design_effect, self.counts / max(1, self.values.n))


def entities(who: npt.ArrayLike, values: npt.ArrayLike) -> Entities:
    """The sums of `values`, shape (n,), of the entities `who`, shape (n,), told apart by text.

    >>> entities(["a", "a", "b"], [1.0, 0.0, 1.0]).totals
    2.0
    """
    names, found = np.asarray(who).astype(str), np.asarray(values, np.float64)
    if names.shape != found.shape or found.ndim != 1:
        raise ValueError(f"who {names.shape} and values {found.shape}, expected (n,) of both")
    _, place = np.unique(names, return_inverse=True)
    counts = np.bincount(place).astype(np.float64)
    totals = np.bincount(place, found)
    return Entities(
        Batch.of_values(found),
        float(counts @ counts),
        float(counts @ totals),
        float(totals @ totals),
    )
