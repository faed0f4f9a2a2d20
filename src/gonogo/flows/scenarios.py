"""Scenarios of a plan: compared with it by what evidence says now, and kept to be used again."""

from collections.abc import Mapping, Sequence

from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.errors import NotFound
from gonogo.domain.plans import actions, scenario_tables
from gonogo.domain.plans.comparing import compared
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.rules import Chance, Plan
from gonogo.domain.plans.scenario_file import parse as parse_scenarios
from gonogo.domain.plans.scenario_tables import SavedScenarios
from gonogo.domain.plans.scenarios import Scenario, applied
from gonogo.domain.plans.tables import newest
from gonogo.flows import plans, risks
from gonogo.store.work import OpenWork, Work


def save(work: Work, case: str, text: str) -> SavedScenarios:
    """Keep the scenarios in `text` with a use case, if they can be had of its plan in force.

    Raises `Invalid` naming field and line, `NotFound`, `Forbidden`.
    """
    kept = scenario_tables.save(work, case, text)
    plan = parse(newest(work, case).text)
    _possible(work, plan, plans.chances(work, case, plan), parse_scenarios(text))
    return kept


def compare(
    open_work: OpenWork,
    caller: Caller,
    case: str,
    asked: Asked,
    *,
    text: str | None = None,
    budget: float | None = None,
) -> Mapping[str, Json]:
    """The plan in force beside the scenarios in `text`, or those that are kept.

    Nobody else waits while they are simulated. Raises `NotFound`, `Forbidden`, `Invalid`.
    """
    with open_work(caller, write=False) as work:
        saved, plan = actions.to_forecast(work, case)
        known = plans.known(work, case, plan)
        plan = risks.with_register(work, case, plan)
        today = work.now.date()
        scenarios = parse_scenarios(text if text is not None else _kept(work, case).text)
    return compared(
        plan, today, known.chances, scenarios, asked, pace=known.pace, budget=budget
    ) | {"case": case, "number": saved.number}


def _possible(
    work: Work, plan: Plan, chances: Mapping[str, Chance], scenarios: Sequence[Scenario]
) -> None:
    for one in scenarios:
        applied(plan, one, chances, work.now.date())


def _kept(work: Work, case: str) -> SavedScenarios:
    kept = scenario_tables.saved(work, case)
    if kept is None:
        raise NotFound(field="case", value=case, expected="a use case with scenarios, or say some")
    return kept
