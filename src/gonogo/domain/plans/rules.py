"""Plans as people write them, and the network that they are for the simulation; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from gonogo.core.errors import Invalid
from gonogo.domain.plans.pace import AS_PLANNED, Pace
from gonogo.domain.plans.people import QUARTERS, TEAM, People, absences, pools
from gonogo.stats.plans.durations import Duration, Estimated, Fixed, Remaining, scaled
from gonogo.stats.plans.learning import Moved
from gonogo.stats.plans.network import (
    Branch,
    Cycle,
    Link,
    Network,
    Outcome,
    Risk,
    Step,
    UnknownPool,
    UnknownStep,
)
from gonogo.stats.plans.working_days import Calendar, days_until

LONGEST_TITLE = 200
FARTHEST = 100
"""Years from now within which a plan has to start."""

DRAWN = 300
"""Steps up to which the dates of each are kept for a timeline, not those of milestones alone."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """A step of another use case's plan that has to be finished first."""

    case: str
    step: str
    lag: float = 0.0
    """Working days between."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step as it is planned."""

    key: str
    title: str
    days: Estimated
    after: tuple[Link, ...] = ()
    needs: tuple[tuple[str, float], ...] = ()
    """Of each role how many, in quarters, from its start to its finish."""
    hypothesis: str | None = None
    """The registered hypothesis that it rests on."""
    succeeds: float | None = None
    """The probability that one attempt succeeds; without it, the hypothesis's own."""
    retries: int = 0
    stops: bool = False
    """Whether the plan ends where it fails for good."""
    only_if: Outcome | None = None
    not_before: date | None = None
    cost: float = 0.0
    milestone: bool = False
    begun: date | None = None
    """The day on which it began; None where it has not."""
    done: date | None = None
    """The day on which it was finished."""
    succeeded: bool | None = None
    """How it came out, where it is done and rests on something."""
    beyond: tuple[Beyond, ...] = ()
    """What it waits for in other use cases."""
    deadline: date | None = None
    """Of a milestone: the day until which it is to be reached."""
    estimated: bool = True
    """Whether it says how long it was thought to take; what is done already need not."""

    @property
    def branches(self) -> bool:
        """Whether it can fail."""
        return self.hypothesis is not None or self.succeeds is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of a use case as it was written."""

    name: str
    steps: tuple[PlannedStep, ...]
    text: str
    """The file as it was written."""
    people: Mapping[str, People]
    teams: Mapping[str, float]
    """How many of each team can work at once, in quarters."""
    risks: tuple[Risk, ...]
    titles: Mapping[str, str]
    """Of the risks."""
    calendar: Calendar
    correlation: float
    start: date | None
    """Nothing begins before; None is the day of the forecast."""
    goal: str | None
    """The milestone whose date is asked for; None is the end of all steps."""
    deadline: date | None
    currency: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it was written."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def unestimated(self) -> int:
        """How many finished steps say not how long they were thought to take."""
        return sum(
            step.done is not None
            and not step.milestone
            and (not step.estimated or step.days == Fixed(0.0))
            for step in self.steps
        )

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """The registered hypotheses that steps rest on."""
        return tuple(dict.fromkeys(step.hypothesis for step in self.steps if step.hypothesis))


@dataclass(frozen=True, slots=True)
class Chance:
    """What is known of a registered hypothesis."""

    probability: float
    """That it holds: its prior, or what evidence has made of it."""
    settled: bool | None = None
    """Whether it was supported; None while it is open."""
    moved: tuple[Moved, ...] = ()
    """How it came from its prior to here, one step after the other."""


def origin(plan: Plan, today: date) -> date:
    """The day from which working days are counted: today, or the start if that is later."""
    return max(today, plan.start) if plan.start else today


def checked(plan: Plan, today: date) -> Plan:
    """`plan` if it can be forecast on `today`; raises `Invalid` naming what is in the way.

    How probable hypotheses are is not looked at here.
    """
    _soon_enough(plan, today)
    _in_time(plan, today)
    _told_shortly(plan)
    network(plan, today, {slug: Chance(0.5) for slug in plan.hypotheses})
    return plan


def _told_shortly(plan: Plan) -> None:
    titles = {
        "plan": plan.name,
        **{f"steps.{step.key}.title": step.title for step in plan.steps},
        **{f"risks.{key}.title": title for key, title in plan.titles.items()},
    }
    for field, title in titles.items():
        if len(title) > LONGEST_TITLE:
            raise _invalid(field, title, f"at most {LONGEST_TITLE} characters")


def network(
    plan: Plan,
    today: date,
    chances: Mapping[str, Chance],
    pace: Pace = AS_PLANNED,
    *,
    scale: int | None = None,
) -> Network:
    """`plan` as it stands on `today`, for the simulation; raises `Invalid`.

    `chances` are those of its registered hypotheses; by `pace` its estimates are corrected. Steps
    that are done take no more time, and those that have begun only what is left. People are
    counted in parts of which `scale` are one; without it, as few as will do.
    """
    scale = scale or scale_of(plan)
    day = origin(plan, today)
    done = {step.key: step.done for step in plan.steps if step.done}
    few = len(plan.steps) <= DRAWN
    try:
        return Network(
            steps=tuple(
                _step(plan, step, day, scale, done, chances, pace, kept=few or step.milestone)
                for step in plan.steps
            ),
            pools=pools(plan.people, plan.teams, scale),
            rates={role: people.rate / scale for role, people in plan.people.items()},
            risks=tuple(_open(risk, done) for risk in plan.risks),
            correlation=plan.correlation,
            slip=pace.doubt,
            absences=absences(plan.people, plan.calendar, day, scale),
        )
    except Cycle as error:
        ring = " → ".join([*error.steps, error.steps[0]])
        raise _invalid("steps", ring, "steps that do not wait for one another in a ring") from error
    except UnknownStep as error:
        can_fail = "a step that may fail: one with succeeds or hypothesis"
        expected = can_fail if error.certain else "a step of this plan"
        raise _invalid(f"steps.{error.key}", error.named, expected) from error
    except UnknownPool as error:
        there = f"at most {error.there / scale:g} of {error.pool}, as many as there are"
        needs = error.needed / scale
        raise _invalid(f"steps.{error.key}.needs.{error.pool}", needs, there) from error


def _step(
    plan: Plan,
    step: PlannedStep,
    day: date,
    scale: int,
    done: Mapping[str, date],
    chances: Mapping[str, Chance],
    pace: Pace,
    *,
    kept: bool,
) -> Step:
    branch = _branch(step, chances)
    if step.done:
        return Step(step.key, Fixed(0), branch=branch, only_if=step.only_if, milestone=kept)
    wanted = Step(
        key=step.key,
        duration=_days(plan, step, day, pace.factor),
        needs=_needs(plan, step, scale),
        branch=branch,
        only_if=step.only_if,
        cost=step.cost,
        milestone=kept,
        running=step.begun is not None,
    )
    if step.begun:
        return wanted
    calendar = plan.calendar
    after = tuple(
        replace(link, lag=link.lag - days_until(calendar, done[link.step], day) + 1)
        if link.step in done
        else link
        for link in step.after
    )
    begin = days_until(calendar, day, step.not_before) if step.not_before else 0
    return replace(wanted, after=after, not_before=float(max(begin, 0)))


def _days(plan: Plan, step: PlannedStep, day: date, factor: float) -> Duration:
    days = step.days if factor == 1 else scaled(step.days, factor)
    if step.begun is None:
        return days
    elapsed = max(days_until(plan.calendar, step.begun, day), 0)
    if isinstance(days, Fixed):
        return Fixed(max(days.days - elapsed, 0.0))
    try:
        return Remaining(days, elapsed)
    except ValueError as error:
        if factor < 1:
            return _days(plan, step, day, 1.0)
        raise _invalid(
            f"steps.{step.key}.days",
            f"begun {elapsed:g} working days ago",
            "a new estimate: it has taken longer than this one allows",
        ) from error


def _branch(step: PlannedStep, chances: Mapping[str, Chance]) -> Branch | None:
    if not step.branches:
        return None
    known = chances.get(step.hypothesis) if step.hypothesis else None
    settled = step.succeeded
    if settled is None and known is not None:
        settled = known.settled
    if settled is not None:
        return Branch(float(settled), 0, step.stops)
    if step.succeeds is not None:
        return Branch(step.succeeds, step.retries, step.stops)
    if known is None:
        raise _invalid(
            f"steps.{step.key}.hypothesis", step.hypothesis, "a hypothesis of this use case"
        )
    return Branch(known.probability, step.retries, step.stops)


def _needs(plan: Plan, step: PlannedStep, scale: int) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for role, number in step.needs:
        units = round(number * scale)
        found[role] = found.get(role, 0) + units
        team = plan.people[role].team
        if team is not None:
            found[TEAM + team] = found.get(TEAM + team, 0) + units
    return tuple(found.items())


def _open(risk: Risk, done: Mapping[str, date]) -> Risk:
    """The risk, for what is not done yet."""
    left = tuple(key for key in risk.steps if key not in done)
    if risk.steps and not left:
        return replace(risk, probability=0.0, steps=())
    return replace(risk, steps=left)


def scale_of(plan: Plan) -> int:
    """In how many parts one person is counted, so that all numbers are whole."""
    numbers = [people.number for people in plan.people.values()]
    numbers += [away.number for people in plan.people.values() for away in people.away]
    numbers += [*plan.teams.values(), *(n for step in plan.steps for _, n in step.needs)]
    return 1 if all(float(number).is_integer() for number in numbers) else QUARTERS


def _soon_enough(plan: Plan, today: date) -> None:
    """Raise `Invalid` for a start so far ahead that what follows would have no date."""
    latest = today.year + FARTHEST
    if plan.start and plan.start.year > latest:
        raise _invalid("start", plan.start.isoformat(), f"a day until {latest}")


def _in_time(plan: Plan, today: date) -> None:
    """Raise `Invalid` for dates that lie on the wrong side of today."""
    under_way = any(step.begun or step.done for step in plan.steps)
    if plan.start and plan.start < today and not under_way:
        raise _invalid("start", plan.start.isoformat(), f"today, {today}, or later")
    if plan.deadline and plan.deadline < today:
        raise _invalid("deadline", plan.deadline.isoformat(), f"today, {today}, or later")
    if plan.deadline and plan.start and plan.deadline < plan.start:
        raise _invalid("deadline", plan.deadline.isoformat(), f"the start, {plan.start}, or later")
    for step in plan.steps:
        place = f"steps.{step.key}"
        for name, day in (("begun", step.begun), ("done", step.done)):
            if day and day > today:
                raise _invalid(f"{place}.{name}", day.isoformat(), f"today, {today}, or before")
        if step.begun and step.done and step.done < step.begun:
            raise _invalid(f"{place}.done", step.done.isoformat(), f"{step.begun} or later")
        if step.deadline and step.deadline < today and not step.done:
            raise _invalid(
                f"{place}.deadline", step.deadline.isoformat(), f"today, {today}, or later"
            )
        waiting = not step.begun and not step.done
        if step.not_before and step.not_before < today and waiting:
            raise _invalid(
                f"{place}.not_before", step.not_before.isoformat(), f"today, {today}, or later"
            )


def _invalid(field: str, value: object, expected: str) -> Invalid:
    return Invalid(field=field, value=value, expected=expected, message="The plan is wrong")
