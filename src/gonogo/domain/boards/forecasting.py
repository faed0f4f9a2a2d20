"""When the cards of a milestone are done, by throughput, beside what the network says; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gonogo.checks.boards import board_on_time, board_weeks, drawn
from gonogo.checks.findings.finding import Finding
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_from_json, measured_to_json
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
    by: date | None = None
    """The day whose chance is asked for; None is the deadline of the plan, if it has one."""

    def __post_init__(self) -> None:
        if not 1 <= self.grows_low <= self.grows_high:
            raise Invalid(
                field="grows_high",
                value=f"{self.grows_low:g} to {self.grows_high:g}",
                expected="factors of 1 or more, the least first",
            )


def day_asked(text: str | None) -> date | None:
    """The day whose chance is asked for, None for none; raises `Invalid`."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(field="by", value=text, expected="a day such as 2026-11-23") from error


@dataclass(frozen=True, slots=True)
class BoardForecast:
    """What throughput says of a milestone."""

    finding: Finding
    on_time: Finding | None
    """The chance of the deadline; None where there is none."""
    dates: Mapping[float, date | None]
    """Share of the futures → the day until which they are done."""
    deadline: str | None
    network: Mapping[str, Json] | None
    """What the plan's own forecast says of the same milestone; None where it says nothing."""

    @property
    def network_p80(self) -> str | None:
        """The P80 of the plan's own forecast."""
        said = (self.network or {}).get("p80")
        return None if said is None else str(said)

    @property
    def network_on_time(self) -> Measured | None:
        """The chance of the deadline by the plan's own forecast."""
        said = (self.network or {}).get("on_time")
        return measured_from_json(said) if isinstance(said, Mapping) else None


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

    Besides, the chance that they are done by the day `asked.by`. `network`: what the plan's own
    forecast says of the same milestone, kept beside it.
    """
    how: dict[str, str | int | float | bool] = {
        "step": step or "",
        "seed": asked.seed,
        "level": asked.level,
        "grows_low": asked.grows_low,
        "grows_high": asked.grows_high,
    }
    futures = drawn([week.done for week in history], left, how)
    found = board_weeks(futures)
    on_time = None if asked.by is None else board_on_time(futures, today, asked.by)
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
    deadline = asked.by.isoformat() if asked.by else None
    told: dict[str, Json] = {
        "v": 1,
        "today": today.isoformat(),
        "step": step,
        "cards": left,
        "history": [{"week": one.monday.isoformat(), "done": one.done} for one in history],
        "percentiles": percentiles,
        "deadline": deadline,
        "on_time": None if on_time is None else measured_to_json(on_time.measured),
        "network": dict(network) if network else None,
    }
    return BoardForecast(replace(found, detail=told), on_time, dates, deadline, network)


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
