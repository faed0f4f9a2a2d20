"""Who there is for the steps of plans: how many of each role, their cost, when they are away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gonogo.stats.plans.absences import Absence
from gonogo.stats.plans.working_days import Calendar, days_through, days_until

QUARTERS = 4
"""People are planned in quarters: somebody may give half of the day to a step."""
TEAM = "team "
"""How the limit of a team is called among those of roles."""


@dataclass(frozen=True, slots=True)
class Away:
    """So many of a role are away."""

    begins: date
    """The first day."""
    ends: date
    """The last day, on which they are still away."""
    number: float
    """In quarters."""


@dataclass(frozen=True, slots=True)
class People:
    """How many there are of a role."""

    number: float
    """In quarters."""
    rate: float = 0.0
    """What one of them costs for a working day."""
    team: str | None = None
    """The team they belong to, if it has a limit of its own."""
    away: tuple[Away, ...] = ()
    """When some of them are not there."""


def pools(people: Mapping[str, People], teams: Mapping[str, float], scale: int) -> dict[str, int]:
    """How many there are of each role and team, in parts of which `scale` are one person."""
    found = {role: round(there.number * scale) for role, there in people.items()}
    return found | {TEAM + team: round(number * scale) for team, number in teams.items()}


def absences(
    people: Mapping[str, People], calendar: Calendar, day: date, scale: int
) -> dict[str, tuple[Absence, ...]]:
    """When people are away, in working days from the morning of `day`; what is over is left out."""
    found = {}
    for role, there in people.items():
        each = [(_days(away, calendar, day), round(away.number * scale)) for away in there.away]
        kept = tuple(Absence(*days, units) for days, units in each if days[0] < days[1] and units)
        if kept:
            found[role] = kept
    return found


def most_away(away: tuple[Away, ...]) -> float:
    """How many are away at once, at the most."""
    return max(
        (sum(one.number for one in away if one.begins <= at.begins <= one.ends) for at in away),
        default=0.0,
    )


def _days(away: Away, calendar: Calendar, day: date) -> tuple[float, float]:
    begins = max(days_until(calendar, day, away.begins), 0)
    return float(begins), float(days_through(calendar, day, away.ends))
