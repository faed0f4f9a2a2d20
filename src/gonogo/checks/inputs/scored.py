"""Rows with label, score and groups: what performance and fairness are read from."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.tally import Tally, counted
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Bools, Floats, Integers
from gonogo.stats.confusion import Confusion, confusion_of

NOT_STATED = "not stated"
"""The group of rows whose group is missing; shown, but never the worst-off or best-off one."""
AND = "&"
"""Joins group columns and, with spaces around, their values: race&sex, black & female."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Rows with what is true of them and what the model said; validated when built.

    Raises `Invalid` naming the field: lengths that differ, labels other than 0 and 1, missing or
    infinite scores, a threshold that is no number, a group column with & in its name.

    >>> rows = Scored([1, 0, 1], [0.9, 0.2, 0.4], {"sex": ["f", "m", None]}, threshold=0.5)
    >>> rows.selected.tolist(), rows.grouped("sex").names
    ([True, False, False], ('f', 'm', 'not stated'))
    """

    label: npt.ArrayLike
    """What is true: booleans or 0 and 1; kept as booleans of shape (n,)."""
    score: npt.ArrayLike
    """What the model said, greater is more of a yes; kept as float64 of shape (n,)."""
    groups: Mapping[str, npt.ArrayLike | Sequence[object]] = field(default_factory=dict)
    """Group columns by name; kept as text of shape (n,), missing values as "not stated"."""
    threshold: float = 0.5
    """Score from which the model says yes."""
    columns: Mapping[str, npt.ArrayLike | Sequence[object]] = field(default_factory=dict)
    """Other columns by name, of any type, shape (n,): rows may be sliced by them."""

    def __post_init__(self) -> None:
        label = label_of(self.label)
        score = score_of("score", self.score, label.size)
        if isinstance(self.threshold, bool) or not math.isfinite(self.threshold):
            raise Invalid(field="threshold", value=self.threshold, expected="a finite number")
        groups = {name: _group(name, found, label.size) for name, found in self.groups.items()}
        for name, column in self.columns.items():
            shape = np.shape(column)  # type: ignore[arg-type]  # any sequence has a shape
            if shape != label.shape:
                raise Invalid(
                    field=f"columns.{name}", value=shape, expected="one value for each label"
                )
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "score", score)
        object.__setattr__(self, "groups", groups)

    @property
    def yes(self) -> Bools:
        """The labels, booleans of shape (n,)."""
        return np.asarray(self.label, dtype=np.bool_)

    @property
    def scores(self) -> Floats:
        """The scores, shape (n,)."""
        return np.asarray(self.score, dtype=np.float64)

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.yes.size)

    @property
    def selected(self) -> Bools:
        """Which rows the model says yes to, shape (n,)."""
        return self.selected_at(self.threshold)

    def selected_at(self, threshold: float) -> Bools:
        """Which rows would be selected at another threshold, shape (n,)."""
        chosen: Bools = self.scores >= threshold
        return chosen

    def grouped(self, group: str) -> "Grouped":
        """The rows by `group`: a group column, or columns joined by &; raises `Invalid`."""
        names = [name.strip() for name in group.split(AND)]
        for name in names:
            if name not in self.groups:
                known = ", ".join(self.groups) or "none was handed in"
                raise Invalid(field="with.group", value=group, expected=f"columns of: {known}")
        columns = [np.asarray(self.groups[name]) for name in names]
        return _grouped(columns)

    def tally(self, group: str, threshold: float) -> Tally:
        """The decisions at `threshold` by `group`; raises `Invalid` as `grouped`."""
        return self.grouped(group).tally(self.yes, self.selected_at(threshold))

    def confusion(self, threshold: float) -> Confusion:
        """The decisions of all rows at `threshold`."""
        return confusion_of(self.yes, self.selected_at(threshold))

    def every_group(self) -> tuple[str, ...]:
        """Each group column, and each intersection of two of them.

        Of three and more there are soon hundreds, most of them too small to say anything; they are
        measured where they are asked for by name.

        >>> Scored([1], [0.5], {"race": ["a"], "sex": ["b"]}).every_group()
        ('race', 'sex', 'race&sex')
        """
        return singles_and_pairs(self.groups)


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """Rows by group."""

    names: tuple[str, ...]
    """The groups in the order of their names."""
    codes: Integers
    """Of each row the place of its group in `names`, shape (n,)."""
    stated: tuple[bool, ...]
    """Of each group whether all that makes it up is stated."""

    def tally(self, yes: Bools, selected: Bools) -> Tally:
        """Labels and decisions, shape (n,), counted by group."""
        counts = counted(self.codes, yes, selected, len(self.names))
        return Tally(self.names, self.stated, counts)


def singles_and_pairs(groups: Iterable[str]) -> tuple[str, ...]:
    """Each of the columns `groups`, then each two of them joined by &."""
    names = list(groups)
    return tuple(AND.join(chosen) for size in (1, 2) for chosen in combinations(names, size))


def score_of(name: str, values: npt.ArrayLike, n: int) -> Floats:
    """`values` as finite float64 of shape (n,); raises `Invalid` naming the field `name`."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Invalid(field=name, value=str(error), expected="numbers") from error
    if found.shape != (n,):
        raise Invalid(field=name, value=found.shape, expected=f"one number for each of {n} labels")
    bad = n - int(np.count_nonzero(np.isfinite(found)))
    if bad:
        raise Invalid(field=name, value=f"{bad} of {n} missing or infinite", expected="numbers")
    return found


