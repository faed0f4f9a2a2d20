"""Plans of use cases as one network: the same people, a calendar, and what waits across; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gonogo.core.errors import Invalid
from gonogo.domain.plans.pace import AS_PLANNED, Pace
from gonogo.domain.plans.people import absences, pools
from gonogo.domain.plans.rules import Beyond, Chance, Plan, network, origin, scale_of
from gonogo.domain.plans.staffing import Staffing, gathered
from gonogo.stats.plans.compiled import compiled
from gonogo.stats.plans.durations import Fixed
from gonogo.stats.plans.network import Cycle, Link, Network, Outcome, Risk, Slip, Step, UnknownPool
from gonogo.stats.plans.simulation import ends_of
from gonogo.stats.plans.working_days import Calendar, days_until

END = "*"
"""The goal of a plan that names none: the end of all its steps."""
MOST_STEPS = 4000
"""Of all plans together."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the plans."""

    case: str
    plan: Plan
    chances: Mapping[str, Chance]
    pace: Pace = AS_PLANNED
    number: int = 0
    """Of the wording in force."""


@dataclass(frozen=True, slots=True)
class Joint:
    """All of them as one network."""

    network: Network
    goals: Mapping[str, str]
    """The step that is the goal of each use case."""
    ranks: Mapping[str, int] | None
    """Which goes first; None where all are alike."""
    calendar: Calendar
    staffing: Staffing
    currency: str


def joined(
    members: Sequence[Member],
    staffing: Staffing | None,
    today: date,
    *,
    gone: Collection[str] = (),
) -> Joint:
    """The plans as one network, whose working days count from `today`.

    People, calendar and precedence are those of `staffing`, else those that the plans say. What
    waits for a step that is `gone`, `case/step`, does not wait. Raises `Invalid` for a role that
    nobody has, plans in several currencies, steps that are not there and steps that wait for one
    another across use cases.
    """
    plans = {member.case: member.plan for member in members}
    if not plans:
        raise Invalid(field="cases", value="none", expected="use cases with a plan in force")
    if sum(len(plan.steps) for plan in plans.values()) > MOST_STEPS:
        raise Invalid(
            field="cases", value=", ".join(plans), expected=f"plans of {MOST_STEPS:,} steps in all"
        )
    shared = staffing or gathered(plans)
    currency = _currency(plans, shared)
    scale = _scale(plans.values(), shared)
    steps: list[Step] = []
    risks: list[Risk] = []
    goals: dict[str, str] = {}
    for member in members:
        _enough(member, shared)
        own = network(
            _staffed(member.plan, shared), today, member.chances, member.pace, scale=scale
        )
        steps += _steps(member, own, plans, shared.calendar, today, gone)
        risks += [_risk(member.case, risk) for risk in own.risks]
        goals[member.case] = _key(member.case, member.plan.goal or END)
        if member.plan.goal is None:
            found = compiled(own)
            last = [own.steps[i].key for i in ends_of(found)]
            after = tuple(Link(_key(member.case, key)) for key in last)
            steps.append(Step(goals[member.case], Fixed(0.0), after, milestone=True))
    return Joint(
        network=_network(steps, risks, members, shared, today, scale),
        goals=goals,
        ranks=_ranks(shared.priority, plans),
        calendar=shared.calendar,
        staffing=shared,
        currency=currency,
    )


def _network(
    steps: Sequence[Step],
    risks: Sequence[Risk],
    members: Sequence[Member],
    shared: Staffing,
    today: date,
    scale: int,
) -> Network:
    slips = [member.pace.doubt for member in members]
    try:
        return Network(
            steps=tuple(steps),
            pools=pools(shared.people, shared.teams, scale),
            rates={role: people.rate / scale for role, people in shared.people.items()},
            risks=tuple(risks),
            correlation=max(member.plan.correlation for member in members),
            absences=absences(shared.people, shared.calendar, today, scale),
            slip=max((one for one in slips if one), key=_doubt, default=None),
        )
    except Cycle as error:
        raise Invalid(
            field="steps",
            value=" → ".join([*error.steps, error.steps[0]]),
            expected="steps that do not wait for one another in a ring across use cases",
        ) from error
    except UnknownPool as error:
        raise Invalid(
            field=f"staffing.{error.pool}",
            value=error.there / scale,
            expected=f"at least {error.needed / scale:g}, which {error.key} needs",
        ) from error


