"""By how much each risk makes a plan later: the same futures with it and without it."""

from dataclasses import dataclass

import numpy as np

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.plans.drawing import NOTHING, Changes, Draws, futures_of
from gonogo.stats.plans.scheduling import schedule
from gonogo.stats.plans.simulation import Simulated
from gonogo.stats.plans.streams import stream

CELLS = 512_000
"""Steps times futures in which a risk is left out."""
MOST = 40
"""Risks that are left out one by one, those that delay their steps most in the mean."""
RESAMPLES = 400
SHARE = 0.8
UNIT = "working days"
PAIRED = "mean difference in the same futures, t interval"
PAIRED_P80 = "difference of P80 in the same futures, bootstrap percentile interval"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a plan would be without one of its risks."""

    key: str
    later: Measured
    """By how many days the goal is later because of it, in the mean of the futures that reach it:
    a risk decides not whether it is reached, only when."""
    p80_later: Measured
    """By how many days the date is later that four of five futures keep."""


def left_out(found: Simulated, *, level: float, most: int = MOST) -> tuple[LeftOut, ...]:
    """What each risk of a simulated plan adds to the date of its goal, most first.

    With the same random numbers and the same order of work no future is later without a risk, so
    nothing is ever negative but the ends of an interval.
    """
    count = max(100, min(found.draws.futures, CELLS // len(found.plan.rows)))
    draws = found.draws.part(min(count, found.draws.futures))
    moving = [r for r, risk in enumerate(found.plan.risks) if risk.probability and risk.steps]
    moving.sort(key=lambda r: -_moves(found, draws, r))
    asis = _ends(found, draws, NOTHING)
    told = []
    for r in moving[:most]:
        without = _ends(found, draws, Changes(risks={r: False}))
        key = found.plan.risks[r].key
        rng = stream(found.seed, "left out", key)
        told.append(LeftOut(key, _mean(asis, without, level), _p80(asis, without, rng, level)))
    return tuple(sorted(told, key=lambda one: (-_size(one.later), one.key)))


def _moves(found: Simulated, draws: Draws, r: int) -> float:
    """Mean days by which it delays its steps, whatever that does to the goal."""
    risk = found.plan.risks[r]
    days = draws.first[[found.plan.number[key] for key in risk.steps]].mean()
    delay = float(np.mean(draws.delay[r])) + (risk.stretch - 1) * float(days)
    return risk.probability * delay * len(risk.steps)


def _ends(found: Simulated, draws: Draws, changes: Changes) -> Floats:
    # First attempts are written over, so each question has its own.
    held = futures_of(found.plan, draws.part(draws.futures), changes)
    ended: Floats = schedule(found.plan, found.order, held).finish[list(found.ends)].max(axis=0)
    return ended


def _mean(asis: Floats, without: Floats, level: float) -> Measured:
    reached = np.isfinite(asis) & np.isfinite(without)
    later = asis[reached] - without[reached]
    if not later.size:
        return Undefined("the goal is reached in no future", n=asis.size)
    if np.ptp(later) == 0:
        value = float(later[0])
        return Estimate(value, value, value, level, later.size, UNIT, "the same in every future")
    mean = mean_t(later, level, UNIT)
    if isinstance(mean, Undefined):
        return mean
    return Estimate(mean.value, mean.low, mean.high, level, mean.n, UNIT, PAIRED)


def _p80(asis: Floats, without: Floats, rng: np.random.Generator, level: float) -> Measured:
    n, at = asis.size, int(np.ceil(SHARE * asis.size)) - 1
    value = float(np.sort(asis)[at] - np.sort(without)[at]) if _reached(asis, at) else np.nan
    if np.isnan(value):
        return Undefined("fewer than four of five futures reach the goal", n=n)
    if np.array_equal(asis, without):
        return Estimate(0.0, 0.0, 0.0, level, n, UNIT, "the same in every future")
    chosen = rng.integers(0, n, (RESAMPLES, n))
    with np.errstate(invalid="ignore"):
        again = (
            np.partition(asis[chosen], at, axis=1)[:, at]
            - np.partition(without[chosen], at, axis=1)[:, at]
        )
    again = again[np.isfinite(again)]
    low, high = np.quantile(again, ((1 - level) / 2, (1 + level) / 2), method="inverted_cdf")
    return Estimate(
        value, min(float(low), value), max(float(high), value), level, n, UNIT, PAIRED_P80
    )


def _reached(ends: Floats, at: int) -> bool:
    return bool(np.isfinite(np.partition(ends, at)[at]))


def _size(measured: Measured) -> float:
    return measured.value if isinstance(measured, Estimate) else 0.0
