"""Scenarios of a plan: compared with it by what evidence says now, and kept to be used again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, NotFound
from gonogo.domain.plans import actions, comparisons, scenario_tables, together_tables
from gonogo.domain.plans.comparing import Compared, Shared, compared
from gonogo.domain.plans.comparisons import KeptComparison
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.rules import Chance, Plan
from gonogo.domain.plans.scenario_file import parse as parse_scenarios
from gonogo.domain.plans.scenario_tables import SavedScenarios
from gonogo.domain.plans.scenarios import Scenario, applied
from gonogo.domain.plans.tables import newest
from gonogo.flows import plans, plans_together
from gonogo.store.work import OpenWork, Work

MOST_TOGETHER = 20_000
"""Futures in which the plans of all use cases are simulated, at the most."""


@dataclass(frozen=True, slots=True)
class Made:
    """Scenarios that were compared."""

    case: str
    number: int
    """Of the plan in force."""
    found: Compared

    @property
    def told(self) -> Mapping[str, Json]:
        """As it travels."""
        return {**self.found.told, "case": self.case, "number": self.number}


def save(work: Work, case: str, text: str) -> SavedScenarios:
    """Keep the scenarios in `text` with a use case, if they can be had of its plan in force.

    Raises `Invalid` naming field and line, `NotFound`, `Forbidden`.
    """
    kept = scenario_tables.save(work, case, text)
    plan = parse(newest(work, case).text)
    scenarios = parse_scenarios(text)
    _possible(work, plan, plans.chances(work, case, plan), scenarios)
    _droppable(case, scenarios, together_tables.planned(work))
    return kept


def compare(
    open_work: OpenWork,
    caller: Caller,
    case: str,
    asked: Asked,
    *,
    text: str | None = None,
    budget: float | None = None,
) -> Made:
    """The plan in force beside the scenarios in `text`, or those that are kept.

    Nobody else waits while they are simulated. Where one of them drops another use case, all are
    simulated with the people that all plans share. Raises `NotFound`, `Forbidden`, `Invalid`.
    """
    with open_work(caller, write=False) as work:
        saved, _ = actions.to_forecast(work, case)
        scenarios = parse_scenarios(text if text is not None else _kept(work, case).text)
        today = work.now.date()
        own = plans.member(work, saved)
        shared, others = None, {}
        if any(one.drop for one in scenarios):
            members = plans_together.members(work, ())
            _droppable(case, scenarios, [one.case for one in members])
            shared = Shared(tuple(members), plans_together.staffing(work))
            if asked.futures > MOST_TOGETHER:
                raise Invalid(
                    field="futures",
                    value=asked.futures,
                    expected=f"at most {MOST_TOGETHER:,} where a use case is dropped",
                )
        else:
            others = plans.linked(work, own)
    found = compared(own, today, scenarios, asked, others=others, shared=shared, budget=budget)
    return Made(case, saved.number, found)


def keep(open_work: OpenWork, caller: Caller, made: Made) -> KeptComparison:
    """Keep a comparison as evidence; raises `Conflict` for a plan replaced since, `Forbidden`."""
    with open_work(caller) as work:
        return comparisons.keep(work, made.case, made.number, made.found)


def _possible(
    work: Work, plan: Plan, chances: Mapping[str, Chance], scenarios: Sequence[Scenario]
) -> None:
    for one in scenarios:
        applied(plan, one, chances, work.now.date())


def _droppable(case: str, scenarios: Sequence[Scenario], there: Sequence[str]) -> None:
    """Raise `Invalid` for a use case that cannot be dropped, as it has no plan or is this one."""
    others = [one for one in there if one != case]
    for scenario in scenarios:
        for one in scenario.drop:
            if one not in others:
                raise Invalid(
                    field=f"scenarios.{scenario.name}.drop",
                    value=one,
                    expected="another use case with a plan in force: "
                    + (", ".join(others) or "there is none"),
                    message="The scenario is wrong",
                )


def _kept(work: Work, case: str) -> SavedScenarios:
    kept = scenario_tables.saved(work, case)
    if kept is None:
        raise NotFound(field="case", value=case, expected="a use case with scenarios, or say some")
    return kept
