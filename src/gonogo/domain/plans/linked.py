"""A plan in its futures, with the plans of other use cases that its steps wait for; pure.

The others are simulated in the same futures with people of their own: what sharing people costs is
asked of plans together. Their days are counted on the calendar of the plan that is asked about.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.domain.plans.dates import dated
from gonogo.domain.plans.joint import END, Member, across_to
from gonogo.domain.plans.pace import Pace
from gonogo.domain.plans.people import Away, People
from gonogo.domain.plans.rules import Beyond, Plan, PlannedStep, network, origin, scale_of
from gonogo.stats.plans.compiled import compiled
from gonogo.stats.plans.durations import Fixed
from gonogo.stats.plans.linked import linked
from gonogo.stats.plans.network import Cycle, Link, Network, Outcome, Risk, Step
from gonogo.stats.plans.results import when
from gonogo.stats.plans.simulation import Simulated, ends_of, simulate
from gonogo.stats.plans.working_days import Calendar, days_until

MOST_STEPS = 4000
"""Of the plan and of all that it waits for."""


@dataclass(frozen=True, slots=True)
class Waits:
    """One link of a plan to a step of another use case."""

    step: str
    """That waits."""
    beyond: Beyond
    why: str = ""
    """Why it is left out; "" where it counts."""


@dataclass(frozen=True, slots=True)
class InFutures:
    """A plan with its futures."""

    plan: Plan
    found: Simulated
    day: date
    """From whose morning days are counted."""
    waits: tuple[Waits, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """Of steps and risks of other use cases, by key."""

    def links(self, level: float) -> list[Json]:
        """The links to other use cases, as they travel: when what is waited for is finished."""
        return [self._link(one, level) for one in self.waits]

    def _link(self, one: Waits, level: float) -> dict[str, Json]:
        key = _key(one.beyond.case, one.beyond.step)
        dates: list[Json] = []
        if not one.why:
            by = when(self.found.finish[key], level=level).by
            dates = [dated(self.plan.calendar, self.day, share, at) for share, at in by.items()]
        return {
            "step": one.step,
            "case": one.beyond.case,
            "other": one.beyond.step,
            "title": self.titles.get(key, key),
            "lag": one.beyond.lag,
            "counted": not one.why,
            "why": one.why,
            "dates": dates,
        }


def in_futures(
    own: Member,
    others: Mapping[str, Member],
    today: date,
    *,
    futures: int,
    seed: int,
    gone: Collection[str] = (),
) -> InFutures:
    """The plan of `own` simulated, with those of `others` that it waits for, one through another.

    Links to use cases that are not among the others are left out, and said to be. What waits for a
    step of its own that is `gone` does not wait. Raises `Invalid` as `network`, for steps that are
    not there, and for a ring across use cases.
    """
    plan = own.plan
    waits = tuple(_waits(plan, others))
    if all(one.why for one in waits):
        found = simulate(
            network(plan, today, own.chances, own.pace),
            futures=futures,
            seed=seed,
            goal=plan.goal,
        )
        return InFutures(plan, found, origin(plan, today), waits)
    members = {own.case: own, **_needed(plan, others)}
    whole, goals = _joined(own, members, today, gone)
    goal = goals.pop(own.case)
    found = linked(whole, goals, goal=goal, futures=futures, seed=seed)
    return InFutures(plan, found, today, waits, _titles(own.case, members))


def as_asked(member: Member, *, as_planned: bool) -> Member:
    """`member` with the pace that a forecast corrects by."""
    pace: Pace = member.pace
    return replace(member, pace=replace(pace, used=pace.used and not as_planned))


def waited_for(plan: Plan) -> list[str]:
    """The use cases that open steps of a plan wait for."""
    return list(
        dict.fromkeys(one.case for step in plan.steps if _open(step) for one in step.beyond)
    )


def _open(step: PlannedStep) -> bool:
    return not step.done and not step.begun


def _waits(plan: Plan, others: Mapping[str, Member]) -> Iterator[Waits]:
    for step in plan.steps:
        for one in step.beyond if _open(step) else ():
            why = "" if one.case in others else f"{one.case} has no plan in force"
            yield Waits(step.key, one, why)


def _needed(plan: Plan, others: Mapping[str, Member]) -> dict[str, Member]:
    """Those of `others` that `plan` waits for, one through another."""
    found: dict[str, Member] = {}
    left = waited_for(plan)
    while left:
        case = left.pop(0)
        if case in others and case not in found:
            found[case] = others[case]
            left += waited_for(others[case].plan)
    return found


def _joined(
    own: Member, members: Mapping[str, Member], today: date, gone: Collection[str]
) -> tuple[Network, dict[str, str]]:
    """All of them as one network, and the goal of each."""
    plans = {case: one.plan for case, one in members.items()}
    if sum(len(plan.steps) for plan in plans.values()) > MOST_STEPS:
        raise Invalid(
            field="steps",
            value=", ".join(plans),
            expected=f"at most {MOST_STEPS:,} steps, with those of the plans that it waits for",
        )
    scale = max(scale_of(plan) for plan in plans.values())
    steps: list[Step] = []
    risks: list[Risk] = []
    goals: dict[str, str] = {}
    parts: list[tuple[str, Network]] = []
    wanted = {
        (one.case, one.step)
        for plan in plans.values()
        for step in plan.steps
        for one in step.beyond
    }
    for case, member in members.items():
        part = _network(own, member, today, scale)
        named = _Named(own.case, case, plans, own.plan.calendar, today, gone)
        parts.append((case, part))
        found = named.steps(member.plan, part, wanted)
        goals[case] = named.key(member.plan.goal or END)
        if member.plan.goal is None:
            last = tuple(Link(named.key(part.steps[i].key)) for i in ends_of(compiled(part)))
            found.append(Step(goals[case], Fixed(0.0), last))
        steps += found
        risks += [named.risk(one) for one in part.risks if one.steps or case == own.case]
    first = parts[0][1]
    return _whole(own.case, steps, risks, parts, first), goals


def _whole(
    case: str,
    steps: Sequence[Step],
    risks: Sequence[Risk],
    parts: Sequence[tuple[str, Network]],
    first: Network,
) -> Network:
    def keyed(name: str, pool: str) -> str:
        return pool if name == case else _key(name, pool)

    try:
        return Network(
            steps=tuple(steps),
            pools={keyed(name, pool): n for name, one in parts for pool, n in one.pools.items()},
            rates=first.rates,
            risks=tuple(risks),
            correlation=first.correlation,
            absences={
                keyed(name, pool): away
                for name, one in parts
                for pool, away in one.absences.items()
            },
            slip=first.slip,
        )
    except Cycle as error:
        ring = [key if "/" in key else _key(case, key) for key in (*error.steps, error.steps[0])]
        raise Invalid(
            field="steps",
            value=" → ".join(ring),
            expected="steps that do not wait for one another in a ring across use cases",
            message="The plan is wrong",
        ) from error


def _network(own: Member, member: Member, today: date, scale: int) -> Network:
    """The plan of a member, from today, on the calendar of the one that is asked about."""
    calendar = own.plan.calendar
    plan = replace(
        member.plan,
        start=None,
        calendar=calendar,
        people=_off(member.plan, calendar, today),
    )
    try:
        return network(plan, today, member.chances, member.pace, scale=scale)
    except Invalid as error:
        if member is own:
            raise
        raise Invalid(
            field=f"{member.case}.{error.field}",
            value=error.value,
            expected=error.expected,
            message=f"The plan of {member.case}, for which this one waits, is wrong",
        ) from error


def _off(plan: Plan, calendar: Calendar, today: date) -> Mapping[str, People]:
    """The people of a plan, away on those of its holidays that `calendar` does not have."""
    days = sorted(day for day in plan.calendar.holidays if day >= today and calendar.works(day))
    if not days:
        return plan.people
    return {
        role: replace(there, away=(*there.away, *(Away(day, day, there.number) for day in days)))
        for role, there in plan.people.items()
    }


@dataclass(frozen=True, slots=True)
class _Named:
    """The keys of one of the plans among all of them."""

    own: str
    case: str
    plans: Mapping[str, Plan]
    calendar: Calendar
    today: date
    gone: Collection[str]

    def key(self, name: str) -> str:
        """Of a step, risk or role of this plan."""
        return name if self.case == self.own else _key(self.case, name)

    def steps(self, plan: Plan, part: Network, wanted: Collection[tuple[str, str]]) -> list[Step]:
        """Its steps, with what they wait for in others, not before the plan starts."""
        first = float(max(days_until(self.calendar, self.today, origin(plan, self.today)), 0))
        planned = {step.key: step for step in plan.steps}
        return [self._step(planned[one.key], one, first, wanted) for one in part.steps]

    def risk(self, one: Risk) -> Risk:
        """A risk of it."""
        return replace(
            one, key=self.key(one.key), steps=tuple(self.key(step) for step in one.steps)
        )

    def _step(
        self, said: PlannedStep, one: Step, first: float, wanted: Collection[tuple[str, str]]
    ) -> Step:
        ours = self.case == self.own
        return replace(
            one,
            key=self.key(one.key),
            after=(
                *(replace(link, step=self.key(link.step)) for link in one.after),
                *(self._across(said) if _open(said) else ()),
            ),
            needs=tuple((self.key(pool), units) for pool, units in one.needs),
            only_if=None
            if one.only_if is None
            else Outcome(self.key(one.only_if.step), one.only_if.succeeded),
            not_before=max(one.not_before, first) if _open(said) else one.not_before,
            milestone=(ours and one.milestone) or (self.case, said.key) in wanted,
        )

    def _across(self, said: PlannedStep) -> Iterator[Link]:
        for one in said.beyond:
            if _key(one.case, one.step) in self.gone:
                continue
            link = across_to(self.case, one, said.key, self.plans, self.calendar, self.today)
            if link is not None:
                yield replace(link, step=one.step) if one.case == self.own else link


def _titles(own: str, members: Mapping[str, Member]) -> dict[str, str]:
    found: dict[str, str] = {}
    for case, member in members.items():
        if case != own:
            plan = member.plan
            found |= {_key(case, step.key): f"{case}: {step.title}" for step in plan.steps}
            found |= {_key(case, key): f"{case}: {title}" for key, title in plan.titles.items()}
    return found


def _key(case: str, name: str) -> str:
    return f"{case}/{name}"
