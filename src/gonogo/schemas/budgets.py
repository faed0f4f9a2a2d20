"""Budgets, payments and where the money stands, as they travel."""

from datetime import date
from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured


class BudgetText(Asked):
    """A budget to be put into force."""

    text: Annotated[str, Field(min_length=1, max_length=32 * 1024)]
    """The file, in YAML."""


class PaymentsText(Asked):
    """Payments to be taken in."""

    csv: Annotated[str, Field(min_length=1, max_length=4 * 1024 * 1024)]
    """A table of comma-separated values; its first row names the columns."""


class Budget(Told):
    """One wording of the budget of a use case."""

    case: str
    number: int
    currency: str
    total: float
    text: str
    stated_at: str
    stated_by: str
    entry: str


class Budgets(Told):
    """All wordings of a budget, the newest first."""

    items: list[Budget]
    next: str | None = None


class Imported(Told):
    """What an import did."""

    added: int
    corrected: int
    unchanged: int
    entries: list[str]
    """Digests of the entries that keep it, one for each use case."""


class Payment(Told):
    """A payment as it was said."""

    reference: str
    revision: int
    """From 1; each correction is the next."""
    case: str
    date: date
    category: str
    amount: float
    currency: str
    note: str
    imported_at: str
    imported_by: str
    entry: str


class Payments(Told):
    """Payments, the newest day first."""

    items: list[Payment]
    next: str | None = None


class QuarterMoney(Told):
    """A quarter in money."""

    quarter: str
    planned: float
    actual: float
    forecast: float | None
    """What it will have come to; null where there is no forecast."""
    low: float | None
    high: float | None


class StepMoney(Told):
    """A step of the plan, as far as money goes."""

    step: str
    title: str
    cost: float
    due: str | None
    """By the first forecast that names it; null before any."""
    settled: str | None
    how: str
    """By what it was settled."""


class EarnedPoint(Told):
    """The end of a month, or today."""

    date: str
    planned: float
    earned: float | None
    spent: float | None


class EarnedValue(Told):
    """Where the money stands by what evidence settled."""

    budget_at_completion: float
    planned_value: float | None
    earned_value: float
    actual_cost: float
    schedule_index: float | None
    why_no_schedule: str
    """Why there is no planned value or no index; "" where there is."""
    cost_index: Measured
    estimate_at_completion: Measured
    """By that index."""
    steps: list[StepMoney]
    points: list[EarnedPoint]


class CategoryMoney(Told):
    """What one category may cost, and has cost."""

    category: str
    planned: float
    actual: float


class Money(Told):
    """Where the money of a use case stands."""

    case: str
    currency: str | None
    budget: Budget | None
    total: float | None
    """What the budget allows in all; null without one."""
    planned: float | None
    """What it allows until today."""
    spent: float
    categories: list[CategoryMoney]
    quarters: list[QuarterMoney]
    cost_at_completion: Measured
    """By the futures of the plan, else by the index of cost."""
    forecast: str | None
    """Digest of the forecast of the plan."""
    earned: EarnedValue | None
    why_not_earned: str
    """Why nothing can be said of earned value; "" where it can."""


class Kept(Told):
    """What was kept as evidence."""

    entries: list[str]
