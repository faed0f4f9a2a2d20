"""Reason codes: which columns speak most against a row, in words. Nothing here asks a model."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gonogo.checks.explain.words import Phrases, Words
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.inputs.scored import NOT_STATED, text_of
from gonogo.core.canonical import Json
from gonogo.stats.arrays import Floats

MOST = 4
"""Reasons that are given: the comment on 12 CFR 1002.9(b)(2), US Regulation B, holds that more than
four are not likely to be helpful."""
NOTHING = Phrases()


@dataclass(frozen=True, slots=True)
class Reason:
    """One column that speaks against a row."""

    column: str
    against: float
    """By how much it lowers what the row hoped for, greater than 0, on the attributions' scale."""
    words: str | None
    """What a person is told; None where the card has no words for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """How a column usually is: what "low" and "high" are compared with."""

    numbers: Floats
    """The numbers of the background rows, ascending; none where the column holds none."""
    missing_codes: frozenset[float | str] = frozenset()

    def missing(self, value: object) -> bool:
        """Whether `value` is none."""
        if text_of(value) == NOT_STATED:
            return True
        return isinstance(value, int | float | str | np.number) and value in self.missing_codes

    def high(self, value: object) -> bool | None:
        """Whether `value` lies in the upper half; None for what is no number.

        >>> Usual(np.array([0.0, 0, 0, 1])).high(0), Usual(np.array([0.0, 0, 0, 1])).high(1)
        (False, True)
        """
        if not isinstance(value, int | float | np.number | np.bool_) or not self.numbers.size:
            return None
        place = float(value)
        if not math.isfinite(place):
            return None
        below = np.searchsorted(self.numbers, place, side="left")
        upto = np.searchsorted(self.numbers, place, side="right")
        # By its midrank: of a column of many 0 and few 1 the 0 is low and the 1 high.
        return bool(below + upto >= self.numbers.size)


@dataclass(frozen=True, slots=True, eq=False)
class Codebook:
    """What is needed to tell a row's reasons once it is attributed."""

    columns: tuple[str, ...]
    """The columns the model reads, in the order of the attributions."""
    words: Words
    usual: Mapping[str, Usual] = field(default_factory=dict)
    most: int = MOST
    """Reasons that are given at most."""
    yes_is_adverse: bool = False
    """Whether it is a yes that speaks against somebody: a suspicion of fraud."""


def reasons_of(
    row: Mapping[str, object], contributions: Sequence[float] | Floats, book: Codebook
) -> tuple[Reason, ...]:
    """The columns that speak most against `row`, the strongest first, at most `book.most`.

    `contributions` are the row's attributions in the order of `book.columns`. Columns that speak
    for it are no reasons, and what would be told in the same words is told once.

    >>> book = Codebook(("debt", "job"), {"debt": Phrases(any="high debts")})
    >>> [reason.words for reason in reasons_of({"debt": 9, "job": 1}, [-0.7, 0.2], book)]
    ['high debts']
    """
    against = np.asarray(contributions, dtype=np.float64)
    against = against if book.yes_is_adverse else -against
    found: list[Reason] = []
    told: set[str] = set()
    for place in np.argsort(-against, kind="stable"):
        if len(found) == book.most or not against[place] > 0:
            break
        column = book.columns[place]
        words = _words(column, row.get(column), book)
        if words is None or words not in told:
            found.append(Reason(column, float(against[place]), words))
        if words is not None:
            told.add(words)
    return tuple(found)


def usual_of(column: ColumnSpec, numbers: Floats) -> Usual:
    """How a column usually is, from its numbers in background rows; NaN and codes left out."""
    codes = frozenset(column.missing_codes)
    kept = numbers[np.isfinite(numbers)]
    bare = [code for code in codes if not isinstance(code, str)]
    if column.type in (ColumnType.CATEGORY, ColumnType.TEXT):
        kept = kept[:0]
    return Usual(np.sort(kept[~np.isin(kept, bare)]), codes)


def told(reason: Reason) -> Json:
    """A reason as it is kept with evidence."""
    return {"column": reason.column, "against": reason.against, "words": reason.words}


def _words(column: str, value: object, book: Codebook) -> str | None:
    phrases = book.words.get(column, NOTHING)
    usual = book.usual.get(column)
    missing = text_of(value) == NOT_STATED if usual is None else usual.missing(value)
    high = None if usual is None or missing else usual.high(value)
    return phrases.of(value, high=high, missing=missing)
