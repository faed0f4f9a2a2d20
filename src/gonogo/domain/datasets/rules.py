"""Dataset versions: immutable files with a schema, an owner and a sensitivity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gonogo.checks.inputs.tabular import Format
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import Subject, SubjectKind

SHORT = 12
"""Hexadecimal digits of a fingerprint that name a version."""


class Sensitivity(StrEnum):
    """How much harm it would do if the data were seen by the wrong eyes."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Content:
    """What is in the file: found by reading it, not said by anybody."""

    digest: str
    """SHA-256 of the file's bytes."""
    size: int
    """Bytes."""
    format: Format
    delimiter: str
    """Between the values of a CSV."""
    rows: int

    @property
    def fingerprint(self) -> str:
        """The version that the bytes make."""
        return self.digest[:SHORT]


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a dataset version when it is registered."""

    description: str
    """What the rows are, how they came about and what is wrong with them."""
    licence: str
    """SPDX identifier, or the terms in words."""
    sensitivity: Sensitivity
    owner_role: str
    """The role that answers for it."""
    place: str
    """Where it came from, or `sha256:` and the digest of the file kept here."""
    columns: Sequence[Mapping[str, Json]]
    """The schema, column by column in the order of the file."""
    protected: tuple[str, ...]
    """Columns that no model may use, by which groups are compared."""
    label: str | None
    """The column to be predicted."""
    parents: tuple[str, ...] = ()
    """Dataset versions it was made from."""
    transformation: str = ""
    """How it was made from them."""

    def body(self) -> dict[str, Json]:
        """As the ledger keeps it."""
        return {
            "description": self.description,
            "licence": self.licence,
            "sensitivity": str(self.sensitivity),
            "owner_role": self.owner_role,
            "place": self.place,
            "columns": [dict(column) for column in self.columns],
            "protected": list(self.protected),
            "label": self.label,
            "parents": list(self.parents),
            "transformation": self.transformation,
        }


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """A registered version; nothing about it ever changes."""

    name: str
    content: Content
    about: About
    registered_at: str
    registered_by: str
    entry: str
    """Digest of the entry that registered it."""

    @property
    def subject(self) -> Subject:
        return version_subject(self.name, self.content.fingerprint)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset in one line."""

    name: str
    versions: int
    latest: str
    """Fingerprint of the version that was registered last."""
    registered_at: str = field(default="")
    """When that was."""


def dataset_subject(name: str) -> Subject:
    """The address of a dataset."""
    return Subject(SubjectKind.DATASET, name)


def version_subject(name: str, fingerprint: str) -> Subject:
    """The address of a version."""
    return Subject(SubjectKind.DATASET, name, fingerprint)


def body(content: Content, about: About) -> dict[str, Json]:
    """What the ledger keeps of a version."""
    return {
        "v": 1,
        "sha256": content.digest,
        "size": content.size,
        "format": str(content.format),
        "delimiter": content.delimiter,
        "rows": content.rows,
        **about.body(),
    }


def check_about(about: About) -> None:
    """Raise `Invalid` where something that must be said is empty."""
    if not about.licence.strip():
        raise Invalid(
            field="licence", value=about.licence, expected="an SPDX identifier or terms in words"
        )


def same_or_conflict(before: DatasetVersion, content: Content, about: About) -> None:
    """Raise `Conflict` naming the first thing that is said differently of the same bytes."""
    was, said = body(before.content, before.about), body(content, about)
    for name, value in said.items():
        if was[name] != value:
            raise Conflict(
                field=name,
                value=value if isinstance(value, str | int) else str(value),
                expected=f"{was[name]}, as it was registered: a version is immutable",
                message=f"{before.subject} is registered already, and described differently",
            )
