"""What drives the date: each step, risk, hypothesis and role moved by itself, all else unchanged.

Every change is simulated in the same futures, with the same random numbers and the same order of
work, so that the difference is what the change does and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gonogo.stats.arrays import Bools, Floats, Integers, midranks
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile
from gonogo.stats.plans.drawing import NOTHING, Changes, Draws, Futures, futures_of
from gonogo.stats.plans.results import LEVEL, percentile
from gonogo.stats.plans.scheduling import schedule
from gonogo.stats.plans.simulation import Simulated
from gonogo.stats.plans.streams import stream

MOST = 10
"""Of each kind that are looked at: those that go most with the date in the futures as they are."""
RESAMPLES = 400
"""Of the futures, for the interval of a difference of medians."""
CELLS = 512_000
"""Steps times futures in which changes are simulated."""
SPEARMAN = "Spearman's rank correlation, interval by Bonett & Wright (2000)"
NOT_OF_A_STEP = Undefined("only said of the days of a step", n=0)
PAIRED = "difference of medians in the same futures, bootstrap percentile interval"


class Kind(StrEnum):
    """What a driver is."""

    STEP = "step"
    RISK = "risk"
    HYPOTHESIS = "hypothesis"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class Driver:
    """One thing that may move the date."""

    kind: Kind
    key: str
    """Of the step, risk or pool."""
    good: Measured
    """The median of the goal's date where the step takes its P10, the risk does not come true, the
    hypothesis holds at the first attempt, or there is one more of the pool."""
    bad: Measured
    """The same where the step takes its P90, the risk comes true, the hypothesis fails for good;
    as things are, for a pool."""
    swing: Measured
    """By how many days the bad median is later than the good one."""
    correlation: Measured
    """Rank correlation of the step's days with the date; `Undefined` for all else."""


@dataclass(frozen=True, slots=True)
class _Change:
    kind: Kind
    key: str
    good: Changes
    bad: Changes
    sizes: tuple[int, ...] | None = None
    """Of the pools, where it is good."""
    correlation: Measured = NOT_OF_A_STEP


