"""A scored table that passes row by row: counted, never held, and added to another's counts."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.scored import AND, label_of, score_of
from gonogo.checks.inputs.tally import Tally, confusion_of_counts, counted
from gonogo.checks.streamed.cells import Cells, Coded
from gonogo.checks.streamed.ranks import Binning, Losses, Ordered, Placements, Roc, ordered
from gonogo.checks.streamed.sorted_counts import Block, SortedCounts
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Integers, no_probabilities, unrankable
from gonogo.stats.auc import PlacementSums
from gonogo.stats.calibration import CalibrationError, error_of_bins
from gonogo.stats.confusion import Confusion
from gonogo.stats.estimate import Undefined

Take = Callable[[Ordered], None]
"""Takes the next scores in ascending order."""


class ScoreSummary:
    """All that the checks need of labels, scores and groups; mergeable.

    Decisions are counted by all group columns at once, at each of `thresholds`; `ranked` says
    whether scores are kept in order too, which only performance and calibration need. Memory grows
    with the combinations of groups and not with the rows: scores beyond a limit go to a file.
    """

    def __init__(
        self,
        groups: Sequence[str] = (),
        threshold: float = 0.5,
        *,
        thresholds: Collection[float] = (),
        ranked: bool = True,
    ) -> None:
        if not math.isfinite(threshold):
            raise Invalid(field="threshold", value=threshold, expected="a finite number")
        self.cells = Cells([_named(name) for name in groups])
        self.decisions = {float(one): _none() for one in (threshold, *thresholds)}
        """By threshold, rows of each cell by label and decision: shape (cells, 2, 2)."""
        self.order = SortedCounts() if ranked else None
        self.lowest, self.highest = math.inf, -math.inf
        self.outside = np.zeros(0, dtype=np.int64)
        """Of each cell, scores outside [0, 1]."""
        self._threshold = float(threshold)

    @property
    def threshold(self) -> float:
        """Score from which the model says yes, where a check is asked without one."""
        return self._threshold

    @property
    def groups(self) -> tuple[str, ...]:
        """The group columns."""
        return self.cells.columns

    @property
    def n(self) -> int:
        """Rows that passed."""
        return self.confusion(self.threshold).n

    @property
    def yes(self) -> int:
        """Those of them that are labelled yes."""
        return self.confusion(self.threshold).of_yes.n

    def update(
        self, label: npt.ArrayLike, score: npt.ArrayLike, groups: Mapping[str, Coded]
    ) -> None:
        """More rows: labels and scores of shape (n,), and the group columns.

        Raises `Invalid` as `Scored` does.
        """
        yes = label_of(label)
        scores = score_of("score", score, yes.size) + 0.0
        for name in self.groups:
            if groups[name].codes.shape != yes.shape:
                raise Invalid(field=f"groups.{name}", expected="one value for each label")
        if not yes.size:
            return
        cells = self.cells.of(groups, yes.size)
        size = len(self.cells.names)
        for threshold, before in self.decisions.items():
            more = counted(cells, yes, scores >= threshold, size)
            self.decisions[threshold] = _added(before, more)
        self.lowest = min(self.lowest, float(scores.min()))
        self.highest = max(self.highest, float(scores.max()))
        beyond = np.bincount(cells[(scores < 0) | (scores > 1)], minlength=size)
        self.outside = _added(self.outside, beyond.astype(np.int64))
        if self.order is not None:
            self.order.add(scores, 2 * cells + yes)

    def merge(self, other: "ScoreSummary") -> None:
        """What `other` counted of other rows, for the same groups and thresholds."""
        if (self.groups, self.decisions.keys(), self.order is None) != (
            other.groups,
            other.decisions.keys(),
            other.order is None,
        ):
            raise ValueError("summaries of other groups or thresholds, expected the same")
        places = self.cells.merged(other.cells)
        size = len(self.cells.names)
        for threshold, more in other.decisions.items():
            placed = _placed(more, places, size)
            self.decisions[threshold] = _added(self.decisions[threshold], placed)
        self.outside = _added(self.outside, _placed(other.outside, places, size))
        self.lowest = min(self.lowest, other.lowest)
        self.highest = max(self.highest, other.highest)
        if self.order is not None and other.order is not None:
            self.order.merge(other.order, _tags(places))

    def confusion(self, threshold: float) -> Confusion:
        """The decisions of all rows; raises `Invalid` for a threshold that was not counted."""
        return confusion_of_counts(self._decided(threshold))

    def tally(self, group: str, threshold: float) -> Tally:
        """The decisions by `group`; raises `Invalid` for one that was not counted."""
        names, stated, codes = self.cells.grouped(group)
        counts = np.zeros((len(names), 2, 2), dtype=np.int64)
        np.add.at(counts, codes, self._decided(threshold))
        return Tally(names, stated, counts)

    def rankable(self) -> Undefined | None:
        """Why the rows cannot be ranked, None where they can be."""
        if not self.n:
            return Undefined("no observations", n=0)
        return unrankable(self.yes, self.n, self.lowest, self.highest)

    def forecast(self) -> Undefined | None:
        """Why the scores are no probabilities, None where they are."""
        if not self.n:
            return Undefined("no observations", n=0)
        outside = int(self.outside.sum())
        return no_probabilities(outside, self.n) if outside else None

    def blocks(self) -> Iterator[Block]:
        """The scores in order, once cells have the order of their names: tag 2 cell + yes."""
        if self.order is None:
            raise ValueError("scores were not kept in order")
        places = self.cells.sorted()
        if (places != np.arange(places.size)).any():
            self.order.rename(_tags(places))
            for threshold, found in self.decisions.items():
                self.decisions[threshold] = _placed(found, places, places.size)
            self.outside = _placed(self.outside, places, places.size)
        return self.order.blocks()

    def _decided(self, threshold: float) -> Integers:
        if threshold not in self.decisions:
            known = ", ".join(f"{one:g}" for one in self.decisions)
            raise Invalid(
                field="with.threshold", value=threshold, expected=f"one that was counted: {known}"
            )
        return self.decisions[threshold]


@dataclass(frozen=True, slots=True)
class ByGroup:
    """Which groups are to be binned."""

    group: str
    bins: int
    smallest: int


@dataclass(slots=True)
class Walked:
    """What was read of the scores in order."""

    sums: PlacementSums | None
    """None where the rows cannot be ranked."""
    curve: Roc | None
    losses: Losses | None
    """None where the scores are no probabilities."""
    errors: dict[int, CalibrationError]
    """By number of bins; empty where the scores are no probabilities."""
    by_group: dict[ByGroup, dict[int, CalibrationError | Undefined]]
    """The same within each group that is large enough, by its place."""


def walk(
    rows: ScoreSummary, bins: Collection[int], by_group: Collection[ByGroup], *, curve: bool
) -> Walked:
    """Read the scores once, in order, for all that is asked; once before to count for a curve."""
    ranks = rows.rankable() is None
    probable = rows.forecast() is None
    n, yes = rows.n, rows.yes
    placements = Placements(yes, n - yes) if ranks else None
    losses = Losses(min(yes, n - yes)) if probable else None
    binned = {size: Binning(n, size) for size in bins} if probable else {}
    blocks = rows.blocks
    roc = None
    if curve:
        distinct = sum(ordered(block).score.size for block in blocks())
        roc = Roc(distinct, yes, n - yes)
    takes: list[Take] = [
        one.take for one in (placements, roc, losses, *binned.values()) if one is not None
    ]
    # After the first look at the blocks: the cells have their order now.
    found = blocks()
    grouped = [_Grouped(rows, one) for one in by_group]
    for block in found:
        together = ordered(block)
        for take in takes:
            take(together)
        for one in grouped:
            one.take(block)
    return Walked(
        sums=None if placements is None else placements.found(),
        curve=roc,
        losses=losses,
        errors={size: error_of_bins(one.found()) for size, one in binned.items()},
        by_group={one.asked: one.found() for one in grouped},
    )


class _Grouped:
    """The bins of every large group of one grouping."""

    def __init__(self, rows: ScoreSummary, asked: ByGroup) -> None:
        self.asked = asked
        names, _, self._codes = rows.cells.grouped(asked.group)
        sizes = rows.tally(asked.group, rows.threshold).counts.sum(axis=(1, 2))
        self._outside = np.bincount(self._codes, rows.outside, len(names)).astype(np.int64)
        self._sizes = sizes
        self._binnings = {
            code: Binning(int(sizes[code]), asked.bins)
            for code in range(len(names))
            if sizes[code] >= asked.smallest
        }

    def take(self, block: Block) -> None:
        codes = self._codes[block.tag >> 1]
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=self._sizes.size))
        for code, binning in self._binnings.items():
            rows = order[ends[code - 1] if code else 0 : ends[code]]
            if rows.size:
                part = Block(block.key[rows], block.tag[rows], block.count[rows])
                binning.take(ordered(part))

    def found(self) -> dict[int, CalibrationError | Undefined]:
        return {
            code: no_probabilities(int(self._outside[code]), int(self._sizes[code]))
            if self._outside[code]
            else error_of_bins(one.found())
            for code, one in self._binnings.items()
        }


def _tags(places: Integers) -> Integers:
    """What the tags 2 cell + yes are called where the cells stand at `places`."""
    return (2 * places[:, np.newaxis] + np.arange(2)).ravel()


def _none() -> Integers:
    return np.zeros((0, 2, 2), dtype=np.int64)


def _placed(counts: Integers, places: Integers, size: int) -> Integers:
    """Counts of cells where these stand at `places` among `size`."""
    found = np.zeros((size, *counts.shape[1:]), dtype=np.int64)
    found[places] = counts
    return found


def _added(before: Integers, more: Integers) -> Integers:
    """Counts of cells, of which there are no fewer now."""
    found = more.copy()
    found[: len(before)] += before
    return found


def _named(name: str) -> str:
    if not name.strip() or AND in name:
        raise Invalid(field="groups", value=name, expected=f"a column name without {AND}")
    return name
