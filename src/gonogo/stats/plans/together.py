"""Several plans as one network whose people are shared: together, each alone, and without one.

Steps are keyed `plan/step`, and each plan has a goal among them. Whatever is left of the network
keeps its random numbers and its order of work: so leaving a plan out makes no future of the others
later, and alone a plan is on the mean not later than together, as it could keep to that order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gonogo.stats.plans.compiled import Compiled, compiled
from gonogo.stats.plans.drawing import Drawing, futures_of
from gonogo.stats.plans.network import Network, Step
from gonogo.stats.plans.orders import Order, candidates, earliest, nominal
from gonogo.stats.plans.scheduling import schedule
from gonogo.stats.plans.simulation import (
    FUTURES,
    LEAST,
    PILOT_CELLS,
    SMALL,
    Simulated,
    simulate,
    with_order,
)

NEXT = 0.25
"""How much a plan counts against the one before it, where they have an order of precedence."""


def together(
    network: Network,
    goals: Mapping[str, str],
    *,
    ranks: Mapping[str, int] | None = None,
    futures: int = FUTURES,
    seed: int,
) -> Simulated:
    """So many `futures` of several plans at once.

    `goals` are steps, by plan; `ranks` say which plan goes first where people are wanted by
    several, 0 before 1. The order of work is the candidate by which the goals are reached soonest
    on the mean, all alike, or each counting four times as much as those of the next rank.
    """
    plan = compiled(network)
    order = shared_order(plan, goals, ranks=ranks, futures=futures, seed=seed)
    return with_order(plan, order, futures=futures, seed=seed, goal=None)


def shared_order(
    plan: Compiled,
    goals: Mapping[str, str],
    *,
    ranks: Mapping[str, int] | None = None,
    futures: int,
    seed: int,
) -> Order:
    """The order of work in which several plans at once are done, as `together` says."""
    of_step = [(ranks or {}).get(plan_of(row.step.key), 0) for row in plan.rows]
    tried = candidates(plan, of_step) if ranks else _alike(plan, goals)
    ends = {name: plan.number[goal] for name, goal in goals.items()}
    weights = {name: NEXT ** (ranks or {}).get(name, 0) for name in goals}
    return _best(plan, tried, ends, weights, futures, seed)


def alone(found: Simulated, name: str, goal: str) -> Simulated:
    """One plan of those together, as if it had all people for itself."""
    network = found.plan.network
    kept = {step.key for step in network.steps if plan_of(step.key) == name}
    order = [key for key in found.order_of_work if key in kept]
    return simulate(
        only(network, kept), futures=found.futures, seed=found.seed, goal=goal, orders=[order]
    )


def without(found: Simulated, name: str, *, futures: int) -> Simulated:
    """The first futures of plans together, without one of them."""
    network = found.plan.network
    kept = {step.key for step in network.steps if plan_of(step.key) != name}
    plan = compiled(only(network, kept))
    order = tuple(plan.number[key] for key in found.order_of_work if key in kept)
    count = min(futures, found.futures)
    return with_order(plan, order, futures=count, seed=found.seed, goal=None)


def plan_of(key: str) -> str:
    """The plan of a step.

    >>> plan_of("loans/collect")
    'loans'
    """
    return key.partition("/")[0]


def _alike(plan: Compiled, goals: Mapping[str, str]) -> tuple[Order, ...]:
    """Orders of work where no plan has precedence; in some, that goes first which is shortest."""
    starts = earliest(plan, nominal(plan))
    by_length = sorted(goals, key=lambda name: starts[plan.number[goals[name]]])
    ranks = {name: rank for rank, name in enumerate(by_length)}
    of_step = [ranks.get(plan_of(row.step.key), 0) for row in plan.rows]
    return tuple(dict.fromkeys((*candidates(plan), *candidates(plan, of_step))))


def only(network: Network, kept: set[str]) -> Network:
    """What is left of a network: nothing waits for what is gone, and risks of it are gone too."""
    risks, plans = [], {plan_of(key) for key in kept}
    for risk in network.risks:
        left = tuple(key for key in risk.steps if key in kept)
        if left or (not risk.steps and plan_of(risk.key) in plans):
            risks.append(replace(risk, steps=left))
    return replace(
        network,
        steps=tuple(_waiting(step, kept) for step in network.steps if step.key in kept),
        risks=tuple(risks),
    )


def _waiting(step: Step, kept: set[str]) -> Step:
    return replace(step, after=tuple(link for link in step.after if link.step in kept))


def _best(
    plan: Compiled,
    orders: Sequence[Order],
    ends: Mapping[str, int],
    weights: Mapping[str, float],
    futures: int,
    seed: int,
) -> Order:
    if len(orders) == 1:
        return orders[0]
    large = len(plan.rows) > SMALL
    pilot = min(futures, max(LEAST, PILOT_CELLS // len(plan.rows))) if large else futures
    held = futures_of(plan, Drawing(plan, seed).next(pilot))
    found = []
    for order in orders:
        finish = schedule(plan, order, held).finish
        mean = 0.0
        for name, end in ends.items():
            reached = finish[end][np.isfinite(finish[end])]
            mean += weights[name] * float(reached.mean()) if reached.size else 0.0
        found.append(mean)
    return orders[int(np.argmin(found))]
