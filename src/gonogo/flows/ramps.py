"""Beside the roadmap: what use cases bring by quarters, and when a kept choice begins them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np

from gonogo.core.times import moment
from gonogo.domain.portfolio import decided
from gonogo.domain.value import reads as values
from gonogo.domain.value.rules import known_of, newest, newest_volume, seed_of
from gonogo.flows import value
from gonogo.stats.arrays import Floats
from gonogo.stats.money.amounts import mean
from gonogo.stats.money.benefit import flows
from gonogo.stats.portfolio.ramps import ramp_futures
from gonogo.store.work import Work
from gonogo.views.roadmap import Milestone, Quarter, Roadmap, quarters_from

FUTURES = 4_000
LEVEL = 0.8
MONTHS = 3


@dataclass(frozen=True, slots=True)
class Ramp:
    """What comes in by quarters, in one currency."""

    currency: str
    cases: tuple[str, ...]
    """Use cases with a forecast and a benefit model."""
    quarters: tuple[tuple[float, float, float], ...]
    """Lower end of the middle futures, mean, upper end."""


def ramps(work: Work, found: Roadmap) -> tuple[Ramp, ...]:
    """What all use cases with a forecast and a benefit model bring together, by currency.

    Each begins in the quarter after its goal is reached; use cases are taken as independent.
    """
    goals = {lane.case: lane.goal for lane in found.lanes}
    stated = [one.case for one in values.stated(work, list(goals))] if goals else []
    sums: dict[str, Floats] = {}
    cases: dict[str, list[str]] = {}
    for one in value.all_known(work, stated) if stated else ():
        statement = one[0].statement
        money = _ramp(one, goals[one[0].case], found.quarters)
        sums[statement.currency] = sums.get(statement.currency, np.zeros_like(money)) + money
        cases.setdefault(statement.currency, []).append(one[0].case)
    return tuple(
        Ramp(currency, tuple(cases[currency]), _middle(money))
        for currency, money in sorted(sums.items())
    )


def starts(work: Work) -> dict[str, str]:
    """Use case → the quarter in which the newest choice that was kept begins it.

    A choice counts quarters from the one in which it was made.
    """
    kept = decided.listed(work, limit=1)
    if not kept:
        return {}
    made = moment(kept[0].at).date()
    last = max((one.quarter or 0 for one in kept[0].parts), default=0)
    quarters = quarters_from(made, max(last, 1))
    return {
        one.case: quarters[one.quarter - 1].name for one in kept[0].parts if one.quarter is not None
    }


def _ramp(one: value.Known, goal: Milestone, quarters: Sequence[Quarter]) -> Floats:
    stated, evidence = one
    benefit = known_of(stated.statement.benefit, newest(evidence), newest_volume(evidence))
    drawn = flows(benefit, FUTURES, seed=seed_of(stated.case)).drawn
    since = None if goal.done is None else _quarters_since(goal.done, quarters[0].begins)
    return ramp_futures(
        [chance.value for chance in goal.quarters],
        benefit.adoption,
        drawn["volume"] * drawn["per_decision"] + drawn["avoided_loss"],
        running=mean(benefit.running_cost),
        since=since,
        seed=int(sha256(f"ramp:{stated.case}".encode()).hexdigest()[:12], 16),
    )


def _quarters_since(done: str, first: date) -> int:
    day = date.fromisoformat(done)
    return (first.year - day.year) * 4 + (first.month - 1) // MONTHS - (day.month - 1) // MONTHS


def _middle(money: Floats) -> tuple[tuple[float, float, float], ...]:
    low, high = np.quantile(money, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0).tolist()
    middle = money.mean(axis=0).tolist()
    return tuple(
        (min(one, at), at, max(other, at)) for one, at, other in zip(low, middle, high, strict=True)
    )
