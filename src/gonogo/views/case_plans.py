"""The plan of a use case: what it says, and when its futures reach what it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.core.roles import Action
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.plans import following, reads
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.rules import Plan
from gonogo.domain.plans.tables import KeptForecast, SavedPlan
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.plans.working_days import days_through
from gonogo.store.work import Work
from gonogo.views.charts.values import Intervals, Lines, Network, Spans
from gonogo.views.drawn import case_plans as drawn
from gonogo.views.evidence import called
from gonogo.views.plan_beliefs import RestsOn, rests_on
from gonogo.views.plan_steps import StepLine, listed

FORECASTS = 20
"""Forecasts that the page lists, the newest."""
GOAL = "the end of the plan"
"""What is asked for where the plan names no goal."""


@dataclass(frozen=True, slots=True)
class DateOf:
    """What so large a share of the futures keeps."""

    share: float
    days: Measured
    date: str | None
    """None where fewer futures ever reach it."""
    earliest: str | None
    """The date of the lower end of the interval that the number of futures leaves."""
    latest: str | None


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One milestone, or the goal, in all futures."""

    title: str
    goal: bool
    done: str | None
    reached: Measured
    """The share of futures in which it ever is."""
    dates: tuple[DateOf, ...]
    deadline: str | None
    chance: Measured | None
    """Of its deadline; None without one."""


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A step that waits for one of another use case."""

    step: str
    """The title of the one that waits."""
    case: str
    other: str
    title: str
    """Of the one that it waits for."""
    lag: float
    counted: bool
    why: str
    """Why the forecast leaves it out."""
    dates: tuple[DateOf, ...]
    """When what it waits for is finished; none where it is left out."""


@dataclass(frozen=True, slots=True)
class DriverLine:
    """One thing that moves the date."""

    kind: str
    title: str
    good: DateOf
    """The median date where it goes well."""
    bad: DateOf
    swing: Measured
    """By how many days these differ."""
    moves: bool
    """Whether they do at all."""
    correlation: Measured


@dataclass(frozen=True, slots=True)
class RoleLine:
    """How busy a role or team is."""

    role: str
    busy: Measured
    overloaded: Measured
    waited: Measured


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """What the plan costs at most, in so large a share of futures; None: on the mean."""

    share: float | None
    measured: Measured


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """A forecast in the list of them."""

    number: int
    plan: int
    p50: str | None
    p80: str | None
    deadline: str | None
    chance: Measured | None
    """Of the deadline, with what the number of futures leaves; None without one."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class ForecastPart:
    """The forecast that is shown."""

    line: ForecastLine
    origin: str
    futures: int
    seed: int
    level: float
    deadline: str | None
    chance: Measured | None
    """Of the deadline; None without one."""
    goal: MilestoneLine
    milestones: tuple[MilestoneLine, ...]
    """The goal first."""
    links: tuple[LinkLine, ...]
    """What it waits for in other use cases."""
    rests: RestsOn
    drivers: tuple[DriverLine, ...]
    roles: tuple[RoleLine, ...]
    money: tuple[MoneyLine, ...]
    """Empty where nothing of the plan costs anything."""
    finish: Lines | None
    timeline: Spans | None
    tornado: Spans | None
    critical: Intervals | None
    load: Intervals | None


@dataclass(frozen=True, slots=True)
class WordingPart:
    """The wording that is shown."""

    number: int
    name: str
    goal: str
    deadline: str | None
    currency: str
    at: str
    by: str
    entry: str
    steps: tuple[StepLine, ...]
    more: int
    """Steps that are not listed."""
    network: Network | None
    """None where there are too many to see."""


@dataclass(frozen=True, slots=True)
class CasePlanPage:
    """The plan of a use case."""

    case: str
    title: str
    headline: str
    in_force: int
    """The number of the wording in force; 0 where there is none."""
    plan: WordingPart | None
    forecast: ForecastPart | None
    forecasts: tuple[ForecastLine, ...]
    may_edit: bool
    may_forecast: bool


def plan(work: Work, case: str, number: int | None = None) -> CasePlanPage:
    """The plan in force with its latest forecast, else forecast `number` with what it is of.

    Raises `NotFound` for no such use case or forecast.
    """
    found = cases.get(work, case)
    now = reads.in_force(work, case)
    kept = reads.forecasts(work, case, FORECASTS)
    shown = reads.forecast(work, case, number) if number is not None else _latest(kept, now)
    saved = now
    if shown is not None and now is not None and shown.plan != now.number:
        saved = reads.wording(work, case, shown.plan)
    people = {one.made_by for one in kept}
    people |= {one.made_by for one in (shown,) if one} | {one.saved_by for one in (saved,) if one}
    names = accounts.names(work, people)
    chances = following.chances(work, [*kept, *((shown,) if shown else ())])
    told = None if shown is None else reads.told(work, shown)
    parsed = None if saved is None else parse(saved.text)
    lineage = work.subjects.lineage(found.subject)
    part = None
    if shown is not None and told is not None and parsed is not None:
        part = _forecast(parsed, _line(shown, names, chances), told)
    return CasePlanPage(
        case=case,
        title=found.text.title,
        headline=_headline(saved, part),
        in_force=0 if now is None else now.number,
        plan=None if saved is None or parsed is None else _wording(saved, parsed, told, names),
        forecast=part,
        forecasts=tuple(_line(one, names, chances) for one in kept),
        may_edit=work.caller.refuses(Action.PLAN_EDIT, lineage) is None,
        may_forecast=work.caller.refuses(Action.PLAN_FORECAST, lineage) is None,
    )


