"""Plans of use cases forecast together: what sharing people costs each, and what would be without.

Pure. What one use case costs another is the difference in the same futures: together, and with all
people for itself; or together, and without the other one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gonogo.checks.findings.finding import Finding
from gonogo.checks.plans import shared_days, shared_on_time
from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_to_json
from gonogo.domain.plans.dates import dated
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.joint import Joint, Member, joined
from gonogo.domain.plans.rules import PlannedStep
from gonogo.domain.plans.staffing import Staffing
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.plans.comparing import later
from gonogo.stats.plans.results import chance, loads, money, when
from gonogo.stats.plans.simulation import Simulated
from gonogo.stats.plans.together import alone, together, without
from gonogo.stats.plans.working_days import days_through

SHARES = (0.5, 0.8)
"""The percentiles of which it is said what sharing costs."""
DROPPED = 2_000
"""Futures, at the most, in which it is seen what would be without a use case."""


@dataclass(frozen=True, slots=True)
class Together:
    """What the futures of plans say that share people."""

    told: Mapping[str, Json]
    """All of it, as it travels and is kept."""
    findings: Mapping[str, tuple[Finding, ...]]
    """Of each use case: the working days until its goal, and the chance of its deadline."""


def forecast(
    members: Sequence[Member],
    staffing: Staffing | None,
    today: date,
    asked: Asked,
    *,
    drop: Sequence[str] = (),
) -> Together:
    """The plans of `members` in the same futures; raises `Invalid`.

    `drop` are use cases without which the others are looked at too.
    """
    all_ = joined(members, staffing, today)
    found = together(
        all_.network, all_.goals, ranks=all_.ranks, futures=asked.futures, seed=asked.seed
    )
    mean, percentiles = money(found.cost, level=asked.level)
    told: dict[str, Json] = {
        "v": 1,
        "today": today.isoformat(),
        "staffing": all_.staffing.name,
        "stated": staffing is not None,
        "priority": list(all_.staffing.priority),
        "currency": all_.currency,
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
        "cost": {
            "mean": measured_to_json(mean),
            "percentiles": [
                {"share": share, "measured": measured_to_json(one)}
                for share, one in percentiles.items()
            ],
        },
        "cases": [_case(member, all_, found, today, asked) for member in members],
        "roles": _roles(found, asked.level),
        "dropped": [_dropped(case, members, all_, found, today, asked) for case in drop],
    }
    findings = {one.case: _findings(one, members, all_, found, today, asked) for one in members}
    return Together(told, findings)


def _findings(
    member: Member,
    members: Sequence[Member],
    all_: Joint,
    found: Simulated,
    today: date,
    asked: Asked,
) -> tuple[Finding, ...]:
    plan, finish = member.plan, found.finish[all_.goals[member.case]]
    how: dict[str, str | int | float | bool] = {
        "plan": plan.digest[:12],
        "goal": plan.goal or "",
        "futures": asked.futures,
        "seed": asked.seed,
        "level": asked.level,
        "plans": " ".join(one.case for one in members),
    }
    days = shared_days(finish, how)
    if plan.deadline is None:
        return (days,)
    until = float(days_through(all_.calendar, today, plan.deadline))
    return days, shared_on_time(finish, until, {**how, "deadline": plan.deadline.isoformat()})


def _case(
    member: Member, all_: Joint, found: Simulated, today: date, asked: Asked
) -> dict[str, Json]:
    case, plan = member.case, member.plan
    goal = all_.goals[case]
    own = alone(found, case, goal)
    until = None
    if plan.deadline is not None:
        until = float(days_through(all_.calendar, today, plan.deadline))
    titles = {f"{case}/{step.key}": step.title for step in plan.steps}
    return {
        "case": case,
        "plan": member.number,
        "name": plan.name,
        "goal": plan.goal,
        "title": titles.get(goal, "the end of the plan"),
        "deadline": plan.deadline.isoformat() if plan.deadline else None,
        "until": until,
        "chance": _chance(found.finish[goal], until, asked.level),
        "chance_alone": _chance(own.finish[goal], until, asked.level),
        **_reached(all_, found.finish[goal], own.finish[goal], today, asked),
        "milestones": [
            _milestone(step, f"{case}/{step.key}", all_, found, own, today, asked)
            for step in plan.steps
            if step.milestone and not step.done and step.key != plan.goal
        ],
    }


def _milestone(
    step: PlannedStep,
    key: str,
    all_: Joint,
    found: Simulated,
    own: Simulated,
    today: date,
    asked: Asked,
) -> dict[str, Json]:
    """A milestone, sharing people and alone, with the chance of a deadline of its own."""
    until = None
    if step.deadline is not None:
        until = float(days_through(all_.calendar, today, step.deadline))
    return {
        "step": step.key,
        "title": step.title,
        "deadline": step.deadline.isoformat() if step.deadline else None,
        "until": until,
        "chance": _chance(found.finish[key], until, asked.level),
        "chance_alone": _chance(own.finish[key], until, asked.level),
        **_reached(all_, found.finish[key], own.finish[key], today, asked),
    }


def _reached(
    all_: Joint, shared: Floats, own: Floats, today: date, asked: Asked
) -> dict[str, Json]:
    """When something is reached, together and alone, and what sharing costs it."""
    both, single = when(shared, level=asked.level), when(own, level=asked.level)
    return {
        "reached": measured_to_json(both.reached),
        "dates": [dated(all_.calendar, today, share, one) for share, one in both.by.items()],
        "alone": [dated(all_.calendar, today, share, one) for share, one in single.by.items()],
        "sharing": _later(own, shared, asked),
    }


def _later(now: Floats, then: Floats, asked: Asked) -> list[Json]:
    return [
        {
            "share": share,
            "days": measured_to_json(later(now, then, share, seed=asked.seed, level=asked.level)),
        }
        for share in SHARES
    ]


def _chance(finish: Floats, until: float | None, level: float) -> Json:
    return None if until is None else measured_to_json(chance(finish, until, level=level))


def _roles(found: Simulated, level: float) -> list[Json]:
    """Roles and teams, the one that work waits for longest first."""
    each = loads(found, level=level)
    return [
        {
            "role": role,
            "busy": measured_to_json(load.busy),
            "overloaded": measured_to_json(load.overloaded),
            "waited": measured_to_json(load.waited),
        }
        for role, load in sorted(each.items(), key=lambda one: (-_size(one[1].waited), one[0]))
    ]


def _size(found: Measured) -> float:
    return found.value if isinstance(found, Estimate) else 0.0


def _dropped(
    case: str,
    members: Sequence[Member],
    all_: Joint,
    found: Simulated,
    today: date,
    asked: Asked,
) -> dict[str, Json]:
    """The others without one of them."""
    left = without(found, case, futures=DROPPED)
    count = left.futures
    told: list[Json] = []
    for member in members:
        if member.case != case:
            goal = all_.goals[member.case]
            now, then = found.finish[goal][:count], left.finish[goal]
            by = when(then, level=asked.level).by
            until = None
            if member.plan.deadline is not None:
                until = float(days_through(all_.calendar, today, member.plan.deadline))
            told.append(
                {
                    "case": member.case,
                    "dates": [dated(all_.calendar, today, share, by[share]) for share in SHARES],
                    "later": _later(now, then, asked),
                    "chance": _chance(then, until, asked.level),
                }
            )
    return {"case": case, "futures": count, "others": told}
