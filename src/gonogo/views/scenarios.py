"""Scenarios of a plan side by side with it: what they change, and what that does to the date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.core.roles import Action
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.plans import comparisons, reads, scenario_tables, together_tables
from gonogo.domain.plans.comparing import TODAY
from gonogo.domain.plans.comparisons import KeptComparison
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.scenario_file import parse as parse_scenarios
from gonogo.stats.estimate import Estimate, Measured
from gonogo.store.work import Work
from gonogo.views.case_plans import DateOf
from gonogo.views.charts.values import Intervals, Tone, Whisker
from gonogo.views.evidence import called
from gonogo.views.refused import Refused

COMPARISONS = 10
"""That the page lists, the newest."""


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """The plan as it is, or one scenario."""

    name: str
    title: str
    says: str
    """What is changed, in words."""
    now: bool
    """Whether this is the plan as it is."""
    deadline: str | None
    p50: DateOf
    p80: DateOf
    later: Measured | None
    """By how many days it is later at P80; None for the plan as it is."""
    chance: Measured | None
    likelier: Measured | None
    cost: Measured
    dearer: Measured | None
    budget: float | None
    within: Measured | None
    overloaded: tuple[str, ...]
    drivers: tuple[str, ...]
    """What moves its date most."""


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """A comparison that is kept."""

    number: int
    plan: int
    scenarios: tuple[str, ...]
    evidence: tuple[str, ...]
    """Digests, of all of them."""
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class ComparisonPart:
    """Scenarios that were compared."""

    origin: str
    futures: int
    seed: int
    level: float
    currency: str
    lines: tuple[ScenarioLine, ...]
    chart: Intervals | None
    together: tuple[str, ...] = ()
    """The use cases whose plans were simulated with the people that they share."""
    kept: ComparisonLine | None = None
    """How it is kept; None where it is only told."""
    outdated: bool = False
    """Whether another plan came into force since."""


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A scenario that is kept."""

    name: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class ScenariosPage:
    """What if, for the plan of a use case."""

    case: str
    title: str
    in_force: bool
    """Whether there is a plan."""
    roles: tuple[str, ...]
    """Who there is, as a form names them."""
    steps: tuple[str, ...]
    hypotheses: tuple[str, ...]
    """What may be given another probability: hypotheses, and steps that can fail."""
    others: tuple[str, ...]
    """Use cases that may be dropped: the others with a plan in force."""
    comparisons: tuple[ComparisonLine, ...]
    """Those that are kept, the newest first."""
    kept: tuple[KeptLine, ...]
    text: str
    """The file of those that are kept; "" where there are none."""
    may_edit: bool
    may_compare: bool
    filled: Mapping[str, str]
    """The form as it was filled in."""
    refused: Refused | None = None
    found: ComparisonPart | None = None


