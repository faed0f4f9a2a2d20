"""A model that can be asked, with rows to ask it of: what checks need that change the rows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.cells import fingerprints
from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, ColumnType, Schema
from gonogo.core.canonical import Json
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.tasks import Task
from gonogo.stats.arrays import Bools, Floats

if TYPE_CHECKING:
    import pandas as pd

REASONS = 5
"""Reasons for which a model gave no answer that are told."""
REFUSALS = (GonogoError, ValueError, TypeError, KeyError, IndexError, ArithmeticError, RuntimeError)
"""What models raise for rows they do not take; everything else is a fault and passes through."""


Ask = Callable[["pd.DataFrame"], npt.ArrayLike]
"""A model: rows in, one score for each row out, greater is more of a yes."""


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """Another version of the model, to be asked about the same rows."""

    address: str
    """`model:mortgage-approver@2`."""
    ask: Ask
    threshold: float
    """Score from which it says yes."""
    outputs: Ask | None = None
    """All it says of a row, shape (n, k), where that is more than one score; None: `ask`."""
    task: Task | None = None
    """What it is for, where other classes or quantiles are declared of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A model, rows to ask it of, and what is declared of their columns; validated when built.

    Raises `Invalid` naming the field: a column the model reads that is absent or there twice, a
    column nothing is declared of, labels or other scores that are not one for each row.
    """

    ask: Ask
    features: tuple[str, ...]
    """The columns it reads."""
    frame: "pd.DataFrame"
    """The rows."""
    schema: Schema
    """What is declared of the columns: types, ranges, categories."""
    label: npt.ArrayLike | None = None
    """What is true of the rows, 0 or 1; None where it is not known."""
    threshold: float = 0.5
    """Score from which the model says yes."""
    others: tuple[Rival, ...] = ()
    """Other versions, to be compared with."""

    def __post_init__(self) -> None:
        if not self.frame.columns.is_unique:
            raise Invalid(field="data", expected="each column name once")
        declared = {column.name for column in self.schema}
        for name in self.features:
            if name not in self.frame.columns:
                raise Invalid(field="data", value=name, expected="a column the model reads")
            if name not in declared:
                raise Invalid(field="columns", value=name, expected="what is declared of it")
        if self.label is not None:
            found = np.asarray(self.label)
            if found.shape != (len(self.frame),) or not np.isin(found, [0, 1]).all():
                raise Invalid(field="label", value=found.shape, expected="0 or 1 for each row")

    @property
    def columns(self) -> tuple[ColumnSpec, ...]:
        """What is declared of the columns the model reads, in its order."""
        by_name = {column.name: column for column in self.schema}
        return tuple(by_name[name] for name in self.features)

    @property
    def numeric(self) -> tuple[ColumnSpec, ...]:
        """The numeric ones among them."""
        return tuple(column for column in self.columns if column.type in NUMERIC)

    @property
    def categorical(self) -> tuple[ColumnSpec, ...]:
        """Those that hold categories."""
        return tuple(column for column in self.columns if column.type is ColumnType.CATEGORY)

    def column(self, name: str, of: Sequence[ColumnSpec], kind: str) -> ColumnSpec:
        """The column `name` among `of`; raises `Invalid` saying which of that `kind` there are."""
        found = next((column for column in of if column.name == name), None)
        if found is None:
            known = ", ".join(column.name for column in of) or "there is none"
            raise Invalid(
                field="with.column", value=name, expected=f"{kind} that the model reads: {known}"
            )
        return found

    def ordered(self, most: int, seed: int) -> "Sample":
        """At most `most` rows in an order of their own, a random choice where there are more.

        What is drawn for a row then depends on its values and the seed, not on where it stood.
        """
        hashes = fingerprints(self.frame, self.columns)
        truth = np.zeros(len(self.frame)) if self.label is None else np.asarray(self.label)
        order = np.lexsort((truth, hashes))
        if order.size > most:
            # From a stream of its own: how many rows there are must not change what is drawn.
            chosen = np.random.default_rng([seed, 1]).choice(order.size, most, replace=False)
            order = order[np.sort(chosen)]
        rows = self.frame.iloc[order]
        label = None if self.label is None else truth[order] == 1
        return Sample(self, rows.reset_index(drop=True), order, label)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The rows that are asked about, in their own order."""

    probe: Probe
    frame: "pd.DataFrame"
    """Index 0 to n - 1."""
    places: npt.NDArray[np.intp]
    """Where each of them stood in the probe's rows, shape (n,)."""
    label: Bools | None

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.frame)

    def first(self, n: int) -> "Sample":
        """The first `n` of them; as their order depends on hashes, no rows are preferred."""
        label = None if self.label is None else self.label[:n]
        return Sample(self.probe, self.frame.iloc[:n], self.places[:n], label)

    def scores(self) -> "Answers":
        """What the model says of the rows as they are."""
        return self.said_of(self.features())

    def said_of(self, rows: "pd.DataFrame") -> "Answers":
        """What the model says of other rows, such as these with something changed."""
        return answers(self.probe.ask, rows, self.probe.threshold)

    def features(self) -> "pd.DataFrame":
        """A copy of the columns the model reads, to be changed."""
        return self.frame[list(self.probe.features)].copy()


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model said, row by row; rows it did not answer have no score."""

    score: Floats
    """Shape (n,), NaN where there was no answer."""
    threshold: float
    reasons: Counter[str]
    """Why it did not answer, with how many rows each."""

    @property
    def given(self) -> Bools:
        """Which rows it answered, shape (n,)."""
        return np.isfinite(self.score)

    @property
    def selected(self) -> Bools:
        """Which rows it says yes to; not those it did not answer."""
        # NaN compares as no, which is right here.
        chosen: Bools = self.score >= self.threshold
        return chosen

    @property
    def refused(self) -> int:
        """How many rows it did not answer."""
        return int(self.score.size - np.count_nonzero(self.given))

    def told(self) -> list[Json]:
        """The most frequent reasons for no answer, as they are kept with evidence."""
        found = sorted(self.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        return [{"reason": reason[:300], "rows": rows} for reason, rows in found[:REASONS]]


def answers(ask: Ask, frame: "pd.DataFrame", threshold: float) -> Answers:
    """What a model says of `frame`; rows it cannot answer are found by halving.

    A model that fails on one row fails on a batch that holds it: the batch is halved until the rows
    stand alone, at most 2 n questions for n rows.
    """
    score = np.full(len(frame), np.nan)
    reasons: Counter[str] = Counter()
    waiting = [(0, len(frame))] if len(frame) else []
    while waiting:
        start, end = waiting.pop()
        found = _asked(ask, frame.iloc[start:end])
        if not isinstance(found, str):
            score[start:end] = found
        elif end - start > 1:
            middle = (start + end) // 2
            waiting += [(middle, end), (start, middle)]
        else:
            reasons[found] += 1
    return Answers(score, threshold, reasons)


def _asked(ask: Ask, rows: "pd.DataFrame") -> Floats | str:
    """One finite score for each row, or why there is none."""
    try:
        # A batch of mixed values is of no type; a row of it, asked alone, is of its own again.
        given: Any = np.asarray(ask(rows.infer_objects()), dtype=np.float64)
    except REFUSALS as error:
        return f"{type(error).__name__}: {error}"
    if given.shape != (len(rows),):
        raise Invalid(
            field="model", value=given.shape, expected=f"one score for each of {len(rows)} rows"
        )
    if not np.isfinite(given).all():
        return "a missing or infinite score"
    scores: Floats = given
    return scores
