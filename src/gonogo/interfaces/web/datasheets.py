"""What people say of a dataset: the datasheet of a version, and its privacy budget."""

from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.domain.datasets import tables
from gonogo.domain.disclosures import actions as disclosures
from gonogo.domain.disclosures.rules import Allowance
from gonogo.flows import datasheets
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import disclosures as schemas
from gonogo.store.work import Work
from gonogo.views import datasheets as views
from gonogo.views import disclosures as budgets

pages = Pages("datasheets")


@pages.get("/datasets/{name}/{version}/datasheet", template="datasheet.html")
def show(work: Work, name: str, version: str) -> views.DatasheetPage:
    """The newest datasheet of a version."""
    return views.datasheet(work, name, version)


@pages.get("/datasets/{name}/{version}/datasheet/edit", template="datasheet_form.html")
def edit_page(work: Work, name: str, version: str) -> views.DatasheetPage:
    """The form in which it is filled in."""
    work.allow(Action.EVIDENCE_RECORD, on=tables.get(work, name, version).subject)
    return views.datasheet(work, name, version)


def _write_again(work: Work, name: str, version: str, form: Form, refused: GonogoError) -> Shown:
    page = views.datasheet(work, name, version, values=form, refused=refused_page(refused))
    return Shown("datasheet_form.html", page)


@pages.post(
    "/datasets/{name}/{version}/datasheet", action=Action.EVIDENCE_RECORD, again=_write_again
)
def write(work: Work, name: str, version: str, form: Form) -> Done:
    """Record the datasheet; the ledger keeps the one before."""
    datasheets.write(work, name, version, form, seen=form.get("entry", ""))
    return Done(f"/datasets/{name}/{version}/datasheet", "The datasheet is recorded.")


@pages.get("/datasets/{name}/{version}/budget", template="budget_form.html")
def budget_page(work: Work, name: str, version: str) -> budgets.BudgetFormPage:
    """The form of the privacy budget, which all versions of the dataset share."""
    work.allow(Action.PRIVACY_BUDGET, on=tables.get(work, name, version).subject)
    return budgets.budget_form(work, name, version)


def _budget_again(work: Work, name: str, version: str, form: Form, refused: GonogoError) -> Shown:
    page = budgets.budget_form(work, name, version, values=form, refused=refused_page(refused))
    return Shown("budget_form.html", page)


@pages.post("/datasets/{name}/{version}/budget", action=Action.PRIVACY_BUDGET, again=_budget_again)
def set_budget(work: Work, name: str, version: str, form: Form) -> Done:
    """Say how much may be told of a dataset in all."""
    asked = parsed(schemas.NewBudget, form)
    allowance = Allowance(asked.epsilon, asked.delta, asked.rows_per_person)
    disclosures.set_budget(work, name, allowance, rationale=asked.rationale)
    return Done(f"/datasets/{name}/{version}#privacy", "The privacy budget is set.")
