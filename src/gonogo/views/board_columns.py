"""What the board says of when and of how much: read from what was kept, never simulated here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gonogo.core.conditions import Cited
from gonogo.core.specs.plans import ON_TIME
from gonogo.core.times import moment, stamp
from gonogo.domain.cases.rules import case_subject
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.tables import KeptForecast
from gonogo.domain.releases import reads as releases
from gonogo.domain.value import reads as value
from gonogo.records import traffic
from gonogo.stats.estimate import Estimate, Measured
from gonogo.store.work import Work

WEEK = timedelta(days=7)
"""Since when a change of the chance of a deadline is told."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a use case reaches its next goal, by the newest forecast."""

    goal: str | None
    """The milestone; None for the end of the plan."""
    p10: str | None
    """A date; None where fewer futures reach the goal at all."""
    p50: str | None
    p90: str | None
    deadline: str | None
    on_time: float | None
    """Chance of the deadline; None where there is none."""
    outdated: bool
    """Whether another plan came into force since."""
    at: str
    entry: str


@dataclass(frozen=True, slots=True)
class Worth:
    """What a use case is worth, with its chance of success."""

    currency: str
    measured: Measured
    realised: bool
    """Whether evidence of tried or counted decisions is in it."""
    entry: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Of each use case, by name, what there is."""

    forecasts: Mapping[str, Forecast]
    """Of what is in service only those of something ahead."""
    in_service: Mapping[str, int]
    """Days since something decides in it."""
    worth: Mapping[str, Worth]
    scale: tuple[str, str] | None
    """The first and the last date of all forecasts that are shown; None without any."""


@dataclass(frozen=True, slots=True)
class AtStake:
    """What all use cases of a currency are worth together."""

    currency: str
    measured: Measured
    cases: int
    entry: str


@dataclass(frozen=True, slots=True)
class OnTime:
    """The chance of the nearest deadline."""

    case: str
    deadline: str
    chance: Measured
    change: float | None
    """Since the newest forecast that is a week old; None without one."""
    others: int
    """Use cases whose deadline comes later."""
    expected: float
    """How many of all deadlines are kept, on average."""
    entry: str


@dataclass(frozen=True, slots=True)
class ServedToday:
    """What was decided since midnight, UTC."""

    n: int
    errors: int
    """Answered by the fallback because the model did not."""
    p99_ms: float | None
    """None without decisions."""


def columns(work: Work, cases: Collection[str]) -> Columns:
    """When and how much, of these use cases, in a fixed number of queries."""
    last = plans.last_plans(work, cases)
    since = releases.in_service_since(work, cases)
    forecasts = {
        one.case: _forecast(one, last.get(one.case)) for one in plans.newest_forecasts(work, cases)
    }
    today = work.now.date().isoformat()
    forecasts = {
        case: one for case, one in forecasts.items() if case not in since or _is_ahead(one, today)
    }
    return Columns(
        forecasts=forecasts,
        in_service={case: (work.now - moment(at)).days for case, at in since.items()},
        worth={case: _worth(one) for case, one in value.kept_worths(work, cases).items()},
        scale=_scale(list(forecasts.values()), work.now.date()),
    )


def at_stake(work: Work) -> tuple[AtStake, ...]:
    """What all use cases are worth together: the currency that most of them have comes first."""
    found = [
        AtStake(
            currency,
            cited.evidence.measured,
            int(str(cited.evidence.detail.get("cases", 0))),
            cited.digest,
        )
        for currency, cited in value.kept_worths_of_all(work).items()
        if isinstance(cited.evidence.measured, Estimate)
    ]
    return tuple(sorted(found, key=lambda one: (-one.cases, one.currency)))


def on_time(work: Work) -> OnTime | None:
    """The chance of the nearest deadline ahead, of plans in force; None where there is none."""
    due = plans.newest_forecasts(work, due=work.now.date().isoformat())
    last = plans.last_plans(work, [one.case for one in due])
    asked = [
        one for one in due if one.on_time is not None and last.get(one.case, one.plan) == one.plan
    ]
    if not asked:
        return None
    first = asked[0]
    cited = _chance(work, first)
    if cited is None or first.deadline is None:
        return None
    before = plans.forecast_before(work, first.case, stamp(work.now - WEEK))
    change = None
    if before and before.on_time is not None and before.deadline == first.deadline:
        change = (first.on_time or 0.0) - before.on_time
    return OnTime(
        case=first.case,
        deadline=first.deadline,
        chance=cited.evidence.measured,
        change=change,
        others=len(asked) - 1,
        expected=sum(one.on_time or 0.0 for one in asked),
        entry=cited.digest,
    )


def served_today(work: Work, log: Path | None) -> ServedToday | None:
    """What was decided since midnight, UTC; None where nothing can decide."""
    if log is None or not releases.any_live(work):
        return None
    midnight = datetime.combine(work.now.date(), datetime.min.time(), UTC)
    flow = traffic.of_all(log, midnight)
    return ServedToday(flow.n, flow.errors, None if flow.p99 is None else flow.p99 / 1000)


def _chance(work: Work, one: KeptForecast) -> Cited | None:
    """The evidence of a forecast's chance: written with it, the newest of its kind."""
    found = work.ledger.latest(case_subject(one.case), [ON_TIME])
    return found[-1] if found else None


def _forecast(one: KeptForecast, last: int | None) -> Forecast:
    return Forecast(
        goal=one.goal,
        p10=one.p10,
        p50=one.p50,
        p90=one.p90,
        deadline=one.deadline,
        on_time=one.on_time,
        outdated=last is not None and last != one.plan,
        at=one.made_at,
        entry=one.entry,
    )


def _is_ahead(one: Forecast, today: str) -> bool:
    """Whether it says of a plan in force what is still to come."""
    return not one.outdated and (one.p90 is None or one.p90 >= today)


def _worth(one: Cited) -> Worth:
    return Worth(
        currency=str(one.evidence.parameters["currency"]),
        measured=one.evidence.measured,
        realised=bool(one.evidence.detail.get("realised")),
        entry=one.digest,
    )


def _scale(shown: Sequence[Forecast], today: date) -> tuple[str, str] | None:
    days = [
        day for one in shown for day in (one.p10, one.p50, one.p90, one.deadline) if day is not None
    ]
    return (min(today.isoformat(), *days), max(days)) if days else None
