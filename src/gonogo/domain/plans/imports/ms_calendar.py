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
"""Days of one exception that does not recur."""
LONGEST_RECURRING = 366 * 50
DAILY, YEARLY, YEARLY_PLACE, MONTHLY, MONTHLY_PLACE, WEEKLY = "1", "2", "3", "4", "5", "6"
KINDS = frozenset({DAILY, YEARLY, YEARLY_PLACE, MONTHLY, MONTHLY_PLACE, WEEKLY})
"""How an exception recurs."""
FIRST_WEEKDAY, LAST = 3, 4
"""What a weekday's place in the month counts from: Sunday is 3, and 4 is the last of the month."""
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
        kind = found.get("Type") or DAILY
        if kind not in KINDS:
            refuse("Type", source, kind, "an exception by days, weeks, months or years")
        every = _whole(found, "Period", 1, LONGEST)
        recurs = kind != DAILY or every > 1
        most = LONGEST_RECURRING if recurs else LONGEST
        if not 0 <= (last - first).days < most:
            refuse("ToDate", source, str(last), f"at most {most} days from {first}")
        for number in range((last - first).days + 1):
            on = first + timedelta(days=number)
            if _falls(found, kind, every, first, on):
                yield on


def _falls(found: Element, kind: str, every: int, first: date, on: date) -> bool:
    """Whether an exception that recurs since `first` falls on a day."""
    months = (on.year - first.year) * 12 + on.month - first.month
    match kind:
        case "2" | "3":
            if on.month != _whole(found, "Month", 0, 11) + 1:
                return False
            return _at_place(found, on) if kind == YEARLY_PLACE else _on_day(found, on)
        case "4" | "5":
            if months % every:
                return False
            return _at_place(found, on) if kind == MONTHLY_PLACE else _on_day(found, on)
        case "6":
            # Weeks begin on Sunday, and so do the bits that say on which days of them.
            weeks = ((on - first).days + first.isoweekday() % 7) // 7
            bits = _whole(found, "DaysOfWeek", 1, 127)
            return weeks % every == 0 and bool(bits >> on.isoweekday() % 7 & 1)
        case _:
            return (on - first).days % every == 0


def _on_day(found: Element, on: date) -> bool:
    return on.day == _whole(found, "MonthDay", 1, 31)


def _at_place(found: Element, on: date) -> bool:
    """Whether a day is such as the last Monday of its month."""
    weekday = _whole(found, "MonthItem", FIRST_WEEKDAY, FIRST_WEEKDAY + 6) - FIRST_WEEKDAY
    place = _whole(found, "MonthPosition", 0, LAST)
    if on.isoweekday() % 7 != weekday:
        return False
    if place == LAST:
        return (on + timedelta(days=7)).month != on.month
    return (on.day - 1) // 7 == place


def _whole(found: Element, name: str, low: int, high: int) -> int:
    """A whole number of an exception; where it is not said, the lowest."""
    said = found.get(name) or str(low)
    if not (said.isdigit() and len(said) < 6 and low <= int(said) <= high):
        refuse(name, f"line {found.line}", said, f"a whole number from {low} to {high}")
    return int(said)
