"""The random numbers of many futures, and what they make of each step: days, outcome, risks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.plans.compiled import Compiled, Row
from gonogo.stats.plans.streams import stream
from gonogo.stats.plans.tables import PER_DEVIATION, STEPS, Table, look_up, table_of

Grid = npt.NDArray[np.float64]
"""Of each step its value in each future, shape (steps, futures)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is taken for known instead of drawn, to see what it does to the date."""

    days: Mapping[int, float] = field(default_factory=dict)
    """How long steps take in all, wherever they happen."""
    outcomes: Mapping[int, bool] = field(default_factory=dict)
    """How hypotheses come out: at the first attempt, or never."""
    risks: Mapping[int, bool] = field(default_factory=dict)
    """Whether risks come true."""


NOTHING = Changes()


@dataclass(frozen=True, slots=True)
class Draws:
    """The random numbers of some futures."""

    first: Grid
    """Days of the first attempt of each step."""
    again: Mapping[int, tuple[Floats, ...]]
    """Days of the further attempts of steps that rest on a hypothesis."""
    luck: Mapping[int, tuple[Floats, ...]]
    """Of each attempt a number in [0, 1): below its probability it succeeds."""
    chance: tuple[Floats, ...]
    """Of each risk a number in [0, 1): below its probability it comes true."""
    delay: tuple[Floats | float, ...]
    """Of each risk."""
    loss: tuple[Floats | float, ...]
    """Of each risk, in money."""

    @property
    def futures(self) -> int:
        """How many."""
        return len(self.first[0])

    def part(self, futures: int) -> "Draws":
        """The first of them, in memory of their own."""
        return Draws(
            self.first[:, :futures].copy(),
            {i: tuple(days[:futures].copy() for days in found) for i, found in self.again.items()},
            {i: tuple(luck[:futures].copy() for luck in found) for i, found in self.luck.items()},
            tuple(chance[:futures].copy() for chance in self.chance),
            tuple(_part(delay, futures) for delay in self.delay),
            tuple(_part(loss, futures) for loss in self.loss),
        )


@dataclass(frozen=True, slots=True)
class Futures:
    """What some futures hold, before it is known when."""

    days: Grid
    """That each step takes in all; 0 where it is passed over."""
    happens: Mapping[int, Bools]
    """Of the steps that are only for an outcome: whether they are not passed over."""
    stops: Mapping[int, Bools]
    """Of the steps that may stop the plan: whether they do, once they are reached."""
    true: tuple[Bools, ...]
    """Of each risk: whether it comes true."""
    loss: tuple[Floats | float, ...]
    """Of each risk, where it does."""

    @property
    def count(self) -> int:
        """How many futures."""
        return len(self.days[0])


class Drawing:
    """The streams of one simulation, read on from futures to futures."""

    def __init__(self, plan: Compiled, seed: int) -> None:
        self._plan = plan
        self._common = stream(seed, "common")
        self._slip = stream(seed, "slip")
        self._days = {
            (row.number, attempt): stream(seed, "days", row.step.key, str(attempt))
            for row in plan.rows
            if not isinstance(row.days, float)
            for attempt in range(_attempts(row))
        }
        self._luck = {
            (row.number, attempt): stream(seed, "luck", row.step.key, str(attempt))
            for row in plan.rows
            if row.branch
            for attempt in range(_attempts(row))
        }
        self._chance = [stream(seed, "chance", risk.key) for risk in plan.risks]
        self._delay = [stream(seed, "delay", risk.key) for risk in plan.risks]
        self._loss = [stream(seed, "loss", risk.key) for risk in plan.risks]

    def next(self, futures: int) -> Draws:
        """The numbers of so many more futures; how they are cut into calls changes none."""
        rho = self._plan.network.correlation
        middle: Floats | float = STEPS / 2
        if rho:
            middle = middle + self._common.standard_normal(futures) * (PER_DEVIATION * rho**0.5)
        slip = self._slips(futures)
        first = np.empty((len(self._plan.rows), futures))
        again: dict[int, tuple[Floats, ...]] = {}
        luck: dict[int, tuple[Floats, ...]] = {}
        for row in self._plan.rows:
            i = row.number
            first[i] = self._one(row, 0, middle, slip, futures)
            if row.branch:
                more = range(1, _attempts(row))
                again[i] = tuple(
                    np.broadcast_to(self._one(row, attempt, middle, slip, futures), futures)
                    for attempt in more
                )
                luck[i] = tuple(self._luck[i, k].random(futures) for k in range(_attempts(row)))
        risks = self._plan.risks
        return Draws(
            first,
            again,
            luck,
            tuple(generator.random(futures) for generator in self._chance),
            tuple(
                _drawn(table_of(risk.delay), generator, futures)
                for risk, generator in zip(risks, self._delay, strict=True)
            ),
            tuple(
                _drawn(table_of(risk.cost), generator, futures)
                for risk, generator in zip(risks, self._loss, strict=True)
            ),
        )

    def _slips(self, futures: int) -> Floats | None:
        """How many times as long all work takes, in each future; None where that is known."""
        found = self._plan.network.slip
        if found is None:
            return None
        slips: Floats = np.exp(found.spread * self._slip.standard_t(found.freedom, futures))
        return slips

    def _one(
        self, row: Row, attempt: int, middle: Floats | float, slip: Floats | None, futures: int
    ) -> Floats | float:
        if isinstance(row.days, float):
            return row.days if slip is None else row.days * slip
        place = self._days[row.number, attempt].standard_normal(futures)
        place *= PER_DEVIATION * (1 - self._plan.network.correlation) ** 0.5
        place += middle
        days = look_up(row.days, place)
        return days if slip is None else days * slip


def futures_of(plan: Compiled, draws: Draws, changes: Changes = NOTHING) -> Futures:
    """What `draws` make of `plan`. The days are written where the first attempts stood."""
    days = draws.first
    succeeds: dict[int, Bools] = {}
    for i, luck in draws.luck.items():
        succeeds[i] = _attempt(plan, draws, i, luck, changes.outcomes.get(i))
    true = tuple(_comes_true(plan, draws, r, changes) for r in range(len(plan.risks)))
    for r, risk in enumerate(plan.risks):
        for key in risk.steps:
            row = days[plan.number[key]]
            if risk.stretch > 1:
                row *= np.where(true[r], risk.stretch, 1.0)
            row += np.where(true[r], draws.delay[r], 0.0)
    for i, known in changes.days.items():
        days[i] = known
    happens = _happens(plan, succeeds)
    for i, found in happens.items():
        days[i] *= found
    stops = {
        i: ~found & happens.get(i, True)
        for i, found in succeeds.items()
        if (branch := plan.rows[i].branch) is not None and branch.stops
    }
    return Futures(days, happens, stops, true, draws.loss)


def _attempts(row: Row) -> int:
    return 1 + row.branch.retries if row.branch else 1


def _attempt(
    plan: Compiled, draws: Draws, i: int, luck: tuple[Floats, ...], known: bool | None
) -> Bools:
    """Whether step `i` succeeds in the end; the days of its further attempts are added."""
    branch = plan.rows[i].branch
    probability = 0.0 if branch is None else branch.probability
    if known is not None:
        probability = float(known)
    done: Bools = luck[0] < probability
    for days, next_luck in zip(draws.again[i], luck[1:], strict=True):
        draws.first[i] += np.where(done, 0.0, days)
        done = done | (next_luck < probability)
    return done


def _comes_true(plan: Compiled, draws: Draws, r: int, changes: Changes) -> Bools:
    known = changes.risks.get(r)
    probability = plan.risks[r].probability if known is None else float(known)
    found: Bools = draws.chance[r] < probability
    return found


def _happens(plan: Compiled, succeeds: Mapping[int, Bools]) -> dict[int, Bools]:
    found: dict[int, Bools] = {}
    for i in plan.sorted:
        outcome = plan.rows[i].step.only_if
        if outcome is not None:
            rests_on = plan.number[outcome.step]
            matches = succeeds[rests_on] == outcome.succeeded
            found[i] = matches & found[rests_on] if rests_on in found else matches
    return found


def _drawn(days: Table | float, generator: np.random.Generator, futures: int) -> Floats | float:
    if isinstance(days, float):
        return days
    return look_up(days, STEPS / 2 + PER_DEVIATION * generator.standard_normal(futures))


def _part(values: Floats | float, futures: int) -> Floats | float:
    return values if isinstance(values, float) else values[:futures].copy()
