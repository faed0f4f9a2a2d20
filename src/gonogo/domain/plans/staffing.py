"""Who there is for the plans of all use cases: the staffing of an organisation, as a file."""

from dataclasses import dataclass
from datetime import date

from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.core.yaml_text import read
from gonogo.domain.plans.people import People
from gonogo.domain.plans.reading import calendar_of, currency, people_of, teams_of
from gonogo.domain.plans.rules import Plan
from gonogo.stats.plans.working_days import Calendar

WHAT = "staffing"
MOST_CHARACTERS = 64 * 1024
FIELDS = ("staffing", "people", "teams", "calendar", "currency", "priority")


@dataclass(frozen=True, slots=True)
class Staffing:
    """The people that all plans share."""

    name: str
    people: dict[str, People]
    teams: dict[str, float]
    calendar: Calendar
    currency: str = ""
    priority: tuple[str, ...] = ()
    """Use cases, the one first that goes first where people are wanted by several; those that
    are not named come after them, all alike."""


def parse(text: str) -> Staffing:
    """The staffing in `text`; raises `Invalid` naming field and line."""
    top = read(text, what=WHAT, most=MOST_CHARACTERS)
    said = top.mapping(FIELDS, WHAT)
    for needed in ("staffing", "people"):
        if needed not in said:
            top.refuse(f"a staffing with the field {needed}", "none")
    people = people_of(said)
    if not people:
        said["people"].refuse("one role or more", "none")
    priority: list[str] = []
    for one in said["priority"].items("use cases") if "priority" in said else ():
        case = one.text("the name of a use case")
        if not SLUG.fullmatch(case) or case in priority:
            one.refuse("the name of a use case, each once", case)
        priority.append(case)
    return Staffing(
        name=said["staffing"].text("what the staffing is called"),
        people=people,
        teams=teams_of(said, people),
        calendar=calendar_of(said),
        currency=currency(said["currency"]) if "currency" in said else "",
        priority=tuple(priority),
    )


def gathered(plans: dict[str, Plan]) -> Staffing:
    """What plans of use cases say of people, taken for the same people where roles are the same.

    There are as many of each as the plan says that has most of them, at the highest rate; nobody
    works on what is a holiday in one of the plans. Raises `Invalid` for plans in weeks that have
    no day in common.
    """
    people: dict[str, People] = {}
    teams: dict[str, float] = {}
    week = [True] * 7
    holidays: set[date] = set()
    for plan in plans.values():
        for role, there in plan.people.items():
            people[role] = _joined(people[role], there) if role in people else there
        for team, number in plan.teams.items():
            teams[team] = max(number, teams.get(team, 0.0))
        week = [one and other for one, other in zip(week, plan.calendar.week, strict=True)]
        holidays |= plan.calendar.holidays
    if not any(week):
        raise Invalid(
            field="calendar",
            value=", ".join(plans),
            expected="plans with a working day in common, or a staffing that says which days are",
        )
    mon, tue, wed, thu, fri, sat, sun = week
    calendar = Calendar((mon, tue, wed, thu, fri, sat, sun), frozenset(holidays))
    return Staffing("as the plans say", people, teams, calendar)


def _joined(one: People, other: People) -> People:
    return People(
        number=max(one.number, other.number),
        rate=max(one.rate, other.rate),
        team=one.team or other.team,
        away=tuple(dict.fromkeys((*one.away, *other.away))),
    )
