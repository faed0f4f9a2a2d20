"""What a use case may cost and has cost: lines by month or quarter, and payments with their source.

All money of a use case is in one currency. Nothing is overwritten: another wording of a budget has
the next number, and a payment that was put right is kept as it was before.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from gonogo.core.errors import Invalid
from gonogo.core.periods import Period


class Category(StrEnum):
    """What money goes to."""

    PEOPLE = "people"
    COMPUTE = "compute"
    DATA = "data"
    VENDORS = "vendors"
    OTHER = "other"


Dated = tuple[date, Category, float]
"""What was paid on a day, for a category, all together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a budget."""

    name: str
    category: Category
    amounts: tuple[tuple[Period, float], ...]
    """Money for each month or quarter, 0 or more; no two of them overlap."""

    @property
    def total(self) -> float:
        """Of all its periods."""
        return math.fsum(amount for _, amount in self.amounts)


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget as it was stated."""

    currency: str
    """ISO 4217: USD."""
    lines: tuple[Line, ...]
    text: str
    """The file as it was written."""

    @property
    def total(self) -> float:
        """Of all lines."""
        return math.fsum(line.total for line in self.lines)

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it was written."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SavedBudget:
    """One wording of the budget of a use case."""

    case: str
    number: int
    """From 1; the greatest is in force."""
    budget: Budget
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid, or comes back where it is below 0, as a source tells of it."""

    reference: str
    """Its name in the books: an invoice, a posting. The same name again is the same payment."""
    case: str
    day: date
    category: Category
    amount: float
    currency: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Actual:
    """A payment on the record."""

    payment: Payment
    revision: int
    """From 1; each correction is the next."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """What an import would do."""

    added: tuple[Payment, ...]
    corrected: tuple[tuple[Payment, Actual], ...]
    """With what was said before."""
    unchanged: int


def sort(payments: Sequence[Payment], known: Mapping[str, Actual]) -> Sorted:
    """What is new, what puts right what was said, and what is known as it stands."""
    added = tuple(one for one in payments if one.reference not in known)
    there = [(one, known[one.reference]) for one in payments if one.reference in known]
    corrected = tuple((one, before) for one, before in there if one != before.payment)
    return Sorted(added, corrected, len(there) - len(corrected))


def check_currency(
    payments: Sequence[tuple[int, Payment]], in_force: Mapping[str, tuple[str, str]]
) -> None:
    """Raise `Invalid` for money in another currency than that of its use case, naming the row.

    `in_force` says of a use case which currency it has, and by what.
    """
    known = dict(in_force)
    for row, one in payments:
        currency, why = known.setdefault(one.case, (one.currency, f"row {row}"))
        if one.currency != currency:
            raise Invalid(
                field=f"row {row}, column currency",
                value=one.currency,
                expected=f"{currency}, as {why} of {one.case} has it: one currency a use case",
                message="The file is wrong",
            )


def by_quarter(amounts: Iterable[tuple[date, float]]) -> dict[Period, float]:
    """Sums of dated amounts for each quarter that has any, the first quarter first.

    >>> found = by_quarter([(date(2026, 11, 2), 5.0), (date(2026, 12, 1), 1.0)])
    >>> {quarter.name: amount for quarter, amount in found.items()}
    {'2026-Q4': 6.0}
    """
    found: dict[Period, list[float]] = {}
    for day, amount in amounts:
        found.setdefault(Period.around(day, "quarter"), []).append(amount)
    return {quarter: math.fsum(found[quarter]) for quarter in sorted(found)}


def planned_by_quarter(budget: Budget | None) -> dict[Period, float]:
    """What the budget allows in each quarter."""
    lines = () if budget is None else budget.lines
    return by_quarter((period.first, amount) for line in lines for period, amount in line.amounts)


def planned_by_category(budget: Budget | None) -> dict[Category, float]:
    """What the budget allows for each category that has a line."""
    lines = () if budget is None else budget.lines
    return {
        category: math.fsum(line.total for line in lines if line.category is category)
        for category in Category
        if any(line.category is category for line in lines)
    }


def planned_until(budget: Budget, day: date) -> float:
    """What the budget allows until the end of `day`; a period under way counts by its days."""
    found = []
    for line in budget.lines:
        for period, amount in line.amounts:
            whole = (period.end - period.first).days
            gone = min(max((day - period.first).days + 1, 0), whole)
            found.append(amount * gone / whole)
    return math.fsum(found)
