"""The page on which a use case is scored: its assessors' form, and what RICE and WSJF take."""

from typing import Any

from gonogo.core.amounts import amount
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.domain.scoring import actions
from gonogo.domain.scoring.actions import Said
from gonogo.domain.scoring.inputs import Method
from gonogo.flows import priorities
from gonogo.flows import scoring as flows
from gonogo.interfaces.web.forms import OURS, nested, refused_page, shaped
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import scoring as schemas
from gonogo.store.work import Work
from gonogo.views import case_score as views

pages = Pages("case score")

TEMPLATE = "case_score.html"


@pages.get("/cases/{case}/score", template=TEMPLATE)
def show(work: Work, case: str) -> views.ScorePage:
    """A use case by the rubric, and by RICE and WSJF."""
    return _page(work, case)


def _again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    return Shown(TEMPLATE, _page(work, case, form, refused))


@pages.post("/cases/{case}/score", action=Action.CASE_ASSESS, again=_again)
def assess(work: Work, case: str, form: Form) -> Done:
    """Say which levels it has, speaking for a role."""
    asked = shaped(schemas.Assess, _asked(form))
    said = {
        key: Said(one.low, one.likely, one.high, one.reason, tuple(one.evidence))
        for key, one in asked.criteria.items()
    }
    made = flows.assess(work, case, asked.role, said)
    count = "1 level is" if len(made) == 1 else f"{len(made)} levels are"
    return Done(f"/cases/{case}/score", f"{count} on the record.")


@pages.post("/cases/{case}/priority-inputs", action=Action.CASE_EDIT, again=_again)
def state_inputs(work: Work, case: str, form: Form) -> Done:
    """State what goes into RICE and WSJF, in place of what was stated before."""
    ranges = {
        part: _three(part, form[part])
        for part in schemas.Inputs.model_fields
        if form.get(part, "").strip()
    }
    actions.state_inputs(work, case, ranges)
    return Done(f"/cases/{case}/score#priorities", "What goes into RICE and WSJF is stated.")


def _page(
    work: Work, case: str, form: Form | None = None, refused: GonogoError | None = None
) -> views.ScorePage:
    rubric, scored = flows.of_case(work, case)
    ranked, inputs = [], None
    for method in Method:
        [one], stated = priorities.prioritise(work, method, [case])
        ranked.append((method, one))
        inputs = stated.get(case)
    shown = None if refused is None else refused_page(refused)
    filled = {name: text for name, text in (form or {}).items() if name not in OURS}
    return views.page(work, rubric, scored, ranked, inputs, filled=filled, refused=shown)


def _asked(form: Form) -> dict[str, Any]:
    """The form as REST takes it; digests stand beside one another in one field."""
    said = nested(form)
    criteria = said.get("criteria", {})
    if not isinstance(criteria, dict) or not criteria:
        raise Invalid(field="criteria", value="none", expected="a level of one criterion at least")
    for one in criteria.values():
        if isinstance(one, dict):
            digests = str(one.get("evidence", "")).replace(",", " ")
            one["evidence"] = digests.split()
            # One level alone is sure: its range need not be typed three times.
            one.setdefault("low", one.get("likely"))
            one.setdefault("high", one.get("likely"))
    return {**said, "criteria": criteria}


def _three(part: str, text: str) -> tuple[float, float, float]:
    numbers = [amount(one, part) for one in text.split(",")]
    if len(numbers) == 1:
        numbers *= 3
    if len(numbers) != 3:
        raise Invalid(
            field=part, value=text, expected="lowest, likeliest and highest, with commas: 4, 6, 12"
        )
    low, likely, high = numbers
    return low, likely, high
