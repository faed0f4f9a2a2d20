"""The plans of all use cases: when each reaches its goal where people are shared, who is short."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.plans import together_tables as tables
from gonogo.domain.plans.together_tables import KeptTogether
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work
from gonogo.views.case_plans import DateOf, RoleLine
from gonogo.views.charts.values import Intervals, Tone
from gonogo.views.evidence import called
from gonogo.views.refused import Refused
from gonogo.views.scenarios import dated, whisker

FORECASTS = 20
"""That the page lists, the newest."""
DRAWN = 60
"""Goals and milestones that the timeline draws; the table holds all."""
BEGUN = (
    "staffing: Everybody\n"
    "people:\n"
    "  data-scientist: {number: 2, rate: 900, away: [{from: 2026-12-24, to: 2027-01-01}]}\n"
    "  ml-engineer: {number: 1, rate: 950}\n"
)
"""A staffing to write on from."""


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone, or the goal, sharing people and alone."""

    title: str
    p50: DateOf
    p80: DateOf
    alone: DateOf
    """P80, with all people for itself."""
    sharing: Measured
    """By how many days sharing makes it later at P80."""
    deadline: str | None
    chance: Measured | None
    """Of the deadline; None without one."""
    chance_alone: Measured | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One use case among those that share people."""

    case: str
    name: str
    goal: MilestoneLine
    milestones: tuple[MilestoneLine, ...]


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A use case without one that is dropped."""

    without: str
    case: str
    p80: DateOf
    later: Measured
    """At P80, than together; below 0 is sooner."""
    chance: Measured | None


