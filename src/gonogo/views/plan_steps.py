"""The steps of a plan as a table: what each waits for, what it rests on, whom it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.domain.plans.rules import Plan, PlannedStep
from gonogo.stats.estimate import Measured
from gonogo.stats.plans.durations import Estimated, Fixed, Lognormal
from gonogo.stats.plans.network import Link

MOST = 200
"""Steps that a page lists."""


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """A step that has to be finished first."""

    step: str
    title: str
    says: str
    """How much later, in words; "" for at once."""
    case: str = ""
    """The use case that it is a step of; "" for this one."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the network."""

    step: str
    title: str
    milestone: bool
    days: str
    """The estimate in working days, in words."""
    waits: tuple[WaitsFor, ...]
    rests: str
    """What it rests on and what happens then; "" where it cannot fail."""
    hypothesis: str | None
    needs: str
    state: str
    """"done 2026-11-20", "begun 2026-11-20", or ""."""
    happens: float | None
    """Share of futures in which it takes place; None before a forecast."""
    critical: Measured | None


def listed(plan: Plan, told: Mapping[str, Any] | None) -> tuple[tuple[StepLine, ...], int]:
    """The steps as they stand in the file, with what a forecast says of each; how many are more."""
    titles = {step.key: step.title for step in plan.steps}
    found = {} if told is None else {one["step"]: one for one in told["steps"]}
    chances = {} if told is None else told["chances"]
    lines = tuple(_line(step, titles, found.get(step.key), chances) for step in plan.steps[:MOST])
    return lines, len(plan.steps) - len(lines)


def _line(
    step: PlannedStep,
    titles: Mapping[str, str],
    told: Mapping[str, Any] | None,
    chances: Mapping[str, Any],
) -> StepLine:
    waits = [WaitsFor(link.step, titles[link.step], _later(link)) for link in step.after]
    if step.only_if is not None:
        key = step.only_if.step
        says = f"only if it {'succeeds' if step.only_if.succeeded else 'fails'}"
        waits.append(WaitsFor(key, titles[key], says))
    waits += [
        WaitsFor(one.step, f"{one.case}/{one.step}", _later(Link(one.step, one.lag)), one.case)
        for one in step.beyond
    ]
    state = f"begun {step.begun}" if step.begun else ""
    if step.deadline and not step.done:
        state = f"{state}, by {step.deadline}".removeprefix(", ")
    return StepLine(
        step=step.key,
        title=step.title,
        milestone=step.milestone,
        days=_days(step.days) if step.estimated else "no estimate",
        waits=tuple(waits),
        rests=_rests(step, chances),
        hypothesis=step.hypothesis,
        needs=", ".join(f"{number:g} {role}" for role, number in step.needs),
        state=f"done {step.done}" if step.done else state,
        happens=None if told is None else told["happens"],
        critical=None if told is None else measured_from_json(told["critical"]),
    )


def _later(link: Link) -> str:
    if not link.lag:
        return ""
    days = f"{abs(link.lag):g} day{'' if abs(link.lag) == 1 else 's'}"
    return f"{days} {'later' if link.lag > 0 else 'before its end'}"


def _days(found: Estimated) -> str:
    """An estimate in words.

    >>> _days(Fixed(2.0)), _days(Lognormal(5.0, 15.0))
    ('2', '5 to 15 (P10 to P90)')
    """
    match found:
        case Fixed(days=days):
            return f"{days:g}"
        case Lognormal():
            shares = f"P{100 * found.low_share:g} to P{100 * found.high_share:g}"
            return f"{found.low:g} to {found.high:g} ({shares})"
        case _:
            return f"{found.optimistic:g} to {found.pessimistic:g}, likely {found.likely:g}"


def _rests(step: PlannedStep, chances: Mapping[str, Any]) -> str:
    if not step.branches:
        return ""
    known: Mapping[str, Any] = chances.get(step.hypothesis or "", {})
    settled = step.succeeded if step.succeeded is not None else known.get("settled")
    if settled is not None:
        return "it succeeded" if settled else "it failed"
    chance = step.succeeds if step.succeeds is not None else known.get("probability")
    said = ["its prior" if chance is None else f"succeeds in {100 * chance:.3g} %"]
    if step.retries:
        said.append(f"{step.retries} more attempt{'' if step.retries == 1 else 's'}")
    if step.stops:
        said.append("else the plan ends")
    return ", ".join(said)
