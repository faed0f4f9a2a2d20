"""Technical debt: what it would take to pay it off, what it costs until then; pure.

Source: Cunningham (1992), The WyCash portfolio management system, OOPSLA '92; for systems that
learn, Sculley et al. (2015), Hidden technical debt in machine learning systems, NeurIPS 28.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.roles import role
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment

MOST = 100_000.0
"""Days of work that anything may take."""
MONTH = 365.25 / 12
"""Days in a month, on average."""


@dataclass(frozen=True, slots=True)
class Range:
    """Days of work: what is thought most likely, and between what it surely lies."""

    low: float
    value: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        # Ends added to ends: wider than chance would have it, and right however they go together.
        return Range(self.low + other.low, self.value + other.value, self.high + other.high)

    def times(self, months: float) -> "Range":
        """What it comes to in so many months."""
        return Range(self.low * months, self.value * months, self.high * months)


NOTHING = Range(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class DebtText:
    """What is said of a debt."""

    title: str
    principal: float
    """Days of work to pay it off."""
    interest: Range
    """Days of work a month that it costs as long as it stands."""
    owner_role: str
    """The role that answers for it."""
    place: str = ""
    """Where it can be seen: a file, an issue, a page."""


@dataclass(frozen=True, slots=True)
class Settled:
    """That a debt was paid off, and what shows it."""

    reason: str
    evidence: str
    """Digest of the ledger entry that shows it."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class Debt:
    """One item of a use case's register."""

    case: str
    number: int
    text: DebtText
    noted_at: str
    noted_by: str
    entry: str
    settled: Settled | None = None

    @property
    def subject(self) -> Subject:
        """The use case it burdens."""
        return Subject(SubjectKind.CASE, self.case)

    def paid(self, now: datetime) -> Range:
        """The interest paid since it was noted, until it was settled or now."""
        until = now if self.settled is None else moment(self.settled.at)
        days = max(0.0, (until - moment(self.noted_at)).total_seconds() / 86_400)
        return self.text.interest.times(days / MONTH)


@dataclass(frozen=True, slots=True)
class Register:
    """What stands open, in sum."""

    principal: float
    interest: Range
    """A month."""
    pays_back_in: float | None
    """Months until paying off has cost less than going on; None where there is no interest."""


def register(debts: Iterable[Debt]) -> Register:
    """The sum of those that stand open.

    >>> register(()).pays_back_in is None
    True
    """
    opened = [one.text for one in debts if one.settled is None]
    principal = sum(one.principal for one in opened)
    interest = sum((one.interest for one in opened), NOTHING)
    months = principal / interest.value if interest.value else None
    return Register(principal, interest, months)


def checked(text: DebtText) -> DebtText:
    """`text` as it may be written; raises `Invalid` by field."""
    if not text.title.strip():
        raise Invalid(field="title", value=text.title, expected="what the debt is, in words")
    role("owner_role", text.owner_role)
    _days("principal", text.principal)
    for name in ("low", "value", "high"):
        _days(f"interest.{name}", getattr(text.interest, name))
    if not text.interest.low <= text.interest.value <= text.interest.high:
        raise Invalid(
            field="interest",
            value=f"{text.interest.low:g}, {text.interest.value:g}, {text.interest.high:g}",
            expected="low, most likely and high in this order",
        )
    return text


def check_open(debt: Debt) -> None:
    """Raise `Conflict` for a debt that was settled."""
    if debt.settled is not None:
        raise Conflict(
            field="number", value=debt.number, expected=f"a debt not settled on {debt.settled.at}"
        )


def body(text: DebtText) -> dict[str, Json]:
    """What the ledger keeps of it."""
    return {
        "v": 1,
        "title": text.title,
        "principal_days": text.principal,
        "interest_days_a_month": {
            "low": text.interest.low,
            "value": text.interest.value,
            "high": text.interest.high,
        },
        "owner_role": text.owner_role,
        "place": text.place,
    }


def _days(field: str, value: float) -> None:
    if not math.isfinite(value) or not 0 <= value <= MOST:
        raise Invalid(field=field, value=value, expected=f"days of work, 0 to {MOST:,.0f}")
