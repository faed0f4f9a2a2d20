"""REST: the plans of all use cases together, and who there is for them."""

from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.domain.plans import together_tables as tables
from gonogo.domain.plans.forecasting import Asked
from gonogo.flows import plans_together as flows
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import plans_together as schemas
from gonogo.store.work import Work

routes = Routes("plans-together")


@routes.post("/plans/staffing", action=Action.PLAN_EDIT)
def save_staffing(work: Work, asked: schemas.NewStaffing) -> schemas.SavedStaffing:
    """Put a staffing into force. A refusal names field and line."""
    return schemas.SavedStaffing.model_validate(flows.save_staffing(work, asked.text))


@routes.get("/plans/staffing")
def staffing(work: Work) -> schemas.SavedStaffing:
    """The staffing in force."""
    found = tables.staffing(work)
    if found is None:
        raise NotFound(field="staffing", value="none", expected="a staffing that somebody stated")
    return schemas.SavedStaffing.model_validate(found)


@routes.post("/plans/forecasts", action=Action.PLAN_FORECAST)
def forecast(needs: ApiNeeds, caller: Caller, asked: schemas.NewTogether) -> schemas.Together:
    """Forecast the plans in force together, people shared, and keep it."""
    wanted = Asked(futures=asked.futures, seed=asked.seed, level=asked.level)
    kept = flows.make(needs.open_work, caller, wanted, cases=asked.cases, drop=asked.drop)
    needs.wake()
    with needs.open_work(caller, write=False) as work:
        return _told(work, kept)


@routes.get("/plans/forecasts")
def forecasts(work: Work) -> schemas.AllTogether:
    """What was forecast together, the newest first."""
    return schemas.AllTogether(
        items=[
            schemas.KeptTogether(
                number=one.number,
                cases=one.cases.split(),
                made_at=one.made_at,
                made_by=one.made_by,
                entry=one.entry,
            )
            for one in tables.forecasts(work)
        ]
    )


@routes.get("/plans/forecasts/{number}")
def one_forecast(work: Work, number: int) -> schemas.Together:
    """One forecast of plans together, with all that it says."""
    return _told(work, tables.forecast(work, number))


def _told(work: Work, kept: tables.KeptTogether) -> schemas.Together:
    about = {"made_at": kept.made_at, "made_by": kept.made_by, "entry": kept.entry}
    return schemas.Together.model_validate({**tables.told(work, kept), **about})
