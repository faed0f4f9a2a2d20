"""Working days from the morning of a day as the dates that they are, as forecasts tell them."""

from datetime import date

from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_to_json
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.plans.working_days import Calendar, day_of

LATEST = 400_000.0
"""Working days from now beyond which no date is said: a thousand years."""


def date_of(calendar: Calendar, day: date, days: float) -> date | None:
    """The date on which so many days have passed; None beyond all dates that are said."""
    return day_of(calendar, day, days) if 0 <= days < LATEST else None


def dated(calendar: Calendar, day: date, share: float, measured: Measured) -> dict[str, Json]:
    """A percentile as working days and as a date, each with its interval."""
    return {"share": share, **at(calendar, day, measured)}


def at(calendar: Calendar, day: date, measured: Measured) -> dict[str, Json]:
    """Working days, and the date that they come to, each with its interval."""
    told: dict[str, Json] = {
        "days": measured_to_json(measured),
        "date": None,
        "earliest": None,
        "latest": None,
    }
    if isinstance(measured, Estimate):
        for name, days in (
            ("date", measured.value),
            ("earliest", measured.low),
            ("latest", measured.high),
        ):
            found = date_of(calendar, day, days)
            told[name] = found.isoformat() if found else None
    return told
