"""A plan forecast: what its futures say, as dates and numbers that travel and are kept; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.plans import plan_days, plan_on_time
from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_to_json
from gonogo.domain.plans.dates import at, date_of, dated
from gonogo.domain.plans.joint import Member
from gonogo.domain.plans.linked import InFutures, as_asked, in_futures
from gonogo.domain.plans.pace import AS_PLANNED, Pace
from gonogo.domain.plans.people import pools
from gonogo.domain.plans.risks import risks_told
from gonogo.domain.plans.rules import Chance, Plan
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.plans.drivers import Driver, Kind, drivers
from gonogo.stats.plans.results import (
    SHARES,
    When,
    chance,
    criticality,
    curve,
    loads,
    money,
    percentile,
    when,
)
from gonogo.stats.plans.simulation import Simulated
from gonogo.stats.plans.working_days import days_through


@dataclass(frozen=True, slots=True)
class Asked:
    """How a forecast is made."""

    futures: int
    seed: int
    level: float
    """Of the intervals that the number of futures leaves."""
    as_planned: bool = False
    """Whether estimates are taken for right, whatever finished steps say of them."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan's futures say."""

    days: Finding
    """Working days until the goal, by which four of five futures reach it: its P80."""
    on_time: Finding | None
    """Chance of the deadline; None where there is none."""
    percentiles: Mapping[float, date | None]
    """Dates of the goal, over all futures."""
    told: Mapping[str, Json]
    """All of it, as it travels and is kept."""


def forecast(
    plan: Plan,
    today: date,
    chances: Mapping[str, Chance],
    asked: Asked,
    pace: Pace = AS_PLANNED,
    *,
    case: str = "",
    others: Mapping[str, Member] | None = None,
) -> Forecast:
    """`plan` forecast on `today`; raises `Invalid` where it cannot be simulated as it stands.

    Its estimates are corrected by `pace`, unless it is asked for as planned. It waits for what its
    steps wait for in the plans of `others`, by use case, which are simulated in the same futures.
    """
    own = as_asked(Member(case, plan, chances, pace), as_planned=asked.as_planned)
    there = {
        name: as_asked(one, as_planned=asked.as_planned) for name, one in (others or {}).items()
    }
    held = in_futures(own, there, today, futures=asked.futures, seed=asked.seed)
    found, day, pace = held.found, held.day, own.pace
    goal = when(found.end, level=asked.level)
    how: dict[str, str | int | float | bool] = {
        "plan": plan.digest[:12],
        "goal": plan.goal or "",
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
        # Said only where it is so: forecasts that knew of no pace are of the same kind as before.
        **({"as_planned": True} if asked.as_planned else {}),
    }
    on_time = None
    if plan.deadline:
        until = float(days_through(plan.calendar, day, plan.deadline))
        on_time = plan_on_time(found, until, {**how, "deadline": plan.deadline.isoformat()})
    steps_of = {step.key for step in plan.steps}
    own_roles = pools(plan.people, plan.teams, 1)
    steps = criticality(found, level=asked.level)
    mean, percentiles = money(found.cost, level=asked.level)
    told: dict[str, Json] = {
        "v": 1,
        "plan": plan.digest,
        "name": plan.name,
        "today": today.isoformat(),
        "origin": day.isoformat(),
        "goal": plan.goal,
        "deadline": plan.deadline.isoformat() if plan.deadline else None,
        "currency": plan.currency,
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
        "correlation": plan.correlation,
        "chances": {slug: _chance(chances[slug]) for slug in plan.hypotheses if slug in chances},
        "pace": pace.to_json(plan.unestimated),
        "links": held.links(asked.level),
        "on_time": None if on_time is None else measured_to_json(on_time.measured),
        **_when(plan, day, goal),
        "curve": [_rounded(one) for one in curve(found.end)],
        "cost": {
            "mean": measured_to_json(mean),
            "percentiles": [
                {"share": share, "measured": measured_to_json(one)}
                for share, one in percentiles.items()
            ],
        },
        "effort": _effort(plan, found, asked.level),
        "steps": [
            _step(plan, day, found, number, steps, asked.level) for number in range(len(plan.steps))
        ],
        "drivers": [_driver(held, one) for one in drivers(found, level=asked.level)],
        "risks": risks_told(plan, found, asked.level),
        "roles": [
            {
                "role": role,
                "busy": measured_to_json(load.busy),
                "overloaded": measured_to_json(load.overloaded),
                "waited": measured_to_json(load.waited),
            }
            for role, load in loads(found, level=asked.level).items()
            if role in own_roles
        ],
        "order": [key for key in found.order_of_work if key in steps_of],
    }
    dates = {
        share: date_of(plan.calendar, day, one.value) if isinstance(one, Estimate) else None
        for share, one in goal.by.items()
    }
    days = replace(plan_days(found, how), detail=told)
    return Forecast(days, on_time, dates, told)