def _doubt(slip: Slip) -> float:
    return slip.spread


def _staffed(plan: Plan, shared: Staffing) -> Plan:
    """`plan` with the people of all, on the calendar of all, from today."""
    return replace(
        plan, people=shared.people, teams=shared.teams, calendar=shared.calendar, start=None
    )


def _enough(member: Member, shared: Staffing) -> None:
    """Raise `Invalid` for a role that a step needs and nobody has, or too few have."""
    for step in member.plan.steps:
        for role, number in step.needs if not step.done else ():
            there = shared.people.get(role)
            if there is None:
                raise Invalid(
                    field=f"staffing.people.{role}",
                    value="none",
                    expected=f"a role that somebody has: {member.case}/{step.key} needs it",
                    message="The staffing is wrong",
                )
            if there.number < number:
                raise Invalid(
                    field=f"staffing.people.{role}",
                    value=there.number,
                    expected=f"at least {number:g}, which {member.case}/{step.key} needs",
                    message="The staffing is wrong",
                )


def _steps(
    member: Member,
    own: Network,
    plans: Mapping[str, Plan],
    calendar: Calendar,
    today: date,
    gone: Collection[str],
) -> list[Step]:
    """The steps of a plan under keys of their own, not before it starts."""
    start = origin(member.plan, today)
    first = float(max(days_until(calendar, today, start), 0))
    planned = {step.key: step for step in member.plan.steps}
    found = []
    for step in own.steps:
        said = planned[step.key]
        open_ = not said.done and not said.begun
        across = [
            across_to(member.case, one, said.key, plans, calendar, today)
            for one in said.beyond
            if _key(one.case, one.step) not in gone
        ]
        found.append(
            replace(
                step,
                key=_key(member.case, step.key),
                after=(
                    *(replace(link, step=_key(member.case, link.step)) for link in step.after),
                    *(link for link in across if link is not None and open_),
                ),
                only_if=None
                if step.only_if is None
                else Outcome(_key(member.case, step.only_if.step), step.only_if.succeeded),
                not_before=max(step.not_before, first) if open_ else step.not_before,
                milestone=said.milestone or step.key == member.plan.goal,
            )
        )
    return found


def across_to(
    case: str,
    found: Beyond,
    step: str,
    plans: Mapping[str, Plan],
    calendar: Calendar,
    today: date,
) -> Link | None:
    """What a step waits for in another plan; None where that plan is not among them."""
    if found.case not in plans:
        return None
    other = next((one for one in plans[found.case].steps if one.key == found.step), None)
    if other is None:
        raise Invalid(
            field=f"{case}.steps.{step}.after",
            value=_key(found.case, found.step),
            expected=f"a step of the plan of {found.case}",
        )
    lag = found.lag
    if other.done:
        lag -= days_until(calendar, other.done, today) - 1
    return Link(_key(found.case, found.step), lag)


def _risk(case: str, risk: Risk) -> Risk:
    return replace(
        risk, key=_key(case, risk.key), steps=tuple(_key(case, key) for key in risk.steps)
    )


def _currency(plans: Mapping[str, Plan], shared: Staffing) -> str:
    """The one that all are in; raises `Invalid` where they are in several."""
    said = {case: plan.currency for case, plan in plans.items() if plan.currency}
    if shared.currency:
        said = {"the staffing": shared.currency, **said}
    if len(set(said.values())) > 1:
        raise Invalid(
            field="currency",
            value=", ".join(f"{one} of {name}" for name, one in said.items()),
            expected="plans in one currency; name the use cases that are in one",
        )
    return next(iter(said.values()), "")


def _ranks(priority: Sequence[str], plans: Mapping[str, Plan]) -> dict[str, int] | None:
    named = [case for case in priority if case in plans]
    if not named:
        return None
    return {case: named.index(case) if case in named else len(named) for case in plans}


def _scale(plans: Iterable[Plan], shared: Staffing) -> int:
    return max(scale_of(replace(plan, people=shared.people, teams=shared.teams)) for plan in plans)


def _key(case: str, step: str) -> str:
    return f"{case}/{step}"
