"""A plan simulated one future at a time: processes that wait for events, as SimPy has them.

Each step is a process. It asks for its people at once, in the order of work, waits for what comes
before it and for the people, works, and gives them back; a queue of events holds the time.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Generator
from itertools import count
from math import inf

from gonogo.stats.plans.compiled import Compiled
from gonogo.stats.plans.orders import Order
from gonogo.stats.plans.tables import PER_DEVIATION, STEPS, Table, table_of

Process = Generator["Event", None, None]


class Event:
    """Something that happens once; who waits for it is told."""

    __slots__ = ("done", "waiting")

    def __init__(self) -> None:
        self.done = False
        self.waiting: list[Callable[[], None]] = []


class Environment:
    """The clock, and what happens next."""

    def __init__(self) -> None:
        self.now = 0.0
        self._queue: list[tuple[float, int, Event]] = []
        self._number = count()

    def timeout(self, days: float) -> Event:
        """An event so many days from now."""
        event = Event()
        heapq.heappush(self._queue, (self.now + days, next(self._number), event))
        return event

    def succeed(self, event: Event) -> None:
        """The event happens now."""
        heapq.heappush(self._queue, (self.now, next(self._number), event))

    def process(self, steps: Process) -> None:
        """Begin a process."""

        def go_on() -> None:
            for event in steps:
                if not event.done:
                    event.waiting.append(go_on)
                    return

        go_on()

    def run(self) -> None:
        """Until nothing is left to happen."""
        while self._queue:
            self.now, _, event = heapq.heappop(self._queue)
            event.done = True
            for told in event.waiting:
                told()


class People:
    """A role: who asks first is served first."""

    def __init__(self, env: Environment, size: int) -> None:
        self._env = env
        self._free = size
        self._asked: deque[tuple[int, Event]] = deque()

    def ask(self, units: int) -> Event:
        """An event that happens when so many are free."""
        event = Event()
        self._asked.append((units, event))
        self._serve()
        return event

    def give_back(self, units: int) -> None:
        """So many are free again."""
        self._free += units
        self._serve()

    def _serve(self) -> None:
        while self._asked and self._asked[0][0] <= self._free:
            units, event = self._asked.popleft()
            self._free -= units
            self._env.succeed(event)


class OneByOne:
    """Futures of a plan, one after the other."""

    def __init__(self, plan: Compiled, order: Order, seed: int) -> None:
        self._plan = plan
        self._order = order
        self._random = random.Random(seed)
        self._tables = [_lists(row.days) for row in plan.rows]
        self._delays = [_lists(table_of(risk.delay)) for risk in plan.risks]

    def future(self) -> float:
        """When the plan ends in one more future; infinite where it never does."""
        days, happens, never = self._drawn()
        env = Environment()
        pools = [People(env, size) for size in self._plan.sizes]
        done = [Event() for _ in self._plan.rows]
        finish = [0.0] * len(done)
        for i in self._order:
            if not never[i]:
                env.process(self._step(i, env, pools, done, finish, days[i], happens=happens[i]))
        env.run()
        return inf if any(never) else max(finish)

    def _step(
        self,
        i: int,
        env: Environment,
        pools: list[People],
        done: list[Event],
        finish: list[float],
        days: float,
        *,
        happens: bool,
    ) -> Process:
        row = self._plan.rows[i]
        held = row.holds if happens else ()
        asked = [pools[pool].ask(units) for pool, units in held]
        if row.step.not_before:
            yield env.timeout(row.step.not_before)
        ready = env.now
        for before, lag in row.before:
            yield done[before]
            ready = max(ready, finish[before] + lag)
        if ready > env.now:
            yield env.timeout(ready - env.now)
        yield from asked
        if days:
            yield env.timeout(days)
        finish[i] = env.now
        env.succeed(done[i])
        for pool, units in held:
            pools[pool].give_back(units)

    def _drawn(self) -> tuple[list[float], list[bool], list[bool]]:
        """Days of each step, whether it happens, and whether it is never reached."""
        rng, plan = self._random, self._plan
        rho = plan.network.correlation
        common, own = rng.gauss(0, 1) * rho**0.5, (1 - rho) ** 0.5
        days = [0.0] * len(plan.rows)
        happens = [True] * len(plan.rows)
        succeeds: dict[int, bool] = {}
        never = [False] * len(plan.rows)
        for i in plan.sorted:
            row = plan.rows[i]
            never[i] = any(never[before] for before, _ in row.before)
            if row.step.only_if is not None:
                rests_on = plan.number[row.step.only_if.step]
                same = succeeds[rests_on] == row.step.only_if.succeeded
                happens[i] = same and happens[rests_on]
            days[i] = _looked_up(self._tables[i], common + own * rng.gauss(0, 1))
            if row.branch is not None:
                succeeds[i] = rng.random() < row.branch.probability
                for _ in range(row.branch.retries):
                    if not succeeds[i]:
                        days[i] += _looked_up(self._tables[i], common + own * rng.gauss(0, 1))
                        succeeds[i] = rng.random() < row.branch.probability
                never[i] = never[i] or (row.branch.stops and happens[i] and not succeeds[i])
        for risk, delay in zip(plan.risks, self._delays, strict=True):
            if rng.random() < risk.probability:
                later = _looked_up(delay, rng.gauss(0, 1))
                for key in risk.steps:
                    i = plan.number[key]
                    days[i] = days[i] * risk.stretch + later
        took = [worked if there else 0.0 for worked, there in zip(days, happens, strict=True)]
        return took, happens, never


def _lists(table: Table | float) -> tuple[list[float], list[float]] | float:
    return table if isinstance(table, float) else (table[0].tolist(), table[1].tolist())


def _looked_up(table: tuple[list[float], list[float]] | float, normal: float) -> float:
    if isinstance(table, float):
        return table
    place = min(max(STEPS / 2 + PER_DEVIATION * normal, 0.0), float(STEPS))
    step = int(place)
    return table[0][step] + table[1][step] * (place - step)
