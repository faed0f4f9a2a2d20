"""Files of other tools as plans: which formats there are, and how one is told from another."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.errors import TooLarge
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.imports import csv_file, github, jira, ms_project
from gonogo.domain.plans.imports.items import Imported, Options
from gonogo.domain.plans.imports.writing import written

MOST_CHARACTERS = 4 * 1024 * 1024
"""Of a file of another tool."""


class Format(StrEnum):
    """What a file may be."""

    AUTO = "auto"
    """Whatever its beginning looks like."""
    YAML = "yaml"
    CSV = "csv"
    JIRA_CSV = "jira-csv"
    JIRA_JSON = "jira-json"
    GITHUB = "github"
    MS_PROJECT = "ms-project"


READERS: dict[Format, Callable[[str, Options], Imported]] = {
    Format.CSV: csv_file.items,
    Format.JIRA_CSV: jira.from_csv,
    Format.JIRA_JSON: jira.from_json,
    Format.GITHUB: github.items,
    Format.MS_PROJECT: ms_project.items,
}
JIRA_COLUMN = "issue key"
JIRA_FIELDS = ('"fields"', '"issues"')


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan read from a file of another tool."""

    format: Format
    text: str
    """In YAML."""
    notes: tuple[str, ...]
    """What could not be taken over, and what was made of it."""


def convert(text: str, form: Format, options: Options) -> ReadPlan:
    """The plan in `text`, as YAML; raises `Invalid` naming row and field, and `TooLarge`."""
    _check_size(text)
    known = guess(text) if form is Format.AUTO else form
    reader = READERS.get(known)
    if reader is None:
        parse(text)
        return ReadPlan(Format.YAML, text, ())
    said, notes = written(reader(text, options), options)
    return ReadPlan(known, said, notes)


def imported(text: str, form: Format, options: Options) -> Imported | None:
    """What a file of another tool says, before it is a plan; None for a plan in YAML."""
    _check_size(text)
    reader = READERS.get(guess(text) if form is Format.AUTO else form)
    return None if reader is None else reader(text, options)


def guess(text: str) -> Format:
    """What a text looks like.

    >>> guess("key,days"), guess("plan: Trees"), guess('[{"number": 1}]')
    (<Format.CSV: 'csv'>, <Format.YAML: 'yaml'>, <Format.GITHUB: 'github'>)
    """
    said = text.removeprefix("\ufeff").lstrip()
    first = said.partition("\n")[0].lower()
    if said.startswith("<"):
        return Format.MS_PROJECT
    if said.startswith(("[", "{")) and '"' in said:
        if any(name in said for name in JIRA_FIELDS):
            return Format.JIRA_JSON
        return Format.GITHUB if said.startswith("[") or '"items"' in said else Format.YAML
    if JIRA_COLUMN in first:
        return Format.JIRA_CSV
    columns = [one.strip('" ') for sign in ",;\t" for one in first.split(sign)]
    return Format.CSV if "key" in columns and ":" not in first else Format.YAML


def _check_size(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise TooLarge(
            field="text",
            value=f"{len(text):,} characters",
            expected=f"at most {MOST_CHARACTERS:,}",
        )
