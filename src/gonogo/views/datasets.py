"""Pages of datasets: the list, one dataset with its versions, and one version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.checks.engineering.datasheet import SHEET
from gonogo.core.conditions import Cited
from gonogo.core.roles import Action
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.datasets import reads, tables
from gonogo.domain.datasets.rules import Dataset, DatasetVersion, version_subject
from gonogo.domain.hypotheses import reads as hypotheses
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import Version
from gonogo.store.work import Work
from gonogo.views.cases import HypothesisLine, hypothesis_line
from gonogo.views.data_rules import RulesPart, rules
from gonogo.views.datasheets import filled_in
from gonogo.views.disclosures import PrivacyPart, privacy
from gonogo.views.entries import EntryLine
from gonogo.views.entries import lines as entry_lines
from gonogo.views.evidence import Figure, called, figures
from gonogo.views.history import history
from gonogo.views.measuring import Measuring, measuring

ROWS = 50
LATEST = 20
COLUMNS = 500
"""Columns whose line a page draws; a file may have many more."""
USES = 50
"""Hypotheses, models and children that a page names."""

MISSING, RANGE = "data.missing_share", "data.range_violations"


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in one line."""

    subject: str
    name: str
    version: str
    rows: int
    columns: int
    size: int
    format: str
    licence: str
    sensitivity: str
    owner_role: str
    registered_at: str
    by: str
    """How the account that registered it is called."""
    entry: str


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One dataset, with its newest version."""

    name: str
    versions: int
    newest: VersionLine


@dataclass(frozen=True, slots=True)
class DatasetsPage:
    """All datasets."""

    headline: str
    rows: tuple[DatasetRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """One dataset with its versions, newest first."""

    name: str
    headline: str
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column: what is declared of it, and what was counted."""

    name: str
    type: str
    role: str
    nullable: bool
    minimum: float | None
    maximum: float | None
    categories: tuple[str, ...]
    missing_codes: tuple[str, ...]
    """Values that stand for a missing one."""
    missing: int | None
    """Values that are missing; None where nobody counted."""
    out: int | None
    """Values outside the declared range; None where nobody counted."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model version that saw this data."""

    subject: str
    used: str
    """What for: "trained", "evaluated", "trained and evaluated"."""
    stage: str
    entry: str


@dataclass(frozen=True, slots=True)
class DatasetVersionPage:
    """One version of a dataset."""

    version: DatasetVersion
    headline: str
    by: str
    """How the account that registered it is called."""
    newest: str
    """Address of the newest version of the dataset."""
    measuring: tuple[Measuring, ...]
    """What the server measures of it at this moment."""
    columns: tuple[ColumnLine, ...]
    more_columns: int
    """Columns that are not shown."""
    missing_evidence: str | None
    """Digest of the evidence that the missing values were counted in."""
    parents: tuple[VersionLine, ...]
    children: tuple[VersionLine, ...]
    evidence: tuple[Figure, ...]
    models: tuple[ModelUse, ...]
    hypotheses: tuple[HypothesisLine, ...]
    """Those that are tested on it."""
    privacy: PrivacyPart
    """What may be told of the people in it, and what was."""
    may_measure: bool
    """Whether the reader may have the server measure it."""
    datasheet: int
    """Fields of its datasheet that are filled in."""
    sheet_fields: int
    """Fields that a datasheet has."""
    rules: RulesPart
    """What every version of the dataset is to keep, and whether this one does."""
    history: tuple[EntryLine, ...]


def listed(work: Work, cursor: str | None = None) -> DatasetsPage:
    """Datasets by name, each with its newest version."""
    page = reads.listed(work, cursor=cursor, limit=ROWS)
    found = reads.found(work, [_newest(one) for one in page.items])
    lines = {line.subject: line for line in _lines(work, found.values())}
    rows = tuple(DatasetRow(one.name, one.versions, lines[_newest(one)]) for one in page.items)
    return DatasetsPage(_list_headline(rows, more=page.next is not None), rows, page.next)


def dataset(work: Work, name: str) -> DatasetPage:
    """One dataset with its versions."""
    found = reads.versions_of(work, name)
    many = f"{len(found):,} version{'' if len(found) == 1 else 's'}"
    headline = f"{many}, the newest with {found[0].content.rows:,} rows."
    return DatasetPage(name, headline, _lines(work, found))


