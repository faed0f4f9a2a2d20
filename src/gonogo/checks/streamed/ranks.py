"""What is read of scores that pass in ascending order: AUC, ROC curve, bins, losses.

Each reader takes distinct scores with how many rows labelled yes and no have them. The blocks they
come in do not depend on how the rows were split, so neither does the last digit of what is read.
"""

import math
from dataclasses import dataclass

import numpy as np

from gonogo.checks.findings.curves import points, thinned
from gonogo.checks.streamed.sorted_counts import Block
from gonogo.core.canonical import Json
from gonogo.stats.arrays import Bools, Floats, Integers
from gonogo.stats.auc import PlacementSums
from gonogo.stats.bounded_means import mean_within
from gonogo.stats.calibration import Bin
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured
from gonogo.stats.losses import ENOUGH, infinite, worst_log_loss
from gonogo.stats.means import Moments, counted_moments, mean_t_of

MOST = 1 << 30
"""Rows beyond which sums of squared placements could overflow."""


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Distinct scores in ascending order."""

    score: Floats
    """Shape (n,)."""
    yes: Integers
    """Rows labelled yes that have it, shape (n,)."""
    no: Integers
    """Rows labelled no that have it, shape (n,)."""


def ordered(block: Block) -> Ordered:
    """The rows of `block` by score alone; its tags are odd where the label is yes."""
    first = np.flatnonzero(np.append(True, block.key[1:] != block.key[:-1])[: block.size])
    if first.size == block.size:
        yes = block.count * (block.tag & 1)
        return Ordered(block.key, yes, block.count - yes)
    total = np.add.reduceat(block.count, first)
    yes = np.add.reduceat(block.count * (block.tag & 1), first)
    return Ordered(block.key[first], yes, total - yes)


class Placements:
    """Sums of DeLong's placements, whole numbers of any size."""

    def __init__(self, yes: int, no: int) -> None:
        if yes + no > MOST:
            raise ValueError(f"{yes + no} rows, expected at most {MOST}")
        self._yes, self._no = yes, no
        self._yes_below = self._no_below = 0
        self._of_yes = self._squares_of_yes = self._squares_of_no = 0

    def take(self, rows: Ordered) -> None:
        """The next scores."""
        no_below = self._no_below + np.cumsum(rows.no) - rows.no
        yes_above = self._yes - self._yes_below - np.cumsum(rows.yes)
        of_yes, of_no = 2 * no_below + rows.no, 2 * yes_above + rows.yes
        self._of_yes += int(of_yes @ rows.yes)
        self._squares_of_yes += _squares(of_yes, rows.yes)
        self._squares_of_no += _squares(of_no, rows.no)
        self._yes_below += int(rows.yes.sum())
        self._no_below += int(rows.no.sum())

    def found(self) -> PlacementSums:
        """The sums over all scores."""
        return PlacementSums(
            self._yes, self._no, self._of_yes, self._squares_of_yes, self._squares_of_no
        )


class Roc:
    """The ROC curve in at most 100 points, of so many distinct scores."""

    def __init__(self, distinct: int, yes: int, no: int) -> None:
        self._kept = thinned(distinct + 1)
        self._distinct, self._yes, self._no = distinct, yes, no
        self._hits = np.zeros(self._kept.size, dtype=np.int64)
        self._false = np.zeros(self._kept.size, dtype=np.int64)
        self._passed = self._yes_below = self._no_below = 0

    def take(self, rows: Ordered) -> None:
        """The next scores."""
        # Points are counted from the highest score down, and the first of them is no score.
        here = self._distinct - self._kept - self._passed
        mine = (here >= 0) & (here < rows.score.size) & (self._kept > 0)
        yes_below = self._yes_below + np.cumsum(rows.yes) - rows.yes
        no_below = self._no_below + np.cumsum(rows.no) - rows.no
        self._hits[mine] = self._yes - yes_below[here[mine]]
        self._false[mine] = self._no - no_below[here[mine]]
        self._passed += rows.score.size
        self._yes_below += int(rows.yes.sum())
        self._no_below += int(rows.no.sum())

    def found(self) -> list[Json]:
        """Pairs of false- and true-positive rate, none for one class."""
        if not self._yes or not self._no:
            return []
        return points(self._false / self._no, self._hits / self._yes)


