"""Many futures of a plan: when each milestone is reached, what it costs, what was critical."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.plans.compiled import Compiled, compiled
from gonogo.stats.plans.drawing import Drawing, Draws, Futures, futures_of
from gonogo.stats.plans.network import Network, UnknownStep
from gonogo.stats.plans.orders import Order, candidates
from gonogo.stats.plans.scheduling import Schedule, critical, schedule

FUTURES = 10_000
CELLS = 2_000_000
"""Steps times futures that are in memory at once; each takes about 30 bytes."""
PILOT_CELLS = 250_000
"""Steps times futures by which orders of work are compared, in plans of more steps than `SMALL`."""
SMALL = 50
LEAST = 256
"""Futures at once, however many steps there are."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What many futures of one plan hold. Times are in working days from now."""

    plan: Compiled
    order: Order
    """In which the work was taken up."""
    seed: int
    goal: str | None
    """The milestone whose date is asked for; None is the end of all there is."""
    finish: Mapping[str, Floats]
    """Of each milestone, and of the goal, its finish in each future; infinite where never."""
    start: Mapping[str, Floats]
    """Of the same, its start."""
    end: Floats
    """Of the goal."""
    ends: tuple[int, ...]
    """The steps of which the last one is the goal."""
    cost: Floats
    """Money, in each future."""
    criticality: npt.NDArray[np.int64]
    """Of each step: in how many futures it was critical, of those that reach the goal."""
    happened: npt.NDArray[np.int64]
    """Of each step: in how many futures it took place."""
    busy: npt.NDArray[np.float64]
    """Person days for which each pool was held, shape (pools, futures)."""
    waited: npt.NDArray[np.float64]
    """Days that steps waited for each pool, all together, shape (pools, futures)."""
    span: Floats
    """Until the last step that happens is finished, in each future."""
    draws: Draws
    """The random numbers of the first futures, for questions of what drives the date."""

    @property
    def order_of_work(self) -> tuple[str, ...]:
        """The order by the keys of steps, as `simulate` takes it."""
        return tuple(self.plan.rows[i].step.key for i in self.order)

    @property
    def futures(self) -> int:
        """How many."""
        return self.end.size


def simulate(
    network: Network,
    *,
    futures: int = FUTURES,
    seed: int,
    goal: str | None = None,
    orders: Sequence[Sequence[str]] = (),
) -> Simulated:
    """So many `futures` of `network`, the same for the same `seed`.

    The order of work is the candidate with the earliest mean finish of the goal over the first
    futures, all of them for plans of up to 50 steps; `orders` are further candidates, by the keys
    of steps. As candidates know nothing of how many people there are, of risks and of chances,
    those of a plan with more people, fewer risks or better chances are the same, and by each of
    them none of its futures ends later: so the mean never does.

    Memory is bounded: futures are simulated in parts that change no result. Raises `ValueError` for
    fewer than one future, and `UnknownStep` for a goal or an order that names one.
    """
    plan = compiled(network)
    more = tuple(_numbers(plan, order) for order in orders)
    ends = ends_of(plan, goal)
    if futures < 1:
        raise ValueError(f"futures are {futures}, expected 1 or more")
    tried = tuple(dict.fromkeys((*candidates(plan), *more)))
    order = best_order(plan, tried, ends, futures=futures, seed=seed)
    return with_order(plan, order, futures=futures, seed=seed, goal=goal)


