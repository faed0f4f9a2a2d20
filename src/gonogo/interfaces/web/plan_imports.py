"""A plan from a file of another tool: read into YAML, to be looked at and put into force."""

from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.domain.cases import tables
from gonogo.domain.plans import importing
from gonogo.domain.plans.imports.items import Options
from gonogo.domain.plans.imports.reading import Format
from gonogo.flows import plans as flows
from gonogo.interfaces.web.forms import nested, refused_page, shaped
from gonogo.interfaces.web.kit import Form, Pages, Shown
from gonogo.schemas import case_plans as schemas
from gonogo.store.work import Work
from gonogo.views import plan_form, plan_imports

pages = Pages("plan-imports")
TEMPLATE = "plan_import.html"


@pages.get("/cases/{case}/plan/import", template=TEMPLATE)
def show(work: Work, case: str) -> plan_imports.PlanImportPage:
    """Where the text of such a file is put in."""
    return plan_imports.page(work, case)


def _again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    return Shown(TEMPLATE, plan_imports.page(work, case, form, refused_page(refused)))


@pages.post("/cases/{case}/plan/import", action=Action.READ, again=_again)
def read(work: Work, case: str, form: Form) -> Shown:
    """Read it, and show the plan that it is; nothing is saved until that is put into force."""
    work.allow(Action.READ, on=tables.get(work, case).subject)
    said = {**nested(form), "roles": dict(_roles(form.get("roles", "")))}
    asked = shaped(schemas.NewCasePlan, said)
    options = Options(
        today=work.now.date(),
        name=asked.name,
        roles=asked.roles,
        days_missing=asked.days_missing,
        hours_a_day=asked.hours_a_day,
        drop_outside=asked.drop_outside,
    )
    found = importing.read(work, case, asked.text, Format(asked.format), options, keep=asked.keep)
    return Shown("case_plan_form.html", _shown(work, case, found.text))


def _shown(work: Work, case: str, text: str) -> plan_form.PlanFormPage:
    """The plan as it is edited, with what is still in the way of putting it into force."""
    try:
        return plan_form.form(work, case, text=text, checked=flows.check(work, case, text))
    except GonogoError as refused:
        return plan_form.form(work, case, text=text, refused=refused_page(refused))


def _roles(text: str) -> list[tuple[str, str]]:
    """Lines of `name = role`; raises `Invalid`."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, equals, role = (part.strip() for part in line.rpartition("="))
        if not equals or not name or not role:
            raise Invalid(field="roles", value=line, expected="a line such as Credit = analyst")
        found.append((name, role))
    return found
