"""Which use cases to do under limits, and how sure their order is; pure.

What a use case is worth comes from outside: here it is a candidate of `stats.portfolio`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gonogo.core.errors import GonogoError, Invalid
from gonogo.stats.estimate import Estimate
from gonogo.stats.portfolio.asking import In, Marginal, Out
from gonogo.stats.portfolio.choosing import Choice, Infeasible, choose
from gonogo.stats.portfolio.frontiers import Point
from gonogo.stats.portfolio.problem import Candidate, Limits, Problem
from gonogo.stats.portfolio.ranking import Ranked, above, ranks

LEVEL = 0.8
MOST_LONGER = 2
"""How often a choice may be asked to be looked for longer."""
WORST = 0.1
"""The share of futures whose mean is shown as risk where no other is asked."""
NODES = 1_000_000
"""Nodes of the search: more than the time that there is allows."""


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

    @property
    def open(self) -> int:
        """Questions whose answer is only told between what and what it lies."""
        asked: tuple[In | Out | Marginal, ...] = (*self.ins, *self.out, *self.marginals)
        return sum(not one.is_proven for one in asked)

    @property
    def is_proven(self) -> bool:
        """Whether more time could not say more."""
        return self.choice.proven and self.within is None and not self.open


@dataclass(frozen=True, slots=True)
class Choosing:
    """How far a choice is that is made in the background."""

    answer: Answer | None = None
    """As far as it is found; None before."""
    refused: GonogoError | None = None
    done: bool = False
    doing: str = "the best choice"
    """What is looked for now."""
    step: int = 0
    of: int = 1
    """How much of that is done."""
    seconds: float = 0.0
    """How long that takes at most, in all."""
    longer: int = 0
    """How often it was asked to look longer."""


def best(
    candidates: Sequence[Candidate], asked: Asked, seconds: float | None = None
) -> tuple[Problem, Answer]:
    """The best choice, or what is found in `seconds`, and nothing more of it.

    Raises `Invalid` for names that are no candidates, for limits that cannot be and, naming those
    that conflict, for limits that cannot hold together.
    """
    problem = posed(candidates, asked)
    answer = first(problem, asked, seconds)
    if answer is None:
        raise undecided()
    return problem, answer


def first(problem: Problem, asked: Asked, seconds: float | None) -> Answer | None:
    """As `best`; None where nothing is found in `seconds`, which proves nothing."""
    choice = choose(problem, nodes=NODES, seconds=seconds)
    if isinstance(choice, Infeasible):
        if choice.proven:
            raise _conflicting(
                choice.conflict,
                "limits that can hold together: each of these could, without one of the others",
            )
        return None
    share = WORST if asked.limits.worst is None else asked.limits.worst.share
    return Answer(
        choice=choice,
        worth=choice.worth(LEVEL),
        worst=choice.worst(share),
        worst_share=share,
        unexplained=tuple(one.name for one in left_out(problem, choice)),
    )


def undecided() -> Invalid:
    """Nothing was found in the time there was, nor that there is nothing."""
    return _conflicting(
        (), "limits under which something is found in the time there is: fewer use cases"
    )


def _conflicting(conflict: Sequence[str], expected: str) -> Invalid:
    return Invalid(
        field="limits",
        value="; ".join(conflict) or "unknown",
        expected=expected,
        message="No choice keeps all limits",
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
    """Where each stands by its worth over futures, and how often each is above each other.

    Places go by what each is worth on average, which is what a choice adds up; not by mean ranks,
    in which a rare great success counts no more than a small one.
    """
    if not candidates:
        return [], []
    table = np.column_stack([one.futures for one in candidates])
    order = sorted(range(len(candidates)), key=lambda at: (-candidates[at].expected, at))
    found = ranks(table, LEVEL)
    placed = [replace(one, place=order.index(at) + 1) for at, one in enumerate(found)]
    return placed, above(table).tolist()


def left_out(problem: Problem, choice: Choice) -> list[Candidate]:
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
