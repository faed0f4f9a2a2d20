"""The form in which the plan of a use case is written, checked and put into force."""

from dataclasses import dataclass

from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.yaml_text import read
from gonogo.domain.cases import tables as cases
from gonogo.domain.plans import reads
from gonogo.domain.plans.file import MOST_CHARACTERS, WHAT
from gonogo.domain.plans.rules import Plan
from gonogo.store.work import Work
from gonogo.views.plan_steps import StepLine, listed
from gonogo.views.refused import Refused
from gonogo.views.rules_form import LINE


@dataclass(frozen=True, slots=True)
class PlanFormPage:
    """A plan as it is written."""

    case: str
    title: str
    in_force: int
    """The number of the wording in force; 0: a plan is written anew."""
    number: str
    """That of the wording from which is written on, as the form sends it back."""
    text: str
    lines: tuple[str, ...]
    may_edit: bool
    says: str | None = None
    """What the plan is, once the text is found right."""
    steps: tuple[StepLine, ...] = ()
    """Its steps, once the text is found right."""
    more: int = 0
    refused: Refused | None = None
    line: int | None = None
    """The line of `text` that is wrong."""


def form(
    work: Work,
    case: str,
    *,
    text: str | None = None,
    number: str = "",
    checked: Plan | None = None,
    refused: Refused | None = None,
) -> PlanFormPage:
    """The form with `text` that goes on from wording `number`, else with the plan in force.

    Raises `NotFound` for no such use case.
    """
    found = cases.get(work, case)
    now = reads.in_force(work, case)
    begun = _begun(found.text.title) if now is None else now.text
    said = begun if text is None else text
    lines = tuple(said.splitlines())
    line = None if refused is None else _line(said, refused.field)
    steps, more = ((), 0) if checked is None else listed(checked, None)
    return PlanFormPage(
        case=case,
        title=found.text.title,
        in_force=0 if now is None else now.number,
        number=number if text is not None else str(0 if now is None else now.number),
        text=said,
        lines=lines,
        may_edit=work.caller.refuses(Action.PLAN_EDIT, work.subjects.lineage(found.subject))
        is None,
        says=None if checked is None else _says(checked),
        steps=steps,
        more=more,
        refused=refused,
        line=line if line is not None and line <= len(lines) else None,
    )


def _line(text: str, field: str) -> int | None:
    """The line that a refusal names, else the one on which its field begins in `text`."""
    if said := LINE.search(field):
        return int(said["line"])
    line = None
    try:
        place = read(text, what=WHAT, most=MOST_CHARACTERS)
        for name in field.split("."):
            place = place.mapping(None, WHAT)[name]
            line = place.line
    except (Invalid, KeyError):
        return line
    return line


def _says(plan: Plan) -> str:
    """What a plan is, in words."""
    count = len(plan.steps)
    until = "" if plan.deadline is None else f", due {plan.deadline}"
    return f"{plan.name}, {count:,} step{'' if count == 1 else 's'}{until}"


def _begun(title: str) -> str:
    """A plan to write on from; the title of a use case may hold what YAML reads as its own."""
    name = title.replace("\\", "").replace('"', "'")
    return (
        f'plan: "{name}"\n'
        "goal: live\n"
        "people:\n"
        "  data-scientist: 1\n"
        "steps:\n"
        "  collect:\n"
        "    days: {optimistic: 4, likely: 8, pessimistic: 20}\n"
        "    needs: {data-scientist: 1}\n"
        "  try:\n"
        "    after: collect\n"
        "    days: {p10: 5, p90: 15}\n"
        "    needs: {data-scientist: 1}\n"
        "    succeeds: 0.6\n"
        "    retries: 1\n"
        "    fails: stop\n"
        "  live: {milestone: true, after: try}\n"
    )
