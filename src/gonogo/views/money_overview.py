"""All use cases with a budget or payments, in one currency, as the page of money shows them."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gonogo.core.periods import Period
from gonogo.core.roles import Action
from gonogo.core.specs.money import COST_AT_COMPLETION
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind
from gonogo.domain.budgets import reads, tables
from gonogo.domain.budgets.progress import Quarter
from gonogo.domain.budgets.rules import (
    Budget,
    by_quarter,
    planned_by_quarter,
    planned_until,
)
from gonogo.domain.compute.rules import Usage, total
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.store.work import Work
from gonogo.views import money_plots
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import Chart
from gonogo.views.compute import Computed
from gonogo.views.refused import Refused

ROWS = 200
NOTHING = Undefined("not kept yet: gonogo budget keep", n=0)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A use case, as far as money goes."""

    case: str
    budget: float | None
    until_now: float | None
    """What the budget allows until today."""
    paid: float
    completion: Measured
    """What it will have cost, by the newest evidence."""
    entry: str
    """Digest of that evidence; "" without any."""
    over: bool
    """Whether even the lower end of what it will have cost lies above its budget."""
    compute: Measured
    """What its runs cost."""


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """All use cases with a budget or payments in one currency, and what runs used."""

    headline: str
    currency: str
    currencies: tuple[tuple[str, int], ...]
    """Each currency with how many use cases have it; amounts of several are not added up."""
    rows: tuple[CaseLine, ...]
    quarters: Chart | None
    budget: float
    paid: float
    until_now: float
    computed: Computed
    may_pay: bool
    may_price: bool
    csv: str = ""
    refused: Refused | None = None


def overview(
    work: Work,
    found: Usage,
    computed: Computed,
    currency: str = "",
    *,
    csv: str = "",
    refused: Refused | None = None,
) -> MoneyPage:
    """All use cases with a budget or payments in `currency`, else in the one that most have."""
    saved = {one.case: one for one in tables.newest_of(work)}
    paid = reads.paid_by_case(work)
    known = {case: one for case, (one, _) in reads.currencies(work).items()}
    known |= {case: one.budget.currency for case, one in saved.items()}
    counts = Counter(known.values())
    listed = tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
    wanted = currency if currency in counts else listed[0][0] if listed else ""
    names = sorted(case for case, one in known.items() if one == wanted)
    today = work.now.date()
    subjects = {case: Subject(SubjectKind.CASE, case) for case in names}
    kept = work.ledger.latest_of(list(subjects.values()), [COST_AT_COMPLETION]) if names else {}
    rows = []
    for case in names:
        evidence = [
            one for one in kept[subjects[case]] if one.evidence.parameters.get("currency") == wanted
        ]
        newest = max(evidence, key=lambda one: one.position, default=None)
        budget = saved[case].budget if case in saved else None
        rows.append(
            _row(
                case,
                budget,
                math.fsum(amount for _, amount in paid.get(case, ())),
                newest.evidence.measured if newest is not None else NOTHING,
                newest.digest if newest is not None else "",
                _cost_of(found, case),
                today,
            )
        )
    rows.sort(key=lambda one: (-max(one.budget or 0.0, one.paid), one.case))
    budgets = [saved[case].budget for case in names if case in saved]
    refuses = work.caller.refuses
    everywhere = work.subjects.lineage(ORGANISATION)
    return MoneyPage(
        headline=_overview_headline(rows, wanted),
        currency=wanted,
        currencies=listed,
        rows=tuple(rows[:ROWS]),
        quarters=_all_quarters(budgets, [paid.get(case, []) for case in names], wanted, today),
        budget=math.fsum(one.total for one in budgets),
        paid=math.fsum(one.paid for one in rows),
        until_now=math.fsum(planned_until(one, today) for one in budgets),
        computed=computed,
        may_pay=refuses(Action.BUDGET_KEEP, None) is None,
        may_price=refuses(Action.COMPUTE_STATE, everywhere) is None,
        csv=csv,
        refused=refused,
    )


def _row(
    case: str,
    budget: Budget | None,
    paid: float,
    completion: Measured,
    entry: str,
    compute: Measured,
    today: date,
) -> CaseLine:
    allowed = None if budget is None else budget.total
    over = isinstance(completion, Estimate) and allowed is not None and completion.low > allowed
    return CaseLine(
        case=case,
        budget=allowed,
        until_now=None if budget is None else planned_until(budget, today),
        paid=paid,
        completion=completion,
        entry=entry,
        over=over,
        compute=compute,
    )


def _cost_of(found: Usage, case: str) -> Measured:
    return total([one for one in found.found if one.ran.case == case], found.currency).cost


def _all_quarters(
    budgets: Sequence[Budget],
    paid: Sequence[Sequence[tuple[date, float]]],
    currency: str,
    today: date,
) -> Chart | None:
    """Planned and actual of all together; what is to come is forecast for each by itself."""
    planned: dict[Period, list[float]] = {}
    for budget in budgets:
        for quarter, amount in planned_by_quarter(budget).items():
            planned.setdefault(quarter, []).append(amount)
    actual = by_quarter(one for each in paid for one in each)
    now = Period.around(today, "quarter")
    found = [
        Quarter(
            quarter=one,
            planned=math.fsum(planned.get(one, ())),
            actual=actual.get(one, 0.0),
            forecast=None,
            low=None,
            high=None,
            over=one < now,
        )
        for one in sorted({*planned, *actual})
    ]
    return money_plots.by_quarter(found, currency)


def _overview_headline(rows: Sequence[CaseLine], currency: str) -> str:
    if not rows:
        return "No use case has a budget yet."
    n = len(rows)
    allowed = math.fsum(one.budget or 0.0 for one in rows)
    paid = math.fsum(one.paid for one in rows)
    said = (
        f"{n} use case{'' if n == 1 else 's'} in {currency}: {told(paid)} paid of {told(allowed)}."
    )
    over = [one.case for one in rows if one.over]
    return f"{said} Beyond their budget: {', '.join(over[:5])}." if over else said
