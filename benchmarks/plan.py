"""A large plan simulated: steps, roles, branches and risks, all futures at once.

One peer is NumPy alone: the same number of normal and uniform numbers drawn row by row, by which
nothing is then done. The other is plain Python that simulates the same plan one future at a time
with processes and events, on some futures of which the time is taken times as many.
"""

import time
from statistics import median

import numpy as np

from benchmarks.bench import Bench
from benchmarks.measuring import Line, Seconds, at_most, in_words, paired, stopwatch
from benchmarks.one_by_one import OneByOne
from gonogo.stats.plans.durations import Estimated, Lognormal, Pert, Triangular
from gonogo.stats.plans.network import Branch, Link, Network, Outcome, Risk, Step
from gonogo.stats.plans.results import criticality, loads, money, when
from gonogo.stats.plans.simulation import Simulated, simulate

NAME = "plan"
MOST = 20
FASTER = 50
FUTURES, STEPS, ALONE = 10_000, 1_000, 12
"""Futures, steps, and futures that are simulated one at a time."""
QUICK_FUTURES, QUICK_STEPS = 200, 40
ROLES = ("data engineer", "analyst", "scientist", "platform engineer", "reviewer")
SEED = 20261121


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions = bench.repetitions(5)
    futures = QUICK_FUTURES if bench.quick else FUTURES
    network = plan(QUICK_STEPS if bench.quick else STEPS)
    found = simulate(network, futures=futures, seed=SEED)
    normal, uniform = _numbers(network)
    alone = OneByOne(found.plan, found.order, SEED)
    _alike(found, [alone.future() for _ in range(ALONE)])
    ours = stopwatch(lambda: _answer(network, futures))
    with bench.measuring(f"simulating a plan of {len(network.steps):,} steps", 2 * repetitions) as (
        tick
    ):
        bare = paired(ours, stopwatch(lambda: _draw(normal, uniform, futures)), repetitions, tick)
        single = paired(ours, lambda: _one_by_one(alone, futures), repetitions, tick)
    what = (
        f"{futures:,} futures of {len(network.steps):,} steps in {len(ROLES)} roles with "
        f"{sum(step.branch is not None for step in network.steps)} branches and "
        f"{len(network.risks)} risks: dates, cost, criticality and load"
    )
    promise, kept = at_most(MOST, bare, judged=bench.judged)
    faster = median(single.ratios) <= 1 / FASTER if bench.judged else None
    return [
        Line(
            name=NAME,
            what=what,
            measured=in_words(median(bare.ours)),
            peer=f"NumPy alone, the same random numbers: {in_words(median(bare.peer))}",
            ratios=bare.ratios,
            promise=promise,
            kept=kept,
        ),
        Line(
            name=NAME,
            what=what,
            measured=in_words(median(single.ours)),
            peer=f"Python, one future at a time: {in_words(median(single.peer))}",
            ratios=single.ratios,
            promise=f"at least {FASTER} × faster",
            kept=faster,
        ),
    ]


def plan(count: int) -> Network:
    """A plan of `count` steps, always the same."""
    rng = np.random.default_rng(SEED)
    steps: list[Step] = []
    for i in range(count):
        reach = range(max(0, i - 60), i)
        before = sorted(set(rng.choice(reach, 2).tolist())) if i >= 20 else []
        only_if = Outcome(f"s{i - 3}", succeeded=False) if i % 10 == 8 else None
        steps.append(
            Step(
                key=f"s{i}",
                duration=_duration(rng, i),
                after=tuple(Link(f"s{j}") for j in before),
                needs=((ROLES[rng.integers(len(ROLES))], 1),),
                branch=Branch(0.6, retries=1, stops=i == 505) if i % 10 == 5 else None,
                only_if=only_if,
                cost=100.0,
                milestone=i % 50 == 49,
            )
        )
    risks = tuple(
        Risk(
            f"r{k}",
            probability=0.2,
            steps=tuple(f"s{j}" for j in rng.choice(count, 5, replace=False)),
            delay=Lognormal(2, 10),
            cost=Lognormal(1_000, 20_000),
        )
        for k in range(20)
    )
    return Network(
        tuple(steps), dict.fromkeys(ROLES, 8), dict.fromkeys(ROLES, 800.0), risks, correlation=0.2
    )


def _duration(rng: np.random.Generator, i: int) -> Estimated:
    likely = float(rng.uniform(1, 5))
    low, high = likely / 2, likely * float(rng.uniform(1.5, 3))
    return (Pert(low, likely, high), Triangular(low, likely, high), Lognormal(low, high))[i % 3]


def _answer(network: Network, futures: int) -> Simulated:
    found = simulate(network, futures=futures, seed=SEED)
    for finish in (found.end, *found.finish.values()):
        when(finish)
    criticality(found)
    money(found.cost)
    loads(found)
    return found


def _numbers(network: Network) -> tuple[int, int]:
    """How many normal and uniform numbers one future takes."""
    attempts = [1 + step.branch.retries for step in network.steps if step.branch]
    again = sum(attempts) - len(attempts)
    risks = len(network.risks)
    return 1 + len(network.steps) + again + 2 * risks, sum(attempts) + risks


def _draw(normal: int, uniform: int, futures: int) -> None:
    rng = np.random.default_rng(SEED)
    for _ in range(normal):
        rng.standard_normal(futures)
    for _ in range(uniform):
        rng.random(futures)


def _one_by_one(alone: OneByOne, futures: int) -> Seconds:
    started = time.perf_counter()
    for _ in range(ALONE):
        alone.future()
    return (time.perf_counter() - started) * futures / ALONE


def _alike(found: Simulated, ends: list[float]) -> None:
    """Both simulate the same plan: a few futures of one lie among the many of the other."""
    reached = np.array([end for end in ends if np.isfinite(end)])
    many = found.end[np.isfinite(found.end)]
    if reached.size and abs(reached.mean() - many.mean()) > 5 * many.std() / reached.size**0.5:
        raise RuntimeError(f"one by one the plan ends at {reached.mean()}, at once {many.mean()}")