class Binning:
    """Bins of equally many rows, of `n` rows; equal scores stay together."""

    def __init__(self, n: int, bins: int) -> None:
        self._wanted = (np.arange(1, bins) * n) // bins
        self._passed = 0
        self._bins: list[_Growing] = []

    def take(self, rows: Ordered) -> None:
        """The next scores, in [0, 1]."""
        if not rows.score.size:
            return
        weight = rows.yes + rows.no
        start = self._passed + np.cumsum(weight) - weight
        # A bin begins at the first row of the score that its cut falls on.
        begins = np.searchsorted(self._wanted, start) < np.searchsorted(
            self._wanted, start + weight
        )
        begins &= start > 0
        first = np.flatnonzero(begins)
        if not begins[0]:
            first = np.append(0, first)
        last = np.append(first[1:], rows.score.size) - 1
        sums = np.add.reduceat(rows.score * weight, first)
        sizes, yes = np.add.reduceat(weight, first), np.add.reduceat(rows.yes, first)
        for at, (low, high) in enumerate(zip(first, last, strict=True)):
            if at or begins[0] or not self._bins:
                self._bins.append(_Growing(float(rows.score[low])))
            self._bins[-1].take(
                float(rows.score[high]), float(sums[at]), int(yes[at]), int(sizes[at])
            )
        self._passed += int(weight.sum())

    def found(self) -> tuple[Bin, ...]:
        """The bins in ascending order."""
        return tuple(one.found() for one in self._bins)


class _Growing:
    """A bin that more scores may still belong to."""

    def __init__(self, lowest: float) -> None:
        self._lowest = self._highest = lowest
        self._sums: list[float] = []
        self._yes = self._n = 0

    def take(self, highest: float, total: float, yes: int, n: int) -> None:
        self._highest = highest
        self._sums.append(total)
        self._yes += yes
        self._n += n

    def found(self) -> Bin:
        mean = math.fsum(self._sums) / self._n
        return Bin(
            lowest=self._lowest,
            highest=self._highest,
            forecast=min(max(mean, self._lowest), self._highest),
            counts=Counts(yes=self._yes, n=self._n),
        )


Kinds = tuple[Floats, Integers]
"""Values, and how often each was seen."""


class Losses:
    """Squared errors and log losses of probabilities: their moments, and themselves where needed.

    With few rows of the rarer class the mean's interval needs each loss; then they are kept.
    """

    def __init__(self, rarer: int) -> None:
        self.squared = Moments(0, 0.0, 0.0)
        """(score - label)² of the rows."""
        self.logarithmic = Moments(0, 0.0, 0.0)
        """-ln of the probability given to what happened, of the rows where that is finite."""
        self.impossible = 0
        """Rows in which probability 0 was given to what happened."""
        self._worst = 0.0
        self._kept: dict[str, list[Kinds]] | None = None
        if rarer < ENOUGH:
            self._kept = {"squared": [], "logarithmic": []}

    def brier(self, level: float) -> Measured:
        """As `stats.losses.brier`."""
        return self._mean("squared", self.squared, 1.0, level, "score")

    def log_loss(self, level: float) -> Measured:
        """As `stats.losses.log_loss`."""
        if self.impossible:
            return infinite(self.impossible, self.squared.n)
        return self._mean("logarithmic", self.logarithmic, self._worst, level, "nats")

    def _mean(self, kind: str, found: Moments, most: float, level: float, unit: str) -> Measured:
        if self._kept is None:
            return mean_t_of(found, level, unit, within=(0.0, most))
        parts = self._kept[kind] or [(np.empty(0), np.empty(0, dtype=np.int64))]
        values, counts = (np.concatenate(one) for one in zip(*parts, strict=True))
        return mean_within(values, (0.0, most), level, unit, counts)

    def take(self, rows: Ordered) -> None:
        """The next scores, in [0, 1]."""
        score = np.concatenate([rows.score, rows.score])
        count = np.concatenate([rows.yes, rows.no])
        yes: Bools = np.arange(score.size) < rows.score.size
        score, count, yes = score[count > 0], count[count > 0], yes[count > 0]
        squared = np.square(score - yes)
        self.squared += counted_moments(squared, count)
        self._worst = max(self._worst, worst_log_loss(score))
        given = np.where(yes, score, 1 - score)
        self.impossible += int(count[given == 0].sum())
        some = given > 0
        if self._kept is not None:
            self._kept["squared"].append((squared, count))
        score, count, yes, given = score[some], count[some], yes[some], given[some]
        # As `stats.losses.log_losses`: a score near 0 keeps its digits.
        losses = 0.0 - np.where(yes, np.log(given), np.log1p(-score * ~yes))
        self.logarithmic += counted_moments(losses, count)
        if self._kept is not None:
            self._kept["logarithmic"].append((losses, count))


def _squares(placements: Integers, counts: Integers) -> int:
    """Sum of the squared placements, exactly: in parts whose sums fit 64 bits."""
    high, low = placements >> 16, placements & 0xFFFF
    return (
        (int((high * high) @ counts) << 32)
        + (int((high * low) @ counts) << 17)
        + int((low * low) @ counts)
    )
