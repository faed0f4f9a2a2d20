"""What other tools call issues, tasks or rows, on the way to being steps of a plan; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NoReturn

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.domain.plans.file import MOST_DAYS

MESSAGE = "This cannot be read as a plan"
EVERYBODY = "*"
"""In a mapping to roles: whoever is not named."""
DAYS_A_WEEK = 5
NUMBER = r"\d+(?:\.\d+)?"
DURATION = re.compile(
    rf"({NUMBER})(?:\s*[/-]\s*({NUMBER})\s*[/-]\s*({NUMBER}))?"
    r"\s*(h|hours?|d|days?|w|weeks?)?",
    re.IGNORECASE,
)
DURATION_SAYS = "days such as 3, 4h, 1w, or three points such as 2/3/8"
DAYS_WRITTEN = ("%d/%b/%y", "%d/%b/%Y", "%d.%m.%y", "%d.%m.%Y", "%Y/%m/%d", "%b %d, %Y")
TIMES_WRITTEN = ("", " %I:%M %p", " %H:%M", " %H:%M:%S", ", %I:%M %p")
DATES = tuple(on + at for on in DAYS_WRITTEN for at in TIMES_WRITTEN)
"""How Jira writes dates, besides ISO 8601; 01/02/2026 is none, as it may be either of two days."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read."""

    today: date
    """Dates before it bind nothing that is still to be done."""
    name: str = ""
    """What the plan is called; "" takes what the file says."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Somebody or a group as the file names them → role; `*` is everybody else."""
    days_missing: str = ""
    """The duration of what has none, as `DURATION_SAYS`; "" refuses such files."""
    hours_a_day: float = 8.0
    drop_outside: bool = False
    """Whether links to what the file does not hold are left out; else they are refused."""
    base: str = ""
    """A plan in YAML of which everything is kept but the steps; "" begins anew."""


@dataclass(frozen=True, slots=True)
class Item:
    """One step to be."""

    key: str
    source: str
    """How the file calls it, for refusals: `row 4`, `PAY-12`, `#12`."""
    title: str
    days: Json = None
    """As a plan's file says it; None where the file says nothing."""
    after: tuple[tuple[str, float], ...] = ()
    """Keys of what comes before, each with its lag in days."""
    needs: Mapping[str, float] = field(default_factory=dict)
    milestone: bool = False
    begun: date | None = None
    done: date | None = None
    not_before: date | None = None
    deadline: date | None = None
    """Until when it is due; a plan keeps it of milestones."""
    more: Mapping[str, Json] = field(default_factory=dict)
    """Other fields of the step, as a plan's file says them."""
    under_way: bool = False
    """Whether somebody works on it, even where the file does not say since when."""
    belongs: str = ""
    """The key of what it is a part of; "" where it is of nothing."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of another tool says, as far as a plan can."""

    name: str
    items: tuple[Item, ...]
    people: Mapping[str, float] = field(default_factory=dict)
    """Of each role how many, where the file tells."""
    calendar: Mapping[str, Json] | None = None
    start: date | None = None
    goal: str | None = None
    deadline: date | None = None
    notes: tuple[str, ...] = ()
    """What could not be taken over, and what was made of it."""


def refuse(name: str, source: str, value: object, expected: str) -> NoReturn:
    """Raise `Invalid` naming the field and where in the file it stands."""
    where = f"{name} ({source})" if source else name
    raise Invalid(field=where, value=value, expected=expected, message=MESSAGE)


def duration(text: str, hours_a_day: float) -> Json:
    """A duration as a plan says it: a number of days, or three points; `ValueError` for neither.

    >>> duration("12h", 8.0), duration("2/3/8", 8.0)
    (1.5, {'optimistic': 2, 'likely': 3, 'pessimistic': 8})
    """
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    unit = (found[4] or "d")[0].lower()
    factor = {"h": 1 / hours_a_day, "d": 1.0, "w": float(DAYS_A_WEEK)}[unit]
    said = [float(one) for one in found.groups()[:3] if one is not None]
    # An hour may be a third of a minute in days; nobody estimates as closely as that.
    points = said if factor == 1 else [round(one * factor, 4) for one in said]
    if any(one > MOST_DAYS for one in points) or points != sorted(points):
        raise ValueError(text)
    if len(points) == 1:
        return plain(points[0])
    low, likely, high = map(plain, points)
    return {"optimistic": low, "likely": likely, "pessimistic": high}


def plain(number: float) -> int | float:
    """A whole number as one.

    >>> plain(3.0), plain(0.5)
    (3, 0.5)
    """
    return int(number) if number.is_integer() else number


def day(name: str, source: str, text: str) -> date | None:
    """The date in a text; None for an empty one. Raises `Invalid`."""
    said = text.strip()
    if not said:
        return None
    try:
        return datetime.fromisoformat(said).date()
    except ValueError:
        pass
    for form in DATES:
        try:
            return datetime.strptime(said, form).date()  # noqa: DTZ007  # a date alone is kept of it
        except ValueError:
            continue
    refuse(name, source, said, "a date such as 2026-11-23 or 23/Nov/26")


def slugged(text: str) -> str:
    """`text` as a key; "" where nothing of it can be one.

    >>> slugged("Data scientist (Credit)"), slugged("PAY-12"), slugged("…")
    ('data-scientist-credit', 'pay-12', '')
    """
    found = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")
    return found if SLUG.fullmatch(found) else ""


def role_of(named: tuple[str, ...], options: Options) -> str | None:
    """The role of somebody, called by any of these names; None where the mapping has none."""
    for one in named:
        if one in options.roles:
            return options.roles[one]
    return options.roles.get(EVERYBODY) if any(named) else None


def one_line(text: str) -> str:
    """`text` without line ends and other spaces that a title does not need."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]


def counted(number: int, what: str) -> str:
    """`1 link`, `3 links`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def named(keys: list[str], most: int = 8) -> str:
    """Keys as a refusal lists them."""
    more = f" and {len(keys) - most} more" if len(keys) > most else ""
    return ", ".join(keys[:most]) + more