def label_of(values: npt.ArrayLike) -> Bools:
    """`values` as booleans of shape (n,); raises `Invalid` for any but 0 and 1."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Invalid(field="label", value=str(error), expected="only 0 and 1") from error
    if found.ndim != 1:
        raise Invalid(field="label", value=found.shape, expected="one dimension")
    strange = found[(found != 0) & (found != 1)]
    if strange.size:
        raise Invalid(field="label", value=f"{strange[0]:g}", expected="only 0 and 1")
    labels: Bools = found == 1
    return labels


def _group(name: str, values: npt.ArrayLike | Sequence[object], n: int) -> npt.NDArray[Any]:
    if not name.strip() or AND in name:
        raise Invalid(field="groups", value=name, expected=f"a column name without {AND}")
    found = np.asarray(values, dtype=object)
    if found.shape != (n,):
        raise Invalid(
            field=f"groups.{name}", value=found.shape, expected=f"one value for each of {n} labels"
        )
    return np.array([text_of(value) for value in found], dtype=object)


def text_of(value: object) -> str:
    """A value as a group's name: 1.0 is 1, and what does not equal itself is missing.

    >>> text_of(1.0), text_of("Köln"), text_of(float("nan"))
    ('1', 'Köln', 'not stated')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOT_STATED
    if type(value).__name__ in ("NAType", "NaTType") or str(value).strip() == "":
        return NOT_STATED
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _grouped(columns: Sequence[npt.NDArray[Any]]) -> Grouped:
    """Grouped by all columns at once; values are compared apart, so no joined text can collide."""
    codes = np.zeros(columns[0].size, dtype=np.int64)
    parts: list[tuple[str, ...]] = [()]
    for column in columns:
        values, inner = np.unique(column, return_inverse=True)
        joined = codes * max(1, values.size) + inner
        kept, codes = np.unique(joined, return_inverse=True)
        parts = [
            (*parts[int(code) // values.size], str(values[int(code) % values.size]))
            for code in kept
        ]
    return Grouped(
        names=tuple(f" {AND} ".join(part) for part in parts) if codes.size else (),
        codes=codes.astype(np.int64),
        stated=tuple(NOT_STATED not in part for part in parts) if codes.size else (),
    )