def version(work: Work, name: str, fingerprint: str) -> DatasetVersionPage:
    """One version: what it is, where it came from, what was measured, who uses it."""
    found = tables.get(work, name, fingerprint)
    subject = str(found.subject)
    newest = reads.versions_of(work, name)[0]
    current = work.ledger.latest(found.subject)
    counted = _newest_of(current, MISSING)
    lineage = work.subjects.lineage(found.subject)
    related = _related(work, found)
    tested = hypotheses.on_dataset(work, subject, limit=USES)
    return DatasetVersionPage(
        version=found,
        headline=_headline(found, newest, current),
        by=called(accounts.names(work, {found.registered_by}), found.registered_by),
        newest=str(newest.subject),
        measuring=measuring(work, found.subject),
        columns=_columns(found, counted, _newest_of(current, RANGE)),
        more_columns=max(0, len(found.about.columns) - COLUMNS),
        missing_evidence=None if counted is None else counted.digest,
        parents=tuple(related[one] for one in found.about.parents if one in related),
        children=tuple(one for one in related.values() if one.subject not in found.about.parents),
        evidence=figures(work, current),
        models=tuple(_use(one, subject) for one in models.made_on(work, subject, limit=USES)),
        hypotheses=tuple(hypothesis_line(one, work.at[:10]) for one in tested),
        privacy=privacy(work, name),
        may_measure=work.caller.refuses(Action.EVIDENCE_REPRODUCE, lineage) is None,
        datasheet=filled_in(current),
        sheet_fields=len(SHEET),
        rules=rules(work, found.subject, current),
        history=entry_lines(work, history(work, [subject], most=LATEST)),
    )


def _related(work: Work, found: DatasetVersion) -> dict[str, VersionLine]:
    """Parents and children by address."""
    parents = reads.found(work, found.about.parents)
    children = reads.made_from(work, str(found.subject), limit=USES)
    return {line.subject: line for line in _lines(work, [*parents.values(), *children])}


def _lines(work: Work, found: Iterable[DatasetVersion]) -> tuple[VersionLine, ...]:
    versions = list(found)
    names = accounts.names(work, {one.registered_by for one in versions})
    return tuple(_line(one, called(names, one.registered_by)) for one in versions)


def _line(found: DatasetVersion, by: str) -> VersionLine:
    content, about = found.content, found.about
    return VersionLine(
        subject=str(found.subject),
        name=found.name,
        version=content.fingerprint,
        rows=content.rows,
        columns=len(about.columns),
        size=content.size,
        format=str(content.format),
        licence=about.licence,
        sensitivity=str(about.sensitivity),
        owner_role=about.owner_role,
        registered_at=found.registered_at,
        by=by,
        entry=found.entry,
    )


def _newest(one: Dataset) -> str:
    return str(version_subject(one.name, one.latest))


def _newest_of(current: Sequence[Cited], check: str) -> Cited | None:
    """The newest evidence by `check` about all columns together."""
    found = [
        one
        for one in current
        if one.evidence.check == check and "column" not in one.evidence.parameters
    ]
    return max(found, key=lambda one: one.position, default=None)


def _columns(
    found: DatasetVersion, missing: Cited | None, out: Cited | None
) -> tuple[ColumnLine, ...]:
    empty = _by_column(missing, "missing")
    beyond = _by_column(out, "count")
    return tuple(
        _column(one, empty.get(str(one["name"])), beyond.get(str(one["name"])))
        for one in found.about.columns[:COLUMNS]
    )


def _by_column(cited: Cited | None, key: str) -> dict[str, int]:
    """What evidence counted in each column; a client may have told it in a form of its own."""
    rows: Any = None if cited is None else cited.evidence.detail.get("columns")
    if not isinstance(rows, list):
        return {}
    return {
        str(row.get("column")): row[key]
        for row in rows
        if isinstance(row, Mapping) and type(row.get(key)) is int
    }


def _column(declared: Mapping[str, Any], missing: int | None, out: int | None) -> ColumnLine:
    return ColumnLine(
        name=str(declared["name"]),
        type=str(declared["type"]),
        role=str(declared["role"]),
        nullable=bool(declared["nullable"]),
        minimum=declared.get("minimum"),
        maximum=declared.get("maximum"),
        categories=tuple(str(one) for one in declared.get("categories", ())),
        missing_codes=tuple(_code(one) for one in declared.get("missing_codes", ())),
        missing=missing,
        out=out,
    )


def _code(code: str | float) -> str:
    """A value as it stands in the file: 666, not 666.0."""
    return f"{code:.15g}" if isinstance(code, float) else str(code)


def _use(found: Version, dataset: str) -> ModelUse:
    said = found.registration
    ways = {"trained": said.data, "evaluated": said.evaluation}
    used = " and ".join(way for way, data in ways.items() if data == dataset)
    return ModelUse(str(found.subject), used, str(found.stage), found.entry)


def _headline(found: DatasetVersion, newest: DatasetVersion, current: Sequence[Cited]) -> str:
    """One sentence that a busy person can act on."""
    shape = f"{found.content.rows:,} rows of {len(found.about.columns):,} columns"
    if newest.subject != found.subject:
        return f"{shape}; there is a newer version of this dataset."
    if not current:
        return f"{shape}; nobody has measured it yet."
    return f"{shape}, described and measured."


def _list_headline(rows: Sequence[DatasetRow], *, more: bool) -> str:
    if not rows:
        return "No dataset yet."
    many = f"{'The first ' if more else ''}{len(rows)} dataset{'' if len(rows) == 1 else 's'}"
    restricted = sum(row.newest.sensitivity in {"confidential", "restricted"} for row in rows)
    return f"{many}, {restricted} of them confidential or restricted."
