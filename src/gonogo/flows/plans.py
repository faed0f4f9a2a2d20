"""Forecasting the plan of a use case: what is known of its hypotheses, its futures, kept."""

from collections.abc import Mapping
from dataclasses import replace

from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound
from gonogo.domain.hypotheses import tables as hypotheses
from gonogo.domain.hypotheses.rules import State
from gonogo.domain.plans import actions
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, forecast
from gonogo.domain.plans.rules import Chance, Plan, checked
from gonogo.domain.plans.tables import KeptForecast, SavedPlan
from gonogo.store.work import OpenWork, Work


def save(work: Work, case: str, text: str) -> SavedPlan:
    """Put a plan into force whose hypotheses are registered for its use case.

    Raises as `actions.save`, and `Invalid` for a hypothesis that is not there.
    """
    saved = actions.save(work, case, text)
    chances(work, case, parse(text))
    return saved


def check(work: Work, case: str, text: str) -> Plan:
    """The plan in `text`, if it can come into force as it stands; saves nothing.

    Raises `Invalid` and `NotFound` as `save`.
    """
    plan = checked(parse(text), work.now.date())
    chances(work, case, plan)
    return plan


def make(open_work: OpenWork, caller: Caller, case: str, asked: Asked) -> KeptForecast:
    """Forecast the plan in force and keep it; nobody else waits while it is simulated.

    Raises `NotFound`, `Forbidden`, `Invalid` for a plan that time has overtaken, and `Conflict`
    where another plan came into force meanwhile.
    """
    with open_work(caller, write=False) as work:
        saved, plan = actions.to_forecast(work, case)
        known = chances(work, case, plan)
        today = work.now.date()
    found = forecast(plan, today, known, asked)
    with open_work(caller) as work:
        return actions.keep(work, saved, found)


def chances(work: Work, case: str, plan: Plan) -> Mapping[str, Chance]:
    """What is known of the hypotheses of `plan`: settled ones are certain, others have a prior."""
    found = {}
    for slug in plan.hypotheses:
        try:
            known = hypotheses.get(work, case, slug)
        except NotFound as error:
            step = next(step.key for step in plan.steps if step.hypothesis == slug)
            raise NotFound(
                field=f"steps.{step}.hypothesis",
                value=slug,
                expected=f"a hypothesis that is registered for {case}",
            ) from error
        chance = Chance(known.text.prior)
        if known.state is not State.OPEN:
            chance = replace(chance, settled=known.state is State.SUPPORTED)
        found[slug] = chance
    return found
