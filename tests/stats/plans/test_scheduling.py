"""Schedules: one future at a time in plain Python, brute force, and anomalies that do not occur."""

from itertools import permutations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.stats.plans.compiled import Compiled, compiled
from gonogo.stats.plans.drawing import Drawing, Futures, futures_of
from gonogo.stats.plans.durations import Estimated, Fixed, Lognormal, Triangular
from gonogo.stats.plans.network import Branch, Link, Network, Outcome, Risk, Step
from gonogo.stats.plans.orders import candidates
from gonogo.stats.plans.scheduling import critical, schedule
from gonogo.stats.plans.simulation import simulate

FUTURES = 60


class Drawn(NamedTuple):
    """A plan by the numbers that it is made from."""

    network: Network
    plan: Compiled


@st.composite
def networks(draw: st.DrawFn, *, varied: bool = False) -> Network:
    """Small plans with branches, risks, lags, fixed dates and two roles."""
    count = draw(st.integers(1, 8))
    steps: list[Step] = []
    for i in range(count):
        before = draw(st.lists(st.integers(0, i - 1), max_size=2, unique=True)) if i else []
        branched = [step.key for step in steps if step.branch]
        only_if = None
        if branched and draw(st.integers(0, 3)) == 0:
            only_if = Outcome(draw(st.sampled_from(branched)), succeeded=False)
        steps.append(
            Step(
                key=f"s{i}",
                duration=draw(durations(varied=varied)),
                after=tuple(Link(f"s{j}", draw(st.sampled_from([0.0, 0.0, 1.5]))) for j in before),
                needs=tuple(
                    (pool, draw(st.integers(1, 2)))
                    for pool in draw(st.lists(st.sampled_from("ab"), max_size=2, unique=True))
                ),
                branch=draw(st.none() | branches()),
                only_if=only_if,
                not_before=draw(st.sampled_from([0.0, 0.0, 4.0])),
                cost=1.0,
            )
        )
    risks = tuple(
        Risk(
            f"r{k}",
            draw(st.sampled_from([0.1, 0.6])),
            tuple(draw(st.lists(st.sampled_from([s.key for s in steps]), max_size=2, unique=True))),
            Triangular(0, 2, 5),
            draw(st.sampled_from([1.0, 1.5])),
        )
        for k in range(draw(st.integers(0, 2)))
    )
    pools = {"a": draw(st.integers(2, 3)), "b": draw(st.integers(2, 3))}
    return Network(tuple(steps), pools, {"a": 3.0}, risks, draw(st.sampled_from([0.0, 0.5])))


def durations(*, varied: bool) -> st.SearchStrategy[Estimated]:
    found: list[Estimated] = [Triangular(1, 2, 6), Lognormal(1, 4), Triangular(2, 5, 5)]
    return st.sampled_from(found if varied else [Fixed(0), Fixed(3), *found])


def branches() -> st.SearchStrategy[Branch]:
    return st.builds(Branch, st.sampled_from([0.2, 0.7]), st.integers(0, 2), st.booleans())


def drawn(network: Network, seed: int = 3) -> tuple[Compiled, Futures]:
    plan = compiled(network)
    return plan, futures_of(plan, Drawing(plan, seed).next(FUTURES))


def changed(network: Network, **what: object) -> Network:
    parts = {
        "steps": network.steps,
        "pools": network.pools,
        "rates": network.rates,
        "risks": network.risks,
        "correlation": network.correlation,
    }
    return Network(**{**parts, **what})  # type: ignore[arg-type] # names and values as above


def one_future(plan: Compiled, order: tuple[int, ...], held: Futures, f: int) -> list[float]:
    """The finishes of one future, each person told apart, as the order of work is kept."""
    people = [[0.0] * size for size in plan.sizes]
    finish = [0.0] * len(plan.rows)
    for i in order:
        row = plan.rows[i]
        waits = [finish[before] + lag for before, lag in row.before]
        start = max(0.0, row.step.not_before, *waits)
        there = start < np.inf and (i not in held.happens or bool(held.happens[i][f]))
        taken = []
        if there:
            for pool, units in row.holds:
                chosen = sorted(range(len(people[pool])), key=people[pool].__getitem__)[:units]
                taken.append((pool, chosen))
                start = max([start, *(people[pool][who] for who in chosen)])
        finish[i] = start + float(held.days[i, f])
        for pool, chosen in taken:
            for who in chosen:
                people[pool][who] = finish[i]
        if i in held.stops and held.stops[i][f] and start < np.inf:
            finish[i] = np.inf
    return finish


