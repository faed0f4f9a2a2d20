"""In which order the work of a plan is taken up: candidates, of which the best one is chosen.

Candidates are priority rules: earliest start, latest start and latest finish of the plan without
limits; and the starts of schedules within limits, made with mean durations by parallel schedule
generation with the rule of latest finish, one of the best of those compared by Kolisch (1996).

The limits of these schedules are not those of the plan but a ladder: so many of every role, or of
one role alone. Candidates so know nothing of how many people there are, nor of risks and chances,
and a plan with more people has the same ones to choose from.
"""

import heapq
import math
from collections.abc import Sequence

import numpy as np

from gonogo.stats.plans.compiled import Compiled
from gonogo.stats.plans.durations import Remaining, mean, quantile

Order = tuple[int, ...]
"""Steps by number, each after all that it waits for."""


LEVELS = (1, 2, 3, 4, 6, 8, 12)
"""So many of every role, or what one step needs where that is more."""
ALONE = (1, 2, 3)
"""So many of one role, with the others unlimited."""
FEW = 300
"""Steps up to which the whole ladder is tried; above it, every other level of all roles alone."""


def candidates(plan: Compiled, ranks: Sequence[int] = ()) -> tuple[Order, ...]:
    """Orders of work that are worth trying, without repetition; one where nothing is limited.

    Where steps have `ranks`, those of the least go first wherever people are wanted by several.
    """
    if not plan.pools:
        return (plan.sorted,)
    days = nominal(plan)
    early, late = earliest(plan, days), latest(plan, days)
    latest_start = [finish - took for finish, took in zip(late, days, strict=True)]
    for row in plan.rows:
        if row.step.running:
            early[row.number] = late[row.number] = latest_start[row.number] = -math.inf
    rules = [(early, late), (late, latest_start), (latest_start, late)]
    if ranks:
        # What is as urgent as can be in its use case is less so than all of one before it.
        end = max(abs(at) for at in (*late, *days) if math.isfinite(at)) + 1
        late = [at + 3 * end * rank for at, rank in zip(late, ranks, strict=True)]
        rules = []
    rules += [(_starts(plan, days, late, sizes), late) for sizes in _ladder(plan)]
    return tuple(dict.fromkeys(_by(plan, *rule) for rule in rules))


def _ladder(plan: Compiled) -> list[tuple[float, ...]]:
    most = [1] * len(plan.pools)
    for row in plan.rows:
        for pool, units in row.holds:
            most[pool] = max(most[pool], units)
    few = len(plan.rows) <= FEW
    found = [tuple(float(max(level, units)) for units in most) for level in LEVELS]
    if not few:
        return found[1::2]
    for pool, units in enumerate(most):
        for level in ALONE if len(plan.pools) > 1 else ():
            sizes = [math.inf] * len(most)
            sizes[pool] = float(max(level, units))
            found.append(tuple(sizes))
    return list(dict.fromkeys(found))


def nominal(plan: Compiled) -> list[float]:
    """The mean days of each step at its first attempt, without risks."""
    return [_mean(plan, i) for i in range(len(plan.rows))]


def earliest(plan: Compiled, days: Sequence[float]) -> list[float]:
    """The earliest start of each step that takes `days`, with no limits of people.

    Source: Kelley & Walker (1959), Critical-path planning and scheduling.
    """
    start = [0.0] * len(plan.rows)
    for i in plan.sorted:
        row = plan.rows[i]
        waits = (start[before] + days[before] + lag for before, lag in row.before)
        start[i] = max(0.0, row.step.not_before, *waits)
    return start


def latest(plan: Compiled, days: Sequence[float]) -> list[float]:
    """The latest finish of each step that does not make the plan end later, as `earliest`."""
    start = earliest(plan, days)
    end = max(begun + took for begun, took in zip(start, days, strict=True))
    finish = [end] * len(plan.rows)
    for i in reversed(plan.sorted):
        for before, lag in plan.rows[i].before:
            finish[before] = min(finish[before], finish[i] - days[i] - lag)
    return finish


def _mean(plan: Compiled, i: int) -> float:
    duration = plan.rows[i].step.duration
    if isinstance(duration, Remaining):
        # Near enough for an order: its mean over a grid of shares.
        return float(quantile(duration, (np.arange(99) + 0.5) / 99).mean())
    return mean(duration)


def _by(plan: Compiled, first: Sequence[float], then: Sequence[float]) -> Order:
    """The steps by `first` and then `then`, no step before one that it waits for."""
    left = [len({before for before, _ in row.before}) for row in plan.rows]
    followers = _followers(plan)
    ready = [(first[i], then[i], i) for i, count in enumerate(left) if not count]
    heapq.heapify(ready)
    found: list[int] = []
    while ready:
        i = heapq.heappop(ready)[2]
        found.append(i)
        for follower in followers[i]:
            left[follower] -= 1
            if not left[follower]:
                heapq.heappush(ready, (first[follower], then[follower], follower))
    return tuple(found)


def _starts(
    plan: Compiled, days: Sequence[float], late: Sequence[float], sizes: Sequence[float]
) -> list[float]:
    """Starts within `sizes`: at each time what can begin does, the most urgent first."""
    free = list(sizes)
    left = [len({before for before, _ in row.before}) for row in plan.rows]
    ready_at = [max(0.0, row.step.not_before) for row in plan.rows]
    followers = _followers(plan)
    start = [0.0] * len(plan.rows)
    waiting = [(ready_at[i], i) for i, count in enumerate(left) if not count]
    heapq.heapify(waiting)
    running: list[tuple[float, int]] = []
    urgent: list[tuple[float, float, int]] = []
    while waiting or running or urgent:
        now = min([*(waiting[:1] or []), *(running[:1] or [])])[0]
        while running and running[0][0] <= now:
            done = heapq.heappop(running)[1]
            for pool, units in plan.rows[done].holds:
                free[pool] += units
        while waiting and waiting[0][0] <= now:
            i = heapq.heappop(waiting)[1]
            heapq.heappush(urgent, (late[i], late[i] - days[i], i))
        kept: list[tuple[float, float, int]] = []
        while urgent:
            item = heapq.heappop(urgent)
            i = item[2]
            if any(free[pool] < units for pool, units in plan.rows[i].holds):
                kept.append(item)
                continue
            for pool, units in plan.rows[i].holds:
                free[pool] -= units
            start[i] = now
            heapq.heappush(running, (now + days[i], i))
            for follower, lag in followers[i].items():
                left[follower] -= 1
                ready_at[follower] = max(ready_at[follower], now + days[i] + lag)
                if not left[follower]:
                    heapq.heappush(waiting, (ready_at[follower], follower))
        urgent = kept
    return start


def _followers(plan: Compiled) -> list[dict[int, float]]:
    """What waits for each step, with the longest lag."""
    found: list[dict[int, float]] = [{} for _ in plan.rows]
    for row in plan.rows:
        for before, lag in row.before:
            found[before][row.number] = max(lag, found[before].get(row.number, lag))
    return found
