"""Serial schedule generation over many futures at once, with roles and teams that are limited.

Steps are taken in one fixed order of work. Each begins as soon as what it waits for is finished and
enough of each role it needs is free, and no role is given to a later step before an earlier one has
taken it: the order of work is kept within every role, as a team keeps to its backlog. A role of k
people is the sorted list of the times at which each is free (the workload vector of Kiefer &
Wolfowitz 1955); a step that needs c of them waits for the c-th, and gives them back together.

That order is what makes the schedule honest to reason with. Where a free person is given whatever
can begin, one more person or a shorter step can make the whole plan later (Graham 1969). With the
order kept, every time is a rising function of durations and a falling one of people, future by
future; such rules are the job-based policies of stochastic scheduling.

Sources: Kelley (1963) and Kolisch (1996), European Journal of Operational Research 90, 320-333
(serial schedule generation); Kiefer & Wolfowitz (1955), Trans. Am. Math. Soc. 78, 1-18; Graham
(1969), SIAM J. Appl. Math. 17, 416-429; Stork (2001), Stochastic resource-constrained project
scheduling, TU Berlin (policies without such anomalies).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.plans.absences import SLACK, Profile, levels, rests
from gonogo.stats.plans.compiled import Compiled, Row
from gonogo.stats.plans.drawing import Futures, Grid

NOBODY = -1
WAYS = 16
"""To leave people of several roles for absences, of which a step takes the one done first."""
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When things happen, in working days from now; infinite where they never do."""

    start: Grid
    finish: Grid
    freed_by: dict[int, Numbers] | None
    """Of steps that need a limited role: the step whose end they waited for, or -1."""
    waited: Grid
    """Days that steps waited for each pool, shape (pools, futures)."""
    busy: Grid
    """Days for which each pool was at work, times how much of it, shape (pools, futures)."""
    ended: dict[int, Floats]
    """Of steps that may stop the plan: when they are done, though nothing comes after them."""


def schedule(
    plan: Compiled,
    order: Sequence[int],
    futures: Futures,
    *,
    sizes: Sequence[int] | None = None,
    linked: bool = False,
) -> Schedule:
    """`futures` of `plan` in the `order` of work, in which each step stands after all it waits for.

    `sizes` are those of the pools, where they differ from the plan's; `linked` asks for what freed
    the people that a step waited for.
    """
    count = futures.count
    shape = (len(plan.rows), count)
    pools = [
        _Pool(size, count, len(plan.rows), away, linked=linked)
        for size, away in zip(sizes or plan.sizes, plan.away, strict=True)
    ]
    found = Schedule(
        np.empty(shape),
        np.empty(shape),
        {} if linked else None,
        np.zeros((len(pools), count)),
        np.zeros((len(pools), count)),
        {},
    )
    for i in order:
        _place(plan.rows[i], futures, pools, found)
    return found


def critical(
    plan: Compiled,
    order: Sequence[int],
    futures: Futures,
    found: Schedule,
    ends: Sequence[int],
) -> npt.NDArray[np.bool_]:
    """Whether each step is critical in each future, shape (steps, futures).

    A step is critical where the last of `ends` finishes later if it does: along what it waited for
    and, for a schedule that is `linked`, along the people it waited for. Steps that are passed over
    carry this on but are not critical themselves. Nothing is where an end is never reached.
    """
    marked = np.zeros(found.finish.shape, dtype=np.bool_)
    last = found.finish[list(ends)].max(axis=0)
    reached = np.isfinite(last)
    for i in ends:
        marked[i] = reached & (found.finish[i] >= last - SLACK)
    for i in reversed(order):
        if marked[i].any():
            _carry_back(plan.rows[i], found, marked)
    for i, happens in futures.happens.items():
        marked[i] &= happens
    return marked


class _Pool:
    """One role or team: when each of its people is free next, soonest first.

    Where it is told who gave people back, the last bits of each time hold the step that did: they
    are sorted along with it for nothing. What is left of the time is exact to one part in 10^11.
    """

    __slots__ = ("_mask", "away", "free", "size")

    def __init__(self, size: int, futures: int, steps: int, away: Profile, *, linked: bool) -> None:
        self.free = np.zeros((size, futures))
        self.size = size
        self.away = away
        self._mask = (1 << max(steps.bit_length(), 12)) - 1 if linked else 0

    def when(self, units: int) -> tuple[Floats, Numbers | None]:
        """When so many are free, and the step that gives back the last of them."""
        free = self.free[units - 1]
        if not self._mask:
            return free, None
        bits = free.view(np.int64)
        return (bits & ~self._mask).view(np.float64), bits & self._mask

    def take(self, step: int, units: int, until: Floats, there: Bools | None) -> None:
        """Hold the first `units` people `until` then, by this step, where it is `there`.

        Of a sorted list w whose first c entries are replaced by f, at least each of them, the i-th
        entry is max(w[i], min(f, w[i + c])); and where f is -inf, nothing changes.
        """
        if self._mask:
            until = ((until.view(np.int64) & ~self._mask) | step).view(np.float64)
        if there is not None:
            until = np.where(there, until, -np.inf)
        free = self.free
        kept = len(free) - units
        if kept:
            np.maximum(free[:kept], np.minimum(free[units:], until), out=free[:kept])
        np.maximum(free[kept:], until, out=free[kept:])


