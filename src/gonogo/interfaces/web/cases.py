"""Use cases: the list, one of them, and the forms that create and edit."""

from gonogo.core.errors import GonogoError, Stale
from gonogo.core.roles import Action
from gonogo.domain.cases import tables
from gonogo.domain.cases.rules import CaseText, RiskTier, ValueModel
from gonogo.flows import cases as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import cases as schemas
from gonogo.store.work import Work
from gonogo.views import cases as views

pages = Pages("cases")


@pages.get("/cases", template="cases.html")
def listed(work: Work, cursor: str | None = None) -> views.CasesPage:
    """All use cases."""
    return views.listed(work, cursor)


@pages.get("/cases/new", template="case_form.html", action=Action.CASE_CREATE)
def new(work: Work) -> views.CaseFormPage:
    """The form of a new use case."""
    return views.form(work)


def _new_again(work: Work, form: Form, refused: GonogoError) -> Shown:
    page = views.form(work, values=form, refused=refused_page(refused))
    return Shown("case_form.html", page)


@pages.post("/cases", action=Action.CASE_CREATE, again=_new_again)
def create(work: Work, form: Form) -> Done:
    """A new use case, in research."""
    asked = parsed(schemas.NewCase, form)
    case = flows.create(work, asked.slug, _text(asked))
    return Done(f"/cases/{case.slug}", f"{case.text.title} is a use case now.")


@pages.get("/cases/{case}", template="case.html")
def show(work: Work, case: str) -> views.CasePage:
    """One use case."""
    return views.case(work, case)


@pages.get("/cases/{case}/edit", template="case_form.html", action=Action.READ)
def edit_page(work: Work, case: str) -> views.CaseFormPage:
    """The form of a use case that is there."""
    work.allow(Action.CASE_EDIT, on=tables.get(work, case).subject)
    return views.form(work, slug=case)


def _edit_again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    page = views.form(work, slug=case, values=form, refused=refused_page(refused))
    return Shown("case_form.html", page)


@pages.post("/cases/{case}", action=Action.CASE_EDIT, again=_edit_again)
def edit(work: Work, case: str, form: Form) -> Done:
    """Say something else of a use case; the ledger keeps what was said before."""
    found = tables.get(work, case)
    if form.get("entry") != found.entry:
        raise Stale(field="entry", expected="the use case as it is now: open it again, then edit")
    edited = flows.edit(work, case, _text(parsed(schemas.CaseText, form)))
    says = "Nothing was changed." if edited.entry == found.entry else "The use case is edited."
    return Done(f"/cases/{case}", says)


def _text(asked: schemas.CaseText) -> CaseText:
    """What is asked, as the domain takes it."""
    said = asked.model_dump(exclude={"slug", "value", "risk_tier"})
    value = None if asked.value is None else ValueModel(**asked.value.model_dump())
    return CaseText(**said, risk_tier=RiskTier(asked.risk_tier), value=value)
