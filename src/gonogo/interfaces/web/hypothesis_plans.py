"""Planning a hypothesis in the browser: the design, its numbers, and the plan kept."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gonogo.checks.experiments.plan import Asked
from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.domain.hypotheses import planning, tables
from gonogo.domain.hypotheses.plans import Planning
from gonogo.interfaces.web.forms import nested, refused_page, shaped
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import plans as schemas
from gonogo.store.work import Work
from gonogo.views import hypothesis_plan_form as views
from gonogo.views.refused import Refused

pages = Pages("hypothesis-plans")

TEMPLATE = "plan_form.html"


@pages.get("/hypotheses/{case}/{slug}/plan", template=TEMPLATE)
def form(work: Work, case: str, slug: str, kind: str = "") -> views.PlanFormPage:
    """The form of a plan, for the comparison that is asked for."""
    work.allow(Action.HYPOTHESIS_REGISTER, on=tables.get(work, case, slug).subject)
    return views.form(work, case, slug, kind=kind)


def _again(work: Work, case: str, slug: str, form: Form, refused: GonogoError) -> Shown:
    shown = _at_field(refused_page(refused))
    kind = form.get("kind", "")
    known = kind if kind in views.WORDS else "means"
    return Shown(TEMPLATE, views.form(work, case, slug, kind=known, values=form, refused=shown))


@pages.post("/hypotheses/{case}/{slug}/plan/check", action=Action.HYPOTHESIS_REGISTER, again=_again)
def check(work: Work, case: str, slug: str, form: Form) -> Shown:
    """What the design comes to; nothing is kept."""
    work.allow(Action.HYPOTHESIS_REGISTER, on=tables.get(work, case, slug).subject)
    wanted = asked_of(form)
    page = views.form(work, case, slug, kind=wanted.kind, values=form, wanted=wanted)
    return Shown(TEMPLATE, page)


@pages.post("/hypotheses/{case}/{slug}/plan", action=Action.HYPOTHESIS_REGISTER, again=_again)
def keep(work: Work, case: str, slug: str, form: Form) -> Done:
    """Fix the plan with the hypothesis, before any evidence or as an amendment."""
    made = planning.plan(work, case, slug, asked_of(form))
    total = made.plan.total or 0
    says = f"Plan {made.number} is fixed: {total:,} observations."
    return Done(f"/hypotheses/{case}/{slug}", says)


def asked_of(form: Form) -> Planning:
    """A filled-in form as the plan it asks for; raises `Invalid` naming the field.

    >>> asked_of({"kind": "auc", "asked.n": "500", "known.base": "0.7"}).asked.n
    500
    """
    said = nested({name: text for name, text in form.items() if not _blank(text)})
    criterion = str(said.pop("criterion", "0"))
    whole = int(criterion) if re.fullmatch(r"[0-9]{1,3}", criterion) else criterion
    found = shaped(schemas.NewPlan, {"asked": {}, **_parts(said), "criterion": whole})
    return Planning(
        kind=found.kind,
        asked=Asked(**found.asked.model_dump()),
        known=found.known,
        criterion=found.criterion,
        reason=found.reason,
    )


def _parts(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the form that are a plan's."""
    return {name: said[name] for name in schemas.NewPlan.model_fields if name in said}


def _blank(text: str) -> bool:
    return not text.strip()


def _at_field(refused: Refused) -> Refused:
    """`refused` at a field that the form has: what is reckoned with names its numbers alone."""
    if refused.field in Asked.__slots__:
        return replace(refused, field=f"asked.{refused.field}")
    if any(refused.field == name for _, name in views.KNOWN):
        return replace(refused, field=f"known.{refused.field}")
    return refused
