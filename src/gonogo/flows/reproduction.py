"""What the server needs to measure a version itself, joined from the rooms that keep it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.schema import schema_from_json
from gonogo.core.evidence import Parameters
from gonogo.core.roles import Action
from gonogo.domain.cases import reads as cases
from gonogo.domain.datasets import reads as datasets
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.domain.evidence.rules import EvidenceDraft, of_finding
from gonogo.domain.models import measuring, rules, tables
from gonogo.domain.models.rules import Version
from gonogo.store.files import Files
from gonogo.store.work import Work
from gonogo.views.standing import standing

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A version, the rows it is to be measured on, and whom it is compared with."""

    version: Version
    data: DatasetVersion
    champion: Version | None
    worth: Parameters | None
    """The payoffs of the use case, where it says what its decisions are worth."""
    trained_on: DatasetVersion | None
    """The rows it was trained on, where they are kept."""


def prepared(work: Work, name: str, number: str, data: str | None) -> Reproduction:
    """What is to be measured, for a caller who may ask for it; `data`: on other than its own.

    Raises `NotFound`, `Forbidden`, and `Invalid` where the version names no data to measure on.
    """
    found = tables.get(work, name, number)
    work.allow(Action.EVIDENCE_REPRODUCE, on=found.subject)
    rows = datasets.need(work, rules.measured_on(found.registration, data), "data")
    other = standing(work, found.subject).champion
    champion = None if other is None else tables.get(work, name, str(other.version))
    slug = found.registration.case
    case = cases.found(work, [slug]).get(slug)
    value = None if case is None else case.text.value
    trained_on = datasets.named(work, found.registration.data, field="data")
    worth = None if value is None else value.payoffs
    return Reproduction(found, rows, champion, worth, trained_on)


def measured(
    files: Files,
    asked: Reproduction,
    wanted: measuring.Wanted,
    tell: Callable[[int, int, str], None] | None = None,
) -> Sequence[EvidenceDraft]:
    """The evidence, measured now and not yet recorded: slow, so outside of any Work.

    `tell` is told how many checks of how many are done, and which comes next.
    """
    trained_on = asked.trained_on
    findings = measuring.measure(
        files,
        asked.version.registration,
        datasets.frame(files, asked.data),
        schema_from_json(list(asked.data.about.columns)),
        wanted,
        measuring.Besides(
            None if asked.champion is None else asked.champion.registration,
            asked.worth,
            None if trained_on is None else lambda: _rows(files, trained_on),
        ),
        tell,
    )
    subject, data = str(asked.version.subject), str(asked.data.subject)
    return [of_finding(one, subject=subject, data=data) for one in findings]


def _rows(files: Files, version: DatasetVersion) -> "pd.DataFrame":
    return without_codes(
        datasets.frame(files, version), schema_from_json(list(version.about.columns))
    )
