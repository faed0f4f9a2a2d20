"""Scenarios side by side with the plan as it is: dates, chances, cost, who is overloaded; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_to_json
from gonogo.domain.plans.dates import dated
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.pace import AS_PLANNED, Pace
from gonogo.domain.plans.rules import Chance, Plan, network, origin
from gonogo.domain.plans.scenarios import Scenario, applied
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.plans.comparing import dearer, later, likelier
from gonogo.stats.plans.drivers import Kind, drivers
from gonogo.stats.plans.results import OVERLOADED, chance, loads, money, when
from gonogo.stats.plans.simulation import Simulated, simulate
from gonogo.stats.plans.working_days import days_through

TODAY = "today"
"""How the plan as it is stands among its scenarios."""
LATER = (0.5, 0.8)
"""The percentiles of which it is said by how much they are later."""
DRIVERS = 3
"""Of each kind that are looked at, and of all that are told."""


@dataclass(frozen=True, slots=True)
class _Simulated:
    """One column: a plan and its futures."""

    scenario: Scenario
    plan: Plan
    found: Simulated
    until: float | None
    """Working days until the deadline."""


def compared(
    plan: Plan,
    today: date,
    chances: Mapping[str, Chance],
    scenarios: Sequence[Scenario],
    asked: Asked,
    *,
    pace: Pace = AS_PLANNED,
    budget: float | None = None,
) -> dict[str, Json]:
    """`plan` and what `scenarios` make of it, as it travels; raises `Invalid`.

    All are simulated in the same futures. Within `budget` the plan is to stay, and each scenario
    that names none of its own.
    """
    pace = replace(pace, used=pace.used and not asked.as_planned)
    plans = [(Scenario(TODAY), plan)]
    plans += [(one, applied(plan, one, chances, today)) for one in scenarios]
    each = [_simulated(one, changed, today, chances, pace, asked) for one, changed in plans]
    now = each[0]
    return {
        "v": 1,
        "plan": plan.digest,
        "name": plan.name,
        "origin": origin(plan, today).isoformat(),
        "goal": plan.goal,
        "currency": plan.currency,
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
        "items": [_told(one, now, today, asked, budget) for one in each],
    }


def _simulated(
    scenario: Scenario,
    plan: Plan,
    today: date,
    chances: Mapping[str, Chance],
    pace: Pace,
    asked: Asked,
) -> _Simulated:
    found = simulate(
        network(plan, today, chances, pace), futures=asked.futures, seed=asked.seed, goal=plan.goal
    )
    until = None
    if plan.deadline:
        until = float(days_through(plan.calendar, origin(plan, today), plan.deadline))
    return _Simulated(scenario, plan, found, until)


def _told(
    one: _Simulated, now: _Simulated, today: date, asked: Asked, budget: float | None
) -> dict[str, Json]:
    level, plan = asked.level, one.plan
    day = origin(plan, today)
    goal = when(one.found.end, level=level)
    mean, percentiles = money(one.found.cost, level=level)
    within = one.scenario.budget if one.scenario.budget is not None else budget
    told: dict[str, Json] = {
        "name": one.scenario.name,
        "title": one.scenario.title,
        "says": one.scenario.says(),
        "deadline": plan.deadline.isoformat() if plan.deadline else None,
        "until": one.until,
        "reached": measured_to_json(goal.reached),
        "dates": [dated(plan.calendar, day, share, found) for share, found in goal.by.items()],
        "chance": _measured(_on_time(one, level)),
        "cost": {
            "mean": measured_to_json(mean),
            "percentiles": [
                {"share": share, "measured": measured_to_json(found)}
                for share, found in percentiles.items()
            ],
        },
        "budget": within,
        "within": None
        if within is None
        else measured_to_json(chance(one.found.cost, within, level=level)),
        "overloaded": _overloaded(one, level),
        "drivers": _drivers(one, level),
        "later": [],
        "likelier": None,
        "dearer": None,
    }
    return told if one is now else told | _against(one, now, asked)


def _against(one: _Simulated, now: _Simulated, asked: Asked) -> dict[str, Json]:
    """By how much a scenario differs from the plan as it is."""
    level = asked.level
    here, there = now.found.end, one.found.end
    more = None
    if now.until is not None and one.until is not None:
        more = likelier(here, there, now.until, one.until, level=level)
    return {
        "later": [
            {
                "share": share,
                "days": measured_to_json(later(here, there, share, seed=asked.seed, level=level)),
            }
            for share in LATER
        ],
        "likelier": _measured(more),
        "dearer": measured_to_json(dearer(now.found.cost, one.found.cost, level=level)),
    }


def _on_time(one: _Simulated, level: float) -> Measured | None:
    return None if one.until is None else chance(one.found.end, one.until, level=level)


def _overloaded(one: _Simulated, level: float) -> list[Json]:
    """Roles and teams that are busy for more than 85 % of their time, on the mean."""
    return [
        {"role": role, "busy": measured_to_json(load.busy), "waited": measured_to_json(load.waited)}
        for role, load in loads(one.found, level=level).items()
        if isinstance(load.busy, Estimate) and load.busy.value > OVERLOADED
    ]


def _drivers(one: _Simulated, level: float) -> list[Json]:
    titles = {step.key: step.title for step in one.plan.steps}
    found = drivers(one.found, most=DRIVERS, level=level)
    moving = [
        driver
        for driver in found
        if not (isinstance(driver.swing, Estimate) and driver.swing.low == driver.swing.high == 0)
    ]
    return [
        {
            "kind": str(driver.kind),
            "key": driver.key,
            "title": (one.plan.titles if driver.kind is Kind.RISK else titles).get(
                driver.key, driver.key
            ),
            "swing": measured_to_json(driver.swing),
        }
        for driver in moving[:DRIVERS]
    ]


def _measured(found: Measured | None) -> Json:
    return None if found is None else measured_to_json(found)
