"""The efficient frontier: worth against risk, from the safest choice to the one worth most."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gonogo.stats.arrays import Floats
from gonogo.stats.portfolio.choosing import Choice, Infeasible, choose, chosen
from gonogo.stats.portfolio.problem import Problem, Worst, worst_mean
from gonogo.stats.portfolio.programme import NODES, Programme, programme, solve
from gonogo.stats.portfolio.relaxing import near, relaxed

ROUNDING = 1e-9
"""Of the worth: less than this is no gain."""
POINTS = 8
"""Of a frontier, one at each end among them."""


@dataclass(frozen=True, slots=True)
class Point:
    """A choice on the frontier: no other is worth more at no more risk."""

    expected: float
    worst: float
    """The mean of the worst futures."""
    starts: dict[str, int]
    most: float
    """No choice at no more risk is worth more than this; `expected` where that is proven."""


def frontier(
    problem: Problem, share: float, points: int = POINTS, *, nodes: int = NODES
) -> tuple[Point, ...] | Infeasible:
    """Choices from the safest to the one worth most: each worth most at its mean of worst futures.

    The mean of the worst `share` of futures is asked to be at least so much, in even steps between
    those of both ends. Choices in between that no step asks for are not shown.

    Source: Rockafellar & Uryasev (2000), Journal of Risk 2, 21-41; Markowitz (1952), Journal of
    Finance 7, 77-91, for the frontier.
    """
    free = replace(problem, limits=replace(problem.limits, worst=None))
    best = choose(free, nodes=nodes)
    if isinstance(best, Infeasible):
        return best
    built = programme(free)
    solved = solve(built, safest=share, nodes=nodes)
    if solved.done is None:
        return Infeasible((), proven=False)
    safest = chosen(free, built, solved)
    found = [_point(best, share)]
    for least in np.linspace(best.worst(share), safest.worst(share), points)[1:-1]:
        limits = replace(problem.limits, worst=Worst(share, float(least)))
        one = choose(replace(problem, limits=limits), nodes=nodes)
        if isinstance(one, Choice):
            found.append(_point(one, share))
    # The safest leaves open what it is worth: at its risk take the choice that is worth most.
    limits = replace(problem.limits, worst=Worst(share, _less(safest.worst(share))))
    one = choose(replace(problem, limits=limits), nodes=nodes)
    if isinstance(one, Choice):
        found.append(_point(one, share))
    return undominated(found)


def sketched(
    problem: Problem,
    best: Choice,
    share: float,
    *,
    seconds: float,
    futures: int,
    points: int = POINTS,
    nodes: int = NODES,
) -> Iterator[tuple[Point, ...]]:
    """What is soon known of the frontier where there are many candidates, point by point.

    From `best`, the choice that is worth most, each next one is looked for near the last, in
    `seconds` for all, over the first so many `futures`. What it is worth and how risky it is is
    told over all of them. So is what none can be worth more than at its risk: the worth where
    candidates may be done in part.
    """
    free = replace(problem, limits=replace(problem.limits, worst=None))
    looked = _thinned(free, futures)
    each = seconds / points
    found = [point_of(free, best.starts, share, best)]
    built = programme(looked)
    safest = near(built, best.starts, nodes=nodes, seconds=each, safest=share)
    if safest is not None and safest.done is not None:
        found.append(point_of(free, _starts(built, safest.done), share, best))
    yield undominated(found)
    last = best.starts
    ends = [worst_mean(worth_of(looked, one.starts), share) for one in found]
    for least in np.linspace(ends[0], ends[-1], points)[1:-1]:
        limits = replace(looked.limits, worst=Worst(share, float(least)))
        built = programme(replace(looked, limits=limits))
        step = near(built, last, nodes=nodes, seconds=each)
        if step is not None and step.done is not None:
            last = _starts(built, step.done)
            found.append(point_of(free, last, share, best))
        yield undominated(found)


def point_of(problem: Problem, starts: dict[str, int], share: float, best: Choice) -> Point:
    """What a choice comes to over all futures, and what none at no more risk is worth more than.

    `best`: the choice that is worth most whatever the risk.
    """
    worth = worth_of(problem, starts)
    expected, worst = float(worth.mean()), worst_mean(worth, share)
    limits = replace(problem.limits, worst=Worst(share, _less(worst)))
    wide = relaxed(programme(replace(problem, limits=limits)))
    most = best.expected + best.gap
    if wide is not None:
        most = min(most, wide.bound)
    return Point(expected, worst, starts, max(most, expected))


def undominated(points: list[Point]) -> tuple[Point, ...]:
    """From the safest on, each worth more than the one before it."""
    ordered = sorted(points, key=lambda one: (-one.worst, -one.expected))
    kept: list[Point] = []
    for point in ordered:
        least = kept[-1].expected if kept else -np.inf
        if point.expected > least + ROUNDING * max(abs(point.expected), 1.0):
            kept.append(point)
    return tuple(kept)


def worth_of(problem: Problem, starts: Mapping[str, int]) -> Floats:
    """What doing so is worth in each future, shape (futures,)."""
    size = problem.candidates[0].futures.size if problem.candidates else 1
    taken = [(problem.named(name), start) for name, start in starts.items()]
    return sum((one.futures * one.kept**start for one, start in taken), np.zeros(size))


def _starts(found: Programme, done: Iterable[int]) -> dict[str, int]:
    columns = (found.columns[at] for at in done)
    return {one.candidate.name: one.start for one in columns}


def _thinned(problem: Problem, futures: int) -> Problem:
    """The same over fewer futures, of the same mean worth."""
    return replace(
        problem,
        candidates=tuple(
            replace(
                one,
                futures=one.futures[:futures] + (one.expected - one.futures[:futures].mean()),
            )
            for one in problem.candidates
        ),
    )


def _point(choice: Choice, share: float) -> Point:
    most = choice.expected + choice.gap
    return Point(choice.expected, choice.worst(share), choice.starts, most)


def _less(value: float) -> float:
    """A hair less, so that what reached it just so reaches it again."""
    return value - 1e-6 * max(abs(value), 1.0)
