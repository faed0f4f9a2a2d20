"""What is asked of a choice: why something is in or out, and what one more of a limit would bring.

Everything here is found by choosing again under changed limits, so it is exact for the change that
was made, and for no other. Where the time for that is limited, it is told between what and what
the answer lies: what was found on one side, what none can be better than on the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gonogo.stats.portfolio.choosing import (
    Choice,
    Infeasible,
    Use,
    choose,
    uses,
    with_must,
)
from gonogo.stats.portfolio.problem import Limits, Problem
from gonogo.stats.portfolio.programme import NODES, programme
from gonogo.stats.portfolio.relaxing import relaxed

ROUNDING = 1e-9
"""Of the worth: less than this is no gain."""
MONEY = "budget"
"""How the money is called beside the roles."""
HALF = 0.5
"""Of a candidate: taken for so much or more, it is as good as taken."""
HALVINGS = 7
"""Until an addition to the budget is known to a hundredth of the most that was tried."""


@dataclass(frozen=True, slots=True)
class Marginal:
    """What one more of a limit would bring."""

    what: str
    step: float
    """How much more, in each quarter that is limited."""
    gain: float
    """By how much the best choice would then be worth more, at least."""
    gain_most: float
    """And at most; the same where it is proven."""
    comes_in: tuple[str, ...]
    goes_out: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Whether nothing of it is open."""
        return self.gain == self.gain_most


@dataclass(frozen=True, slots=True)
class Out:
    """Why a candidate is not chosen, and what would bring it in."""

    name: str
    lacks: float | None
    """How much more it would have to be worth, at most; None where limits rule it out whatever its
    worth, and where no way to do it was found in the time there was."""
    lacks_least: float | None
    """And at least; the same where it is proven. None where limits rule it out."""
    displaced: tuple[str, ...]
    """What would have to go if it were done all the same."""
    conflict: tuple[str, ...]
    """The limits that rule it out, where they do."""
    short: tuple[Use, ...]
    """Limits that doing it beside the choice, with all it needs, would exceed."""
    budget: float | None
    """The smallest share by which all budgets, raised together, bring it in; None where none up to
    the most tried did."""
    budget_about: bool
    """Whether that is about so: found where candidates may be done in part, or not proven."""
    worthless: bool
    """Whether it is worth nothing or less by itself."""

    @property
    def is_proven(self) -> bool:
        """Whether nothing of what it lacks is open."""
        return self.lacks == self.lacks_least


@dataclass(frozen=True, slots=True)
class In:
    """Why a candidate is chosen: what the best choice without it would be."""

    name: str
    loss: float | None
    """How much less the best choice without it is worth, at most; below 0 where it has to be done
    and costs more than it brings; None where no choice without it keeps the limits, and where none
    was found in the time there was."""
    loss_least: float | None
    """And at least; the same where it is proven. None where no choice without it keeps the limits.
    """
    instead: tuple[str, ...]
    """What would be done in its place."""
    also_out: tuple[str, ...]
    """What else of the choice would go: it needs this one, or is not worth it without."""

    @property
    def is_proven(self) -> bool:
        """Whether nothing of it is open."""
        return self.loss == self.loss_least


def marginals(
    problem: Problem, choice: Choice, *, money: float, people: float = 1.0, nodes: int = NODES
) -> tuple[Marginal, ...]:
    """What `money` more, in all and in each quarter, and `people` more of each role would bring."""
    asked = limited(problem.limits)
    return tuple(
        marginal(problem, choice, what, money if what == MONEY else people, nodes=nodes)
        for what in asked
    )


def limited(limits: Limits) -> tuple[str, ...]:
    """Of what there could be more: money, and each role."""
    money = (MONEY,) if limits.total is not None or limits.budget else ()
    return (*money, *limits.people)


def marginal(
    problem: Problem,
    choice: Choice,
    what: str,
    step: float,
    *,
    nodes: int = NODES,
    seconds: float | None = None,
) -> Marginal:
    """What `step` more of `what`, one of those that are `limited`, would bring."""
    limits = problem.limits
    if what == MONEY:
        more = replace(
            limits,
            total=None if limits.total is None else limits.total + step,
            budget=tuple(one + step for one in limits.budget),
        )
    else:
        row = tuple(one + step for one in limits.people[what])
        more = replace(limits, people={**limits.people, what: row})
    found = choose(replace(problem, limits=more), nodes=nodes, seconds=seconds, like=choice.starts)
    return _marginal(what, step, choice, found)


