"""Scenarios of a plan: compared with it, kept, and put away."""

import json
from collections.abc import Mapping

from gonogo.core.amounts import amount
from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.domain.plans import scenario_tables
from gonogo.domain.plans.forecasting import Asked
from gonogo.domain.plans.scenario_file import parse, written
from gonogo.flows import scenarios as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import scenarios as schemas
from gonogo.store.work import Work
from gonogo.views import scenarios as views

pages = Pages("scenarios")
TEMPLATE = "case_scenarios.html"
PATH = "/cases/{case}/plan/scenarios"
PAIRS = ("people", "teams", "prior")
LISTS = ("without", "drop")
UNNAMED = "asked"


@pages.get(PATH, template=TEMPLATE)
def show(work: Work, case: str, comparison: int | None = None) -> views.ScenariosPage:
    """What is kept, with the last comparison or one that was kept before, and a form."""
    return views.page(work, case, comparison)


def _again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    return Shown(TEMPLATE, views.page(work, case, filled=form, refused=refused_page(refused)))


@pages.post(PATH + "/compare", action=Action.PLAN_FORECAST, again=_again)
def compare(needs: WebNeeds, caller: Caller, case: str, form: Form) -> Shown | Done:
    """The plan as it is beside the scenarios that are kept and the one of the form.

    Kept as evidence where the form says so.
    """
    numbers = {name: form[name] for name in ("futures", "seed") if form.get(name)}
    asked = parsed(schemas.NewComparison, numbers)
    with needs.open_work(caller, write=False) as work:
        text = _text(work, case, form)
    wanted = Asked(futures=asked.futures, seed=asked.seed, level=asked.level)
    made = flows.compare(needs.open_work, caller, case, wanted, text=text)
    if form.get("keep"):
        kept = flows.keep(needs.open_work, caller, made)
        path = f"/cases/{case}/plan/scenarios?comparison={kept.number}"
        return Done(path, f"Comparison {kept.number} is kept as evidence.")
    with needs.open_work(caller, write=False) as work:
        return Shown(TEMPLATE, views.page(work, case, told=made.told, filled=form))


@pages.post(PATH + "/keep", action=Action.PLAN_EDIT, again=_again)
def keep(work: Work, case: str, form: Form) -> Done:
    """Keep the scenario of the form beside the others."""
    if not _changes(form):
        raise Invalid(field="people", expected="what the scenario changes")
    flows.save(work, case, _text(work, case, form) or "")
    return Done(f"/cases/{case}/plan/scenarios", "The scenario is kept.")


@pages.post(PATH + "/edit", action=Action.PLAN_EDIT, again=_again)
def edit(work: Work, case: str, form: Form) -> Done:
    """Keep the scenarios of a text in place of those before."""
    asked = parsed(schemas.NewScenarios, {"text": form.get("text", "").replace("\r\n", "\n")})
    flows.save(work, case, asked.text)
    return Done(f"/cases/{case}/plan/scenarios", "The scenarios are kept.")


def _text(work: Work, case: str, form: Form) -> str | None:
    """The scenarios that are kept with the one of the form, which takes the place of its name."""
    kept = scenario_tables.saved(work, case)
    found = {} if kept is None else {one.name: one for one in parse(kept.text)}
    changes = _changes(form)
    if changes:
        name = form.get("name", "").strip() or UNNAMED
        # JSON is YAML, and so what is wrong is refused as in a file.
        found |= {one.name: one for one in parse(json.dumps({"scenarios": {name: changes}}))}
    return written(tuple(found.values())) if found else None


def _changes(form: Mapping[str, str]) -> dict[str, object]:
    """What the form changes; raises `Invalid` naming its field."""
    found: dict[str, object] = {}
    for name in PAIRS:
        if pairs := _pairs(name, form.get(name, "")):
            found[name] = pairs
    for name in LISTS:
        if listed := [one.strip() for one in form.get(name, "").split(",") if one.strip()]:
            found[name] = listed
    if deadline := form.get("deadline", "").strip():
        found["deadline"] = deadline
    if budget := form.get("budget", "").strip():
        found["budget"] = amount(budget, "budget")
    return found


def _pairs(name: str, text: str) -> dict[str, float]:
    found = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        key, _, value = (piece.strip() for piece in part.partition("="))
        try:
            found[key] = float(value)
        except ValueError as error:
            raise Invalid(field=name, value=part, expected="name=number, such as a=2") from error
    return found
