"""Months and quarters, as budgets and quotas go by them: 2026-11, 2026-Q4."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

MONTH = re.compile(r"(2[01]\d\d)-(\d\d)")
QUARTER = re.compile(r"(2[01]\d\d)-Q([1-4])")
PER = ("month", "quarter")
"""How long a period can be."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month or a quarter of a year.

    >>> Period.parse("2026-Q4").end.isoformat(), Period.parse("2026-11").following().name
    ('2027-01-01', '2026-12')
    """

    first: date
    months: int
    """1 or 3."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period written as `text`; raises `ValueError`."""
        if found := QUARTER.fullmatch(text):
            return cls(date(int(found[1]), 3 * int(found[2]) - 2, 1), 3)
        if found := MONTH.fullmatch(text):
            return cls(date(int(found[1]), int(found[2]), 1), 1)
        raise ValueError(f"{text!r} is no month such as 2026-11 and no quarter such as 2026-Q4")

    @classmethod
    def around(cls, day: date, per: str) -> Self:
        """The month or quarter that `day` lies in."""
        if per == "month":
            return cls(day.replace(day=1), 1)
        return cls(date(day.year, day.month - (day.month - 1) % 3, 1), 3)

    @property
    def name(self) -> str:
        """As people write it."""
        if self.months == 1:
            return f"{self.first.year:04}-{self.first.month:02}"
        return f"{self.first.year:04}-Q{(self.first.month + 2) // 3}"

    @property
    def end(self) -> date:
        """The first day behind it."""
        year, month = divmod(12 * self.first.year + self.first.month - 1 + self.months, 12)
        return date(year, month + 1, 1)

    def following(self) -> "Period":
        """The one behind it, as long."""
        return Period(self.end, self.months)

    def holds(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first <= day < self.end
