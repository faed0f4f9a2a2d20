"""A plan with the plans that it waits for, each with people of its own: all in the same futures.

Steps and risks of the plan that is asked about are keyed as they are, those of others `plan/key`.
"""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from itertools import pairwise

from gonogo.stats.plans.compiled import Compiled, compiled
from gonogo.stats.plans.network import Network
from gonogo.stats.plans.orders import Order, candidates
from gonogo.stats.plans.simulation import Simulated, best_order, ends_of, with_order
from gonogo.stats.plans.together import only

PILOT = 1000
"""Futures in which it is seen in which order others do their work."""


def linked(
    network: Network,
    others: Mapping[str, str | None],
    *,
    goal: str,
    futures: int,
    seed: int,
) -> Simulated:
    """So many `futures` of a plan and of `others`, with the goal of each, that it waits for.

    Each of the others keeps to the order of work that is best for its own goal; the order of the
    plan itself is the candidate with the earliest mean finish of `goal`. Money and the end of the
    plan are its own.
    """
    plan = compiled(network)
    own = {step.key for step in network.steps if not _of(step.key, others)}
    kept = [_own_order(network, name, aim, futures, seed) for name, aim in others.items()]
    alone = compiled(only(network, own))
    tried = [[alone.rows[i].step.key for i in order] for order in candidates(alone)]
    for order in candidates(plan):
        keys = [plan.rows[i].step.key for i in order]
        tried.append([key for key in keys if key in own])
    orders = tuple(dict.fromkeys(merged(plan, [one, *kept]) for one in tried))
    best = best_order(plan, orders, ends_of(plan, goal), futures=futures, seed=seed)
    risks = {risk.key for risk in network.risks if not _of(risk.key, others)}
    return with_order(
        plan, best, futures=futures, seed=seed, goal=goal, paid=own | risks, lasting=own
    )


def merged(plan: Compiled, orders: Sequence[Sequence[str]]) -> Order:
    """One order of work out of several, which together hold each step once.

    Each is kept to; where they contradict what steps wait for across them, as far as that allows.
    """
    waits = {row.number: {before for before, _ in row.before} for row in plan.rows}
    numbers = [[plan.number[key] for key in order] for order in orders]
    strict = {number: set(before) for number, before in waits.items()}
    for order in numbers:
        for one, then in pairwise(order):
            strict[then].add(one)
    try:
        return tuple(TopologicalSorter(strict).static_order())
    except CycleError:
        place = {i: at / len(order) for order in numbers for at, i in enumerate(order)}
        return _as_allowed(waits, place)


def _as_allowed(waits: Mapping[int, set[int]], place: Mapping[int, float]) -> Order:
    left = {number: len(before) for number, before in waits.items()}
    ready = [(place[number], number) for number, count in left.items() if not count]
    heapify(ready)
    found: list[int] = []
    while ready:
        done = heappop(ready)[1]
        found.append(done)
        for number, before in waits.items():
            if done in before:
                left[number] -= 1
                if not left[number]:
                    heappush(ready, (place[number], number))
    return tuple(found)


def _own_order(network: Network, name: str, goal: str | None, futures: int, seed: int) -> list[str]:
    """In which order one of the others does its work, by keys."""
    kept = {step.key for step in network.steps if _of(step.key, {name: None})}
    plan = compiled(only(network, kept))
    ends = ends_of(plan, goal)
    order = best_order(plan, candidates(plan), ends, futures=min(futures, PILOT), seed=seed)
    return [plan.rows[i].step.key for i in order]


def _of(key: str, others: Mapping[str, str | None]) -> bool:
    """Whether a step or risk is of one of the others."""
    name, slash, _ = key.partition("/")
    return bool(slash) and name in others
