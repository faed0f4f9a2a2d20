"""Where the money of one use case stands, as its page shows it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.core.roles import Action
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.budgets import reads
from gonogo.domain.budgets.progress import Progress, Quarter
from gonogo.domain.budgets.rules import (
    Actual,
    Category,
    planned_by_category,
    planned_until,
)
from gonogo.domain.budgets.standing import Money
from gonogo.domain.cases import tables as cases
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.store.work import Work
from gonogo.views import money_plots
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import Chart
from gonogo.views.compute import Computed
from gonogo.views.evidence import called
from gonogo.views.refused import Refused

PAYMENTS = 25
"""Payments that the page of a use case lists, the newest."""


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """What one category may cost, and has cost."""

    category: str
    planned: float
    actual: float


@dataclass(frozen=True, slots=True)
class CaseMoneyPage:
    """Where the money of a use case stands."""

    case: str
    title: str
    headline: str
    currency: str
    budget: float | None
    number: int | None
    """Of the wording in force."""
    stated_at: str
    stated_by: str
    entry: str
    until_now: float | None
    paid: float
    expected: Measured
    """What it will have cost."""
    by_plan: bool
    """Whether that is by the futures of its plan, not by the index of cost."""
    forecast: str | None
    progress: Progress | None
    why_not: str
    """Why nothing can be said of earned value."""
    quarters: tuple[Quarter, ...]
    categories: tuple[CategoryLine, ...]
    payments: tuple[Actual, ...]
    more_payments: bool
    plots: tuple[Chart, ...]
    computed: Computed
    may_keep: bool
    """Whether the reader may keep evidence."""
    may_edit: bool
    """Whether the reader may state a budget, quotas and payments."""
    csv: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    """What was filled in of the quota."""
    form: str = ""
    """The form that was refused: payments or quota; "" for none."""
    refused: Refused | None = None


def of_case(
    work: Work,
    found: Money,
    computed: Computed,
    *,
    csv: str = "",
    values: Mapping[str, str] | None = None,
    form: str = "",
    refused: Refused | None = None,
) -> CaseMoneyPage:
    """The page about the money of one use case."""
    case = cases.get(work, found.case)
    lineage = work.subjects.lineage(case.subject)
    saved, progress, currency = found.saved, found.progress, found.currency or ""
    budget = None if saved is None else saved.budget
    listed = reads.listed(work, case=found.case, limit=PAYMENTS)
    drawn = [
        money_plots.by_quarter(found.quarters, currency),
        None if isinstance(progress, Undefined) else money_plots.earned(progress, currency),
    ]
    return CaseMoneyPage(
        case=found.case,
        title=case.text.title,
        headline=_headline(found),
        currency=currency,
        budget=None if budget is None else budget.total,
        number=None if saved is None else saved.number,
        stated_at="" if saved is None else saved.at,
        stated_by="" if saved is None else called(accounts.names(work, [saved.by]), saved.by),
        entry="" if saved is None else saved.entry,
        until_now=None if budget is None else planned_until(budget, found.today),
        paid=found.spent,
        expected=found.expected,
        by_plan=isinstance(found.completion, Estimate),
        forecast=found.forecast,
        progress=None if isinstance(progress, Undefined) else progress,
        why_not=progress.reason if isinstance(progress, Undefined) else "",
        quarters=found.quarters,
        categories=_categories(found),
        payments=tuple(listed.items),
        more_payments=listed.next is not None,
        plots=tuple(one for one in drawn if one is not None),
        computed=computed,
        may_keep=work.caller.refuses(Action.PLAN_FORECAST, lineage) is None,
        may_edit=work.caller.refuses(Action.BUDGET_KEEP, lineage) is None,
        csv=csv,
        values=values or {},
        form=form,
        refused=refused,
    )


def _categories(found: Money) -> tuple[CategoryLine, ...]:
    planned = planned_by_category(None if found.saved is None else found.saved.budget)
    return tuple(
        CategoryLine(
            str(category),
            planned.get(category, 0.0),
            math.fsum(amount for _, of, amount in found.paid if of is category),
        )
        for category in Category
        if category in planned or any(of is category for _, of, _ in found.paid)
    )


def _headline(found: Money) -> str:
    currency = found.currency or ""
    if found.saved is None and not found.paid:
        return "Nobody has said yet what it may cost."
    said = f"{told(found.spent)} {currency} paid"
    if found.saved is not None:
        allowed = planned_until(found.saved.budget, found.today)
        said += f" of {told(found.saved.budget.total)}; until today {told(allowed)} were planned"
    expected = found.expected
    if not isinstance(expected, Estimate):
        return f"{said}. What it will come to is not known: {expected.reason}."
    return (
        f"{said}. It will come to {told(expected.value)}: between {told(expected.low)} and "
        f"{told(expected.high)} in {100 * expected.level:.0f} % of futures."
    )
