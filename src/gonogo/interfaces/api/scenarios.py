"""REST: scenarios of a plan, compared with it and kept."""

from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.plans import comparisons as kept_comparisons
from gonogo.domain.plans import scenario_tables
from gonogo.domain.plans.forecasting import Asked
from gonogo.flows import scenarios as flows
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import scenarios as schemas
from gonogo.store.work import Work

routes = Routes("scenarios")


@routes.post("/cases/{case}/scenarios", action=Action.PLAN_EDIT)
def save(work: Work, case: str, asked: schemas.NewScenarios) -> schemas.SavedScenarios:
    """Keep scenarios with a use case, in place of those before, to be compared again."""
    return schemas.SavedScenarios.model_validate(flows.save(work, case, asked.text))


@routes.get("/cases/{case}/scenarios")
def read(work: Work, case: str) -> schemas.SavedScenarios:
    """The scenarios that are kept with a use case."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    kept = scenario_tables.saved(work, case)
    if kept is None:
        raise NotFound(field="case", value=case, expected="a use case with scenarios")
    return schemas.SavedScenarios.model_validate(kept)


@routes.post("/cases/{case}/scenarios/comparisons", action=Action.PLAN_FORECAST)
def compare(
    needs: ApiNeeds, caller: Caller, case: str, asked: schemas.NewComparison
) -> schemas.Comparison:
    """Scenarios side by side with the plan in force, in the same futures.

    With `keep` what it says of each scenario is kept as evidence about the use case.
    """
    wanted = Asked(
        futures=asked.futures, seed=asked.seed, level=asked.level, as_planned=asked.as_planned
    )
    made = flows.compare(
        needs.open_work, caller, case, wanted, text=asked.text, budget=asked.budget
    )
    if not asked.keep:
        return schemas.Comparison.model_validate(made.told)
    kept = flows.keep(needs.open_work, caller, made)
    needs.wake()
    return _told(kept)


@routes.get("/cases/{case}/scenarios/comparisons")
def comparisons(work: Work, case: str) -> schemas.Comparisons:
    """The comparisons of a use case that are kept, the newest first."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    items = [
        schemas.KeptComparison(
            number=one.number,
            plan=one.plan,
            scenarios=list(one.evidence),
            made_at=one.made_at,
            made_by=one.made_by,
            entry=one.entry,
        )
        for one in kept_comparisons.listed(work, case)
    ]
    return schemas.Comparisons(items=items)


@routes.get("/cases/{case}/scenarios/comparisons/{number}")
def comparison(work: Work, case: str, number: int) -> schemas.Comparison:
    """One comparison that is kept, with all that it says."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return _told(kept_comparisons.one(work, case, number))


def _told(kept: kept_comparisons.KeptComparison) -> schemas.Comparison:
    about = {
        "case": kept.case,
        "number": kept.plan,
        "kept": kept.number,
        "made_at": kept.made_at,
        "made_by": kept.made_by,
        "entry": kept.entry,
        "evidence": {name: list(each) for name, each in kept.evidence.items()},
    }
    return schemas.Comparison.model_validate({**kept.told, **about})