def page(
    work: Work,
    case: str,
    number: int | None = None,
    *,
    told: Mapping[str, Any] | None = None,
    filled: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> ScenariosPage:
    """The scenarios of a use case with a comparison; raises `NotFound`.

    That is what is `told`, else the one with this `number` of those that are kept, else the last.
    """
    found = cases.get(work, case)
    now = reads.in_force(work, case)
    plan = None if now is None else parse(now.text)
    kept = scenario_tables.saved(work, case)
    lineage = work.subjects.lineage(found.subject)
    steps = plan.steps if plan else ()
    last = comparisons.listed(work, case, COMPARISONS)
    shown = comparisons.one(work, case, number) if number is not None else next(iter(last), None)
    names = accounts.names(work, {one.made_by for one in (*last, *((shown,) if shown else ()))})
    part = None
    if told is not None:
        part = _comparison(told)
    elif shown is not None:
        outdated = now is not None and now.number != shown.plan
        part = replace(_comparison(shown.told), kept=_line_of(shown, names), outdated=outdated)
    open_ = [step for step in steps if step.branches and step.succeeded is None]
    return ScenariosPage(
        case=case,
        title=found.text.title,
        in_force=plan is not None,
        roles=tuple(f"{role}={one.number:g}" for role, one in plan.people.items()) if plan else (),
        steps=tuple(step.key for step in steps if not step.done),
        hypotheses=tuple(dict.fromkeys(step.hypothesis or step.key for step in open_)),
        others=tuple(one for one in together_tables.planned(work) if one != case),
        comparisons=tuple(_line_of(one, names) for one in last),
        kept=()
        if kept is None
        else tuple(KeptLine(one.name, one.title, one.says()) for one in parse_scenarios(kept.text)),
        text="" if kept is None else kept.text,
        may_edit=work.caller.refuses(Action.PLAN_EDIT, lineage) is None,
        may_compare=work.caller.refuses(Action.PLAN_FORECAST, lineage) is None,
        filled=filled or {},
        refused=refused,
        found=part,
    )


def _line_of(kept: KeptComparison, names: Mapping[str, str]) -> ComparisonLine:
    return ComparisonLine(
        number=kept.number,
        plan=kept.plan,
        scenarios=tuple(kept.evidence),
        evidence=tuple(one for each in kept.evidence.values() for one in each),
        at=kept.made_at,
        by=called(names, kept.made_by),
        entry=kept.entry,
    )


def _comparison(told: Mapping[str, Any]) -> ComparisonPart:
    return ComparisonPart(
        origin=told["origin"],
        futures=told["futures"],
        seed=told["seed"],
        level=told["level"],
        currency=told["currency"],
        lines=tuple(_line(one) for one in told["items"]),
        chart=_drawn(told),
        together=tuple(told.get("together", ())),
    )


def _line(told: Mapping[str, Any]) -> ScenarioLine:
    by = {one["share"]: dated(one) for one in told["dates"]}
    later = {one["share"]: measured_from_json(one["days"]) for one in told["later"]}
    return ScenarioLine(
        name=told["name"],
        title=told["title"],
        says=told["says"],
        now=told["name"] == TODAY,
        deadline=told["deadline"],
        p50=by[0.5],
        p80=by[0.8],
        later=later.get(0.8),
        chance=_measured(told["chance"]),
        likelier=_measured(told["likelier"]),
        cost=measured_from_json(told["cost"]["mean"]),
        dearer=_measured(told["dearer"]),
        budget=told["budget"],
        within=_measured(told["within"]),
        overloaded=tuple(one["role"] for one in told["overloaded"]),
        drivers=tuple(one["title"] for one in told["drivers"]),
    )


def dated(told: Mapping[str, Any]) -> DateOf:
    """A date as a forecast tells it."""
    return DateOf(
        share=told["share"],
        days=measured_from_json(told["days"]),
        date=told["date"],
        earliest=told["earliest"],
        latest=told["latest"],
    )


def whisker(
    label: str,
    dates: Mapping[float, DateOf],
    until: float | None,
    tone: Tone,
    lowest: float = 0.1,
) -> Whisker | None:
    """P50 with a whisker from `lowest` to P90, or to the edge; None where half never reach it."""
    middle, low, high = (dates[share].days for share in (0.5, lowest, 0.9))
    if not isinstance(middle, Estimate):
        return None
    return Whisker(
        label=label,
        value=middle.value,
        low=low.value if isinstance(low, Estimate) else middle.value,
        high=high.value if isinstance(high, Estimate) else float("inf"),
        says=f"P50 {dates[0.5].date}, P90 {dates[0.9].date or 'never'}",
        tone=tone,
        asked=until,
    )


def _drawn(told: Mapping[str, Any]) -> Intervals | None:
    rows = [
        whisker(
            one["title"] or one["name"],
            {found["share"]: dated(found) for found in one["dates"]},
            one["until"],
            Tone.SECOND if one["name"] == TODAY else Tone.ACCENT,
        )
        for one in told["items"]
    ]
    kept = tuple(row for row in rows if row is not None)
    across = f"working days from {told['origin']}"
    return Intervals("P50, with whiskers from P10 to P90", across, kept) if kept else None


def _measured(told: Any) -> Measured | None:
    return None if told is None else measured_from_json(told)
