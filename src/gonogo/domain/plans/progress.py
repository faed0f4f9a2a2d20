"""How far a plan has come, as its wording says: what is reached, and what steps took; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gonogo.domain.plans.rules import Plan, PlannedStep
from gonogo.stats.plans.durations import quantile
from gonogo.stats.plans.working_days import days_through

LEAST = 1.0
"""Working days of an estimate below which dates say nothing of what it took."""


@dataclass(frozen=True, slots=True)
class Took:
    """What a step took against what it was thought to take."""

    step: str
    estimate: float
    """Median of the estimate, in working days."""
    days: float
    """Working days from the day it began to the day it was done, both counted."""
    begun: date
    done: date


def reached(plan: Plan, key: str | None, settled: Mapping[str, bool]) -> date | None:
    """The day on which the milestone `key`, None for the end of all steps, was reached.

    `settled` says of hypotheses whether they were supported. None while it is not reached.
    """
    if key is not None:
        found = next((step for step in plan.steps if step.key == key), None)
        return None if found is None or _failed(found, settled) else found.done
    left = {step.key: step for step in plan.steps}
    passed = _passed_over(plan, settled)
    days = [step.done for name, step in left.items() if name not in passed]
    if not days or any(_failed(step, settled) for step in plan.steps):
        return None
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def has(plan: Plan, key: str | None) -> bool:
    """Whether the plan still has this milestone."""
    return key is None or any(step.key == key for step in plan.steps)


def to_measure(plan: Plan) -> dict[str, PlannedStep]:
    """The finished steps of which it is known how long they took.

    Not those that may have been tried more than once: which attempts took how long, nobody says.
    """
    return {
        step.key: step
        for step in plan.steps
        if step.begun and step.done and not step.milestone and not step.retries
    }


def took(plan: Plan, step: PlannedStep, before: Iterable[Plan]) -> Took | None:
    """What a finished `step` of `plan` took against its estimate; None where that says nothing.

    `before` are the wordings before this one, the newest first. The estimate is that of the last
    one in which the step had not begun, else of the first in which it was not done: one that was
    written down when it was done already is none.
    """
    estimate: float | None = None
    for one in before:
        found = next((each for each in one.steps if each.key == step.key), None)
        if found is None or found.done or not found.estimated:
            continue
        estimate = float(quantile(found.days, 0.5))
        if not found.begun:
            break
    if estimate is None or estimate < LEAST or not step.begun or not step.done:
        return None
    days = max(days_through(plan.calendar, step.begun, step.done), 1)
    return Took(step.key, estimate, float(days), step.begun, step.done)


def _failed(step: PlannedStep, settled: Mapping[str, bool]) -> bool:
    """Whether the plan ends there."""
    return bool(step.done and step.stops and _outcome(step, settled) is False)


def _outcome(step: PlannedStep, settled: Mapping[str, bool]) -> bool | None:
    if step.succeeded is not None or step.hypothesis is None:
        return step.succeeded
    return settled.get(step.hypothesis)


def _passed_over(plan: Plan, settled: Mapping[str, bool]) -> set[str]:
    """The steps that never take place, as what they wait for came out otherwise."""
    steps = {step.key: step for step in plan.steps}
    passed: set[str] = set()
    for _ in plan.steps:
        more = {
            step.key
            for step in plan.steps
            if step.only_if is not None and step.key not in passed
            if step.only_if.step in passed
            or (
                steps[step.only_if.step].done
                and _outcome(steps[step.only_if.step], settled) is not None
                and _outcome(steps[step.only_if.step], settled) != step.only_if.succeeded
            )
        }
        if not more:
            break
        passed |= more
    return passed