def drivers(found: Simulated, *, most: int = MOST, level: float = LEVEL) -> tuple[Driver, ...]:
    """The tornado of a simulated plan: what swings the date most comes first.

    Looked at are, of each kind, the `most` that go most with the date in the futures as they are,
    and all pools. Dates are medians over all futures, so one that more than half of them never
    reach is `Undefined`, and so is the swing; such drivers come first, as they decide whether the
    goal is reached at all.
    """
    check_level(level)
    count = max(100, min(found.draws.futures, CELLS // len(found.plan.rows)))
    draws = found.draws.part(min(count, found.draws.futures))
    base = _copied(draws)
    held = futures_of(found.plan, base)
    asis = _ends(found, held, None)
    looked = [
        _measured(found, draws, change, asis, level)
        for change in (
            *_steps(found, held, asis, most, level),
            *_risks(found, held, asis, most),
            *_hypotheses(found, draws, asis, most),
            *_pools(found),
        )
    ]
    return tuple(sorted(looked, key=_size))


def rank_correlation(a: Floats, b: Floats, level: float) -> Measured:
    """Spearman's rank correlation of `a` and `b`, both of shape (n,), with an interval.

    Source: Bonett & Wright (2000), Psychometrika 65, 23-28.

    >>> rank_correlation(np.arange(9.0), np.arange(9.0) ** 3, 0.95).value
    1.0
    """
    z = normal_quantile(level)
    n = a.size
    if n < 4:
        return Undefined("fewer than four observations", n=n)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return Undefined("one of the two is always the same", n=n)
    value = float(np.clip(np.corrcoef(midranks(a), midranks(b))[0, 1], -1, 1))
    if abs(value) > 1 - 1e-12:
        value = float(round(value))
        return Estimate(value, value, value, level, n, "correlation", SPEARMAN)
    middle, reach = np.arctanh(value), z * ((1 + value * value / 2) / (n - 3)) ** 0.5
    low, high = float(np.tanh(middle - reach)), float(np.tanh(middle + reach))
    return Estimate(value, min(low, value), max(high, value), level, n, "correlation", SPEARMAN)


def _steps(
    found: Simulated, held: Futures, asis: Floats, most: int, level: float
) -> Iterator[_Change]:
    """The steps whose days go most with the date, where both are more than one number."""
    reached = np.isfinite(asis)
    if np.count_nonzero(reached) < 4:
        return
    rows = [row.number for row in found.plan.rows if found.criticality[row.number]]
    days, date = held.days[:, reached], asis[reached]
    spread = days.std(axis=1)
    rows = [i for i in rows if spread[i] > 1e-9]
    close = date - date.mean()
    strength = np.abs((days @ close) / np.where(spread > 0, spread, 1.0))
    rows = sorted(rows, key=lambda i: -strength[i])[:most]
    for i in rows:
        there = held.days[i][held.happens[i]] if i in held.happens else held.days[i]
        low, high = np.quantile(there, (0.1, 0.9))
        yield _Change(
            Kind.STEP,
            found.plan.rows[i].step.key,
            Changes(days={i: float(low)}),
            Changes(days={i: float(high)}),
            correlation=rank_correlation(days[i], date, level),
        )


def _risks(found: Simulated, held: Futures, asis: Floats, most: int) -> Iterator[_Change]:
    risks = found.plan.risks
    moving = [r for r, risk in enumerate(risks) if risk.probability > 0 and risk.steps]
    for r in sorted(moving, key=lambda r: -_apart(asis, held.true[r]))[:most]:
        yield _Change(Kind.RISK, risks[r].key, Changes(risks={r: False}), Changes(risks={r: True}))


def _hypotheses(found: Simulated, draws: Draws, asis: Floats, most: int) -> Iterator[_Change]:
    branches = {row.number: row.branch for row in found.plan.rows if row.branch}
    good = {i: draws.luck[i][0] < branch.probability for i, branch in branches.items()}
    for i in sorted(good, key=lambda i: -_apart(asis, good[i]))[:most]:
        known = Changes(outcomes={i: True}), Changes(outcomes={i: False})
        yield _Change(Kind.HYPOTHESIS, found.plan.rows[i].step.key, *known)


def _pools(found: Simulated) -> Iterator[_Change]:
    for at, pool in enumerate(found.plan.pools):
        sizes = tuple(size + (at == other) for other, size in enumerate(found.plan.sizes))
        yield _Change(Kind.POOL, pool, NOTHING, NOTHING, sizes=sizes)


def _apart(date: Floats, which: Bools) -> float:
    """By how many standard errors two kinds of futures differ, in date or in reaching the goal."""
    reached = np.isfinite(date)
    if which.all() or not which.any():
        return 0.0
    early = np.where(reached, date, 0.0)
    return max(
        _standard_errors(reached[which].astype(float), reached[~which].astype(float)),
        _standard_errors(early[which & reached], early[~which & reached]),
    )


def _standard_errors(a: Floats, b: Floats) -> float:
    if a.size < 2 or b.size < 2:
        return 0.0
    error = float((a.var() / a.size + b.var() / b.size) ** 0.5)
    apart = abs(float(a.mean() - b.mean()))
    return apart / error if error else np.inf * apart if apart else 0.0


def _measured(
    found: Simulated, draws: Draws, change: _Change, asis: Floats, level: float
) -> Driver:
    good = _changed(found, draws, change.good, change.sizes)
    bad = asis if change.bad == NOTHING else _changed(found, draws, change.bad, None)
    days = "working days"
    return Driver(
        kind=change.kind,
        key=change.key,
        good=percentile(np.sort(good), 0.5, level=level, unit=days),
        bad=percentile(np.sort(bad), 0.5, level=level, unit=days),
        swing=_swing(good, bad, stream(found.seed, "swing", change.kind, change.key), level),
        correlation=change.correlation,
    )


def _changed(
    found: Simulated, draws: Draws, changes: Changes, sizes: tuple[int, ...] | None
) -> Floats:
    return _ends(found, futures_of(found.plan, _copied(draws), changes), sizes)


def _ends(found: Simulated, held: Futures, sizes: tuple[int, ...] | None) -> Floats:
    finish = schedule(found.plan, found.order, held, sizes=sizes).finish
    ended: Floats = finish[list(found.ends)].max(axis=0)
    return ended


def _copied(draws: Draws) -> Draws:
    """With first attempts of its own, as these are written over."""
    return draws.part(draws.futures)


def _swing(good: Floats, bad: Floats, rng: np.random.Generator, level: float) -> Measured:
    n = good.size
    value = _median(bad) - _median(good)
    if not np.isfinite(value):
        return Undefined("one of the two is never reached in half of the futures", n=n)
    if np.array_equal(good, bad):
        return Estimate(0.0, 0.0, 0.0, level, n, "working days", "the same in every future")
    chosen = rng.integers(0, n, (RESAMPLES, n))
    with np.errstate(invalid="ignore"):
        again = _medians(bad, chosen) - _medians(good, chosen)
    again = again[~np.isnan(again)]
    low, high = np.quantile(again, ((1 - level) / 2, (1 + level) / 2), method="inverted_cdf")
    return Estimate(
        value, min(float(low), value), max(float(high), value), level, n, "working days", PAIRED
    )


def _median(values: Floats) -> float:
    return float(np.quantile(values, 0.5, method="inverted_cdf"))


def _medians(values: Floats, chosen: Integers) -> Floats:
    middle = (values.size + 1) // 2 - 1
    found: Floats = np.partition(values[chosen], middle, axis=1)[:, middle]
    return found


def _size(driver: Driver) -> tuple[float, str, str]:
    swing = driver.swing
    size = abs(swing.value) if isinstance(swing, Estimate) else np.inf
    return -size, driver.kind, driver.key
