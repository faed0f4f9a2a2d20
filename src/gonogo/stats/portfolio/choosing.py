"""The best choice under limits, or which limits leave none."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate
from gonogo.stats.portfolio.problem import Problem, padded, worst_mean
from gonogo.stats.portfolio.programme import (
    NODES,
    Programme,
    Solved,
    programme,
    solve,
    worst_name,
)
from gonogo.stats.portfolio.relaxing import is_ruled_out, near

CHOSEN = "expected worth over futures, chosen by integer programme; interval: the middle futures"
LEVEL = 0.8
NEARBY = 0.4
"""Of the time there is: how long it is looked for near a choice that is like the one sought."""
LONGEST = 5.0
"""Seconds that are enough for that."""


@dataclass(frozen=True, slots=True)
class Use:
    """A limit and how far the choice uses it."""

    what: str
    used: float
    limit: float

    @property
    def left(self) -> float:
        """What is left of it."""
        return self.limit - self.used


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What to do."""

    starts: dict[str, int]
    """Candidate → the quarter in which it starts, from 0; what is not here is not done."""
    expected: float
    """What the choice is worth on average."""
    futures: Floats
    """Shape (futures,): what it is worth in each."""
    spent: float
    """Money in all."""
    uses: tuple[Use, ...]
    """Each limit of money and people, with what is used of it."""
    proven: bool
    """Whether no other choice is better; else `gap` says by how much one might be."""
    gap: float
    """What a better choice could be worth more at most; 0 where this one is proven best."""
    nodes: int
    """Nodes of the search tree."""

    def worth(self, level: float = LEVEL) -> Estimate:
        """The expected worth, with the middle `level` of futures."""
        low, high = np.quantile(self.futures, [(1 - level) / 2, (1 + level) / 2])
        value = self.expected
        return Estimate(
            value,
            min(float(low), value),
            max(float(high), value),
            level,
            self.futures.size,
            "money",
            CHOSEN,
        )

    def worst(self, share: float) -> float:
        """The mean of the worst `share` of futures."""
        return worst_mean(self.futures, share)


@dataclass(frozen=True, slots=True)
class Infeasible:
    """No choice satisfies all limits."""

    conflict: tuple[str, ...]
    """Limits that cannot hold together, none of which could be left out of this list."""
    proven: bool = True
    """Whether that is proven; else the search was ended before anything was found."""
    most: float = -math.inf
    """What a choice could be worth at most, where it is not proven that there is none."""


def choose(
    problem: Problem,
    *,
    nodes: int = NODES,
    seconds: float | None = None,
    like: Mapping[str, int] | None = None,
) -> Choice | Infeasible:
    """The choice of the greatest expected worth that keeps all limits.

    An integer programme, solved by branch and cut to proven optimality unless it takes more than
    `nodes`, or `seconds` where they are limited. Then the best found is taken, and that which is
    found near `like`, the starts of a good choice of nearly the same, or near what would be best
    in part, where that is better. Risk,
    where it is limited, is the mean of the worst futures, by its linear form over futures. Where
    there is no such choice, limits that conflict are found by leaving out one after the other for
    as long as there is still none.

    Source: Huangfu & Hall (2018), Mathematical Programming Computation 10, 119-142, for HiGHS;
    Rockafellar & Uryasev (2000), Journal of Risk 2, 21-41, for the mean of the worst; Chinneck
    (2008), Feasibility and Infeasibility in Optimization, ch. 6, for the deletion filter.
    """
    found = programme(problem)
    nearby = 0.0 if seconds is None else min(NEARBY * seconds, LONGEST)
    solved = solve(found, nodes=nodes, seconds=None if seconds is None else seconds - nearby)
    if nearby and not solved.proven:
        solved = _better(found, solved, near(found, like, nodes=nodes, seconds=nearby))
    if solved.done is None:
        if not solved.proven:
            return Infeasible((), proven=False, most=solved.bound)
        return Infeasible(conflict(found, nodes=nodes))
    return chosen(problem, found, solved)


def _better(found: Programme, one: Solved, other: Solved | None) -> Solved:
    """Whichever choice is worth more, with the smaller bound of both."""
    if other is None or other.done is None:
        return one
    bound = min(one.bound, other.bound)
    if one.done is not None and _worth(found, one.done) >= _worth(found, other.done):
        return replace(one, bound=bound)
    return replace(one, done=other.done, bound=bound)


def _worth(found: Programme, done: Sequence[int]) -> float:
    return float(found.expected[list(done)].sum())


def conflict(found: Programme, *, nodes: int = NODES) -> tuple[str, ...]:
    """Limits of an infeasible programme that conflict: leave out any of them and there is a choice.

    There may be several such sets; this is one of them. Where candidates done in part cannot keep
    the limits either, which is soon found, only those in the way of that are looked at further.
    """
    names = list(found.names)
    if found.worst is not None:
        names.append(worst_name(found.worst))
    out: set[str] = set()
    if is_ruled_out(found):
        for name in names:
            if is_ruled_out(found, frozenset(out | {name})):
                out.add(name)
    for name in [name for name in names if name not in out]:
        left = solve(found, without=frozenset(out | {name}), anything=True, nodes=nodes)
        if left.done is None and left.proven:
            out.add(name)
    return tuple(name for name in names if name not in out)


def chosen(problem: Problem, found: Programme, solved: Solved) -> Choice:
    """A solution as a choice; raises `ValueError` where there is none."""
    if solved.done is None:
        raise ValueError("there is no solution to make a choice of")
    taken = [found.columns[at] for at in solved.done]
    futures: Floats = found.worth[list(solved.done)].sum(axis=0)
    expected = float(futures.mean())
    # The solver works to a tolerance of its own; below that a bound is no better choice.
    gap = 0.0 if solved.proven else max(solved.bound - expected, 0.0)
    starts = {column.candidate.name: column.start for column in taken}
    return Choice(
        starts=starts,
        expected=expected,
        futures=futures,
        spent=sum(column.candidate.spent for column in taken),
        uses=uses(problem, starts),
        proven=solved.proven,
        gap=gap,
        nodes=solved.nodes,
    )


def uses(problem: Problem, starts: dict[str, int]) -> tuple[Use, ...]:
    """What doing so uses of each limit of money and people, whether it keeps it or not."""
    limits, quarters = problem.limits, problem.quarters
    taken = [(problem.named(name), start) for name, start in starts.items()]
    found = []
    if limits.total is not None:
        found.append(Use("budget in all", sum(one.spent for one, _ in taken), limits.total))
    spent = sum((padded(one.cost, start, quarters) for one, start in taken), np.zeros(quarters))
    for quarter, most in enumerate(limits.budget):
        found.append(Use(f"budget of quarter {quarter + 1}", float(spent[quarter]), most))
    for role, row in limits.people.items():
        busy = sum(
            (padded(one.people.get(role, ()), start, quarters) for one, start in taken),
            np.zeros(quarters),
        )
        for quarter, most in enumerate(row):
            found.append(Use(f"{role} in quarter {quarter + 1}", float(busy[quarter]), most))
    return tuple(found)


def with_must(problem: Problem, name: str) -> Problem:
    """The same problem with one candidate that has to be done."""
    problem.named(name)
    return replace(
        problem,
        candidates=tuple(
            replace(one, must=True) if one.name == name else one for one in problem.candidates
        ),
    )
