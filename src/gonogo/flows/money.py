"""The money of a use case, joined from the rooms: its budget, what was paid, its plan, its runs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from gonogo.checks.findings.finding import Finding
from gonogo.checks.money import (
    compute_carbon_g,
    compute_cost,
    cost_at_completion,
    found_at_completion,
    serving_cost,
)
from gonogo.core.canonical import Json
from gonogo.core.evidence import measured_from_json
from gonogo.core.gates import GateName
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment
from gonogo.domain.budgets import reads, tables
from gonogo.domain.budgets.progress import Progress, Step, progress, quarters
from gonogo.domain.budgets.rules import by_quarter
from gonogo.domain.budgets.standing import Money
from gonogo.domain.compute.rules import Usage, Used, total
from gonogo.domain.compute.serving import Served, cost_together
from gonogo.domain.gates import reads as gates
from gonogo.domain.hypotheses import case_reads as hypotheses
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import ModelStage, Version
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.rules import Plan, PlannedStep
from gonogo.flows import compute
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.plans.durations import mean
from gonogo.store.measured import evidence_of
from gonogo.store.work import Work

FORECASTS = 500
BASELINES = 12
"""Plans whose first forecast says what was to be done when; the oldest."""
VERSIONS = 10
"""Versions that the evidence is kept about besides the use case, the newest."""
SETTLES = {State.SUPPORTED: "hypothesis supported", State.REFUTED: "hypothesis refuted"}
"""What settles a step; to know that something does not work is worth what it was to cost."""
GATES = {name: gate for gate in GateName for name in (str(gate), f"gate-{gate}")}
"""Steps that a gate settles, by their keys."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What forecasts of the plan say."""

    due: Mapping[str, date]
    """When steps were to be settled, by the first forecast that names them."""
    last: Mapping[str, Any] | None
    """The newest forecast of the plan in force."""
    entry: str | None


def standing(work: Work, case: str) -> Money:
    """Where the money of a use case stands now; raises `NotFound` for no such case."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    saved, paid = tables.newest(work, case), tuple(reads.paid(work, case))
    paid_in, _ = reads.currencies(work, [case]).get(case, (None, 0))
    plan_saved = plans.in_force(work, case)
    plan = None if plan_saved is None else parse(plan_saved.text)
    told = _told(work, case, 0 if plan_saved is None else plan_saved.number)
    stated = saved.budget.currency if saved is not None else paid_in
    planned = plan.currency if plan is not None else ""
    today = work.now.date()
    dated = [(day, amount) for day, _, amount in paid]
    at: Progress | Undefined
    completion: Measured
    if stated and planned and stated != planned:
        mixed = f"the plan is in {planned}, what is paid in {stated}: they are not added up"
        at = completion = Undefined(mixed, n=0)
    else:
        steps = () if plan is None else _steps(work, case, plan, told.due)
        at = progress(steps, dated, today)
        completion = _completion(told.last, dated)
    money = Money(
        case=case,
        currency=stated or planned or None,
        saved=saved,
        paid=paid,
        progress=at,
        completion=completion,
        forecast=told.entry,
        quarters=(),
        today=today,
    )
    budget = None if saved is None else saved.budget
    spread = quarters(budget, by_quarter(dated), money.expected, today)
    return replace(money, quarters=tuple(spread))


def keep(work: Work, case: str, log: Path) -> list[str]:
    """Keep as evidence what a use case will have cost, and what runs and answers cost.

    About the use case and about its newest versions that are not retired, so that their gates can
    ask for it; of a version the runs that made it count. The digests of what was written. Raises
    `NotFound`, `Forbidden`.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.PLAN_FORECAST, on=subject)
    money, usage = standing(work, case), compute.usage(work, case=case)
    answers = compute.serving(work, log, usage, case)
    drafts = []
    for about, used in [(subject, usage.found), *_of_versions(work, case, usage)]:
        mine = [one for one in answers if about in {subject, _subject(one.version)}]
        findings = [*_completed(money), *_ran(usage, used), *_served(usage, mine)]
        drafts += [evidence_of(work, about, finding) for finding in findings]
    return [entry.digest for entry in work.append_all(drafts)] if drafts else []


def _completed(money: Money) -> list[Finding]:
    if money.currency is None:
        return []
    by_plan = isinstance(money.completion, Estimate)
    detail: dict[str, Json] = {
        "spent": money.spent,
        "budget": None if money.saved is None else money.saved.budget.total,
        "by": "plan" if by_plan else "index",
        "forecast": money.forecast,
    }
    asked = {"currency": money.currency}
    expected = money.expected
    level = {"level": expected.level} if isinstance(expected, Estimate) else {}
    return [found_at_completion(expected, {**asked, **level}, detail)]


def _ran(usage: Usage, used: list[Used]) -> list[Finding]:
    if usage.saved is None:
        return []
    prices = usage.saved.prices
    found = total(used, prices.currency)
    detail: dict[str, Json] = {
        "prices": usage.saved.entry,
        "runs": found.runs,
        "hours": found.hours,
        "unpriced": found.unpriced,
        "assumed": found.assumed,
        "metered": found.metered,
        "dark": found.dark,
    }
    return [
        compute_cost(found.cost, {"currency": prices.currency}, detail),
        compute_carbon_g(found.carbon, {}, detail),
    ]


