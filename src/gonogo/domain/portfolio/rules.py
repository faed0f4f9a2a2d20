"""Which use cases to do under limits, and how sure their order is; pure.

What a use case is worth comes from outside: here it is a candidate of `stats.portfolio`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gonogo.core.errors import GonogoError, Invalid
from gonogo.stats.estimate import Estimate
from gonogo.stats.portfolio.asking import (
    In,
    Marginal,
    Out,
    Point,
    frontier,
    marginals,
    point_of,
    undominated,
    why_in,
    why_out,
)
from gonogo.stats.portfolio.choosing import Choice, Infeasible, choose
from gonogo.stats.portfolio.problem import Candidate, Limits, Problem
from gonogo.stats.portfolio.ranking import Ranked, above, ranks

LEVEL = 0.8
WORST = 0.1
"""The share of futures whose mean is shown as risk where no other is asked."""
MONEY_STEP = 0.01
"""Of the budget: how much more is tried, to say what it would bring."""
EXPLAINED = 12
"""Use cases of which it is said why they are in, and as many that are out: the dearest first."""
QUICK = 60
"""Candidates up to which everything is said besides the choice; every question chooses anew."""
DRAWN = 30
"""Candidates up to which the frontier is found: each of its points is a programme over all futures,
which takes seconds with so many and minutes with twice as many."""
THINNED = 100
"""Futures over which it is looked for where there are more candidates than that."""
NODES = 20_000
"""Nodes of the search; a choice that is not proven by then says by how much it may be off."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a choice."""

    limits: Limits
    must: tuple[str, ...] = ()
    """What has to be done, whatever it is worth."""
    without: tuple[str, ...] = ()
    """What is not to be chosen from."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do, and what is to be said of it."""

    choice: Choice
    worth: Estimate
    worst: float
    """Mean of the worst share of futures."""
    worst_share: float
    ins: tuple[In, ...] = ()
    """What is done and why, in the order in which it starts."""
    out: tuple[Out, ...] = ()
    """What is not done and why; the greatest worth first."""
    unexplained: tuple[str, ...] = ()
    """What is not done either."""
    marginals: tuple[Marginal, ...] = ()
    frontier: tuple[Point, ...] = ()
    within: float | None = None
    """Seconds within which the frontier was found, where it is not proven to be one."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """How far a choice is that is made in the background."""

    answer: Answer | None = None
    """As far as it is found; None before."""
    refused: GonogoError | None = None
    done: bool = False
    doing: str = "the best choice"
    """What is looked for now."""


def never() -> bool:
    """The time is never up."""
    return False


def answered(candidates: Sequence[Candidate], asked: Asked) -> Answer:
    """The best choice and what is to be said of it soon.

    Raises `Invalid` for names that are no candidates, for limits that cannot be and, naming those
    that conflict, for limits that cannot hold together.
    """
    problem, answer = best(candidates, asked)
    if len(problem.candidates) <= QUICK:
        answer = explained(problem, asked, answer)
    if len(problem.candidates) <= DRAWN:
        answer = with_frontier(problem, answer)
    return answer


def best(candidates: Sequence[Candidate], asked: Asked) -> tuple[Problem, Answer]:
    """The best choice, and nothing more of it; raises as `answered`."""
    problem = posed(candidates, asked)
    choice = choose(problem, nodes=NODES)
    if isinstance(choice, Infeasible):
        raise Invalid(
            field="limits",
            value="; ".join(choice.conflict) or "unknown",
            expected="limits that can hold together: each of these could, without one of the others"
            if choice.proven
            else "limits under which something is found in the time there is",
            message="No choice keeps all limits",
        )
    share = WORST if asked.limits.worst is None else asked.limits.worst.share
    return problem, Answer(
        choice=choice,
        worth=choice.worth(LEVEL),
        worst=choice.worst(share),
        worst_share=share,
        unexplained=tuple(one.name for one in _left(problem, choice)),
    )


def explained(
    problem: Problem, asked: Asked, answer: Answer, is_over: Callable[[], bool] = never
) -> Answer:
    """The same with why use cases are in and out, and what one more of a limit would bring.

    `is_over`: whether the time is up; what is not looked at by then is left out.
    """
    choice, left = answer.choice, _left(problem, answer.choice)
    ins = [
        why_in(problem, choice, name, nodes=NODES)
        for name in sorted(choice.starts, key=lambda name: (choice.starts[name], name))[:EXPLAINED]
        if not is_over()
    ]
    more: tuple[Marginal, ...] = ()
    if not is_over():
        more = marginals(problem, choice, money=_step(asked.limits), nodes=NODES)
    out = [
        why_out(problem, choice, one.name, nodes=NODES) for one in left[:EXPLAINED] if not is_over()
    ]
    return replace(
        answer,
        ins=tuple(ins),
        out=tuple(out),
        unexplained=tuple(one.name for one in left[len(out) :]),
        marginals=more,
    )


def with_frontier(problem: Problem, answer: Answer, seconds: float | None = None) -> Answer:
    """The same with worth against risk; what is found in `seconds`, where they are limited.

    Then it is looked for over fewer futures; what each point is worth is told over all of them.
    """
    looked = problem if seconds is None else _thinned(problem)
    found = frontier(looked, answer.worst_share, nodes=NODES, seconds=seconds)
    points = () if isinstance(found, Infeasible) else found
    if seconds is not None:
        told = [point_of(problem, one.starts, answer.worst_share) for one in points]
        points = undominated([*told, point_of(problem, answer.choice.starts, answer.worst_share)])
    return replace(answer, frontier=points, within=seconds)


def _thinned(problem: Problem) -> Problem:
    """The same over fewer futures, of the same mean worth."""
    return replace(
        problem,
        candidates=tuple(
            replace(
                one,
                futures=one.futures[:THINNED] + (one.expected - one.futures[:THINNED].mean()),
            )
            for one in problem.candidates
        ),
    )


def posed(candidates: Sequence[Candidate], asked: Asked) -> Problem:
    """Candidates and limits as one problem; raises `Invalid`."""
    names = {one.name for one in candidates}
    groups = {f"either[{at}]": group for at, group in enumerate(asked.limits.either)}
    for field, given in {"must": asked.must, "without": asked.without, **groups}.items():
        for name in given:
            if name not in names:
                raise Invalid(field=field, value=name, expected="a use case with a benefit model")
    if both := sorted(set(asked.must) & set(asked.without)):
        raise Invalid(field="must", value=both[0], expected="a use case that is not left out")
    kept = [
        replace(one, must=one.name in asked.must)
        for one in candidates
        if one.name not in asked.without
    ]
    _check_needs(kept)
    _check_roles(kept, asked.limits.people)
    groups_kept = tuple(
        tuple(name for name in group if name not in asked.without) for group in asked.limits.either
    )
    try:
        return Problem(tuple(kept), replace(asked.limits, either=groups_kept))
    except ValueError as error:
        raise Invalid(field="limits", value=str(error), expected="limits that can be") from error


def ranking(candidates: Sequence[Candidate]) -> tuple[list[Ranked], list[list[float]]]:
    """Where each stands by its worth over futures, and how often each is above each other."""
    if not candidates:
        return [], []
    table = np.column_stack([one.futures for one in candidates])
    return ranks(table, LEVEL), above(table).tolist()


def _left(problem: Problem, choice: Choice) -> list[Candidate]:
    """What is not done, the greatest worth first."""
    left = (one for one in problem.candidates if one.name not in choice.starts)
    return sorted(left, key=lambda one: -one.expected)


def _check_needs(candidates: Sequence[Candidate]) -> None:
    names = {one.name for one in candidates}
    for one in candidates:
        for needed in one.needs:
            if needed not in names:
                raise Invalid(
                    field=f"{one.name}.requires",
                    value=needed,
                    expected="a use case with a benefit model that may be chosen",
                )


def _check_roles(candidates: Sequence[Candidate], people: Mapping[str, object]) -> None:
    """A role that is limited and that nobody asks for is most likely a slip."""
    known = sorted({role for one in candidates for role in one.people})
    for role in people:
        if role not in known:
            raise Invalid(
                field=f"people.{role}",
                value=role,
                expected=f"a role that a use case asks for: {', '.join(known) or 'none does'}",
            )


def _step(limits: Limits) -> float:
    budget = limits.total if limits.total is not None else max(limits.budget, default=0.0)
    return MONEY_STEP * budget