def in_one_line(work: Work, case: str) -> str:
    """The plan in force and its latest forecast, in words; "" where there is none."""
    now = reads.in_force(work, case)
    if now is None:
        return ""
    found = _latest(reads.forecasts(work, case, 1), now)
    if found is None:
        return f"{now.name}, not forecast yet"
    return f"{now.name}, P80 {found.p80 or 'never reached'}"


def _latest(kept: Sequence[KeptForecast], now: SavedPlan | None) -> KeptForecast | None:
    """The latest forecast of the plan in force."""
    return next((one for one in kept if now is not None and one.plan == now.number), None)


def _line(
    kept: KeptForecast, names: Mapping[str, str], chances: Mapping[str, Measured]
) -> ForecastLine:
    return ForecastLine(
        number=kept.number,
        plan=kept.plan,
        p50=kept.p50,
        p80=kept.p80,
        deadline=kept.deadline,
        chance=chances.get(kept.entry),
        at=kept.made_at,
        by=called(names, kept.made_by),
        entry=kept.entry,
    )


def _wording(
    saved: SavedPlan, plan: Plan, told: Mapping[str, Any] | None, names: Mapping[str, str]
) -> WordingPart:
    steps, more = listed(plan, told)
    return WordingPart(
        number=saved.number,
        name=saved.name,
        goal=_goal(plan),
        deadline=saved.deadline,
        currency=plan.currency,
        at=saved.saved_at,
        by=called(names, saved.saved_by),
        entry=saved.entry,
        steps=steps,
        more=more,
        network=drawn.network(plan),
    )


def _forecast(plan: Plan, line: ForecastLine, told: Mapping[str, Any]) -> ForecastPart:
    until = None
    if plan.deadline is not None:
        origin = date.fromisoformat(told["origin"])
        until = float(days_through(plan.calendar, origin, plan.deadline))
    goal = _milestone(told, _goal(plan), goal=True)
    others = (one for one in told["steps"] if one["milestone"] and one["step"] != told["goal"])
    chance = told["on_time"]
    return ForecastPart(
        line=line,
        origin=told["origin"],
        futures=told["futures"],
        seed=told["seed"],
        level=told["level"],
        deadline=told["deadline"],
        chance=None if chance is None else measured_from_json(chance),
        goal=goal,
        milestones=(goal, *(_milestone(one, str(one["title"])) for one in others)),
        links=tuple(_linked(one, plan) for one in told.get("links", ())),
        rests=rests_on(told),
        drivers=tuple(_driver(one) for one in told["drivers"]),
        roles=tuple(_role(one) for one in told["roles"]),
        money=_money(told["cost"]),
        finish=drawn.finish(told, until),
        timeline=drawn.timeline(told, until),
        tornado=drawn.tornado(told),
        critical=drawn.critical(told),
        load=drawn.load(told),
    )


def _goal(plan: Plan) -> str:
    titles = {step.key: step.title for step in plan.steps}
    return GOAL if plan.goal is None else titles[plan.goal]


def _milestone(told: Mapping[str, Any], title: str, *, goal: bool = False) -> MilestoneLine:
    return MilestoneLine(
        title=title,
        goal=goal,
        done=None if goal else told["done"],
        reached=measured_from_json(told["reached"]),
        dates=tuple(_date(one, one["share"]) for one in told["dates"]),
        deadline=told.get("deadline"),
        chance=None if told.get("on_time") is None else measured_from_json(told["on_time"]),
    )


def _date(told: Mapping[str, Any], share: float = 0.5) -> DateOf:
    return DateOf(
        share=share,
        days=measured_from_json(told["days"]),
        date=told["date"],
        earliest=told["earliest"],
        latest=told["latest"],
    )


def _linked(told: Mapping[str, Any], plan: Plan) -> LinkLine:
    titles = {step.key: step.title for step in plan.steps}
    return LinkLine(
        step=titles.get(told["step"], told["step"]),
        case=told["case"],
        other=told["other"],
        title=told["title"],
        lag=told["lag"],
        counted=told["counted"],
        why=told["why"],
        dates=tuple(_date(one, one["share"]) for one in told["dates"]),
    )


def _driver(told: Mapping[str, Any]) -> DriverLine:
    swing = measured_from_json(told["swing"])
    return DriverLine(
        kind=told["kind"],
        title=told["title"],
        good=_date(told["good"]),
        bad=_date(told["bad"]),
        swing=swing,
        moves=not (isinstance(swing, Estimate) and swing.low == swing.high == 0),
        correlation=measured_from_json(told["correlation"]),
    )


def _role(told: Mapping[str, Any]) -> RoleLine:
    return RoleLine(
        role=told["role"],
        busy=measured_from_json(told["busy"]),
        overloaded=measured_from_json(told["overloaded"]),
        waited=measured_from_json(told["waited"]),
    )


def _money(told: Mapping[str, Any]) -> tuple[MoneyLine, ...]:
    found = [MoneyLine(None, measured_from_json(told["mean"]))]
    found += [
        MoneyLine(one["share"], measured_from_json(one["measured"])) for one in told["percentiles"]
    ]
    costs = any(getattr(one.measured, "high", 0.0) > 0 for one in found)
    return tuple(found) if costs else ()


def _headline(saved: SavedPlan | None, shown: ForecastPart | None) -> str:
    """One sentence that a busy person can act on."""
    if saved is None:
        return "No plan is in force yet."
    if shown is None:
        return f"Plan {saved.number} is in force and has not been forecast yet."
    by = {one.share: one.date for one in shown.goal.dates}
    if by[0.8] is None:
        half = f"half of them by {by[0.5]}" if by[0.5] else "not even half of them do"
        return f"Fewer than four of five futures ever reach {shown.goal.title}; {half}."
    return f"Four of five futures reach {shown.goal.title} by {by[0.8]}, half of them by {by[0.5]}."
