"""Boards beside plans: cards belong to steps, throughput is held against the network's forecast."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.core.yaml_text import nearest
from gonogo.domain.boards import actions, reads, steering
from gonogo.domain.boards.actions import Arrival
from gonogo.domain.boards.forecasting import Asked, forecast
from gonogo.domain.boards.rules import LONGEST_TITLE, Card, CardText, Pivot
from gonogo.domain.boards.tables import KeptForecast
from gonogo.domain.boards.weeks import Week, throughput
from gonogo.domain.plans import importing
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.by_day import chance_by
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.imports.items import Item, Options
from gonogo.domain.plans.imports.reading import Format
from gonogo.domain.plans.rules import Plan
from gonogo.stats.plans.throughput import MOST_WEEKS
from gonogo.store.work import OpenWork, Work


@dataclass(frozen=True, slots=True)
class Before:
    """What a forecast by throughput is made of."""

    left: int
    """Cards of the milestone that are not done."""
    history: tuple[Week, ...]
    today: date
    by: date | None
    """The day whose chance is asked for."""
    network: Mapping[str, Json] | None


def add(work: Work, case: str, text: CardText) -> Card:
    """Put a card on the board; its step is one of the plan in force. Raises `Invalid` else."""
    if text.step is not None:
        _check_step(work, case, "step", text.step)
    return actions.add(work, case, text)


def pivot(
    work: Work, case: str, *, left: str, to: str, rationale: str, evidence: Iterable[str]
) -> Pivot:
    """Decide to give up one step of the plan in force for another; raises as `steering.pivot`."""
    actions.allowed(work, case, Action.PLAN_PIVOT)
    _check_step(work, case, "from", left)
    _check_step(work, case, "to", to)
    return steering.pivot(
        work, case, left=left, to=to, rationale=rationale, evidence=tuple(evidence)
    )


def fill(
    work: Work, case: str, text: str, form: Format, options: Options
) -> tuple[list[Card], list[Card]]:
    """Cards from the file of another tool: the new ones, and those that it says are done now."""
    found = importing.items(work, case, text, form, options)
    if found is None:
        raise Invalid(
            field="text",
            value=text[:40],
            expected="CSV, an export of Jira, issues of GitHub or XML of MS Project",
        )
    saved = plans.in_force(work, case)
    keys = set() if saved is None else {step.key for step in parse(saved.text).steps}
    arrivals = [_arrival(item, keys) for item in found.items if not item.milestone]
    return actions.fill(work, case, arrivals)


def make(
    open_work: OpenWork, caller: Caller, case: str, step: str | None, asked: Asked
) -> KeptForecast:
    """Forecast what is left of a milestone by throughput, and keep it as evidence.

    Raises `NotFound`, `Forbidden`, `Invalid` for no such step, `Conflict` where nothing is left.
    """
    with open_work(caller, write=False) as work:
        actions.allowed(work, case, Action.PLAN_FORECAST)
        before = _before(work, case, step, asked)
    found = forecast(
        before.left,
        before.history,
        before.today,
        replace(asked, by=before.by),
        step=step,
        network=before.network,
    )
    with open_work(caller) as work:
        return steering.keep(work, case, step, before.left, found)


def cards_of(plan: Plan | None, step: str | None, cards: Iterable[Card]) -> list[Card]:
    """The cards of a milestone: those of its step and of all steps that lead to it.

    Without a step, all of the board.
    """
    if step is None or plan is None:
        return [card for card in cards if step is None or card.text.step == step]
    leading = _leading(plan, step)
    return [card for card in cards if card.text.step in leading]


def network(work: Work, case: str, step: str | None, by: date | None) -> Mapping[str, Json] | None:
    """What the latest forecast of the plan in force says of a milestone; None where none does.

    Its dates, and the chance that it is reached `by` a day.
    """
    saved = plans.in_force(work, case)
    kept = next(iter(plans.forecasts(work, case, 1)), None)
    if saved is None or kept is None or kept.plan != saved.number:
        return None
    told = plans.told(work, kept)
    if step in {None, told["goal"]}:
        said = told["dates"]
    else:
        said = next((one.get("dates") for one in told["steps"] if one["step"] == step), None)
    if not said:
        return None
    dates: dict[str, Json] = {f"p{100 * one['share']:.0f}": one["date"] for one in said}
    chance: Json = None
    if by is not None:
        chance = measured_to_json(chance_by(told, step, by, parse(saved.text).calendar))
    return {
        "forecast": kept.number,
        "entry": kept.entry,
        "plan": kept.plan,
        **dates,
        "on_time": chance,
    }


def _before(work: Work, case: str, step: str | None, asked: Asked) -> Before:
    plan = None
    if step is not None:
        plan = _check_step(work, case, "step", step)
    cards = reads.all_cards(work, case)
    left = [card for card in cards_of(plan, step, cards) if card.is_open]
    if not left:
        raise Conflict(
            field="step",
            value=step,
            expected="a milestone with cards on the board that are not done",
        )
    today = work.now.date()
    history = throughput(cards, today, asked.weeks)
    by = _until(work, case, plan, step, asked.by)
    return Before(len(left), history, today, by, network(work, case, step, by))


def _until(
    work: Work, case: str, plan: Plan | None, step: str | None, by: date | None
) -> date | None:
    """The day whose chance is asked for: `by`, else the milestone's deadline, else the plan's.

    Raises `Invalid` for a day that no future reaches.
    """
    if by is None:
        own = next((one.deadline for one in plan.steps if one.key == step), None) if plan else None
        saved = plans.in_force(work, case)
        if own is not None or saved is None or not saved.deadline:
            return own
        return date.fromisoformat(saved.deadline)
    today = work.now.date()
    latest = today + timedelta(weeks=MOST_WEEKS)
    if not today <= by <= latest:
        raise Invalid(
            field="by", value=by.isoformat(), expected=f"a day from today, {today}, to {latest}"
        )
    return by


def _check_step(work: Work, case: str, field: str, key: str) -> Plan:
    """The plan in force, if it has this step; raises `Invalid`."""
    saved = plans.in_force(work, case)
    if saved is None:
        raise Invalid(field=field, value=key, expected=f"no step: {case} has no plan in force")
    plan = parse(saved.text)
    keys = [step.key for step in plan.steps]
    if key not in keys:
        near = nearest(key, keys)
        hint = f"; did you mean {near}?" if near else ""
        raise Invalid(field=field, value=key, expected=f"a step of the plan in force{hint}")
    return plan


def _leading(plan: Plan, step: str) -> set[str]:
    """A step and all that come before it."""
    before: dict[str, list[str]] = {}
    for one in plan.steps:
        named = [link.step for link in one.after]
        before[one.key] = [*named, one.only_if.step] if one.only_if else named
    found, waiting = {step}, [step]
    while waiting:
        for key in before[waiting.pop()]:
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found


def _arrival(item: Item, keys: set[str]) -> Arrival:
    step = next((key for key in (item.key, item.belongs) if key in keys), None)
    roles: list[Any] = list(item.needs)
    text = CardText(item.title[:LONGEST_TITLE] or item.key, step, roles[0] if roles else None)
    return Arrival(item.key, text, item.under_way or item.begun is not None, item.done)
