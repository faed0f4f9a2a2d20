"""The plan of a use case: its page, forecasting it, and putting another into force."""

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError, Stale
from gonogo.core.roles import Action
from gonogo.domain.cases import tables
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.reads import in_force
from gonogo.flows import plans as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import case_plans as schemas
from gonogo.store.work import Work
from gonogo.views import case_plans as views
from gonogo.views import plan_form

pages = Pages("case-plans")


@pages.get("/cases/{case}/plan", template="case_plan.html")
def show(work: Work, case: str, forecast: int | None = None) -> views.CasePlanPage:
    """The plan in force with its latest forecast, or one that was made before."""
    return views.plan(work, case, forecast)


@pages.post("/cases/{case}/plan/forecasts", action=Action.PLAN_FORECAST)
def forecast(needs: WebNeeds, caller: Caller, case: str, form: Form) -> Done:
    """Forecast the plan in force now, and keep it as evidence."""
    asked = parsed(schemas.NewForecast, form)
    wanted = Asked(asked.futures, asked.seed, asked.level, as_planned=asked.as_planned)
    kept = flows.make(needs.open_work, caller, case, wanted)
    return Done(f"/cases/{case}/plan", f"Forecast {kept.number} is made.")


@pages.get("/cases/{case}/plan/edit", template="case_plan_form.html")
def edit_page(work: Work, case: str) -> plan_form.PlanFormPage:
    """The plan in force as text, to be edited; where there is none, one to begin with."""
    return plan_form.form(work, case)


def _again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    page = plan_form.form(
        work, case, text=_text(form), number=_number(form), refused=refused_page(refused)
    )
    return Shown("case_plan_form.html", page)


@pages.post("/cases/{case}/plan/check", action=Action.READ, again=_again)
def check(work: Work, case: str, form: Form) -> Shown:
    """Read a text as it would be put into force, and save nothing."""
    work.allow(Action.READ, on=tables.get(work, case).subject)
    text = _asked(form)
    page = plan_form.form(
        work, case, text=text, number=_number(form), checked=flows.check(work, case, text)
    )
    return Shown("case_plan_form.html", page)


@pages.post("/cases/{case}/plan/edit", action=Action.PLAN_EDIT, again=_again)
def edit(work: Work, case: str, form: Form) -> Done:
    """Put the text into force; the plan before stays kept. One that came between is not lost."""
    now = in_force(work, case)
    number = "0" if now is None else str(now.number)
    if _number(form) not in {"", number}:
        raise Stale(field="plan", expected=f"plan {number}, as it is now: open it again, then edit")
    saved = flows.save(work, case, _asked(form))
    return Done(f"/cases/{case}/plan", f"Plan {saved.number} is in force.")


def _number(form: Form) -> str:
    return form.get("number", "")[:20]


def _text(form: Form) -> str:
    """The text as it was written: browsers send the ends of lines in their own way."""
    return form.get("text", "").replace("\r\n", "\n")


def _asked(form: Form) -> str:
    return parsed(schemas.NewCasePlan, {"text": _text(form)}).text
