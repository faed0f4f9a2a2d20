"""What a use case is worth: its page, and the form in which it is stated."""

from gonogo.core.errors import GonogoError, Stale
from gonogo.core.roles import Action
from gonogo.domain.value import actions, tables
from gonogo.domain.value.rules import valued
from gonogo.flows import value as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import value as schemas
from gonogo.store.work import Work
from gonogo.views import value as views

pages = Pages("value")

FORM = "value_form.html"


@pages.get("/cases/{case}/value", template="value.html")
def show(work: Work, case: str) -> views.ValuePage:
    """What a use case is worth: as stated, and with what was found where it was tried."""
    found = None if tables.find(work, case) is None else valued(*flows.known(work, case))
    return views.page(work, case, found)


@pages.get("/cases/{case}/value/edit", template=FORM)
def edit(work: Work, case: str) -> views.ValueFormPage:
    """The form of a benefit model, with what is stated or with a beginning."""
    return views.form(work, case)


def _again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    text, entry = _text(form), form.get("entry", "")[:64]
    shown = refused_page(refused)
    return Shown(FORM, views.form(work, case, text=text, entry=entry, refused=shown))


@pages.post("/cases/{case}/value/check", action=Action.READ, again=_again)
def check(work: Work, case: str, form: Form) -> Shown:
    """Read a text as it would be stated, say what it comes to, and state nothing."""
    work.allow(Action.READ)
    text, entry = _asked(form), form.get("entry", "")[:64]
    return Shown(FORM, views.form(work, case, text=text, entry=entry, checked=True))


@pages.post("/cases/{case}/value", action=Action.CASE_EDIT, again=_again)
def state(work: Work, case: str, form: Form) -> Done:
    """State it, in place of what was stated before."""
    text = _asked(form)
    now = tables.find(work, case)
    entry = "" if now is None else now.entry
    if form.get("entry", "") != entry:
        raise Stale(field="entry", expected="the benefit model as it is now: open it again")
    made = actions.state(work, case, text)
    says = "Nothing was changed." if made.entry == entry else "The benefit model is stated."
    return Done(f"/cases/{case}/value", says)


def _text(form: Form) -> str:
    """The text as it was written: browsers send the ends of lines in their own way."""
    return form.get("text", "").replace("\r\n", "\n")


def _asked(form: Form) -> str:
    return parsed(schemas.BenefitText, {"text": _text(form)}).text
