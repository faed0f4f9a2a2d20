"""Policies: those in force, one in one exact wording, and the form that checks and publishes."""

from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.domain.policies import actions
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import policies as schemas
from gonogo.store.work import Work
from gonogo.views import policies as views
from gonogo.views import policy_forms

pages = Pages("policies")


@pages.get("/policies", template="policies.html")
def listed(work: Work, cursor: str | None = None) -> views.PoliciesPage:
    """The policies in force."""
    return views.listed(work, cursor)


@pages.get("/policies/new", template="policy_form.html")
def new(work: Work, base: str | None = None) -> policy_forms.PolicyFormPage:
    """The form; `base` names the policy whose text it begins with. Whoever reads may check."""
    return policy_forms.form(work, based_on=base or None)


def _again(work: Work, form: Form, refused: GonogoError) -> Shown:
    page = policy_forms.refused_form(work, _text(form), refused, refused_page(refused))
    return Shown("policy_form.html", page)


@pages.post("/policies/check", action=Action.READ, again=_again)
def check(work: Work, form: Form) -> Shown:
    """Read a text as it would be published, and publish nothing."""
    work.allow(Action.READ)
    text = _asked(form)
    page = policy_forms.form(work, text=text, checked=actions.check(work, text))
    return Shown("policy_form.html", page)


@pages.post("/policies", action=Action.POLICY_PUBLISH, again=_again)
def publish(work: Work, form: Form) -> Done:
    """Bring a policy into force."""
    published = actions.publish(work, _asked(form))
    return Done(f"/policies/{published.name}", f"{published.name} is in force.")


@pages.get("/policies/{name}", template="policy.html")
def show(work: Work, name: str) -> views.PolicyPage:
    """The policy in force."""
    return views.policy(work, name)


@pages.get("/policies/{name}/{digest}", template="policy.html")
def wording(work: Work, name: str, digest: str) -> views.PolicyPage:
    """One exact wording of a policy, in force or not."""
    return views.policy(work, name, digest)


def _text(form: Form) -> str:
    """The text as it was written: browsers send the ends of lines in their own way."""
    return form.get("text", "").replace("\r\n", "\n")


def _asked(form: Form) -> str:
    return parsed(schemas.PolicyText, {**form, "text": _text(form)}).text
