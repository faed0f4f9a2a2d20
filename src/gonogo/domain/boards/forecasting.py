"""When the cards of a milestone are done, by throughput, beside what the network says; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gonogo.checks.boards import board_weeks
from gonogo.checks.findings.finding import Finding
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_from_json
from gonogo.domain.boards.weeks import Week
from gonogo.stats.estimate import Estimate, Measured


@dataclass(frozen=True, slots=True)
class Asked:
    """How a board is forecast."""

    seed: int
    level: float
    weeks: int
    """Whole weeks at most that the futures are drawn from, the last ones."""
    grows_low: float = 1.0
    """Least factor by which the cards that are left will turn out to be more."""
    grows_high: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.grows_low <= self.grows_high:
            raise Invalid(
                field="grows_high",
                value=f"{self.grows_low:g} to {self.grows_high:g}",
                expected="factors of 1 or more, the least first",
            )


@dataclass(frozen=True, slots=True)
class BoardForecast:
    """What throughput says of a milestone."""

    finding: Finding
    dates: Mapping[float, date | None]
    """Share of the futures → the day until which they are done."""


def forecast(
    left: int,
    history: Sequence[Week],
    today: date,
    asked: Asked,
    *,
    step: str | None,
    network: Mapping[str, Json] | None,
) -> BoardForecast:
    """`left` cards forecast on `today`, if they are the next that the board does.

    `network`: what the plan's own forecast says of the same milestone, kept beside it.
    """
    how: dict[str, str | int | float | bool] = {
        "step": step or "",
        "seed": asked.seed,
        "level": asked.level,
        "grows_low": asked.grows_low,
        "grows_high": asked.grows_high,
    }
    found = board_weeks([week.done for week in history], left, how)
    dates: dict[float, date | None] = {}
    percentiles: list[Json] = []
    for one in _listed(found.detail.get("percentiles")):
        weeks = one["weeks"]
        measured = measured_from_json(weeks if isinstance(weeks, Mapping) else {})
        share = float(str(one["share"]))
        days = _days(today, measured)
        dates[share] = days[0]
        names = ("date", "earliest", "latest")
        said = {name: on.isoformat() if on else None for name, on in zip(names, days, strict=True)}
        percentiles.append({**one, **said})
    told: dict[str, Json] = {
        "v": 1,
        "today": today.isoformat(),
        "step": step,
        "cards": left,
        "history": [{"week": one.monday.isoformat(), "done": one.done} for one in history],
        "percentiles": percentiles,
        "network": dict(network) if network else None,
    }
    return BoardForecast(replace(found, detail=told), dates)


def _days(today: date, weeks: Measured) -> tuple[date | None, date | None, date | None]:
    """So many weeks from today, with the ends of their interval."""
    if not isinstance(weeks, Estimate):
        return None, None, None
    at, low, high = (_day(today, number) for number in (weeks.value, weeks.low, weeks.high))
    return at, low, high


def _day(today: date, weeks: float) -> date | None:
    return today + timedelta(weeks=weeks) if weeks < float("inf") else None


def _listed(found: Json) -> Sequence[Mapping[str, Json]]:
    listed = found if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, Mapping)]
