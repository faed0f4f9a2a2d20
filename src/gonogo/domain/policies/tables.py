"""Rows of policies: every publication, the newest of a name being the one in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, Text

from gonogo.core.canonical import Json
from gonogo.core.gates import GateName, PolicyVersion, gate_from_json
from gonogo.core.releasing import ReleasePlan
from gonogo.domain.policies.rules import Policy
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

policies = Table(
    "policies",
    metadata,
    Column("entry", String(64), ForeignKey("ledger.digest"), primary_key=True),
    Column("name", String(64), nullable=False),
    # 1, 2, 3, ... for each name; unique, so two publications at once cannot both be the newest.
    Column("number", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("extends", String(64), nullable=True),
    Column("text", Text, nullable=False),
    Column("text_digest", String(64), nullable=False),
    Column("content", Document, nullable=False),
    Column("published_at", String(24), nullable=False),
    Column("published_by", String(255), nullable=False),
    Index("uq_policies_name_number", "name", "number", unique=True),
    Index("ix_policies_digest", "digest"),
)


@dataclass(frozen=True, slots=True)
class Published:
    """A publication of a policy."""

    name: str
    number: int
    """Which publication of this name it is, from 1."""
    digest: str
    """SHA-256 of the resolved content."""
    extends: str | None
    text: str
    text_digest: str
    content: Mapping[str, Json]
    """What it asks, with everything it extends."""
    published_at: str
    published_by: str
    entry: str
    """Digest of the entry that published it."""

    @property
    def subject(self) -> str:
        """The address of this exact wording."""
        return f"policy:{self.name}@{self.digest[:12]}"

    @property
    def version(self) -> PolicyVersion:
        """The policy as reviews take it."""
        gates: Any = self.content["gates"]
        release: Any = self.content.get("release")
        return PolicyVersion(
            name=self.name,
            digest=self.digest,
            entry=self.entry,
            # By the order of passing: a database may hand the fields back in an order of its own.
            gates=tuple(gate_from_json(name, gates[name]) for name in GateName if name in gates),
            release=None if release is None else ReleasePlan.from_json(release),
        )


def put(work: Work, policy: Policy, *, number: int, entry: str, by: str) -> Published:
    """Write a publication."""
    made = Published(
        name=policy.name,
        number=number,
        digest=policy.digest,
        extends=policy.extends,
        text=policy.text,
        text_digest=policy.text_digest,
        content=policy.content(),
        published_at=work.at,
        published_by=by,
        entry=entry,
    )
    columns = (column.name for column in policies.columns)
    work.connection.execute(
        policies.insert().values({name: getattr(made, name) for name in columns})
    )
    return made


def to_published(row: Row[Any]) -> Published:
    """The publication in a row."""
    return Published(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for the fields of a row
