"""What a rule about data can ask: one value for each kind of question."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from gonogo.checks.inputs.schema import ColumnType
from gonogo.core.canonical import Json


class Operator(StrEnum):
    """How the values of two columns in the same row compare."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    DIFFERENT = "!="
    AT_LEAST = ">="
    MORE = ">"


@dataclass(frozen=True, slots=True)
class OfType:
    """Every value that is there is of a type."""

    type: ColumnType

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return {"type": str(self.type)}

    def __str__(self) -> str:
        return f"holds values of type {self.type}"


@dataclass(frozen=True, slots=True)
class Present:
    """No value is missing."""

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return {"nullable": False}

    def __str__(self) -> str:
        return "misses no value"


@dataclass(frozen=True, slots=True)
class MissingAtMost:
    """At most this share of the values is missing."""

    share: float
    """In [0, 1]."""

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return {"missing_at_most": self.share}

    def __str__(self) -> str:
        return f"misses at most {100 * self.share:.6g} % of its values"


@dataclass(frozen=True, slots=True)
class Between:
    """Every value is a number within bounds, both inclusive; None: no bound."""

    at_least: float | None
    at_most: float | None

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return _bounds(self.at_least, self.at_most)

    def __str__(self) -> str:
        return f"is {_in_words(self.at_least, self.at_most)}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Every value is one of these, as text; 1 and 1.0 are the same."""

    values: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return {"one_of": list(self.values)}

    def __str__(self) -> str:
        shown = ", ".join(self.values[:6])
        more = len(self.values) - 6
        return f"is one of {shown}" + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole of every value, as text, matches a pattern of RE2, which takes linear time."""

    pattern: str

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return {"matches": self.pattern}

    def __str__(self) -> str:
        return f"matches {self.pattern}"


@dataclass(frozen=True, slots=True)
class Unique:
    """No two rows are alike in these columns; rows that miss a value in them are not compared."""

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return {"unique": True}

    def __str__(self) -> str:
        return "is different in every row"


@dataclass(frozen=True, slots=True)
class FreshWithin:
    """The newest time is at most so long before the time of measuring."""

    within: timedelta

    def to_json(self) -> dict[str, Json]:
        """As it is written, in minutes."""
        return {"fresh_within": f"{int(self.within.total_seconds() // 60)}m"}

    def __str__(self) -> str:
        return f"has a time of the last {self.within.total_seconds() / 86400:.6g} days"


@dataclass(frozen=True, slots=True)
class RowCount:
    """There are so many rows, both bounds inclusive; None: no bound."""

    at_least: float | None
    at_most: float | None

    def to_json(self) -> dict[str, Json]:
        """As it is written."""
        return _bounds(self.at_least, self.at_most)

    def __str__(self) -> str:
        return f"there are {_in_words(self.at_least, self.at_most)} rows"


@dataclass(frozen=True, slots=True)
class Compared:
    """In every row the first column compares so with the second; both numbers, or both times."""

    operator: Operator

    def to_json(self) -> dict[str, Json]:
        """As it is written, between the names of the columns."""
        return {"compare": str(self.operator)}

    def __str__(self) -> str:
        return f"{self.operator} in every row"


Ask = (
    OfType
    | Present
    | MissingAtMost
    | Between
    | OneOf
    | Matches
    | Unique
    | FreshWithin
    | RowCount
    | Compared
)
"""Everything a rule can ask."""


def _bounds(at_least: float | None, at_most: float | None) -> dict[str, Json]:
    said = {"at_least": at_least, "at_most": at_most}
    return {name: _plain(bound) for name, bound in said.items() if bound is not None}


def _plain(bound: float) -> Json:
    """18 rather than 18.0."""
    return int(bound) if bound.is_integer() and abs(bound) < 1e15 else bound


def _in_words(at_least: float | None, at_most: float | None) -> str:
    low = None if at_least is None else f"{at_least:,.10g}"
    high = None if at_most is None else f"{at_most:,.10g}"
    if low is None or high is None:
        return f"at least {low}" if high is None else f"at most {high}"
    return f"between {low} and {high}"
