"""What if: a plan with other people, without some steps, by another day; pure.

A step that is left out is taken for done and right: what waited for it waits for what it waited
for, and what would take its place where it fails is left out too.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from gonogo.core.errors import Invalid
from gonogo.domain.plans.people import People
from gonogo.domain.plans.rules import Chance, Plan, PlannedStep, origin
from gonogo.stats.plans.network import Link, Risk


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed of a plan, under a name."""

    name: str
    title: str = ""
    people: Mapping[str, float] = field(default_factory=dict)
    """How many of a role there are instead, in quarters."""
    teams: Mapping[str, float] = field(default_factory=dict)
    """How many of a team may work at once instead."""
    without: tuple[str, ...] = ()
    """Steps that are left out."""
    deadline: date | None = None
    priors: Mapping[str, float] = field(default_factory=dict)
    """With what probability hypotheses hold, or steps succeed, instead."""
    budget: float | None = None
    """The money that it is to stay within."""
    drop: tuple[str, ...] = ()
    """Use cases that are given up, so that their people are free for this one."""

    def says(self) -> str:
        """The changes in words.

        >>> Scenario("x", people={"analyst": 3}, without=("collect",), budget=2e6).says()
        '3 analyst; without collect; within 2,000,000'
        """
        said = [f"{number:g} {role}" for role, number in self.people.items()]
        said += [f"{number:g} of team {team}" for team, number in self.teams.items()]
        said += [f"without {key}" for key in self.without]
        said += [f"without the use case {case}" for case in self.drop]
        said += [f"by {self.deadline}"] if self.deadline else []
        said += [f"{name} holds in {100 * share:g} %" for name, share in self.priors.items()]
        said += [f"within {self.budget:,.12g}"] if self.budget is not None else []
        return "; ".join(said)


def applied(plan: Plan, scenario: Scenario, chances: Mapping[str, Chance], today: date) -> Plan:
    """`plan` with the changes of a scenario; raises `Invalid` naming the change that cannot be."""
    changed = replace(
        plan,
        people=_people(plan, scenario),
        teams=_teams(plan, scenario),
        deadline=_deadline(plan, scenario, today),
        steps=_believed(plan, scenario, chances),
    )
    for key in scenario.without:
        if key not in {step.key for step in plan.steps}:
            raise _invalid(scenario, "without", key, "a step of this plan")
    return _left_out(changed, scenario) if scenario.without else changed


def _people(plan: Plan, scenario: Scenario) -> Mapping[str, People]:
    for role, number in scenario.people.items():
        place = f"people.{role}"
        if role not in plan.people:
            there = ", ".join(plan.people) or "none"
            raise _invalid(scenario, place, number, f"a role of this plan: {there}")
        _enough(plan, scenario, place, number, {role})
    return {
        role: replace(there, number=scenario.people.get(role, there.number))
        for role, there in plan.people.items()
    }


def _teams(plan: Plan, scenario: Scenario) -> Mapping[str, float]:
    for team, number in scenario.teams.items():
        place = f"teams.{team}"
        if team not in plan.teams:
            there = ", ".join(plan.teams) or "none"
            raise _invalid(scenario, place, number, f"a team of this plan: {there}")
        members = {role for role, there in plan.people.items() if there.team == team}
        _enough(plan, scenario, place, number, members)
    return {**plan.teams, **scenario.teams}


def _enough(plan: Plan, scenario: Scenario, place: str, number: float, roles: set[str]) -> None:
    """Raise `Invalid` where a step that is not left out needs more than there would be."""
    for step in plan.steps:
        needed = sum(units for role, units in step.needs if role in roles)
        if step.key not in scenario.without and not step.done and needed > number:
            expected = f"at least {needed:g}, which {step.key} needs"
            raise _invalid(scenario, place, number, expected)


def _deadline(plan: Plan, scenario: Scenario, today: date) -> date | None:
    if scenario.deadline is None:
        return plan.deadline
    first = origin(plan, today)
    if scenario.deadline < first:
        raise _invalid(scenario, "deadline", scenario.deadline.isoformat(), f"{first} or later")
    return scenario.deadline


def _believed(
    plan: Plan, scenario: Scenario, chances: Mapping[str, Chance]
) -> tuple[PlannedStep, ...]:
    """The steps with other probabilities."""
    steps = {step.key: step for step in plan.steps}
    for name, share in scenario.priors.items():
        named = [
            step for step in steps.values() if step.branches and name in (step.key, step.hypothesis)
        ]
        if not named:
            expected = "a hypothesis of this plan, or a step that can fail"
            raise _invalid(scenario, f"prior.{name}", name, expected)
        for step in named:
            known = chances.get(step.hypothesis or "")
            if step.succeeded is not None or (known is not None and known.settled is not None):
                raise _invalid(
                    scenario, f"prior.{name}", share, "what is still open; this is settled"
                )
            steps[step.key] = replace(step, succeeds=share)
    return tuple(steps.values())


def _left_out(plan: Plan, scenario: Scenario) -> Plan:
    out = set(scenario.without)
    grown = True
    while grown:
        # What is there for the failure of a step that is taken for right never takes place.
        more = {
            step.key
            for step in plan.steps
            if step.only_if and step.only_if.step in out and not step.only_if.succeeded
        }
        grown = not more <= out
        out |= more
    kept = [step for step in plan.steps if step.key not in out]
    if not kept:
        raise _invalid(scenario, "without", ", ".join(scenario.without), "a step that is left")
    if plan.goal in out:
        raise _invalid(scenario, "without", plan.goal, "what is not the goal, nor on its outcome")
    steps = {step.key: step for step in plan.steps}
    return replace(
        plan,
        steps=tuple(_bridged(step, steps, out) for step in kept),
        risks=tuple(risk for one in plan.risks if (risk := _met(one, out)) is not None),
    )


def _bridged(step: PlannedStep, steps: Mapping[str, PlannedStep], out: set[str]) -> PlannedStep:
    """`step`, waiting for what those waited for that are left out."""
    outcome = step.only_if
    after = list(step.after)
    if outcome is not None and outcome.step in out:
        after.append(Link(outcome.step))
        outcome = None
    found: dict[str, float] = {}
    seen: dict[str, float] = {}
    beyond = {(one.case, one.step): one for one in step.beyond}
    while after:
        link = after.pop(0)
        if link.step not in out:
            found[link.step] = max(link.lag, found.get(link.step, link.lag))
        elif link.lag > seen.get(link.step, -math.inf):
            seen[link.step] = link.lag
            gone = steps[link.step]
            after += [replace(one, lag=one.lag + link.lag) for one in gone.after]
            if gone.only_if is not None:
                after.append(Link(gone.only_if.step, link.lag))
            for other in gone.beyond:
                lag = other.lag + link.lag
                known = beyond.get((other.case, other.step))
                if known is None or known.lag < lag:
                    beyond[other.case, other.step] = replace(other, lag=lag)
    links = tuple(Link(key, lag) for key, lag in found.items())
    return replace(step, after=links, only_if=outcome, beyond=tuple(beyond.values()))


def _met(risk: Risk, out: set[str]) -> Risk | None:
    """The risk for the steps that are left; None where it has none any more."""
    left = tuple(key for key in risk.steps if key not in out)
    return None if risk.steps and not left else replace(risk, steps=left)


def _invalid(scenario: Scenario, place: str, value: object, expected: str) -> Invalid:
    return Invalid(
        field=f"scenarios.{scenario.name}.{place}",
        value=value,
        expected=expected,
        message="The scenario is wrong",
    )
