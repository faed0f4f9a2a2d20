"""What is asked of a choice: risk against worth, what one more would bring, why something is out.

Everything here is found by choosing again under changed limits, so it is exact for the change that
was made, and for no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from gonogo.stats.portfolio.choosing import (
    Choice,
    Infeasible,
    Use,
    choose,
    chosen,
    uses,
    with_must,
)
from gonogo.stats.portfolio.problem import Limits, Problem, Worst, worst_mean
from gonogo.stats.portfolio.programme import NODES, programme, solve

ROUNDING = 1e-9
"""Of the worth: less than this is no gain."""
HALVINGS = 7
"""Until an addition to the budget is known to a hundredth of the most that was tried."""


@dataclass(frozen=True, slots=True)
class Point:
    """A choice on the frontier: no other is worth more at no more risk."""

    expected: float
    worst: float
    """The mean of the worst futures."""
    starts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Marginal:
    """What one more of a limit would bring."""

    what: str
    step: float
    """How much more, in each quarter that is limited."""
    gain: float
    """By how much the best choice would then be worth more."""
    comes_in: tuple[str, ...]
    goes_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Out:
    """Why a candidate is not chosen, and what would bring it in."""

    name: str
    lacks: float | None
    """How much more it would have to be worth; None where limits rule it out whatever its worth."""
    displaced: tuple[str, ...]
    """What would have to go if it were done all the same."""
    conflict: tuple[str, ...]
    """The limits that rule it out, where they do."""
    short: tuple[Use, ...]
    """Limits that doing it beside the choice, with all it needs, would exceed."""
    budget: float | None
    """The smallest share by which all budgets, raised together, bring it in; None where none up to
    the most tried did."""
    worthless: bool
    """Whether it is worth nothing or less by itself."""


@dataclass(frozen=True, slots=True)
class In:
    """Why a candidate is chosen: what the best choice without it would be."""

    name: str
    loss: float | None
    """How much less the best choice without it is worth, below 0 where it has to be done and costs
    more than it brings; None where no choice without it keeps the limits."""
    instead: tuple[str, ...]
    """What would be done in its place."""
    also_out: tuple[str, ...]
    """What else of the choice would go: it needs this one, or is not worth it without."""


def frontier(
    problem: Problem,
    share: float,
    points: int = 8,
    *,
    nodes: int = NODES,
    seconds: float | None = None,
) -> tuple[Point, ...] | Infeasible:
    """Choices from the safest to the one worth most: each worth most at its mean of worst futures.

    The mean of the worst `share` of futures is asked to be at least so much, in even steps between
    those of both ends. Choices in between that no step asks for are not shown. With `seconds` each
    choice is the best that is found in its part of them: then the points are choices that there
    are, and one that beats them may have been missed.

    Source: Rockafellar & Uryasev (2000), Journal of Risk 2, 21-41; Markowitz (1952), Journal of
    Finance 7, 77-91, for the frontier.
    """
    free = replace(problem, limits=replace(problem.limits, worst=None))
    each = None if seconds is None else seconds / (points + 1)
    best = choose(free, nodes=nodes, seconds=each)
    if isinstance(best, Infeasible):
        return best
    built = programme(free)
    solved = solve(built, safest=share, nodes=nodes, seconds=each)
    if solved.done is None:
        return Infeasible((), proven=False)
    safest = chosen(free, built, solved)
    found = [_point(best, share), _point(safest, share)]
    for least in np.linspace(best.worst(share), safest.worst(share), points)[1:-1]:
        limits = replace(problem.limits, worst=Worst(share, float(least)))
        one = choose(replace(problem, limits=limits), nodes=nodes, seconds=each)
        if isinstance(one, Choice):
            found.append(_point(one, share))
    # The safest leaves open what it is worth: at its risk take the choice that is worth most.
    limits = replace(problem.limits, worst=Worst(share, _less(safest.worst(share))))
    one = choose(replace(problem, limits=limits), nodes=nodes, seconds=each)
    if isinstance(one, Choice):
        found.append(_point(one, share))
    return undominated(found)


def marginals(
    problem: Problem, choice: Choice, *, money: float, people: float = 1.0, nodes: int = NODES
) -> tuple[Marginal, ...]:
    """What `money` more, in all and in each quarter, and `people` more of each role would bring."""
    limits = problem.limits
    asked: list[tuple[str, float, Limits]] = []
    if limits.total is not None or limits.budget:
        more = replace(
            limits,
            total=None if limits.total is None else limits.total + money,
            budget=tuple(one + money for one in limits.budget),
        )
        asked.append(("budget", money, more))
    for role, row in limits.people.items():
        raised = {**limits.people, role: tuple(one + people for one in row)}
        asked.append((role, people, replace(limits, people=raised)))
    return tuple(
        _marginal(what, step, choice, choose(replace(problem, limits=more), nodes=nodes))
        for what, step, more in asked
    )


def why_out(
    problem: Problem, choice: Choice, name: str, *, most: float = 1.0, nodes: int = NODES
) -> Out:
    """Why `name` is not in `choice`, the best one, and what would bring it in.

    How much more it would have to be worth comes from the best choice that contains it. How much
    more budget is found by halving, up to a share `most` of all budgets: since a larger budget may
    let in something else instead, less may do somewhere below, and more may not always do. Raises
    `ValueError` for a candidate that is chosen or unknown.
    """
    one = problem.named(name)
    if name in choice.starts:
        raise ValueError(f"{name} is chosen, expected one that is not")
    forced = choose(with_must(problem, name), nodes=nodes)
    beside = {other: choice.starts.get(other, 0) for other in _with_needs(problem, name)}
    short = tuple(
        use
        for use in uses(problem, {**choice.starts, **beside})
        if use.left < -ROUNDING * max(use.limit, 1.0)
    )
    lacks: float | None = None
    displaced: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    if isinstance(forced, Infeasible):
        itself = f"{name} must be done"
        conflict = tuple(limit for limit in forced.conflict if limit != itself)
    else:
        lacks = max(choice.expected - forced.expected, 0.0)
        displaced = tuple(other for other in choice.starts if other not in forced.starts)
    return Out(
        name=name,
        lacks=lacks,
        displaced=displaced,
        conflict=conflict,
        short=short,
        budget=_raise_that_brings_in(problem, name, most, nodes),
        worthless=one.expected <= 0,
    )


def why_in(problem: Problem, choice: Choice, name: str, *, nodes: int = NODES) -> In:
    """Why `name` is in `choice`, the best one: it is compared with the best one without it.

    Raises `ValueError` for a candidate that is not chosen.
    """
    if name not in choice.starts:
        raise ValueError(f"{name} is not chosen, expected one that is")
    gone = _with_those_that_need(problem, name)
    kept = tuple(one for one in problem.candidates if one.name not in gone)
    limits = replace(
        problem.limits,
        either=tuple(
            tuple(one for one in group if one not in gone) for group in problem.limits.either
        ),
    )
    if not kept:
        return In(name, choice.expected, (), tuple(sorted(choice.starts.keys() - {name})))
    without = choose(replace(problem, candidates=kept, limits=limits), nodes=nodes)
    if isinstance(without, Infeasible):
        return In(name, None, (), ())
    return In(
        name,
        choice.expected - without.expected,
        instead=tuple(one for one in without.starts if one not in choice.starts),
        also_out=tuple(one for one in choice.starts if one not in {name, *without.starts}),
    )


def raised(limits: Limits, share: float) -> Limits:
    """The same limits with all budgets raised by `share` of them.

    >>> raised(Limits(total=100.0, budget=(60.0,)), 0.5).budget
    (90.0,)
    """
    return replace(
        limits,
        total=None if limits.total is None else limits.total * (1 + share),
        budget=tuple(one * (1 + share) for one in limits.budget),
    )


def _raise_that_brings_in(problem: Problem, name: str, most: float, nodes: int) -> float | None:
    if problem.limits.total is None and not problem.limits.budget:
        return None

    def brings_in(share: float) -> bool:
        found = choose(replace(problem, limits=raised(problem.limits, share)), nodes=nodes)
        return isinstance(found, Choice) and name in found.starts

    if not brings_in(most):
        return None
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if brings_in(middle):
            high = middle
        else:
            low = middle
    return high


def _with_needs(problem: Problem, name: str) -> Iterable[str]:
    found, asked = [], [name]
    while asked:
        one = asked.pop()
        if one not in found:
            found.append(one)
            asked += problem.named(one).needs
    return found


def _with_those_that_need(problem: Problem, name: str) -> set[str]:
    found = {name}
    while more := {
        one.name
        for one in problem.candidates
        if one.name not in found and not found.isdisjoint(one.needs)
    }:
        found |= more
    return found


def _marginal(what: str, step: float, before: Choice, after: Choice | Infeasible) -> Marginal:
    if isinstance(after, Infeasible):  # only where the search was ended early
        return Marginal(what, step, 0.0, (), ())
    gain = after.expected - before.expected
    if gain <= ROUNDING * max(abs(before.expected), 1.0):
        return Marginal(what, step, 0.0, (), ())
    return Marginal(
        what,
        step,
        gain,
        comes_in=tuple(name for name in after.starts if name not in before.starts),
        goes_out=tuple(name for name in before.starts if name not in after.starts),
    )


def point_of(problem: Problem, starts: dict[str, int], share: float) -> Point:
    """What a choice comes to over the futures of `problem`."""
    taken = [(problem.named(name), start) for name, start in starts.items()]
    size = problem.candidates[0].futures.size if problem.candidates else 1
    futures = sum((one.futures * one.kept**start for one, start in taken), np.zeros(size))
    return Point(float(futures.mean()), worst_mean(futures, share), starts)


def _point(choice: Choice, share: float) -> Point:
    return Point(choice.expected, choice.worst(share), choice.starts)


def _less(value: float) -> float:
    """A hair less, so that what reached it just so reaches it again."""
    return value - 1e-6 * max(abs(value), 1.0)


def undominated(points: list[Point]) -> tuple[Point, ...]:
    """From the safest on, each worth more than the one before it."""
    ordered = sorted(points, key=lambda one: (-one.worst, -one.expected))
    kept: list[Point] = []
    for point in ordered:
        least = kept[-1].expected if kept else -np.inf
        if point.expected > least + ROUNDING * max(abs(point.expected), 1.0):
            kept.append(point)
    return tuple(kept)
