"""What is said of a choice: why use cases are in and out, what more would bring, worth and risk.

Each question chooses anew. All of them together are given so much time; what is not proven by then
is told between what and what it lies, and may be asked again with more time: then what was proven
is kept, and the rest gets narrower.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gonogo.domain.portfolio.rules import NODES, Answer, Asked, best, first, left_out, undecided
from gonogo.stats.portfolio.asking import (
    MONEY,
    In,
    Marginal,
    Out,
    limited,
    marginal,
    why_in,
    why_out,
)
from gonogo.stats.portfolio.choosing import Infeasible
from gonogo.stats.portfolio.frontiers import POINTS, frontier, sketched
from gonogo.stats.portfolio.problem import Candidate, Limits, Problem

EXPLAINED = 12
"""Use cases of which it is said why they are in, and as many that are out: the dearest first."""
QUICK = 60
"""Candidates up to which budgets are raised by choosing anew, and not roughly."""
DRAWN = 30
"""Candidates up to which the frontier is proven: each of its points is a programme over all
futures, which takes seconds with so many and minutes with twice as many."""
THINNED = 100
"""Futures over which it is looked for where there are more candidates than that."""
MONEY_STEP = 0.01
"""Of the budget: how much more is tried, to say what it would bring."""
BEFORE_PROOF = 2.0
"""Seconds after which a first choice is told, while it is still looked for a better one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds to look for each part of an answer; what is proven sooner ends sooner.

    What is not proven by then is told with what is still possible.
    """

    best: float
    why: float
    frontier: float

    def times(self, factor: float) -> "Patience":
        """The same, so many times as long."""
        return Patience(self.best * factor, self.why * factor, self.frontier * factor)


WAITED_FOR = Patience(best=60.0, why=30.0, frontier=20.0)
"""Where somebody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as far as it is found."""

    answer: Answer
    step: int
    of: int
    """How many questions of how many are answered."""


def answered(candidates: Sequence[Candidate], asked: Asked) -> Answer:
    """The best choice and what is to be said of it, while somebody waits.

    Raises `Invalid` for names that are no candidates, for limits that cannot be and, naming those
    that conflict, for limits that cannot hold together.
    """
    problem, answer = best(candidates, asked, WAITED_FOR.best)
    for told in explained(problem, asked, answer, WAITED_FOR.why):
        answer = told.answer
    for told in with_frontier(problem, answer, WAITED_FOR.frontier):
        answer = told.answer
    return answer


def chosen(
    problem: Problem, asked: Asked, seconds: float, before: Answer | None = None
) -> Iterator[Answer]:
    """The best choice: soon a good one, then, unless it is proven, what is found in `seconds`.

    `before`: what was found in less time; it stays with what was said of it where it is proven, or
    nothing better is found. Raises as `rules.best`.
    """
    answer = before or first(problem, asked, BEFORE_PROOF)
    if answer is not None:
        yield answer
        if answer.choice.proven:
            return
    found = first(problem, asked, seconds)
    if found is None:
        if answer is None:
            raise undecided()
        return
    if answer is None:
        yield found
        return
    choice, known = found.choice, answer.choice
    if choice.starts != known.starts and choice.expected > known.expected:
        yield found
        return
    most = min(choice.expected + choice.gap, known.expected + known.gap)
    gap = 0.0 if choice.proven else max(most - known.expected, 0.0)
    yield replace(answer, choice=replace(known, proven=choice.proven, gap=gap))


def explained(problem: Problem, asked: Asked, answer: Answer, seconds: float) -> Iterator[Told]:
    """The same with why use cases are in and out, and what one more of a limit would bring.

    What `answer` has proven already is not asked again.
    """
    choice, left = answer.choice, left_out(problem, answer.choice)
    ins, out, more = _known(answer)
    kept = sorted(choice.starts, key=lambda name: (choice.starts[name], name))[:EXPLAINED]
    limits = limited(asked.limits)
    outside = [one.name for one in left[:EXPLAINED]]
    questions: list[tuple[str, str]] = [
        *(("in", name) for name in kept if name not in ins or not ins[name].is_proven),
        *(("more", what) for what in limits if what not in more or not more[what].is_proven),
        *(("out", name) for name in outside if name not in out or not out[name].is_proven),
    ]
    each = seconds / max(len(questions), 1)
    roughly = len(problem.candidates) > QUICK
    for step, (what, name) in enumerate(questions, start=1):
        if what == "in":
            ins[name] = _narrower_in(
                why_in(problem, choice, name, nodes=NODES, seconds=each), ins.get(name)
            )
        elif what == "more":
            by = _step(asked.limits) if name == MONEY else 1.0
            more[name] = _narrower_more(
                marginal(problem, choice, name, by, nodes=NODES, seconds=each), more.get(name)
            )
        else:
            out[name] = _narrower_out(
                why_out(problem, choice, name, nodes=NODES, seconds=each, roughly=roughly),
                out.get(name),
            )
        yield Told(
            replace(
                answer,
                ins=tuple(ins[name] for name in kept if name in ins),
                out=tuple(out[name] for name in outside if name in out),
                unexplained=tuple(one.name for one in left if one.name not in out),
                marginals=tuple(more[what] for what in limits if what in more),
            ),
            step,
            len(questions),
        )


def with_frontier(problem: Problem, answer: Answer, seconds: float) -> Iterator[Told]:
    """The same with worth against risk; of many candidates point by point as found in `seconds`."""
    if len(problem.candidates) <= DRAWN:
        found = frontier(problem, answer.worst_share, nodes=NODES)
        points = () if isinstance(found, Infeasible) else found
        yield Told(replace(answer, frontier=points), 1, 1)
        return
    steps = sketched(
        problem,
        answer.choice,
        answer.worst_share,
        seconds=seconds,
        futures=THINNED,
        nodes=NODES,
    )
    for step, points in enumerate(steps, start=1):
        yield Told(replace(answer, frontier=points, within=seconds), step, POINTS - 1)


def _known(answer: Answer) -> tuple[dict[str, In], dict[str, Out], dict[str, Marginal]]:
    return (
        {one.name: one for one in answer.ins},
        {one.name: one for one in answer.out},
        {one.what: one for one in answer.marginals},
    )


def _narrower_in(now: In, before: In | None) -> In:
    """What both prove together: the smaller of what is at most, the larger of what is at least."""
    if before is None or now.is_proven:
        return now
    loss, least = _both(now.loss, before.loss, now.loss_least, before.loss_least)
    return replace(now if now.loss == loss else before, loss=loss, loss_least=least)


def _narrower_out(now: Out, before: Out | None) -> Out:
    if before is None or now.is_proven:
        return now
    lacks, least = _both(now.lacks, before.lacks, now.lacks_least, before.lacks_least)
    return replace(now if now.lacks == lacks else before, lacks=lacks, lacks_least=least)


def _narrower_more(now: Marginal, before: Marginal | None) -> Marginal:
    if before is None or now.is_proven:
        return now
    better = now if now.gain >= before.gain else before
    return replace(better, gain_most=max(min(now.gain_most, before.gain_most), better.gain))


def _both(
    most: float | None, most_before: float | None, least: float | None, least_before: float | None
) -> tuple[float | None, float | None]:
    mosts = [one for one in (most, most_before) if one is not None]
    leasts = [one for one in (least, least_before) if one is not None]
    return min(mosts, default=None), max(leasts, default=None)


def _step(limits: Limits) -> float:
    budget = limits.total if limits.total is not None else max(limits.budget, default=0.0)
    return MONEY_STEP * budget
