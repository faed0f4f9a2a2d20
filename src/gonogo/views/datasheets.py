"""The datasheet of a dataset version: answers by section, what is missing, the form of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from gonogo.checks.engineering.cards import says_something
from gonogo.checks.engineering.datasheet import CHECK, SHEET, SheetField
from gonogo.core.canonical import Json
from gonogo.core.conditions import Cited
from gonogo.core.roles import Action
from gonogo.core.times import stamp
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.datasets import tables
from gonogo.store.work import Work
from gonogo.views.cards import as_text
from gonogo.views.evidence import called
from gonogo.views.refused import Refused


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One thing that a datasheet has to say."""

    name: str
    title: str
    asks: str
    text: str
    missing: bool


@dataclass(frozen=True, slots=True)
class SheetSection:
    """One section of the paper."""

    title: str
    filled: int
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class DatasheetPage:
    """The datasheet of one version, as it reads and as it is filled in."""

    name: str
    version: str
    headline: str
    filled: int
    of: int
    """Fields it has."""
    sections: tuple[SheetSection, ...]
    entry: str
    """Digest of the entry that holds it; "" where there is none."""
    at: str
    by: str
    may_write: bool
    values: Mapping[str, str]
    """What the form is filled with."""
    refused: Refused | None


def datasheet(
    work: Work,
    name: str,
    fingerprint: str,
    *,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> DatasheetPage:
    """The newest datasheet of a version, or an empty one; raises `NotFound`."""
    found = tables.get(work, name, fingerprint)
    newest = newest_of(work.ledger.latest(found.subject, (CHECK,)))
    answers = answers_in(newest)
    lines = [_line(field, answers) for field in SHEET]
    filled = sum(not line.missing for line in lines)
    actor = "" if newest is None else newest.evidence.actor
    lineage = work.subjects.lineage(found.subject)
    return DatasheetPage(
        name=name,
        version=fingerprint,
        headline=_headline(filled, newest),
        filled=filled,
        of=len(SHEET),
        sections=_sections(lines),
        entry="" if newest is None else newest.digest,
        at="" if newest is None else stamp(newest.evidence.at),
        by=called(accounts.names(work, {actor}), actor) if actor else "",
        may_write=work.caller.refuses(Action.EVIDENCE_RECORD, lineage) is None,
        values={line.name: line.text for line in lines} if values is None else values,
        refused=refused,
    )


def newest_of(current: Iterable[Cited]) -> Cited | None:
    """The newest datasheet in `current`, which may hold other evidence too."""
    sheets = [one for one in current if one.evidence.check == CHECK]
    return max(sheets, key=lambda one: one.position, default=None)


def answers_in(sheet: Cited | None) -> dict[str, Json]:
    """The answers of a datasheet; a client may have told them in a form of its own."""
    told: Any = {} if sheet is None else sheet.evidence.detail.get("answers")
    return dict(told) if isinstance(told, Mapping) else {}


def filled_in(current: Iterable[Cited]) -> int:
    """How many fields the newest datasheet in `current` fills in."""
    answers = answers_in(newest_of(current))
    return sum(says_something(answers.get(field.name)) for field in SHEET)


def answers_of(before: Mapping[str, Json], form: Mapping[str, str]) -> dict[str, Json]:
    """The answers `before` with what a form says put over them.

    What reads as it did before stays what it was, so that a list stays a list; what was emptied is
    taken away.

    >>> answers_of({"people": ["f", "m"], "uses": "one"}, {"people": "f; m", "uses": " "})
    {'people': ['f', 'm']}
    """
    known = {field.name for field in SHEET}
    found = {name: answer for name, answer in before.items() if name in known}
    for field in SHEET:
        text = form.get(field.name, "").replace("\r\n", "\n").strip()
        if field.name in form and text != as_text(before.get(field.name)):
            found[field.name] = text
            if not text:
                del found[field.name]
    return found


def _line(field: SheetField, answers: Mapping[str, Json]) -> AnswerLine:
    answer = answers.get(field.name)
    title = field.name.replace("_", " ").capitalize()
    missing = not says_something(answer)
    return AnswerLine(field.name, title, field.asks, as_text(answer), missing)


def _sections(lines: Sequence[AnswerLine]) -> tuple[SheetSection, ...]:
    section = {field.name: field.section for field in SHEET}
    grouped = groupby(lines, key=lambda line: section[line.name])
    listed = [(title, tuple(answers)) for title, answers in grouped]
    return tuple(
        SheetSection(title.capitalize(), sum(not one.missing for one in answers), answers)
        for title, answers in listed
    )


def _headline(filled: int, newest: Cited | None) -> str:
    """One sentence that a busy person can act on."""
    if newest is None:
        return "Nobody has filled it in yet."
    if filled == len(SHEET):
        return f"All {len(SHEET)} fields are filled in."
    return f"{filled} of {len(SHEET)} fields are filled in."