def _place(row: Row, futures: Futures, pools: Sequence[_Pool], found: Schedule) -> None:
    i = row.number
    start, finish, days = found.start[i], found.finish[i], futures.days[i]
    start.fill(max(row.step.not_before, 0.0))
    for before, lag in row.before:
        np.maximum(start, found.finish[before] + lag if lag else found.finish[before], out=start)
    there = _there(row, futures, start) if row.uncertain else None
    if any(pools[pool].away for pool, _ in row.holds):
        _wait_present(row, futures, pools, found, there)
    else:
        if row.holds:
            _wait(row, pools, found, there)
        np.add(start, days, out=finish)
    worked = days if there is None or not row.holds else np.where(there, days, 0.0)
    for pool, units in row.holds:
        pools[pool].take(i, units, finish, there)
        found.busy[pool] += worked if units == 1 else units * worked
    if (stops := futures.stops.get(i)) is not None:
        found.ended[i] = finish.copy()
        finish[stops] = np.inf


def _there(row: Row, futures: Futures, start: Floats) -> Bools:
    """Where the step really happens: it is reached, and not passed over."""
    reached = np.isfinite(start)
    happens = futures.happens.get(row.number)
    return reached if happens is None else reached & happens


def _wait(row: Row, pools: Sequence[_Pool], found: Schedule, there: Bools | None) -> None:
    """Put the start off to when enough people are free, and note for whom it was."""
    start = found.start[row.number]
    for number, units in row.holds:
        free, by = pools[number].when(units)
        if there is not None:
            free = np.where(there, free, -np.inf)
        late = free - start
        if by is not None and found.freed_by is not None:
            earlier = found.freed_by.get(row.number, NOBODY)
            found.freed_by[row.number] = np.where(late > 0, by, earlier)
        np.maximum(late, 0.0, out=late)
        found.waited[number] += late
        np.maximum(start, free, out=start)


def _wait_present(
    row: Row, futures: Futures, pools: Sequence[_Pool], found: Schedule, there: Bools | None
) -> None:
    """Start and finish of a step that rests while too few of whom it needs are there."""
    i = row.number
    ready, days = found.start[i].copy(), futures.days[i]
    best = _Way(ready, np.full_like(ready, np.inf), [], None)
    for left in _ways(row, pools):
        way = _way(row, left, pools, ready, days, there)
        if not best.waited:
            best = way
            continue
        sooner = way.finish < best.finish
        best = _Way(
            np.where(sooner, way.start, best.start),
            np.where(sooner, way.finish, best.finish),
            [np.where(sooner, a, b) for a, b in zip(way.waited, best.waited, strict=True)],
            None
            if way.freed_by is None or best.freed_by is None
            else np.where(sooner, way.freed_by, best.freed_by),
        )
    found.start[i], found.finish[i] = best.start, best.finish
    for (number, _), waited in zip(row.holds, best.waited, strict=True):
        found.waited[number] += waited
    if best.freed_by is not None and found.freed_by is not None:
        found.freed_by[i] = best.freed_by


@dataclass(frozen=True, slots=True)
class _Way:
    """A step done by those who stay while so many are away."""

    start: Floats
    finish: Floats
    waited: list[Floats]
    """Days for each pool that it needs."""
    freed_by: Numbers | None


def _ways(row: Row, pools: Sequence[_Pool]) -> Iterator[tuple[int, ...]]:
    """How many of each pool that a step needs it can leave for the absences."""
    each = [levels(pools[pool].away, pools[pool].size - units) for pool, units in row.holds]
    if prod(map(len, each)) > WAYS:
        each = [tuple(dict.fromkeys((found[0], found[-1]))) for found in each]
    if prod(map(len, each)) > WAYS:
        return iter({tuple(found[0] for found in each), tuple(found[-1] for found in each)})
    return product(*each)


def _way(
    row: Row,
    left: Sequence[int],
    pools: Sequence[_Pool],
    ready: Floats,
    days: Floats,
    there: Bools | None,
) -> _Way:
    start, waited = ready.copy(), []
    freed: Numbers | None = None
    for (number, units), more in zip(row.holds, left, strict=True):
        free, by = pools[number].when(units + more)
        late = free - start
        if by is not None:
            earlier = np.full(by.shape, NOBODY) if freed is None else freed
            freed = np.where(late > 0, by, earlier)
        waited.append(np.maximum(late, 0.0))
        start = np.maximum(start, free)
    away = rests([(pools[pool].away, n) for (pool, _), n in zip(row.holds, left, strict=True)])
    begun = away.start(start)
    first = next(at for at, (pool, _) in enumerate(row.holds) if pools[pool].away)
    later = begun > start
    waited[first] = waited[first] + np.where(later, begun - np.where(later, start, 0.0), 0.0)
    finish = away.end(begun, days)
    if freed is not None:
        freed = np.where(later, NOBODY, freed)
    if there is None:
        return _Way(begun, finish, waited, freed)
    return _Way(
        np.where(there, begun, ready),
        np.where(there, finish, ready + days),
        [np.where(there, one, 0.0) for one in waited],
        None if freed is None else np.where(there, freed, NOBODY),
    )


def _carry_back(row: Row, found: Schedule, marked: npt.NDArray[np.bool_]) -> None:
    i = row.number
    here, earliest = marked[i], found.start[i] - SLACK
    for before, lag in row.before:
        finish = found.finish[before]
        marked[before] |= here & ((finish + lag if lag else finish) >= earliest)
    freed = None if found.freed_by is None else found.freed_by.get(i)
    if freed is not None:
        where = np.flatnonzero(here & (freed != NOBODY))
        marked[freed[where], where] = True
