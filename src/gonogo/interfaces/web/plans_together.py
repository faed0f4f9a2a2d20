"""All plans: forecast together, and who there is for them."""

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.domain.plans.forecasting import Asked
from gonogo.flows import plans_together as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import plans_together as schemas
from gonogo.store.work import Work
from gonogo.views import plans_together as views

pages = Pages("plans-together")
TEMPLATE = "plans.html"


@pages.get("/plans", template=TEMPLATE)
def show(work: Work, forecast: int | None = None) -> views.PlansPage:
    """The plans in force with what was forecast last, or one that was made before."""
    return views.page(work, forecast)


def _again(work: Work, form: Form, refused: GonogoError) -> Shown:
    page = views.page(work, text=form.get("text"), refused=refused_page(refused))
    return Shown(TEMPLATE, page)


@pages.post("/plans/forecasts", action=Action.PLAN_FORECAST, again=_again)
def forecast(needs: WebNeeds, caller: Caller, form: Form) -> Done:
    """Forecast the plans in force together, and keep it; without one of them where it says so."""
    said = {name: form[name] for name in ("futures", "seed") if form.get(name)}
    asked = parsed(schemas.NewTogether, said)
    wanted = Asked(futures=asked.futures, seed=asked.seed, level=asked.level)
    drop = [one for one in (form.get("drop", "").strip(),) if one]
    kept = flows.make(needs.open_work, caller, wanted, drop=drop)
    return Done("/plans", f"Forecast {kept.number} is made.")


@pages.post("/plans/staffing", action=Action.PLAN_EDIT, again=_again)
def staffing(work: Work, form: Form) -> Done:
    """Put the staffing of the text into force; the one before stays kept."""
    text = form.get("text", "").replace("\r\n", "\n")
    saved = flows.save_staffing(work, parsed(schemas.NewStaffing, {"text": text}).text)
    return Done("/plans", f"Staffing {saved.number} is in force.")
