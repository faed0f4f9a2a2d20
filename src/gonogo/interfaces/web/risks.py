"""The register of risks: its page, the page of each, and the forms that keep it."""

from dataclasses import replace
from typing import Any

from gonogo.core.catalogue import check_spec
from gonogo.core.errors import GonogoError, Stale
from gonogo.core.estimate_text import DAYS, LOW, estimate
from gonogo.core.roles import Action
from gonogo.domain.risks import actions, tables
from gonogo.flows import register
from gonogo.flows import risks as flows
from gonogo.interfaces.web.forms import nested, parameters, parsed, refused_page, shaped
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import risks as schemas
from gonogo.store.work import Work
from gonogo.views import risk_forms, risk_page
from gonogo.views import risk_register as views

pages = Pages("risks")

ESTIMATES = {"probability": LOW, "loss": LOW, "delay": DAYS}
LISTS = ("steps", "about", "roles")


@pages.get("/risks", template="risks.html")
def show(
    work: Work, case: str | None = None, category: str = "", ended: bool = False
) -> views.RegisterPage:
    """All risks, those with most at stake first, with what they may cost and delay."""
    return views.register(work, case or None, category, ended=ended)


@pages.get("/risks/templates", template="risk_templates.html")
def templates(work: Work) -> views.TemplatesPage:
    """What typically goes wrong with machine learning."""
    return views.templates(work)


@pages.get("/risks/new", template="risk_form.html")
def new(work: Work, template: str = "", case: str = "") -> risk_forms.RiskFormPage:
    """The form of a new risk, filled from a template where one is named."""
    return risk_forms.form(work, template=template, case=case)


def _new_again(work: Work, form: Form, refused: GonogoError) -> Shown:
    page = risk_forms.form(work, values=form, refused=refused_page(refused))
    return Shown("risk_form.html", page)


@pages.post("/risks", action=Action.RISK_KEEP, again=_new_again)
def add(work: Work, form: Form) -> Done:
    """Put a risk on the register."""
    asked = shaped(schemas.NewRisk, _said(form))
    made = flows.register(work, asked.key, _plain(asked, without="key"))
    return Done(f"/risks/{made.key}", "The risk is on the register.")


@pages.post("/risks/exposure", action=Action.RISK_KEEP)
def keep(work: Work, form: Form) -> Done:
    """Keep what the open risks may cost as evidence, where it changed."""
    case = form.get("case") or None
    kept = register.keep(work, case)
    to = "/risks" if case is None else f"/risks?case={case}"
    return Done(f"{to}#over-time", "It is kept." if kept else "It is kept already as it is now.")


@pages.get("/risks/import", template="risk_import.html")
def import_page(work: Work) -> risk_forms.RegisterFormPage:
    """The form by which a whole register is taken over."""
    work.allow(Action.READ)
    return risk_forms.RegisterFormPage(risk_forms.EXAMPLE, None)


def _import_again(form: Form, refused: GonogoError) -> Shown:
    page = risk_forms.RegisterFormPage(_text(form), refused_page(refused))
    return Shown("risk_import.html", page)


@pages.post("/risks/import", action=Action.RISK_KEEP, again=_import_again)
def import_(work: Work, form: Form) -> Done:
    """Take over a whole register, all of it or nothing."""
    found = flows.import_(work, parsed(schemas.RegisterText, {"text": _text(form)}).text)
    says = (
        f"{len(found.added)} added, {len(found.edited)} edited, {len(found.unchanged)} as before."
    )
    return Done("/risks", says)


@pages.get("/risks/{key}", template="risk.html")
def read(work: Work, key: str, mitigation: str = "") -> risk_page.RiskPage:
    """One risk; `mitigation`: the one that its form is filled with."""
    if not mitigation:
        return risk_page.risk(work, key)
    values = risk_forms.mitigation_fields(tables.get(work, key).text, mitigation)
    return risk_page.risk(work, key, form="mitigations", values=values)


@pages.get("/risks/{key}/edit", template="risk_form.html")
def edit_page(work: Work, key: str) -> risk_forms.RiskFormPage:
    """The form of a risk that is there."""
    return risk_forms.form(work, key)


def _edit_again(work: Work, key: str, form: Form, refused: GonogoError) -> Shown:
    page = risk_forms.form(work, key, values=form, refused=refused_page(refused))
    return Shown("risk_form.html", page)