class TestSchedule:
    @settings(max_examples=50)
    @given(networks())
    def test_all_futures_at_once_are_each_one_by_itself(self, network: Network) -> None:
        plan, held = drawn(network)
        for order in candidates(plan):
            found = schedule(plan, order, held, linked=True)
            for f in range(3):
                assert found.finish[:, f] == pytest.approx(one_future(plan, order, held, f))

    @settings(max_examples=50)
    @given(networks())
    def test_nobody_is_in_two_places_and_nothing_begins_too_early(self, network: Network) -> None:
        plan, held = drawn(network)
        found = schedule(plan, candidates(plan)[-1], held)
        end = found.start + held.days
        there = np.isfinite(found.start)
        for i, happens in held.happens.items():
            there[i] &= happens
        for row in plan.rows:
            for before, lag in row.before:
                assert (found.start[row.number] >= found.finish[before] + lag - 1e-9).all()
            here = found.start[row.number] + 1e-9
            for pool, size in enumerate(plan.sizes):
                held_now = np.zeros(FUTURES)
                for other in plan.rows:
                    at = other.number
                    during = there[at] & (found.start[at] <= here) & (end[at] > here)
                    held_now += during * dict(other.holds).get(pool, 0)
                assert (held_now <= size).all()

    @settings(max_examples=50)
    @given(networks(), st.sampled_from("ab"))
    def test_one_more_of_a_role_never_makes_any_future_later(
        self, network: Network, pool: str
    ) -> None:
        more = changed(network, pools={**network.pools, pool: network.pools[pool] + 1})
        plan, held = drawn(network)
        bigger, same = drawn(more)
        for order in candidates(plan):
            now, then = schedule(plan, order, held), schedule(bigger, order, same)
            assert (then.finish <= now.finish + 1e-9).all()

    @settings(max_examples=50)
    @given(networks())
    def test_a_risk_that_is_gone_never_makes_any_future_later(self, network: Network) -> None:
        plan, held = drawn(network)
        without, calm = drawn(changed(network, risks=network.risks[1:]))
        for order in candidates(plan):
            now, then = schedule(plan, order, held), schedule(without, order, calm)
            assert (then.finish <= now.finish + 1e-9).all()

    @settings(max_examples=50)
    @given(networks())
    def test_a_better_chance_never_makes_the_end_of_any_future_later(
        self, network: Network
    ) -> None:
        steps = tuple(
            Step(
                step.key,
                step.duration,
                step.after,
                step.needs,
                Branch(step.branch.probability + 0.2, step.branch.retries, step.branch.stops)
                if step.branch
                else None,
                step.only_if,
                step.not_before,
            )
            for step in network.steps
        )
        plan, held = drawn(network)
        better, lucky = drawn(changed(network, steps=steps))
        for order in candidates(plan):
            now, then = schedule(plan, order, held), schedule(better, order, lucky)
            assert (then.finish.max(axis=0) <= now.finish.max(axis=0) + 1e-9).all()

    def test_graham_s_anomaly_does_not_occur(self) -> None:
        # Graham (1969), figure 2: nine jobs that three machines finish at 12 and four only at 15,
        # where a free machine takes the first job of the list that can begin.
        days = [3, 2, 2, 2, 4, 4, 4, 4, 9]
        after = {**dict.fromkeys(range(5, 9), ("4",)), 9: ("1",)}
        steps = tuple(
            Step(str(i), Fixed(took), tuple(Link(j) for j in after.get(i, ())), (("machine", 1),))
            for i, took in enumerate(days, 1)
        )

        def end(machines: int) -> float:
            return float(simulate(Network(steps, {"machine": machines}), futures=1, seed=1).end[0])

        assert end(3) == 12
        assert end(4) <= 12

    @pytest.mark.parametrize("seed", range(6))
    def test_the_best_order_is_the_best_schedule_there_is(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        steps = tuple(
            Step(
                f"s{i}",
                Fixed(float(rng.integers(1, 6))),
                tuple(Link(f"s{j}") for j in range(i) if rng.random() < 0.3),
                (("a", int(rng.integers(1, 3))),),
            )
            for i in range(5)
        )
        plan, held = drawn(Network(steps, {"a": 2}))
        feasible = [
            order
            for order in permutations(range(5))
            if all(
                order.index(before) < order.index(row.number)
                for row in plan.rows
                for before, _ in row.before
            )
        ]
        ends = [schedule(plan, order, held).finish[:, 0].max() for order in feasible]

        best = shortest(plan)
        assert min(ends) == pytest.approx(best)
        found = simulate(Network(steps, {"a": 2}), futures=1, seed=seed).end[0]
        assert best <= found <= 1.25 * best


def shortest(plan: Compiled) -> float:
    """The shortest of all schedules in whole days, by trying every start of every step."""
    days = [int(row.step.duration.days) for row in plan.rows if isinstance(row.days, float)]  # type: ignore[union-attr] # all are fixed here
    best = sum(days)

    def place(i: int, start: list[int]) -> None:
        nonlocal best
        if i == len(days):
            best = min(best, max(s + d for s, d in zip(start, days, strict=True)))
            return
        row = plan.rows[i]
        first = max([0, *(start[before] + days[before] for before, _ in row.before)])
        for begin in range(first, best - days[i]):
            here = [*start, begin]
            if all(held(here, at) <= plan.sizes[0] for at in range(begin, begin + days[i])):
                place(i + 1, here)

    def held(start: list[int], at: int) -> int:
        return sum(plan.rows[j].holds[0][1] for j, s in enumerate(start) if s <= at < s + days[j])

    place(0, [])
    return float(best)


class TestCritical:
    @settings(max_examples=60)
    @given(networks(varied=True))
    def test_what_is_critical_makes_the_end_later_and_nothing_else_does(
        self, network: Network
    ) -> None:
        plan, held = drawn(network)
        order = candidates(plan)[0]
        found = schedule(plan, order, held, linked=True)
        ends = tuple(range(len(plan.rows)))
        marked = critical(plan, order, held, found, ends)
        last = found.finish.max(axis=0)
        for row in plan.rows:
            longer = held.days.copy()
            longer[row.number] += 1e-4
            there = held.happens.get(row.number, np.ones(FUTURES, dtype=bool))
            after = schedule(
                plan, order, Futures(longer, held.happens, held.stops, held.true, held.loss)
            )
            later = after.finish.max(axis=0) > last + 1e-6
            # Where two steps end at once, either may be told to have freed the people.
            told = np.isfinite(last) & there & ~ties(found.finish)
            assert (marked[row.number] == later)[told].all()
            assert not (marked[row.number] & ~there).any()


def ties(finish: np.ndarray) -> np.ndarray:
    """The futures in which two steps finish at once."""
    ordered = np.sort(finish, axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray((np.diff(ordered, axis=0) < 1e-3).any(axis=0))
