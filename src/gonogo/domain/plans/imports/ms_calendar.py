"""The calendar of a project of MS Project: which weekdays are worked on, and holidays; pure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from gonogo.core.canonical import Json
from gonogo.domain.plans.imports.items import day, refuse
from gonogo.domain.plans.imports.xml_tree import Element
from gonogo.domain.plans.reading import DAYS

SEVEN = ("1", "2", "3", "4", "5", "6", "7")
"""Sunday to Saturday."""
LONGEST = 366
"""Days of one exception."""
MOST = 2000
"""Holidays in all."""


def calendar(project: Element) -> Mapping[str, Json] | None:
    """The project's base calendar as a plan's; None where it is Monday to Friday alone."""
    uid = project.get("CalendarUID")
    known = {one.get("UID"): one for one in project.all("Calendars", "Calendar")}
    found = known.get(uid)
    if found is None:
        return None
    week, holidays = _week(found), _holidays(found)
    if not week:
        refuse("Calendar", f"line {found.line}", "none", "a week with a working day")
    if len(holidays) > MOST:
        refuse("Exceptions", f"line {found.line}", len(holidays), f"at most {MOST:,} days")
    said: dict[str, Json] = {}
    if week != set(DAYS[:5]):
        said["week"] = [name for name in DAYS if name in week]
    off = sorted(on for on in holidays if DAYS[on.weekday()] in week)
    if off:
        said["holidays"] = [on.isoformat() for on in off]
    return said or None


def _week(found: Element) -> set[str]:
    """The days of the week that are worked on."""
    week = set(DAYS[:5])
    for one in found.all("WeekDays", "WeekDay"):
        number = one.get("DayType")
        if number in SEVEN:
            name = DAYS[(SEVEN.index(number) + 6) % 7]
            (week.add if one.get("DayWorking") == "1" else week.discard)(name)
    return week


def _holidays(found: Element) -> set[date]:
    """Days that are not: exceptions, which versions before 2007 write as a day of the week 0."""
    olden = [one for one in found.all("WeekDays", "WeekDay") if one.get("DayType") == "0"]
    exceptions = [*olden, *found.all("Exceptions", "Exception")]
    return {on for one in exceptions if one.get("DayWorking") != "1" for on in _days(one)}


def _days(found: Element) -> Iterator[date]:
    for period in found.all("TimePeriod"):
        source = f"line {period.line}"
        first = day("FromDate", source, period.get("FromDate"))
        last = day("ToDate", source, period.get("ToDate"))
        if first is None or last is None:
            continue
        if not 0 <= (last - first).days < LONGEST:
            refuse("ToDate", source, str(last), f"at most {LONGEST} days from {first}")
        for number in range((last - first).days + 1):
            yield first + timedelta(days=number)