def best_order(
    plan: Compiled, orders: Sequence[Order], ends: Sequence[int], *, futures: int, seed: int
) -> Order:
    """That of `orders` by which the last of `ends` is reached soonest, in the mean."""
    if len(orders) == 1:
        return orders[0]
    large = len(plan.rows) > SMALL
    pilot = min(futures, max(LEAST, PILOT_CELLS // len(plan.rows))) if large else futures
    held = futures_of(plan, Drawing(plan, seed).next(pilot))
    means = []
    for order in orders:
        last = schedule(plan, order, held).finish[list(ends)].max(axis=0)
        reached = last[np.isfinite(last)]
        means.append(float(reached.mean()) if reached.size else 0.0)
    return orders[int(np.argmin(means))]


def with_order(
    plan: Compiled,
    order: Order,
    *,
    futures: int,
    seed: int,
    goal: str | None,
    paid: Collection[str] | None = None,
    lasting: Collection[str] | None = None,
) -> Simulated:
    """`futures` of `plan` by one `order` of work.

    `paid` are the keys of the steps and risks whose money is counted, `lasting` those of the steps
    whose last one ends the plan; all where they are not named.
    """
    ends = ends_of(plan, goal)
    kept = [row.number for row in plan.rows if row.step.milestone or row.step.key == goal]
    tally = _Tally(plan, kept, futures, paid, lasting)
    drawing = Drawing(plan, seed)
    first: Draws | None = None
    for begin, end in parts(len(plan.rows), futures):
        draws = drawing.next(end - begin)
        if first is None:
            first = draws.part(min(end, max(LEAST, PILOT_CELLS // len(plan.rows))))
        held = futures_of(plan, draws)
        found = schedule(plan, order, held, linked=True)
        tally.add(slice(begin, end), held, found, critical(plan, order, held, found, ends), ends)
    if first is None:
        raise ValueError(f"futures are {futures}, expected 1 or more")
    return Simulated(
        plan=plan,
        order=order,
        seed=seed,
        goal=goal,
        finish={plan.rows[i].step.key: tally.finish[at] for at, i in enumerate(kept)},
        start={plan.rows[i].step.key: tally.start[at] for at, i in enumerate(kept)},
        end=tally.end,
        ends=ends,
        cost=tally.cost,
        criticality=tally.criticality,
        happened=tally.happened,
        busy=tally.busy,
        waited=tally.waited,
        span=tally.span,
        draws=first,
    )


def parts(steps: int, futures: int) -> Iterator[tuple[int, int]]:
    """Futures from and to, as many at once as memory allows."""
    size = max(LEAST, CELLS // steps)
    for begin in range(0, futures, size):
        yield begin, min(begin + size, futures)


class _Tally:
    """What is kept of the futures as they pass."""

    def __init__(
        self,
        plan: Compiled,
        kept: Sequence[int],
        futures: int,
        paid: Collection[str] | None,
        lasting: Collection[str] | None,
    ) -> None:
        self._plan = plan
        self._kept = list(kept)
        self._paid = paid
        self._ends: Sequence[int] = ends_of(plan, None)
        self._lasting = {row.number for row in plan.rows}
        if lasting is not None:
            self._lasting = {row.number for row in plan.rows if row.step.key in lasting}
            self._ends = sorted(self._lasting)
        self.finish = np.empty((len(kept), futures))
        self.start = np.empty((len(kept), futures))
        self.end = np.empty(futures)
        self.span = np.empty(futures)
        self.cost = np.empty(futures)
        self.criticality = np.zeros(len(plan.rows), dtype=np.int64)
        self.happened = np.zeros(len(plan.rows), dtype=np.int64)
        self.busy = np.empty((len(plan.pools), futures))
        self.waited = np.empty((len(plan.pools), futures))

    def add(
        self,
        at: slice,
        held: Futures,
        found: Schedule,
        marked: npt.NDArray[np.bool_],
        ends: Sequence[int],
    ) -> None:
        """These futures too."""
        self.finish[:, at] = found.finish[self._kept]
        self.start[:, at] = found.start[self._kept]
        self.end[at] = found.finish[list(ends)].max(axis=0)
        self.criticality += np.count_nonzero(marked, axis=1)
        self.busy[:, at] = found.busy
        self.waited[:, at] = found.waited
        there = _there(self._plan, held, found)
        for i, here in there.items():
            held.days[i] *= here
            self.happened[i] += np.count_nonzero(here)
        certain = [row.number for row in self._plan.rows if row.number not in there]
        self.happened[certain] += held.count
        self.span[at] = _last(self._ends, self._lasting, held, found, there)
        self.cost[at] = self._spent(held, there)

    def _spent(self, held: Futures, there: Mapping[int, Bools]) -> Floats:
        """Money; steps that do not happen have no days by now."""
        rows = self._plan.rows
        rates = np.array([row.rate * self._counts(row.step.key) for row in rows])
        paid = rates.nonzero()[0]
        days = held.days if paid.size == len(rows) else held.days[paid]
        spent: Floats = rates[paid] @ days
        for row in rows:
            if row.step.cost and self._counts(row.step.key):
                spent += row.step.cost * there.get(row.number, 1.0)
        for risk, true, loss in zip(self._plan.risks, held.true, held.loss, strict=True):
            if not self._counts(risk.key):
                continue
            numbers = [self._plan.number[key] for key in risk.steps]
            met = true
            if numbers and all(number in there for number in numbers):
                met = true & np.any([there[number] for number in numbers], axis=0)
            spent += np.where(met, loss, 0.0)
        return spent

    def _counts(self, key: str) -> bool:
        return self._paid is None or key in self._paid


def _there(plan: Compiled, held: Futures, found: Schedule) -> dict[int, Bools]:
    """Of the steps that do not happen in every future: where they do."""
    there = {}
    for row in plan.rows:
        if row.uncertain:
            reached = np.isfinite(found.start[row.number])
            there[row.number] = reached & held.happens.get(row.number, True)
    return there


def _last(
    ends: Sequence[int],
    lasting: Collection[int],
    held: Futures,
    found: Schedule,
    there: Mapping[int, Bools],
) -> Floats:
    """When the last step that happens is done, whether or not the plan stops with it."""
    last = np.zeros(held.count)
    for i in {*ends, *there, *held.stops} & set(lasting):
        done = found.ended[i] if i in found.ended else found.finish[i]
        np.maximum(last, np.where(there[i], done, 0.0) if i in there else done, out=last)
    return last


def ends_of(plan: Compiled, goal: str | None = None) -> tuple[int, ...]:
    """The steps of which the last one is the goal."""
    if goal is not None:
        if goal not in plan.number:
            raise UnknownStep("the goal", goal)
        return (plan.number[goal],)
    # A step that may begin before another ends (a negative lag) does not cover its end.
    covered = {before for row in plan.rows for before, lag in row.before if lag >= 0}
    return tuple(row.number for row in plan.rows if row.number not in covered)


def _numbers(plan: Compiled, order: Sequence[str]) -> Order:
    """An order of work by keys, as one by numbers."""
    for key in order:
        if key not in plan.number:
            raise UnknownStep("the order of work", key)
    at = {plan.number[key]: place for place, key in enumerate(order)}
    rows = plan.rows
    if sorted(at) != list(range(len(rows))):
        missing = next(row.step.key for row in rows if row.number not in at)
        raise ValueError(f"the order of work lacks {missing}, expected every step once")
    for row in rows:
        for before, _ in row.before:
            if at[before] > at[row.number]:
                raise ValueError(
                    f"the order of work has {row.step.key} before {rows[before].step.key}, "
                    "for which it waits"
                )
    return tuple(sorted(at, key=at.__getitem__))
