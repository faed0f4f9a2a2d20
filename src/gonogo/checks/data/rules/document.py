"""Rules about a dataset: what every version of it is to keep, each with severity and reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gonogo.checks.data.rules.asks import Ask, Compared, RowCount
from gonogo.core.canonical import Json, digest

SHORT = 12
"""Hexadecimal digits of a digest that name a wording."""


class Severity(StrEnum):
    """What it means where a rule is broken."""

    ERROR = "error"
    """The data are not what they are taken for."""
    WARNING = "warning"
    """Somebody should look."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is asked of every version of a dataset."""

    columns: tuple[str, ...]
    """Of which columns: of none where it counts rows."""
    ask: Ask
    reason: str
    """Why, in the words of who wrote it."""
    severity: Severity = Severity.ERROR
    tolerate: float = 0.0
    """The share of the values, in [0, 1), that may be otherwise."""

    @property
    def key(self) -> str:
        """A short name, different for each rule of a document: "age: between"."""
        return f"{' & '.join(self.columns) or 'rows'}: {type(self.ask).__name__}"

    def __str__(self) -> str:
        """The rule as a sentence.

        >>> from gonogo.checks.data.rules.asks import Between
        >>> str(Rule(("age",), Between(18, None), "adults", tolerate=0.01))
        'age is at least 18, except 1 % of the values'
        """
        match self.ask:
            case RowCount():
                said = str(self.ask)
            case Compared(operator=operator):
                said = f"{self.columns[0]} {operator} {self.columns[1]}"
            case _:
                said = f"{' and '.join(self.columns)} {self.ask}"
        if not self.tolerate:
            return said
        return f"{said}, except {100 * self.tolerate:.6g} % of the values"

    def to_json(self) -> dict[str, Json]:
        """The rule in canonical form."""
        return {
            "columns": list(self.columns),
            "asks": self.ask.to_json(),
            "severity": str(self.severity),
            "reason": self.reason,
            "tolerate": self.tolerate,
        }


@dataclass(frozen=True, slots=True)
class Document:
    """The rules of a dataset, as one file says them."""

    dataset: str
    """Name of the dataset."""
    description: str
    rules: Sequence[Rule]

    def content(self) -> dict[str, Json]:
        """What is asked, whatever the file's comments, order and way of saying it."""
        rules = sorted(self.rules, key=lambda rule: rule.key)
        return {
            "v": 1,
            "rules": self.dataset,
            "description": self.description,
            "asked": [rule.to_json() for rule in rules],
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical content."""
        return digest(self.content())

    @property
    def name(self) -> str:
        """How evidence names this wording: `loans@3f2a9c1d2e4f`."""
        return f"{self.dataset}@{self.digest[:SHORT]}"