def why_out(
    problem: Problem,
    choice: Choice,
    name: str,
    *,
    most: float = 2.0,
    nodes: int = NODES,
    seconds: float | None = None,
    roughly: bool = False,
) -> Out:
    """Why `name` is not in `choice`, the best one, and what would bring it in.

    `most` is the largest share by which budgets are raised to see whether that brings it in. With
    `seconds` it is looked for so long, and told between what and what the answer lies. `roughly`
    raises budgets where candidates may be done in part, which takes no time and comes near it.
    Raises `ValueError` for a candidate that is chosen.
    """
    if name in choice.starts:
        raise ValueError(f"{name} is chosen, expected a candidate that is not")
    one = problem.named(name)
    beside = {other: choice.starts.get(other, 0) for other in _with_needs(problem, name)}
    like = {**choice.starts, **beside}
    half = None if seconds is None else seconds / 2
    first = seconds if roughly else half
    forced = choose(with_must(problem, name), nodes=nodes, seconds=first, like=like)
    short = tuple(use for use in uses(problem, like) if use.left < -ROUNDING * max(use.limit, 1.0))
    lacks: float | None = None
    lacks_least: float | None = None
    displaced: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    if isinstance(forced, Choice):
        lacks = max(choice.expected + choice.gap - forced.expected, 0.0)
        lacks_least = min(max(choice.expected - forced.expected - forced.gap, 0.0), lacks)
        displaced = tuple(other for other in choice.starts if other not in forced.starts)
    elif forced.proven:
        itself = f"{name} must be done"
        conflict = tuple(limit for limit in forced.conflict if limit != itself)
    else:
        lacks_least = max(choice.expected - forced.most, 0.0)
    raised_by, is_about = _raise_that_brings_in(
        problem, choice, name, most, nodes, half, roughly=roughly
    )
    return Out(
        name=name,
        lacks=lacks,
        lacks_least=lacks_least,
        displaced=displaced,
        conflict=conflict,
        short=short,
        budget=raised_by,
        budget_about=is_about,
        worthless=one.expected <= 0,
    )


def why_in(
    problem: Problem,
    choice: Choice,
    name: str,
    *,
    nodes: int = NODES,
    seconds: float | None = None,
) -> In:
    """Why `name` is in `choice`, the best one: it is compared with the best one without it.

    With `seconds` that is looked for so long, and told between what and what the answer lies.
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
        others = tuple(sorted(choice.starts.keys() - {name}))
        return In(name, choice.expected, choice.expected, (), others)
    like = {one: start for one, start in choice.starts.items() if one not in gone}
    fewer = replace(problem, candidates=kept, limits=limits)
    without = choose(fewer, nodes=nodes, seconds=seconds, like=like)
    if isinstance(without, Infeasible):
        least = None if without.proven else choice.expected - without.most
        return In(name, None, least, (), ())
    most = choice.expected + choice.gap - without.expected
    least = choice.expected - without.expected - without.gap
    if not any(one.must for one in problem.candidates if one.name in gone):
        least = max(least, 0.0)  # what has not to be done is left out where that is better
    return In(
        name,
        max(most, least),
        min(least, most),
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


def _raise_that_brings_in(
    problem: Problem,
    choice: Choice,
    name: str,
    most: float,
    nodes: int,
    seconds: float | None,
    *,
    roughly: bool,
) -> tuple[float | None, bool]:
    """The smallest share by which budgets bring `name` in, and whether it is only about that."""
    if problem.limits.total is None and not problem.limits.budget:
        return None, False
    each = None if seconds is None else seconds / (HALVINGS + 1)
    is_sure = not roughly

    def brings_in(share: float) -> bool:
        nonlocal is_sure
        richer = replace(problem, limits=raised(problem.limits, share))
        if roughly:
            return _is_taken_in_part(richer, name)
        found = choose(richer, nodes=nodes, seconds=each, like=choice.starts)
        is_sure = is_sure and found.proven
        return isinstance(found, Choice) and name in found.starts

    if not brings_in(most):
        return None, not is_sure
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if brings_in(middle):
            high = middle
        else:
            low = middle
    return high, not is_sure


def _is_taken_in_part(problem: Problem, name: str) -> bool:
    """Whether half of `name` or more is taken where candidates may be done in part."""
    found = programme(problem)
    wide = relaxed(found)
    if wide is None:
        return False
    own = [one.candidate.name == name for one in found.columns]
    return float(wide.taken[own].sum()) >= HALF


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
        return Marginal(what, step, 0.0, max(after.most - before.expected, 0.0), (), ())
    # With more of a limit the choice of before can still be made: never less than nothing.
    gain = max(after.expected - before.expected - before.gap, 0.0)
    most = max(after.expected + after.gap - before.expected, gain)
    is_less = after.expected - before.expected <= ROUNDING * max(abs(before.expected), 1.0)
    if is_less:
        return Marginal(what, step, 0.0, 0.0 if after.proven and before.proven else most, (), ())
    return Marginal(
        what,
        step,
        gain,
        most,
        comes_in=tuple(name for name in after.starts if name not in before.starts),
        goes_out=tuple(name for name in before.starts if name not in after.starts),
    )
