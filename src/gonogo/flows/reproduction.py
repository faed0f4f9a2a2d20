"""What the server needs to measure a version itself, joined from the rooms that keep it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gonogo.checks.engineering import reproducibility
from gonogo.checks.findings.finding import Asked
from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.schema import schema_from_json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
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
    again: Mapping[str, Version]
    """Versions that were trained again, by address: those that a check names."""


def prepared(
    work: Work, name: str, number: str, data: str | None, checks: Sequence[Asked] = ()
) -> Reproduction:
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
    again = _trained_again(work, checks)
    return Reproduction(found, rows, champion, worth, trained_on, again)


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
            {address: one.registration for address, one in asked.again.items()},
        ),
        tell,
    )
    subject, data = str(asked.version.subject), str(asked.data.subject)
    return [of_finding(one, subject=subject, data=data) for one in findings]


def _trained_again(work: Work, checks: Sequence[Asked]) -> dict[str, Version]:
    """The versions that checks compare with as trained again; raises `NotFound`, `Forbidden`."""
    named = {
        str(one.parameters["against"])
        for one in checks
        if one.check == reproducibility.CHECK and "against" in one.parameters
    }
    found = {}
    for address in sorted(named):
        subject = Subject.parse(address)
        if subject.kind is not SubjectKind.MODEL or subject.version is None:
            raise Invalid(field="with.against", value=address, expected="model:NAME@NUMBER")
        version = tables.get(work, subject.name, str(subject.version))
        work.allow(Action.READ, on=version.subject)
        found[address] = version
    return found


def _rows(files: Files, version: DatasetVersion) -> "pd.DataFrame":
    return without_codes(
        datasets.frame(files, version), schema_from_json(list(version.about.columns))
    )