@dataclass(frozen=True, slots=True)
class TogetherPart:
    """The forecast that is shown."""

    number: int
    at: str
    by: str
    entry: str
    today: str
    futures: int
    seed: int
    level: float
    staffing: str
    stated: bool
    priority: tuple[str, ...]
    currency: str
    cost: Measured
    cases: tuple[CaseLine, ...]
    roles: tuple[RoleLine, ...]
    """The one that work waits for longest first."""
    dropped: tuple[OtherLine, ...]
    chart: Intervals | None
    evidence: tuple[str, ...]
    """Digests, of all use cases; none of forecasts that were made before they were evidence."""
    outdated: tuple[str, ...]
    """Use cases whose plan was replaced since, or came or went."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in force."""

    case: str
    number: int
    name: str
    deadline: str | None


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A forecast in the list of them."""

    number: int
    cases: str
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class PlansPage:
    """All plans."""

    headline: str
    plans: tuple[PlanLine, ...]
    found: TogetherPart | None
    forecasts: tuple[KeptLine, ...]
    staffing: int
    """The number of the wording in force; 0 where nobody stated any."""
    text: str
    """The staffing as it is written."""
    may_edit: bool
    may_forecast: bool
    refused: Refused | None = None


def page(
    work: Work,
    number: int | None = None,
    *,
    text: str | None = None,
    refused: Refused | None = None,
) -> PlansPage:
    """The plans in force with what was forecast of them last; raises `NotFound`."""
    saved = tables.in_force(work)
    kept = tables.forecasts(work, FORECASTS)
    shown = tables.forecast(work, number) if number is not None else next(iter(kept), None)
    names = accounts.names(work, {one.made_by for one in (*kept, *((shown,) if shown else ()))})
    staffing = tables.staffing(work)
    now = {one.case: one.number for one in saved}
    found = None if shown is None else _together(shown, tables.told(work, shown), names, now)
    lineage = work.subjects.lineage(ORGANISATION)
    in_force = "" if staffing is None else staffing.text
    return PlansPage(
        headline=_headline(len(saved), found),
        plans=tuple(PlanLine(one.case, one.number, one.name, one.deadline) for one in saved),
        found=found,
        forecasts=tuple(
            KeptLine(one.number, one.cases, one.made_at, called(names, one.made_by), one.entry)
            for one in kept
        ),
        staffing=0 if staffing is None else staffing.number,
        text=text if text is not None else in_force or BEGUN,
        may_edit=work.caller.refuses(Action.PLAN_EDIT, lineage) is None,
        may_forecast=work.caller.refuses(Action.PLAN_FORECAST, lineage) is None,
        refused=refused,
    )


def _together(
    kept: KeptTogether,
    told: Mapping[str, Any],
    names: Mapping[str, str],
    now: Mapping[str, int],
) -> TogetherPart:
    then = {one["case"]: one["plan"] for one in told["cases"]}
    return TogetherPart(
        number=kept.number,
        at=kept.made_at,
        by=called(names, kept.made_by),
        entry=kept.entry,
        today=told["today"],
        futures=told["futures"],
        seed=told["seed"],
        level=told["level"],
        staffing=told["staffing"],
        stated=told["stated"],
        priority=tuple(told["priority"]),
        currency=told["currency"],
        cost=measured_from_json(told["cost"]["mean"]),
        cases=tuple(_case(one) for one in told["cases"]),
        roles=tuple(_role(one) for one in told["roles"]),
        dropped=tuple(
            _other(gone["case"], one) for gone in told["dropped"] for one in gone["others"]
        ),
        chart=_drawn(told),
        evidence=tuple(one for each in told.get("evidence", {}).values() for one in each),
        outdated=tuple(case for case in sorted({*then, *now}) if then.get(case) != now.get(case)),
    )


def _case(told: Mapping[str, Any]) -> CaseLine:
    return CaseLine(
        case=told["case"],
        name=told["name"],
        goal=_milestone(told),
        milestones=tuple(_milestone(one) for one in told["milestones"]),
    )


def _milestone(told: Mapping[str, Any]) -> MilestoneLine:
    by, alone = _by(told["dates"]), _by(told["alone"])
    sharing = {one["share"]: measured_from_json(one["days"]) for one in told["sharing"]}
    return MilestoneLine(
        title=told["title"],
        p50=by[0.5],
        p80=by[0.8],
        alone=alone[0.8],
        sharing=sharing[0.8],
        deadline=told.get("deadline"),
        chance=_measured(told.get("chance")),
        chance_alone=_measured(told.get("chance_alone")),
    )


def _role(told: Mapping[str, Any]) -> RoleLine:
    return RoleLine(
        role=told["role"],
        busy=measured_from_json(told["busy"]),
        overloaded=measured_from_json(told["overloaded"]),
        waited=measured_from_json(told["waited"]),
    )


def _other(without: str, told: Mapping[str, Any]) -> OtherLine:
    later = {one["share"]: measured_from_json(one["days"]) for one in told["later"]}
    return OtherLine(
        without, told["case"], _by(told["dates"])[0.8], later[0.8], _measured(told["chance"])
    )


def _drawn(told: Mapping[str, Any]) -> Intervals | None:
    """The goals and milestones of all, in time; grey is the goal with all people for itself."""
    rows = []
    for one in told["cases"]:
        case = one["case"]
        found = [(case, one["dates"], one["until"], Tone.ACCENT)]
        found += [
            (f"{case}: {each['title']}", each["dates"], each.get("until"), Tone.SECOND)
            for each in one["milestones"]
        ]
        found.append((f"{case}, alone", one["alone"], one["until"], Tone.QUIET))
        for label, dates, until, tone in found:
            row = whisker(label, _by(dates), until, tone, lowest=0.5)
            rows += [row] if row is not None else []
    across = f"working days from {told['today']}"
    title = "P50 of goals and milestones, with whiskers to P90"
    return Intervals(title, across, tuple(rows[:DRAWN])) if rows else None


def _by(told: list[Mapping[str, Any]]) -> dict[float, DateOf]:
    return {one["share"]: dated(one) for one in told}


def _measured(told: Any) -> Measured | None:
    return None if told is None else measured_from_json(told)


def _headline(count: int, found: TogetherPart | None) -> str:
    """One sentence that a busy person can act on."""
    if not count:
        return "No use case has a plan yet."
    plans = f"{count} plan{'' if count == 1 else 's'} in force"
    if found is None:
        return f"{plans}, not forecast together yet."
    if found.roles:
        return f"{plans}. Work waits longest for: {found.roles[0].role}."
    return f"{plans}. Nobody they need is limited."
