"""REST: plans of use cases, and their forecasts."""

from fastapi import Response

from gonogo.core.caller import Caller
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.plans import following, importing, reads, tables
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.imports import csv_file
from gonogo.domain.plans.imports.items import Options
from gonogo.domain.plans.imports.reading import Format, ReadPlan
from gonogo.flows import plans as flows
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import case_plans as schemas
from gonogo.schemas.evidence import Measured as Travels
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work

routes = Routes("case-plans")


@routes.post("/cases/{case}/plans", action=Action.PLAN_EDIT)
def save(work: Work, case: str, asked: schemas.NewCasePlan) -> schemas.CasePlan:
    """Put a plan into force; the ones before stay kept. A refusal names field and line."""
    return schemas.CasePlan.model_validate(flows.save(work, case, _read(work, case, asked).text))


@routes.post("/cases/{case}/plans/read", action=Action.READ, status=200)
def read_file(work: Work, case: str, asked: schemas.NewCasePlan) -> schemas.ReadPlan:
    """Read a plan or a file of another tool as a plan in YAML, and save nothing."""
    return schemas.ReadPlan.model_validate(_read(work, case, asked))


@routes.get("/cases/{case}/plans")
def listed(work: Work, case: str) -> schemas.CasePlans:
    """All wordings of the plan of a use case, the newest first; that one is in force."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    found = reads.wordings(work, case)
    return schemas.CasePlans(items=[schemas.CasePlan.model_validate(one) for one in found])


@routes.get("/cases/{case}/plan")
def read(work: Work, case: str) -> schemas.CasePlan:
    """The plan of a use case that is in force."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return schemas.CasePlan.model_validate(tables.newest(work, case))


@routes.get("/cases/{case}/plan/steps", media=("text/csv",))
def steps(work: Work, case: str) -> Response:
    """The steps of the plan in force as CSV; read with `keep`, they are its steps again."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    text = csv_file.steps(parse(tables.newest(work, case).text))
    return Response(text, media_type="text/csv")


@routes.post("/cases/{case}/forecasts", action=Action.PLAN_FORECAST)
def forecast(
    needs: ApiNeeds, caller: Caller, case: str, asked: schemas.NewForecast
) -> schemas.Forecast:
    """Forecast the plan in force in many futures, and keep it as evidence."""
    wanted = Asked(asked.futures, asked.seed, asked.level, as_planned=asked.as_planned)
    kept = flows.make(needs.open_work, caller, case, wanted)
    needs.wake()
    with needs.open_work(caller, write=False) as work:
        return _told(work, kept)


@routes.get("/cases/{case}/forecasts")
def forecasts(work: Work, case: str) -> schemas.KeptForecasts:
    """The forecasts of a use case, the newest first."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    found = reads.forecasts(work, case)
    chances = following.chances(work, found)
    return schemas.KeptForecasts(items=[_listed(one, chances.get(one.entry)) for one in found])


@routes.get("/cases/{case}/forecasts/{number}")
def one_forecast(work: Work, case: str, number: int) -> schemas.Forecast:
    """One forecast, with all that it says."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return _told(work, reads.forecast(work, case, number))


def _read(work: Work, case: str, asked: schemas.NewCasePlan) -> ReadPlan:
    options = Options(
        today=work.now.date(),
        name=asked.name,
        roles=asked.roles,
        days_missing=asked.days_missing,
        hours_a_day=asked.hours_a_day,
        drop_outside=asked.drop_outside,
    )
    return importing.read(work, case, asked.text, Format(asked.format), options, keep=asked.keep)


def _listed(kept: tables.KeptForecast, chance: Measured | None) -> schemas.KeptForecast:
    """A forecast as a list tells it."""
    found = schemas.KeptForecast.model_validate(kept)
    if chance is None:
        return found
    told = Travels.model_validate(measured_to_json(chance))
    return found.model_copy(update={"chance": told})


def _told(work: Work, kept: tables.KeptForecast) -> schemas.Forecast:
    """A forecast as it travels."""
    said = dict(reads.told(work, kept))
    row = schemas.KeptForecast.model_validate(kept).model_dump()
    return schemas.Forecast.model_validate({**said, **row, "chance": said["on_time"]})
