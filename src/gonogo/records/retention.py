"""How long decisions are kept: days for all use cases, and for some days of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which what was decided goes."""

    days: int | None = None
    """Of every use case that has none of its own; None: kept without end."""
    cases: Mapping[str, int] = field(default_factory=dict)
    """By use case."""

    def of(self, case: str) -> int | None:
        """Days of a use case; None: kept without end.

        >>> Retention(400, {"fraud": 90}).of("fraud"), Retention(400).of("fraud")
        (90, 400)
        """
        return self.cases.get(case, self.days)
