"""A search for the few allowed changes of a row that turn its decision: greedy, then made smaller.

Each round tries, for every column that may still be changed, values that it has in other rows. Of
those that turn the decision the one that lies nearest is taken; where none does, the one that
brings the score closest to it, and the next round goes on from there. Changes that turn out not to
be needed are taken back, and those of numbers are halved towards where they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.explain.changeable import Changeable
from gonogo.checks.inputs.cells import missing, numbers_of
from gonogo.checks.inputs.probing import Ask, answers
from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, ColumnType
from gonogo.checks.robustness.changes import habit
from gonogo.stats.arrays import Bools, Floats

if TYPE_CHECKING:
    import pandas as pd

VALUES = 12
"""Values of a column of numbers that are tried, at evenly spaced ranks; of categories, all seen."""
HALVINGS = 6
"""How often a change of a number is halved towards where it was."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One column that may be changed, with the values that are tried."""

    column: ColumnSpec
    rule: Changeable
    values: list[Any]
    spread: float
    """Standard deviation of its numbers; 1 of what is no number."""

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers that lie near or far."""
        return self.column.type in NUMERIC

    def distance(self, before: "pd.Series[Any]", value: object) -> Floats:
        """How far `value` lies from each of `before`, inf where it is not allowed, shape (n,)."""
        gone = missing(self.column, before)
        if not self.numeric:
            same = before.astype(str).to_numpy() == str(value)
            return np.where(gone | same, np.inf, 1.0)
        moved = float(value) - numbers_of(before)  # type: ignore[arg-type]  # numbers of a column
        wrong = {"up": moved < 0, "down": moved > 0}.get(self.rule.direction, np.bool_(False))
        bad = gone | wrong | (moved == 0) | ~np.isfinite(moved)
        found: Floats = np.where(bad, np.inf, np.abs(moved) / self.spread)
        return found


@dataclass(slots=True, eq=False)
class Search:
    """The rows as they were and as they are changed so far."""

    ask: Ask
    threshold: float
    want_yes: bool
    """Which decision is hoped for."""
    before: "pd.DataFrame"
    """Index 0 to n - 1."""
    now: "pd.DataFrame"
    ways: Sequence[Way]
    changed: Bools
    """Which column of which row is changed, shape (n, ways)."""
    turned: Bools
    """Which rows are decided as was hoped for, shape (n,)."""
    asked: int = 0
    """How many rows the model was asked about."""

    def hopes(self, rows: "pd.DataFrame") -> Floats:
        """How far each row lies on the side that is hoped for, 0 or more there; -inf unanswered."""
        self.asked += len(rows)
        score = answers(self.ask, rows, self.threshold).score
        found = np.where(np.isfinite(score), score - self.threshold, -np.inf)
        if self.want_yes:
            return found
        # A score at the threshold is a yes: it is no way to a no.
        return np.where(np.isfinite(score), np.nextafter(0.0, -1.0) - found, -np.inf)


def ways_of(
    columns: Sequence[ColumnSpec], rules: Sequence[Changeable], background: "pd.DataFrame"
) -> list[Way]:
    """The columns that can be changed at all, with the values of `background` within the rules."""
    by_name = {column.name: column for column in columns}
    found = [_way(by_name[rule.column], rule, background[rule.column]) for rule in rules]
    return [one for one in found if one.values]


def search(
    ask: Ask, threshold: float, rows: "pd.DataFrame", ways: Sequence[Way], most: int, want_yes: bool
) -> Search:
    """The search done: at most `most` columns of each row changed, each as little as was found."""
    n = len(rows)
    state = Search(
        ask, threshold, want_yes, rows, rows.copy(), ways,
        np.zeros((n, len(ways)), dtype=np.bool_), np.zeros(n, dtype=np.bool_),
    )  # fmt: skip
    best = state.hopes(rows)
    stuck = np.zeros(n, dtype=np.bool_)
    for _ in range(min(most, len(ways))):
        open_rows = np.flatnonzero(~state.turned & ~stuck)
        if not open_rows.size:
            break
        best[open_rows], stuck[open_rows] = _round(state, open_rows, best[open_rows])
    _take_back(state)
    _halve(state)
    return state


def _way(column: ColumnSpec, rule: Changeable, seen: "pd.Series[Any]") -> Way:
    present = seen[~missing(column, seen)]
    if column.type not in NUMERIC:
        allowed = rule.values or column.categories
        values = [one for one in present.unique() if not allowed or str(one) in allowed]
        return Way(column, rule, sorted(values, key=str), 1.0)
    usual = habit(column, seen)
    low = max(_or(rule.minimum, -np.inf), _or(column.minimum, -np.inf))
    high = min(_or(rule.maximum, np.inf), _or(column.maximum, np.inf))
    numbers = np.sort(np.unique(numbers_of(present)))
    numbers = numbers[np.isfinite(numbers) & (numbers >= low) & (numbers <= high)]
    if numbers.size > VALUES:
        numbers = numbers[np.linspace(0, numbers.size - 1, VALUES).round().astype(int)]
    return Way(column, rule, list(numbers), usual.spread or 1.0)


def _round(state: Search, open_rows: npt.NDArray[np.intp], best: Floats) -> tuple[Floats, Bools]:
    """One more column of each open row; the best hopes now, and which rows got no further."""
    count = open_rows.size
    near, gain = np.full(count, np.inf), best.copy()
    to_turn, to_gain = (np.full((count, 2), -1, dtype=np.int64) for _ in range(2))
    for at, way in enumerate(state.ways):
        before = state.before[way.column.name].iloc[open_rows]
        for place, value in enumerate(way.values):
            far = np.where(state.changed[open_rows, at], np.inf, way.distance(before, value))
            tried = np.flatnonzero(np.isfinite(far))
            if not tried.size:
                continue
            rows = state.now.iloc[open_rows[tried]].copy()
            rows[way.column.name] = _filled(rows[way.column.name], value)
            hope = state.hopes(rows)
            turning = (hope >= 0) & (far[tried] < near[tried])
            near[tried[turning]] = far[tried[turning]]
            to_turn[tried[turning]] = (at, place)
            better = hope > gain[tried]
            gain[tried[better]] = hope[better]
            to_gain[tried[better]] = (at, place)
    turns = np.isfinite(near)
    chosen = np.where(turns[:, np.newaxis], to_turn, to_gain)
    for at, way in enumerate(state.ways):
        for place, value in enumerate(way.values):
            hit = open_rows[(chosen[:, 0] == at) & (chosen[:, 1] == place)]
            if hit.size:
                _put(state, at, hit, [value] * hit.size)
                state.changed[hit, at] = True
    state.turned[open_rows] |= turns
    return gain, chosen[:, 0] < 0


def _take_back(state: Search) -> None:
    """Changes without which the decision is turned all the same."""
    for at, way in enumerate(state.ways):
        hit = np.flatnonzero(state.turned & state.changed[:, at])
        if not hit.size:
            continue
        rows = state.now.iloc[hit].copy()
        rows[way.column.name] = state.before[way.column.name].iloc[hit]
        idle = hit[state.hopes(rows) >= 0]
        _put(state, at, idle, state.before[way.column.name].iloc[idle].tolist())
        state.changed[idle, at] = False


def _halve(state: Search) -> None:
    """Changes of numbers made as small as they turn the decision, column by column."""
    for at, way in enumerate(state.ways):
        hit = np.flatnonzero(state.turned & state.changed[:, at])
        if not way.numeric or not hit.size:
            continue
        name = way.column.name
        start = numbers_of(state.before[name].iloc[hit])
        near, far = start.copy(), numbers_of(state.now[name].iloc[hit])
        for _ in range(HALVINGS):
            middle = _between(near, far, way.column.type)
            rows = state.now.iloc[hit].copy()
            rows[name] = _filled(rows[name], middle)
            turns = (state.hopes(rows) >= 0) & (middle != start)
            far, near = np.where(turns, middle, far), np.where(turns, near, middle)
        _put(state, at, hit, far.tolist())


def _between(near: Floats, far: Floats, kind: ColumnType) -> Floats:
    middle = (near + far) / 2
    if kind is not ColumnType.INTEGER:
        return middle
    # Away from where it was, so that the halving ends at a whole number that turns the decision.
    return np.where(far > near, np.ceil(middle), np.floor(middle))


def _filled(column: "pd.Series[Any]", value: object) -> "pd.Series[Any]":
    """`value`, one for all or one for each row, in the type of `column`."""
    import pandas as pd

    listed = value if isinstance(value, np.ndarray) else [value] * len(column)
    return pd.Series(listed, index=column.index, name=column.name).astype(column.dtype)


def _put(state: Search, at: int, hit: npt.NDArray[np.intp], values: list[Any]) -> None:
    name = state.ways[at].column.name
    column = state.now[name].copy()
    for row, value in zip(hit, values, strict=True):
        column.iloc[row] = value
    state.now[name] = column.astype(state.before[name].dtype)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
