"""How probable an open hypothesis is by now: from its prior, by what, and what rests on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.conditions import Cited
from gonogo.core.errors import Invalid
from gonogo.domain.hypotheses import beliefs, reads
from gonogo.domain.hypotheses.beliefs import Record
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.file import parse
from gonogo.stats.plans.learning import Moved
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class RestingStep:
    """A step of the plan in force that rests on the hypothesis."""

    step: str
    title: str


@dataclass(frozen=True, slots=True)
class BeliefPart:
    """What is learned of a hypothesis before it is settled, as plans count it."""

    prior: Moved
    now: Moved
    moved: tuple[Moved, ...]
    """What moved it from the prior, one after the other; empty where nothing did yet."""
    steps: tuple[RestingStep, ...]
    """Of the plan of its use case; none where no plan in force rests on it."""


def believed(
    work: Work,
    found: Hypothesis,
    evidence: Sequence[Cited],
    registered: int,
    planned: Planned | None,
) -> BeliefPart | None:
    """How probable it is by all the evidence there ever was; None where it is closed."""
    if found.state is not State.OPEN:
        return None
    moved = beliefs.believed(
        found,
        evidence,
        Record.of(reads.outcomes(work)),
        registered=registered,
        now=work.now,
        planned=planned,
    )
    return BeliefPart(moved[0], moved[-1], moved[1:], _steps(work, found))


def _steps(work: Work, found: Hypothesis) -> tuple[RestingStep, ...]:
    saved = plans.in_force(work, found.case)
    if saved is None:
        return ()
    try:
        plan = parse(saved.text)
    except Invalid:
        # A plan of earlier rules says nothing of it here; its own page tells what is wrong.
        return ()
    resting = (step for step in plan.steps if step.hypothesis == found.slug)
    return tuple(RestingStep(step.key, step.title) for step in resting)
