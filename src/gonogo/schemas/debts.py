"""Technical debt as it travels; everything is in days of work."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Days = Annotated[float, Field(ge=0, le=100_000)]


class Interest(Asked):
    """What it costs a month: surely no less than low and no more than high."""

    low: Days
    value: Days
    high: Days


class NewDebt(Asked):
    """A debt to be noted."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    principal: Days
    """Days of work to pay it off."""
    interest: Interest
    owner_role: Annotated[str, Field(min_length=1, max_length=40)]
    place: Annotated[str, Field(max_length=1000)] = ""
    """Where it can be seen."""


class SettleDebt(Asked):
    """That a debt was paid off."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    evidence: Annotated[str, Field(min_length=1, max_length=64)]
    """Digest or position of the ledger entry that shows it."""


class Range(Told):
    """Days of work, with the ends between which it surely lies."""

    low: float
    value: float
    high: float


class Debt(Told):
    """One item of the register."""

    case: str
    number: int
    title: str
    principal: float
    interest: Range
    """A month."""
    paid: Range
    """Interest since it was noted."""
    owner_role: str
    place: str
    noted_at: str
    noted_by: str
    entry: str
    settled_at: str | None
    settled_by: str | None
    reason: str | None
    evidence: str | None
    settled_entry: str | None


class DebtRegister(Told):
    """The debts of a use case and what those that stand open come to."""

    items: list[Debt]
    principal: float
    interest: Range
    pays_back_in: float | None
    """Months until paying off has cost less than going on; null where nothing costs anything."""
    next: str | None = None
