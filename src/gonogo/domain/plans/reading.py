"""Values as they stand in the files of plans, scenarios and staffing; refused by field and line."""

from collections.abc import Iterable, Mapping
from datetime import date

from gonogo.core.yaml_text import Place, nearest
from gonogo.domain.plans.people import QUARTERS, Away, People, most_away
from gonogo.stats.plans.working_days import WEEK, Calendar

MOST_MONEY = 1e12
MOST_PEOPLE = 500.0
MOST_AWAY = 100
"""Absences of one role."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PEOPLE = ("number", "rate", "team", "away")


def people_of(said: Mapping[str, Place]) -> dict[str, People]:
    """The field `people`: how many of each role, or also their rate, team and absences."""
    found = {}
    for role, place in said["people"].mapping(None, "people").items() if "people" in said else ():
        if place.scalar is not None:
            found[role] = People(quarters(place))
            continue
        fields = place.mapping(PEOPLE, "people of a role")
        if "number" not in fields:
            place.refuse("people of a role with the field number", "none")
        number = quarters(fields["number"])
        found[role] = People(
            number=number,
            rate=between(fields["rate"], 0, MOST_MONEY) if "rate" in fields else 0.0,
            team=fields["team"].text("the name of a team") if "team" in fields else None,
            away=_away(fields["away"], number) if "away" in fields else (),
        )
    return found


def teams_of(said: Mapping[str, Place], people: Mapping[str, People]) -> dict[str, float]:
    """The field `teams`, in which all that `people` belong to have to stand."""
    teams = {}
    if "teams" in said:
        teams = {name: quarters(at) for name, at in said["teams"].mapping(None, "teams").items()}
    for name, place in said["people"].mapping(None, "people").items() if "people" in said else ():
        team = people[name].team
        if team is not None and team not in teams:
            place.refuse(f"one of the teams: {', '.join(teams) or 'none is named'}", team)
    return teams


def calendar_of(said: Mapping[str, Place]) -> Calendar:
    """The field `calendar`: days of the week, and holidays."""
    if "calendar" not in said:
        return Calendar()
    fields = said["calendar"].mapping(("week", "holidays"), "a calendar")
    week = WEEK
    if "week" in fields:
        each = fields["week"].items("days")
        named = {one_of(one, list(DAYS), f"a day of the week: {', '.join(DAYS)}") for one in each}
        if not named:
            fields["week"].refuse("a week with a working day", "none")
        mon, tue, wed, thu, fri, sat, sun = (one in named for one in DAYS)
        week = (mon, tue, wed, thu, fri, sat, sun)
    holidays = map(day, fields["holidays"].items("days")) if "holidays" in fields else ()
    return Calendar(week, frozenset(holidays))


def day(place: Place) -> date:
    """A date."""
    text = place.scalar or ""
    try:
        return date.fromisoformat(text)
    except ValueError:
        place.refuse("a date such as 2026-11-23")


def currency(place: Place) -> str:
    """A currency."""
    text = place.text("a currency such as USD")
    if not (len(text) == 3 and text.isascii() and text.isupper() and text.isalpha()):
        place.refuse("a currency of three capitals, such as USD")
    return text


def quarters(place: Place) -> float:
    """A number of people."""
    number = between(place, 0, MOST_PEOPLE)
    if not (number * QUARTERS).is_integer():
        place.refuse("a number of people in quarters: 0.5, 1, 2.25")
    return number


def between(place: Place, low: float, high: float) -> float:
    """A number within bounds."""
    number = place.number()
    if not low <= number <= high:
        place.refuse(f"a number from {low:g} to {high:g}")
    return number


def one_of(place: Place, known: Iterable[str], what: str) -> str:
    """A name that is one of those `known`."""
    text = place.text(what)
    listed = list(known)
    if text not in listed:
        near = nearest(text, listed)
        place.refuse(what + (f"; did you mean {near}?" if near else ""), text)
    return text


def _away(place: Place, number: float) -> tuple[Away, ...]:
    found = tuple(_absence(one, number) for one in place.items("absences"))
    if len(found) > MOST_AWAY:
        place.refuse(f"at most {MOST_AWAY} absences", len(found))
    if most_away(found) > number:
        place.refuse(f"at most {number:g} away at once, as many as there are", most_away(found))
    return found


def _absence(place: Place, number: float) -> Away:
    said = place.mapping(("from", "to", "number"), "an absence")
    for name in ("from", "to"):
        if name not in said:
            place.refuse(f"an absence with the field {name}", "none")
    found = Away(
        begins=day(said["from"]),
        ends=day(said["to"]),
        number=quarters(said["number"]) if "number" in said else min(1.0, number),
    )
    if found.ends < found.begins:
        said["to"].refuse(f"{found.begins} or later")
    if not found.number:
        place.refuse("how many are away, a quarter or more", 0)
    return found
