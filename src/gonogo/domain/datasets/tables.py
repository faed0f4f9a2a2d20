"""Rows of datasets and their versions."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Row, String, Table, Text, select

from gonogo.checks.inputs.tabular import Format
from gonogo.core.errors import NotFound
from gonogo.domain.datasets.rules import About, Content, DatasetVersion, Sensitivity
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

datasets = Table(
    "datasets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

versions = Table(
    "dataset_versions",
    metadata,
    Column("subject", String(255), primary_key=True),
    Column("name", String(64), ForeignKey("datasets.name"), nullable=False, index=True),
    Column("fingerprint", String(12), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("format", String(20), nullable=False),
    Column("delimiter", String(1), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("columns", Document, nullable=False),
    Column("description", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("sensitivity", String(20), nullable=False),
    Column("owner_role", String(40), nullable=False),
    Column("place", Text, nullable=False),
    Column("protected", Document, nullable=False),
    Column("label", Text, nullable=True),
    Column("lineage", Document, nullable=False),
    Column("registered_at", String(24), nullable=False),
    Column("registered_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


def find(work: Work, name: str, fingerprint: str) -> DatasetVersion | None:
    """The version of `name` with this fingerprint, if it is registered."""
    row = work.connection.execute(
        select(versions).where(versions.c.name == name, versions.c.fingerprint == fingerprint)
    ).one_or_none()
    return None if row is None else to_version(row)


def get(work: Work, name: str, fingerprint: str) -> DatasetVersion:
    """The version of `name` with this fingerprint; raises `NotFound`."""
    version = find(work, name, fingerprint)
    if version is None:
        raise NotFound(
            field="dataset", value=f"{name}@{fingerprint}", expected="name and version of a dataset"
        )
    return version


def put(work: Work, version: DatasetVersion) -> None:
    """Write a new version."""
    work.connection.execute(versions.insert().values(**to_row(version)))


def to_row(version: DatasetVersion) -> dict[str, Any]:
    """`version` as a row."""
    content, about = version.content, version.about
    return {
        "subject": str(version.subject),
        "name": version.name,
        "fingerprint": content.fingerprint,
        "sha256": content.digest,
        "size": content.size,
        "format": str(content.format),
        "delimiter": content.delimiter,
        "rows": content.rows,
        "columns": [dict(column) for column in about.columns],
        "description": about.description,
        "licence": about.licence,
        "sensitivity": str(about.sensitivity),
        "owner_role": about.owner_role,
        "place": about.place,
        "protected": list(about.protected),
        "label": about.label,
        "lineage": {"parents": list(about.parents), "transformation": about.transformation},
        "registered_at": version.registered_at,
        "registered_by": version.registered_by,
        "entry": version.entry,
    }


def to_version(row: Row[Any]) -> DatasetVersion:
    """The version in a row."""
    about = About(
        description=row.description,
        licence=row.licence,
        sensitivity=Sensitivity(row.sensitivity),
        owner_role=row.owner_role,
        place=row.place,
        columns=row.columns,
        protected=tuple(row.protected),
        label=row.label,
        parents=tuple(row.lineage["parents"]),
        transformation=row.lineage["transformation"],
    )
    content = Content(row.sha256, row.size, Format(row.format), row.delimiter, row.rows)
    return DatasetVersion(row.name, content, about, row.registered_at, row.registered_by, row.entry)
