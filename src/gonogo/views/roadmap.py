"""The roadmap: in which quarter use cases are likely to reach their goals, and what that brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gonogo.domain.cases import reads as cases
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans import told_reads
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.tables import KeptForecast
from gonogo.stats.plans.quarters import Reached, by_quarter
from gonogo.stats.plans.working_days import Calendar, days_through
from gonogo.store.paging import MOST
from gonogo.store.work import Work

QUARTERS = 6
"""Quarters that are shown, the present one among them."""
LANES = 100
"""Use cases that are shown, those that are there first."""
STEPS = 12
"""Milestones of a use case that are shown besides its goal."""
MONTHS = 3


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the calendar."""

    name: str
    """Such as 2026 Q4."""
    begins: date
    ends: date
    """Its last day."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One goal or milestone, by quarters."""

    case: str
    title: str
    goal: bool
    quarters: tuple[Reached, ...]
    """Of each quarter the share of futures in which it is reached in it."""
    later: Reached
    """The share in which it is reached later, or never."""
    done: str | None
    p50: str | None
    p80: str | None
    deadline: str | None
    on_time: float | None
    forecast: int
    made_at: str
    stale: bool
    """Whether another plan is in force than the one that was forecast."""
    entry: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A use case: its goal, and the milestones on the way."""

    case: str
    title: str
    milestones: tuple[Milestone, ...]
    """The goal comes last."""

    @property
    def goal(self) -> Milestone:
        """What the plan is for."""
        return self.milestones[-1]


@dataclass(frozen=True, slots=True)
class Roadmap:
    """All use cases with a forecast."""

    quarters: tuple[Quarter, ...]
    lanes: tuple[Lane, ...]
    """Those that are there first come first."""
    without: tuple[str, ...]
    """Use cases without a forecast."""
    more: int
    """Use cases with a forecast that are left out."""


def quarters_from(today: date, count: int = QUARTERS) -> tuple[Quarter, ...]:
    """The quarter of `today` and those that follow it.

    >>> [one.name for one in quarters_from(date(2026, 11, 21), 2)]
    ['2026 Q4', '2027 Q1']
    """
    found = []
    year, at = today.year, (today.month - 1) // MONTHS
    for _ in range(count):
        begins = date(year, at * MONTHS + 1, 1)
        year, at = (year + 1, 0) if at == 3 else (year, at + 1)
        ends = date(year, at * MONTHS + 1, 1) - timedelta(days=1)
        found.append(Quarter(f"{begins.year} Q{(begins.month - 1) // MONTHS + 1}", begins, ends))
    return tuple(found)


def found(work: Work) -> Roadmap:
    """Use cases by the quarters in which they are likely to be there; six queries."""
    listed = cases.listed(work, limit=MOST).items
    titles = {one.slug: one.text.title for one in listed}
    quarters = quarters_from(work.now.date())
    kept = plans.newest_forecasts(work, list(titles))
    told = told_reads.all_told(work, kept)
    saved = told_reads.plans_of(work, kept)
    in_force = plans.last_plans(work, [one.case for one in kept]) if kept else {}
    lanes = [
        Lane(
            one.case,
            titles[one.case],
            _milestones(
                one,
                told[one.case],
                parse(saved[one.case].text).calendar,
                quarters,
                stale=in_force.get(one.case) != one.plan,
            ),
        )
        for one in kept
    ]
    lanes.sort(key=lambda lane: (_when(lane.goal), lane.case))
    known = {one.case for one in kept}
    return Roadmap(
        quarters=quarters,
        lanes=tuple(lanes[:LANES]),
        without=tuple(name for name in titles if name not in known),
        more=max(len(lanes) - LANES, 0),
    )


def _when(goal: Milestone) -> str:
    """Dates compare as text; what may never be reached comes after all dates."""
    return goal.done or goal.p50 or goal.p80 or "9999"


def _milestones(
    kept: KeptForecast,
    told: Mapping[str, Any],
    calendar: Calendar,
    quarters: Sequence[Quarter],
    *,
    stale: bool,
) -> tuple[Milestone, ...]:
    origin = date.fromisoformat(told["origin"])
    ends = [
        float(max(days_through(calendar, origin, one.ends), 0)) if one.ends >= origin else 0.0
        for one in quarters
    ]
    steps = {one["step"]: one for one in told["steps"]}

    def made(title: str, one: Mapping[str, Any], *, goal: bool) -> Milestone:
        spans, later = by_quarter(one.get("curve", ()), ends)
        dates = {row["share"]: row["date"] for row in one.get("dates", ())}
        return Milestone(
            case=kept.case,
            title=title,
            goal=goal,
            quarters=spans,
            later=later,
            done=one.get("done"),
            p50=dates.get(0.5),
            p80=dates.get(0.8),
            deadline=kept.deadline if goal else None,
            on_time=kept.on_time if goal else None,
            forecast=kept.number,
            made_at=kept.made_at,
            stale=stale,
            entry=kept.entry,
        )

    goal = steps.get(told["goal"], {})
    besides = [one for one in told["steps"] if one["milestone"] and one["step"] != told["goal"]]
    last = {**told, "done": goal.get("done")}
    return (
        *(made(one["title"], one, goal=False) for one in besides[:STEPS]),
        made(goal.get("title") or told["name"], last, goal=True),
    )