def _served(usage: Usage, found: list[Served]) -> list[Finding]:
    """What answers cost in the last days; of what was not asked there is nothing to say."""
    if usage.saved is None or not found:
        return []
    currency = usage.saved.prices.currency
    detail: dict[str, Json] = {
        "prices": usage.saved.entry,
        "answers": sum(one.n for one in found),
        "hours": math.fsum(one.hours for one in found),
        "machine": found[0].machine,
        "versions": [
            {"version": one.version, "answers": one.n, "hours": one.hours, "cost": one.cost}
            for one in found
        ],
    }
    asked: dict[str, str | int] = {"currency": currency, "days": compute.SERVED_DAYS}
    return [serving_cost(cost_together(found, currency), asked, detail)]


def _subject(version: str) -> Subject | None:
    """The model version that answered; None of rules."""
    name, _, number = version.partition("@")
    return Subject(SubjectKind.MODEL, name, number) if number else None


def _of_versions(work: Work, case: str, usage: Usage) -> list[tuple[Subject, list[Used]]]:
    versions: list[Version] = [
        one for one in models.versions_of_case(work, case) if one.stage is not ModelStage.RETIRED
    ][:VERSIONS]
    return [
        (
            one.subject,
            [used for used in usage.found if used.ran.run == one.registration.run],
        )
        for one in versions
    ]


def _told(work: Work, case: str, in_force: int) -> _Told:
    """What forecasts say: the first of each plan of its dates, the last of the one in force."""
    found = plans.forecasts(work, case, FORECASTS)
    first = {one.plan: one for one in found}
    oldest = [first[number] for number in sorted(first)[:BASELINES]]
    last = next((one for one in found if one.plan == in_force), None)
    wanted = {one.entry for one in oldest} | ({last.entry} if last else set())
    entries = work.ledger.entries_of(wanted) if wanted else {}
    bodies = {name: msgspec.json.decode(one.body)["detail"] for name, one in entries.items()}
    due: dict[str, date] = {}
    for one in oldest:
        for step in bodies[one.entry]["steps"]:
            day = next((at["date"] for at in step.get("dates", ()) if at["share"] == 0.5), None)
            # What was done before anybody forecast it was due when it was done.
            if day is not None and step["done"] is None:
                due.setdefault(step["step"], date.fromisoformat(day))
    return _Told(due, bodies[last.entry] if last else None, last.entry if last else None)


def _completion(told: Mapping[str, Any] | None, paid: list[tuple[date, float]]) -> Measured:
    if told is None:
        return Undefined("the plan in force was not forecast yet: gonogo plan forecast", n=0)
    average = measured_from_json(told["cost"]["mean"])
    if isinstance(average, Undefined) or not average.value:
        return Undefined("no step, role or risk of the plan says what it costs", n=0)
    percentiles = {
        one["share"]: at.value
        for one in told["cost"]["percentiles"]
        if isinstance(at := measured_from_json(one["measured"]), Estimate)
    }
    day = date.fromisoformat(told["today"])
    before = sum(amount for at, amount in paid if at <= day)
    spent = sum(amount for _, amount in paid)
    return cost_at_completion(percentiles, spent, before, told["futures"])


def _steps(work: Work, case: str, plan: Plan, due: Mapping[str, date]) -> list[Step]:
    """The steps that the plan comes down to, with what settled them."""
    known = {one.slug: one for one in hypotheses.of_cases(work, [case])[case]}
    named = [known[slug] for slug in plan.hypotheses if slug in known]
    closed = {one.slug: one.entry for one in named if one.state in SETTLES}
    passed = []
    if any(step.key in GATES for step in plan.steps):
        passed = gates.passed(work, [one.subject for one in models.versions_of_case(work, case)])
    wanted = {*closed.values(), *(decision for _, decision in passed)}
    entries = work.ledger.entries_of(wanted) if wanted else {}
    at = {name: moment(entry.at).date() for name, entry in entries.items()}
    through: dict[GateName, date] = {}
    for gate, decision in passed:
        through[gate] = min(through.get(gate, at[decision]), at[decision])
    found = []
    for step in plan.steps:
        if not _comes_about(step, plan, known):
            continue
        settled, how = step.done, "done" if step.done else ""
        if settled is None and step.hypothesis in closed:
            settled = at[closed[step.hypothesis]]
            how = SETTLES[known[step.hypothesis].state]
        if settled is None and step.key in GATES and GATES[step.key] in through:
            settled, how = through[GATES[step.key]], "gate passed"
        found.append(Step(step.key, step.title, _cost(step, plan), due.get(step.key), settled, how))
    return found


def _cost(step: PlannedStep, plan: Plan) -> float:
    """What one attempt at it costs on average: people at their rates, and what it costs besides."""
    people = sum(number * plan.people[role].rate for role, number in step.needs)
    return float(step.cost + people * mean(step.days))


def _comes_about(
    step: PlannedStep, plan: Plan, known: Mapping[str, Hypothesis], deep: int = 0
) -> bool:
    """Whether the plan comes down to it: what is there for a failure counts once there is one."""
    if step.only_if is None or deep > len(plan.steps):
        return True
    other = next(one for one in plan.steps if one.key == step.only_if.step)
    outcome = _outcome(other, known)
    expected = step.only_if.succeeded if outcome is None else step.only_if.succeeded is outcome
    return expected and _comes_about(other, plan, known, deep + 1)


def _outcome(step: PlannedStep, known: Mapping[str, Hypothesis]) -> bool | None:
    if step.succeeded is not None:
        return step.succeeded
    found = known.get(step.hypothesis) if step.hypothesis else None
    if found is None or found.state is State.OPEN:
        return None
    return found.state is State.SUPPORTED