@pages.post("/risks/{key}/edit", action=Action.RISK_KEEP, again=_edit_again)
def edit(work: Work, key: str, form: Form) -> Done:
    """Say something else of a risk; the ledger keeps what was said before."""
    actions.allowed(work, key)
    found = tables.get(work, key)
    if form.get("entry") != found.entry:
        raise Stale(field="entry", expected="the risk as it is now: open it again, then edit")
    said = _plain(shaped(schemas.RiskText, _said(form)))
    kept = found.text.said.get("mitigations")
    edited = flows.edit(work, key, said if kept is None else {**said, "mitigations": kept})
    says = "Nothing was changed." if edited.entry == found.entry else "The risk is edited."
    return Done(f"/risks/{key}", says)


def _again(which: str) -> Any:
    """The page of the risk once more, with the form that was refused."""

    def again(work: Work, key: str, form: Form, refused: GonogoError) -> Shown:
        shown = refused_page(refused)
        # Where a whole risk is read, a field is said with its mitigation; this form has one alone.
        alone = shown.field.removeprefix(f"mitigations.{form.get('name', '').strip()}.")
        page = risk_page.risk(
            work, key, form=which, values=form, refused=replace(shown, field=alone)
        )
        return Shown("risk.html", page)

    return again


@pages.post("/risks/{key}/mitigations", action=Action.RISK_KEEP, again=_again("mitigations"))
def mitigate(work: Work, key: str, form: Form) -> Done:
    """Add a mitigation, or say something else of the one with that name."""
    said = nested({name: one for name, one in form.items() if name != "name"})
    if "cost" in said:
        said["cost"] = estimate(said["cost"], "cost")
    said.setdefault("leaves", {})
    proof = said.get("works_if")
    if isinstance(proof, dict) and "with" in proof:
        spec = check_spec(str(proof.get("check", "")), "works_if.check")
        proof["with"] = parameters(proof["with"], spec, "works_if.with")
    asked = shaped(schemas.MitigationText, said)
    name = form.get("name", "").strip()
    flows.mitigate(work, key, name, _plain(asked))
    return Done(f"/risks/{key}#mitigations", f"The mitigation {name} is kept.")


@pages.post("/risks/{key}/mitigations/{name}/drop", action=Action.RISK_KEEP)
def drop(work: Work, key: str, name: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Take a mitigation away."""
    flows.drop_mitigation(work, key, name)
    return Done(f"/risks/{key}#mitigations", f"The mitigation {name} is taken away.")


@pages.post("/risks/{key}/reviews", action=Action.RISK_KEEP, again=_again("review"))
def review(work: Work, key: str, form: Form) -> Done:
    """Say that one has looked at a risk."""
    actions.review(work, key, note=parsed(schemas.Review, form).note)
    return Done(f"/risks/{key}", "The risk is reviewed.")


@pages.post("/risks/{key}/accept", action=Action.RISK_ACCEPT, again=_again("accept"))
def accept(work: Work, key: str, form: Form) -> Done:
    """Decide to live with a risk."""
    actions.accept(work, key, reason=parsed(schemas.Because, form).reason)
    return Done(f"/risks/{key}", "The risk is accepted.")


@pages.post("/risks/{key}/close", action=Action.RISK_KEEP, again=_again("close"))
def close(work: Work, key: str, form: Form) -> Done:
    """Say that a risk cannot come true any more."""
    asked = parsed(schemas.Close, form)
    actions.close(work, key, reason=asked.reason, evidence=asked.evidence)
    return Done(f"/risks/{key}", "The risk is closed.")


@pages.post("/risks/{key}/occur", action=Action.RISK_KEEP, again=_again("occur"))
def occur(work: Work, key: str, form: Form) -> Done:
    """Say that a risk came true."""
    asked = parsed(schemas.Occur, form)
    flows.occur(work, key, reason=asked.reason, evidence=asked.evidence, incident=asked.incident)
    return Done(f"/risks/{key}", "The risk came true.")


def _said(form: Form) -> dict[str, Any]:
    """What was filled in, as REST takes it: estimates in one line, lists with commas."""
    said = nested(form)
    for name, names in ESTIMATES.items():
        if name in said:
            said[name] = estimate(said[name], name, names)
    for name in LISTS:
        if name in said:
            said[name] = [one.strip() for one in said[name].split(",") if one.strip()]
    return said


def _plain(asked: Any, without: str = "") -> dict[str, Any]:
    found: dict[str, Any] = asked.model_dump(mode="json", by_alias=True, exclude_none=True)
    found.pop(without, None)
    return found


def _text(form: Form) -> str:
    """The text as it was written: browsers send the ends of lines in their own way."""
    return form.get("text", "").replace("\r\n", "\n")
