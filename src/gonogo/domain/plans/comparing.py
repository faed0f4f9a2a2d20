"""Scenarios side by side with the plan as it is: dates, chances, cost, who is overloaded; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gonogo.checks.findings.finding import Finding
from gonogo.checks.plans import scenario_days, scenario_on_time
from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_to_json
from gonogo.domain.plans.dates import dated
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.joint import Member, joined
from gonogo.domain.plans.linked import as_asked, in_futures
from gonogo.domain.plans.rules import Plan
from gonogo.domain.plans.scenarios import Scenario, applied
from gonogo.domain.plans.staffing import Staffing, gathered
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.plans.comparing import dearer, later, likelier
from gonogo.stats.plans.compiled import compiled
from gonogo.stats.plans.drivers import Kind, drivers
from gonogo.stats.plans.results import OVERLOADED, chance, loads, money, when
from gonogo.stats.plans.simulation import Simulated, with_order
from gonogo.stats.plans.together import only, plan_of, shared_order
from gonogo.stats.plans.working_days import Calendar, days_through

TODAY = "today"
"""How the plan as it is stands among its scenarios."""
LATER = (0.5, 0.8)
"""The percentiles of which it is said by how much they are later."""
DRIVERS = 3
"""Of each kind that are looked at, and of all that are told."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The plans of all use cases, where what one gives up frees people for another."""

    members: tuple[Member, ...]
    staffing: Staffing | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Scenarios beside the plan as it is."""

    told: Mapping[str, Json]
    """All of it, as it travels and is kept."""
    findings: Mapping[str, tuple[Finding, ...]]
    """Of each scenario: by how many days it is later, and the chance of its deadline."""


@dataclass(frozen=True, slots=True)
class _Simulated:
    """One column: a plan and its futures."""

    scenario: Scenario
    plan: Plan
    found: Simulated
    calendar: Calendar
    day: date
    """From whose morning days are counted."""
    titles: Mapping[str, str]
    """Of steps and risks of other use cases."""

    @property
    def until(self) -> float | None:
        """Working days until the deadline."""
        if self.plan.deadline is None:
            return None
        return float(days_through(self.calendar, self.day, self.plan.deadline))


def compared(
    own: Member,
    today: date,
    scenarios: Sequence[Scenario],
    asked: Asked,
    *,
    others: Mapping[str, Member] | None = None,
    shared: Shared | None = None,
    budget: float | None = None,
) -> Compared:
    """The plan of `own` and what `scenarios` make of it; raises `Invalid`.

    All are simulated in the same futures: alone with the `others` that it waits for, or with those
    it is `shared` with where a scenario drops one of them. Within `budget` the plan is to stay, and
    each scenario that names none of its own.
    """
    own = as_asked(own, as_planned=asked.as_planned)
    plans = [(Scenario(TODAY), own.plan)]
    plans += [(one, applied(own.plan, one, own.chances, today)) for one in scenarios]
    if any(one.drop for one in scenarios):
        if shared is None:
            raise ValueError("a scenario drops a use case, expected the plans of all")
        there = tuple(as_asked(one, as_planned=asked.as_planned) for one in shared.members)
        columns = _Together(own, replace(shared, members=there), today, asked).columns(plans)
        among = [one.case for one in there]
    else:
        there_by = {
            case: as_asked(one, as_planned=asked.as_planned) for case, one in (others or {}).items()
        }
        columns = [_alone(own, there_by, one, plan, today, asked) for one, plan in plans]
        among = []
    now = columns[0]
    told: dict[str, Json] = {
        "v": 1,
        "plan": own.plan.digest,
        "name": own.plan.name,
        "origin": now.day.isoformat(),
        "goal": own.plan.goal,
        "currency": own.plan.currency,
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
        "as_planned": asked.as_planned,
        "together": list(among),
        "items": [_told(one, now, asked, budget) for one in columns],
    }
    found = {one.scenario.name: _findings(one, now, asked, among) for one in columns[1:]}
    return Compared(told, found)


def _alone(
    own: Member,
    others: Mapping[str, Member],
    scenario: Scenario,
    plan: Plan,
    today: date,
    asked: Asked,
) -> _Simulated:
    """The plan with its own people, waiting for others where it does."""
    held = in_futures(
        replace(own, plan=plan),
        others,
        today,
        futures=asked.futures,
        seed=asked.seed,
        gone=_gone(own, plan),
    )
    return _Simulated(scenario, plan, held.found, plan.calendar, held.day, held.titles)


@dataclass(frozen=True, slots=True)
class _Together:
    """All plans, as they share people."""

    own: Member
    shared: Shared
    today: date
    asked: Asked

    def columns(self, plans: Sequence[tuple[Scenario, Plan]]) -> list[_Simulated]:
        """Each of `plans` among the others, or without those that its scenario drops."""
        there = {one.case: one.plan for one in self.shared.members}
        people = self.shared.staffing or gathered(there)
        titles = {
            f"{case}/{step.key}": step.title if case == self.own.case else f"{case}: {step.title}"
            for case, plan in there.items()
            for step in plan.steps
        }
        titles |= {
            f"{case}/{key}": title
            for case, plan in there.items()
            for key, title in plan.titles.items()
        }
        return [self._column(one, plan, people, titles) for one, plan in plans]

    def _column(
        self, scenario: Scenario, plan: Plan, people: Staffing, titles: Mapping[str, str]
    ) -> _Simulated:
        own, asked = self.own.case, self.asked
        members = [
            replace(one, plan=plan) if one.case == own else one for one in self.shared.members
        ]
        all_ = joined(members, _staffed(people, scenario), self.today, gone=_gone(self.own, plan))
        whole = compiled(all_.network)
        # The order of work is that with all plans, so that none is later for one that is gone.
        order = shared_order(
            whole, all_.goals, ranks=all_.ranks, futures=asked.futures, seed=asked.seed
        )
        kept = {row.step.key for row in whole.rows if plan_of(row.step.key) not in scenario.drop}
        left = compiled(only(all_.network, kept)) if scenario.drop else whole
        keys = [whole.rows[i].step.key for i in order]
        paid = {row.step.key for row in left.rows if plan_of(row.step.key) == own}
        found = with_order(
            left,
            tuple(left.number[key] for key in keys if key in kept),
            futures=asked.futures,
            seed=asked.seed,
            goal=all_.goals[own],
            paid=paid | {risk.key for risk in left.risks if plan_of(risk.key) == own},
        )
        return _Simulated(scenario, plan, found, all_.calendar, self.today, titles)


def _staffed(people: Staffing, scenario: Scenario) -> Staffing:
    """The people of all, with as many of a role or team as a scenario says."""
    return replace(
        people,
        people={
            role: replace(there, number=scenario.people.get(role, there.number))
            for role, there in people.people.items()
        },
        teams={**people.teams, **scenario.teams},
    )


def _gone(own: Member, plan: Plan) -> set[str]:
    """The steps that a scenario leaves out, as others name them."""
    left = {step.key for step in plan.steps}
    return {f"{own.case}/{step.key}" for step in own.plan.steps if step.key not in left}


def _findings(
    one: _Simulated, now: _Simulated, asked: Asked, among: Sequence[str]
) -> tuple[Finding, ...]:
    how: dict[str, str | int | float | bool] = {
        "plan": now.plan.digest[:12],
        "goal": now.plan.goal or "",
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
        **({"as_planned": True} if asked.as_planned else {}),
        **({"plans": " ".join(among)} if among else {}),
        "scenario": one.scenario.name,
        "changes": one.scenario.says(),
    }
    found = [scenario_days(now.found.end, one.found.end, how)]
    if one.plan.deadline is not None and one.until is not None:
        said = {**how, "deadline": one.plan.deadline.isoformat()}
        found.append(scenario_on_time(one.found.end, one.until, said))
    return tuple(found)


def _told(one: _Simulated, now: _Simulated, asked: Asked, budget: float | None) -> dict[str, Json]:
    level, plan = asked.level, one.plan
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
        "dates": [dated(one.calendar, one.day, share, found) for share, found in goal.by.items()],
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
    titles = {**one.titles, **{step.key: step.title for step in one.plan.steps}}
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
            "title": (
                {**one.titles, **one.plan.titles} if driver.kind is Kind.RISK else titles
            ).get(driver.key, driver.key),
            "swing": measured_to_json(driver.swing),
        }
        for driver in moving[:DRIVERS]
    ]


def _measured(found: Measured | None) -> Json:
    return None if found is None else measured_to_json(found)
