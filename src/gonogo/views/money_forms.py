"""A budget or a price list as it is written, with where it is wrong."""

from dataclasses import dataclass
from datetime import date

from gonogo.core.roles import Action
from gonogo.domain.budgets import tables
from gonogo.domain.budgets.reading import parse
from gonogo.domain.budgets.rules import (
    SavedBudget,
)
from gonogo.domain.cases import tables as cases
from gonogo.store.work import Work
from gonogo.views.charts.scales import told
from gonogo.views.refused import Refused
from gonogo.views.rules_form import LINE


@dataclass(frozen=True, slots=True)
class TextFormPage:
    """A budget or a price list as it is written."""

    case: str
    """"" for the price list."""
    title: str
    text: str
    lines: tuple[str, ...]
    in_force: int
    """The number of the wording in force; 0 for none."""
    may_edit: bool
    says: str = ""
    """What a text that is right comes to; "" where it was not checked."""
    refused: Refused | None = None
    line: int | None = None
    """The line of `text` that is wrong."""


def budget_form(
    work: Work,
    slug: str,
    *,
    text: str | None = None,
    checked: bool = False,
    refused: Refused | None = None,
) -> TextFormPage:
    """The form of a budget with `text`, else with what is in force or a beginning.

    `checked`: with what the text comes to. Raises `NotFound`, and `Invalid` for a checked text that
    is wrong.
    """
    case = cases.get(work, slug)
    saved: SavedBudget | None = tables.newest(work, slug)
    said = (
        text
        if text is not None
        else _begun(work.now.date())
        if saved is None
        else saved.budget.text
    )
    says = ""
    if checked:
        budget = parse(said)
        says = f"{told(budget.total)} {budget.currency} in {len(budget.lines)} lines"
    lineage = work.subjects.lineage(case.subject)
    return text_form(
        slug,
        case.text.title,
        said,
        in_force=0 if saved is None else saved.number,
        may_edit=work.caller.refuses(Action.BUDGET_KEEP, lineage) is None,
        says=says,
        refused=refused,
    )


def text_form(
    case: str,
    title: str,
    text: str,
    *,
    in_force: int,
    may_edit: bool,
    says: str = "",
    refused: Refused | None = None,
) -> TextFormPage:
    """A form with a text in it, and where it is wrong."""
    lines = tuple(text.splitlines())
    where = None if refused is None else LINE.search(refused.field)
    line = None if where is None else int(where["line"])
    return TextFormPage(
        case=case,
        title=title,
        text=text,
        lines=lines,
        in_force=in_force,
        may_edit=may_edit,
        says=says,
        refused=refused,
        line=line if line is not None and line <= len(lines) else None,
    )


def _begun(today: date) -> str:
    quarter = (today.month + 2) // 3
    return f"""currency: USD
lines:
  - {{line: engineers, category: people, amounts: {{{today.year}-Q{quarter}: 60000}}}}
  - {{line: training, category: compute, amounts: {{{today.year}-{today.month:02}: 500}}}}
  # categories: people, compute, data, vendors, other; by month or by quarter
"""
