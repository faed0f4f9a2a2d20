"""The form in which rules about a dataset are written, checked and proposed."""

import re
from dataclasses import dataclass

from gonogo.checks.data.rules.document import Document
from gonogo.core.roles import Action
from gonogo.domain.data_rules import reads, tables
from gonogo.domain.data_rules.rules import Proposal
from gonogo.domain.datasets import tables as datasets
from gonogo.store.work import Work
from gonogo.views.data_rules import difference
from gonogo.views.refused import Refused

LINE = re.compile(r"\(line (?P<line>\d+)")
"""Where an error says it is: `columns.age.0 (line 3)`."""


@dataclass(frozen=True, slots=True)
class RulesFormPage:
    """Rules as they are written, seen from one version of the dataset."""

    name: str
    version: str
    number: int
    """The proposal that is edited; 0: rules are written anew."""
    own: bool
    """Whether the reader proposed it."""
    text: str
    lines: tuple[str, ...]
    may_propose: bool
    may_answer: bool
    """Whether the proposal that is edited is answered with it."""
    asks: tuple[tuple[str, str], ...] = ()
    """What is asked, with why, once the text is found right."""
    says: str | None = None
    """How it differs from what is in force, once the text is found right."""
    refused: Refused | None = None
    line: int | None = None
    """The line of `text` that is wrong."""


def form(
    work: Work,
    name: str,
    version: str,
    number: int,
    *,
    text: str | None = None,
    checked: Document | None = None,
    refused: Refused | None = None,
) -> RulesFormPage:
    """The form with `text`, else with what is edited: a proposal, or what is in force.

    Raises `NotFound` for no such version, and for no such proposal.
    """
    about = datasets.get(work, name, version).subject
    edited = None if not number else tables.get(work, name, number)
    now = reads.in_force(work, name)
    said = _begun(name, edited or now) if text is None else text
    lines = tuple(said.splitlines())
    found = None if refused is None else LINE.search(refused.field)
    line = None if found is None else int(found["line"])
    lineage = work.subjects.lineage(about)
    holding = None if now is None else now.document
    return RulesFormPage(
        name=name,
        version=version,
        number=number,
        own=edited is not None and edited.proposed_by == str(work.caller.actor),
        text=said,
        lines=lines,
        may_propose=work.caller.refuses(Action.RULES_PROPOSE, lineage) is None,
        may_answer=work.caller.refuses(Action.RULES_ACCEPT, lineage) is None,
        asks=() if checked is None else tuple((str(one), one.reason) for one in checked.rules),
        says=None if checked is None else difference(checked, holding),
        refused=refused,
        line=line if line is not None and line <= len(lines) else None,
    )


def _begun(name: str, found: Proposal | None) -> str:
    if found is not None:
        return found.text
    return (
        f"rules: {name}\n"
        "rows:\n"
        "  - {at_least: 1, reason: why}\n"
        "columns:\n"
        "  COLUMN:\n"
        "    - {at_least: 0, reason: why}\n"
    )
