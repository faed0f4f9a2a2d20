"""Earned value adapted to evidence: planned, earned and spent, and what it will come to; pure.

A step of the plan earns what it was planned to cost on the day on which it is settled: done; or its
hypothesis supported or refuted, either way, for to know that something does not work is what was
bought; or its gate passed. What is inconclusive or abandoned earns nothing, and neither does half
of a step.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gonogo.core.periods import Period
from gonogo.domain.budgets.rules import Budget, planned_by_quarter
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.money.by_period import Spell, at_completion, cost_index
from gonogo.stats.money.earned import Step as Earning
from gonogo.stats.money.earned import earned_value

LEVEL = 0.8
"""Of the interval around the index of cost, as of the middle of the futures."""
PAYMENTS = "payments"
"""What is spent stands beside the steps: payments do not say for which step they were."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the plan, as far as money goes."""

    key: str
    title: str
    cost: float
    """What it was planned to cost: people at their rates for as long as it takes on average."""
    due: date | None
    """When it was to be settled, by the first forecast that names it; None before any."""
    settled: date | None
    how: str = ""
    """By what it was settled: "done", "hypothesis refuted", "gate passed"."""


@dataclass(frozen=True, slots=True)
class Point:
    """The end of a month, or today."""

    day: date
    planned: float
    earned: float | None
    """None where the day has not come."""
    spent: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the money stands."""

    steps: tuple[Step, ...]
    budget: float
    """Planned cost of all steps (BAC)."""
    planned: float | Undefined
    """Of the steps that were due by now (PV)."""
    earned: float
    """Of the steps that are settled (EV)."""
    spent: float
    """Everything that was paid (AC)."""
    schedule_index: float | Undefined
    """Earned per planned (SPI)."""
    cost_index: Measured
    """Earned per spent (CPI), by months."""
    at_completion: Measured
    """What it will have cost by that index (EAC)."""
    points: tuple[Point, ...]
    """By the end of each month from the first to the last of which anything is known."""


def progress(
    steps: Sequence[Step], paid: Sequence[tuple[date, float]], today: date
) -> Progress | Undefined:
    """Where `steps` stand `today` with what was paid; why nothing can be said where it cannot."""
    if not steps:
        return Undefined("there is no plan: its steps are what earns", n=0)
    budget = math.fsum(step.cost for step in steps)
    if not budget:
        return Undefined("no step of the plan says what it costs, or needs people with a rate", n=0)
    spent = math.fsum(amount for _, amount in paid)
    dated = all(step.due is not None or step.settled is not None for step in steps)
    found = earned_value(
        [
            *(
                Earning(step.key, step.cost, 0.0, _is_due(step, today), step.settled is not None)
                for step in steps
            ),
            Earning(PAYMENTS, 0.0, max(spent, 0.0), due=False, settled=False),
        ],
        LEVEL,
    )
    undated = Undefined("the plan was not forecast yet: nothing says what was due when", n=0)
    spells = _spells(steps, paid)
    return Progress(
        steps=tuple(steps),
        budget=budget,
        planned=found.planned if dated else undated,
        earned=found.earned,
        spent=spent,
        schedule_index=found.schedule_index if dated else undated,
        cost_index=cost_index(spells, LEVEL),
        at_completion=at_completion(spells, budget, LEVEL),
        points=_points(steps, paid, today),
    )


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter in money."""

    quarter: Period
    planned: float
    actual: float
    forecast: float | None
    """What it will have come to; None where there is no forecast."""
    low: float | None
    high: float | None
    over: bool
    """Whether it lies behind us."""


def quarters(
    budget: Budget | None,
    actual: dict[Period, float],
    completion: Measured,
    today: date,
) -> list[Quarter]:
    """Planned, actual and forecast of each quarter, the first one first.

    What is still to come is spread over the quarters that are left as the budget spreads it, the
    present one by the days that are left of it; where the budget says nothing of them, it all
    comes in the present one.
    """
    planned = planned_by_quarter(budget)
    now = Period.around(today, "quarter")
    left = _left(planned, now, today)
    spent = math.fsum(actual.values())
    known = sorted({*planned, *actual, now})
    found = []
    for quarter in known:
        paid = actual.get(quarter, 0.0)
        ends: tuple[float | None, ...] = (None, None, None)
        if quarter < now:
            ends = (paid, paid, paid)
        elif isinstance(completion, Estimate):
            share = left.get(quarter, 0.0)
            ends = tuple(
                paid + share * max(end - spent, 0.0)
                for end in (completion.value, completion.low, completion.high)
            )
        value, low, high = ends
        allowed = planned.get(quarter, 0.0)
        found.append(Quarter(quarter, allowed, paid, value, low, high, over=quarter < now))
    return found


def _left(planned: dict[Period, float], now: Period, today: date) -> dict[Period, float]:
    """Shares of what is still to come, by quarter."""
    weights = {quarter: amount for quarter, amount in planned.items() if quarter >= now}
    if now in weights:
        weights[now] *= (now.end - today).days / (now.end - now.first).days
    whole = math.fsum(weights.values())
    return {one: weight / whole for one, weight in weights.items()} if whole > 0 else {now: 1.0}


def _is_due(step: Step, today: date) -> bool:
    """By the first forecast that names it; without one, when it was settled."""
    by = step.due or step.settled
    return by is not None and by <= today


def _spells(steps: Sequence[Step], paid: Sequence[tuple[date, float]]) -> list[Spell]:
    """Earned and spent, by month."""
    earned: dict[Period, float] = {}
    spent: dict[Period, float] = {}
    for step in steps:
        if step.settled is not None:
            month = Period.around(step.settled, "month")
            earned[month] = earned.get(month, 0.0) + step.cost
    for day, amount in paid:
        month = Period.around(day, "month")
        spent[month] = spent.get(month, 0.0) + amount
    # Work is paid for later than it is done: months are taken from the first to the last of either.
    return [Spell(earned.get(one, 0.0), spent.get(one, 0.0)) for one in sorted({*earned, *spent})]


def _points(
    steps: Sequence[Step], paid: Sequence[tuple[date, float]], today: date
) -> tuple[Point, ...]:
    known = [step.due for step in steps if step.due] + [
        step.settled for step in steps if step.settled
    ]
    known += [day for day, _ in paid]
    if not known:
        return ()
    month, last = Period.around(min(known), "month"), max(*known, today)
    days = [month.first]
    while month.first <= last:
        days.append(month.end - timedelta(days=1))
        month = month.following()
    days = sorted({*days, today})
    return tuple(
        Point(
            day=day,
            planned=math.fsum(step.cost for step in steps if _is_due(step, day)),
            earned=math.fsum(
                step.cost for step in steps if step.settled is not None and step.settled <= day
            )
            if day <= today
            else None,
            spent=math.fsum(amount for at, amount in paid if at <= day) if day <= today else None,
        )
        for day in days
    )