def _effort(plan: Plan, found: Simulated, level: float) -> list[Json]:
    """Percentiles of the person days that the plan takes; none where it names no people."""
    # Pools of teams hold the same people once more, and units may be quarters of a person.
    sizes = {
        one: found.plan.sizes[one] / plan.people[pool].number
        for one, pool in enumerate(found.plan.pools)
        if pool in plan.people and plan.people[pool].number > 0
    }
    if not sizes:
        return []
    days = np.sort(np.sum([found.busy[one] / scale for one, scale in sizes.items()], axis=0))
    return [
        {"share": share, "measured": measured_to_json(one)}
        for share in SHARES
        for one in (percentile(days, share, level=level, unit="person days"),)
    ]


def _when(plan: Plan, day: date, found: When) -> dict[str, Json]:
    return {
        "reached": measured_to_json(found.reached),
        "dates": [dated(plan.calendar, day, share, one) for share, one in found.by.items()],
        "if_reached": [
            dated(plan.calendar, day, share, one) for share, one in found.if_reached.items()
        ],
    }


def _step(
    plan: Plan,
    day: date,
    found: Simulated,
    number: int,
    critical: Mapping[str, Measured],
    level: float,
) -> dict[str, Json]:
    step = plan.steps[number]
    told: dict[str, Json] = {
        "step": step.key,
        "title": step.title,
        "milestone": step.milestone,
        "done": step.done.isoformat() if step.done else None,
        "happens": int(found.happened[number]) / found.futures,
        "critical": measured_to_json(critical[step.key]),
    }
    if step.key in found.finish:
        starts, finishes = found.start[step.key], found.finish[step.key]
        told["begins"] = dated(plan.calendar, day, 0.5, when(starts, level=level).by[0.5])
        told |= _when(plan, day, when(finishes, level=level))
        if step.milestone:
            told["curve"] = [_rounded(one) for one in curve(finishes)]
        if step.deadline is not None and not step.done:
            until = float(days_through(plan.calendar, day, step.deadline))
            told["deadline"], told["until"] = step.deadline.isoformat(), until
            told["on_time"] = measured_to_json(chance(finishes, until, level=level))
    return told


def _driver(held: InFutures, found: Driver) -> dict[str, Json]:
    plan, day = held.plan, held.day
    titles = {step.key: step.title for step in plan.steps}
    named = {**held.titles, **(plan.titles if found.kind is Kind.RISK else titles)}
    return {
        "kind": str(found.kind),
        "key": found.key,
        "title": named.get(found.key, found.key),
        "good": at(plan.calendar, day, found.good),
        "bad": at(plan.calendar, day, found.bad),
        "swing": measured_to_json(found.swing),
        "correlation": measured_to_json(found.correlation),
    }


def _chance(known: Chance) -> dict[str, Json]:
    return {
        "probability": known.probability,
        "settled": known.settled,
        "moved": [
            {"what": one.what, "measured": measured_to_json(one.measured), "says": one.says}
            for one in known.moved
        ],
    }


def _rounded(days: float | None) -> float | None:
    """To a minute of a working day: what is drawn needs no more."""
    return None if days is None else round(days, 3)
