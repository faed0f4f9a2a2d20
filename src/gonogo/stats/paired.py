"""Two answers to the same question: paired proportions, their difference and McNemar's test."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr

from gonogo.stats.arrays import Bools, yes_or_no
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.proportions import wilson

PAIRED = "paired difference of Wilson score intervals (Newcombe 1998, paired method 10)"


@dataclass(frozen=True, slots=True)
class Pairs:
    """How two yes-or-no answers go together; pairs of separate observations add up.

    Raises `ValueError` for a negative count.

    >>> Pairs(1, 2, 3, 4) + Pairs(1, 0, 0, 0)
    Pairs(both=2, first=2, second=3, neither=4)
    """

    both: int
    """Pairs in which both said yes."""
    first: int
    """Pairs in which only the first said yes."""
    second: int
    """Pairs in which only the second said yes."""
    neither: int
    """Pairs in which neither said yes."""

    def __post_init__(self) -> None:
        if min(self.both, self.first, self.second, self.neither) < 0:
            raise ValueError(f"{self} has a negative count, expected 0 or more")

    def __add__(self, other: "Pairs") -> "Pairs":
        return Pairs(
            self.both + other.both,
            self.first + other.first,
            self.second + other.second,
            self.neither + other.neither,
        )

    @property
    def n(self) -> int:
        """Pairs in all."""
        return self.both + self.first + self.second + self.neither


def pairs(first: npt.ArrayLike, second: npt.ArrayLike) -> Pairs | Undefined:
    """The counts of two answers of shape (n,), booleans or 0 and 1; none at all count as 0.

    `Undefined` where answers are missing; `ValueError` for other values and lengths that differ.

    >>> pairs([1, 1, 0], [1, 0, 0])
    Pairs(both=1, first=1, second=0, neither=1)
    """
    a, b = yes_or_no(first), yes_or_no(second)
    for found in (a, b):
        if isinstance(found, Undefined) and found.n:
            return found
    if isinstance(a, Undefined) or isinstance(b, Undefined):
        a, b = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    if a.shape != b.shape:
        raise ValueError(f"{a.size} answers but {b.size} second ones, expected as many of each")
    return pairs_of(a, b)


def pairs_of(a: Bools, b: Bools) -> Pairs:
    """As `pairs`, of booleans that are known to be as many: shape (n,) each.

    >>> pairs_of(np.array([True, False]), np.array([True, True]))
    Pairs(both=1, first=0, second=1, neither=0)
    """
    return Pairs(
        both=int(np.count_nonzero(a & b)),
        first=int(np.count_nonzero(a & ~b)),
        second=int(np.count_nonzero(~a & b)),
        neither=int(np.count_nonzero(~a & ~b)),
    )


def newcombe_paired(found: Pairs, level: float) -> Measured:
    """The first's proportion of yes minus the second's on the same observations, unit difference.

    The halves of both Wilson intervals are squared and added, less twice their product by the
    correlation of the answers, which is corrected for continuity where it is positive. The interval
    stays within [-1, 1] and keeps its width where the answers never differ. `level` in (0, 1), else
    `ValueError`. `Undefined` without observations.

    Source: Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10.

    >>> found = newcombe_paired(Pairs(both=1, first=1, second=7, neither=12), level=0.95)
    >>> round(found.value, 4), round(found.low, 3), round(found.high, 3)
    (-0.2857, -0.507, -0.026)
    """
    check_level(level)
    n = found.n
    a = wilson(Counts(found.both + found.first, n), level)
    b = wilson(Counts(found.both + found.second, n), level)
    if isinstance(a, Undefined) or isinstance(b, Undefined):
        return Undefined("no observations", n=0)
    value, together = (found.first - found.second) / n, _correlation(found)
    down = _joined(a.value - a.low, b.high - b.value, together)
    up = _joined(a.high - a.value, b.value - b.low, together)
    return Estimate(
        value=value,
        low=max(-1.0, value - down),
        high=min(1.0, value + up),
        level=level,
        n=n,
        unit="difference",
        method=PAIRED,
    )


def mcnemar(found: Pairs) -> float | Undefined:
    """Two-sided p-value of McNemar's exact test that both say yes equally often, in (0, 1].

    Only pairs that differ count: the rarer kind among them is binomial with 1/2. `Undefined` where
    no pair differs.

    Source: McNemar (1947), Psychometrika 12, 153-157; exact by the binomial distribution.

    >>> round(mcnemar(Pairs(both=1, first=1, second=7, neither=12)), 4)
    0.0703
    """
    differ = found.first + found.second
    if not differ:
        return Undefined("both say the same of every observation", n=found.n)
    return min(1.0, 2 * float(bdtr(min(found.first, found.second), differ, 0.5)))


def _correlation(found: Pairs) -> float:
    """Phi of the two answers; a positive numerator is lessened by half the pairs, down to 0."""
    first, second = found.both + found.first, found.both + found.second
    product = first * (found.n - first) * second * (found.n - second)
    if not product:
        return 0.0
    apart = found.both * found.neither - found.first * found.second
    return (max(0.0, apart - found.n / 2) if apart > 0 else apart) / math.sqrt(product)


def _joined(one: float, two: float, together: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * together * one * two + two * two))
