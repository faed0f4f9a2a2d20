"""Rows of models, their versions and what their aliases named when."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Row,
    String,
    Table,
    select,
)

from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.core.tasks import Task
from gonogo.domain.models.composition import Composition
from gonogo.domain.models.rules import (
    ModelFile,
    ModelStage,
    Promotion,
    Registration,
    Version,
)
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

models = Table(
    "models",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("case", String(64), nullable=False, index=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

versions = Table(
    "model_versions",
    metadata,
    Column("model", String(200), ForeignKey("models.name"), primary_key=True),
    Column("number", String(64), primary_key=True),
    Column("case", String(64), nullable=False, index=True),
    Column("run", String(64), nullable=True, index=True),
    Column("place", String(500), nullable=True, index=True),
    Column("digest", String(64), nullable=False),
    Column("files", Document, nullable=False),
    Column("format", String(20), nullable=False),
    Column("signature", Document, nullable=False),
    Column("data", String(255), nullable=True),
    Column("evaluation", String(255), nullable=True),
    Column("code", String(255), nullable=True),
    Column("environment", String(255), nullable=True),
    Column("author", String(255), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("card", Document, nullable=False),
    # What it is for; null: classification.
    Column("task", Document, nullable=True),
    # What an ensemble is made of; null: it is none.
    Column("ensemble", Document, nullable=True),
    Column("stage", String(20), nullable=False),
    Column("registered_at", String(24), nullable=False),
    Column("registered_by", String(255), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
    Column("sealed", String(64), ForeignKey("ledger.digest"), nullable=False),
)

promotions = Table(
    "model_promotions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", String(200), nullable=False),
    Column("alias", String(64), nullable=False),
    Column("number", String(64), nullable=True),
    Column("at", String(24), nullable=False),
    Column("decision", String(64), ForeignKey("ledger.digest"), nullable=False),
    ForeignKeyConstraint(["model"], ["models.name"]),
    Index("ix_model_promotions_model_alias_at", "model", "alias", "at"),
)


def find(work: Work, model: str, number: str) -> Version | None:
    """The version, or None."""
    row = work.connection.execute(
        select(versions).where(versions.c.model == model, versions.c.number == number)
    ).one_or_none()
    return None if row is None else to_version(row)


def get(work: Work, model: str, number: str) -> Version:
    """The version; raises `NotFound`."""
    found = find(work, model, number)
    if found is None:
        raise NotFound(
            field="model",
            value=f"{model}@{number}",
            expected="a registered version; register it with gonogo first",
        )
    return found


def put(work: Work, version: Version) -> None:
    """Write a new version."""
    work.connection.execute(versions.insert().values(**_row(version)))


def update(work: Work, subject: Subject, **changed: Any) -> None:
    """Write over some columns of a version."""
    work.connection.execute(
        versions.update()
        .where(versions.c.model == subject.name, versions.c.number == subject.version)
        .values(**changed)
    )


def _row(version: Version) -> dict[str, Any]:
    said = version.registration
    plain = ("model", "number", "case", "run", "place", "format", "data", "evaluation", "code")
    return {
        **{name: getattr(said, name) for name in plain},
        "environment": said.environment,
        "threshold": said.threshold,
        "digest": said.digest,
        "files": [asdict(file) for file in said.files],
        "signature": dict(said.signature),
        "author": str(said.author),
        "card": dict(said.card),
        "task": said.task.to_json(),
        "ensemble": None if said.composition is None else said.composition.to_json(),
        "stage": str(version.stage),
        "registered_at": version.registered_at,
        "registered_by": version.registered_by,
        "entry": version.entry,
        "sealed": version.sealed,
    }


def to_version(row: Row[Any]) -> Version:
    """The version in a row."""
    return Version(
        registration=Registration(
            model=row.model,
            number=row.number,
            case=row.case,
            run=row.run,
            place=row.place,
            files=tuple(ModelFile(**file) for file in row.files),
            format=row.format,
            signature=row.signature,
            data=row.data,
            evaluation=row.evaluation,
            code=row.code,
            environment=row.environment,
            author=Subject.parse(row.author),
            threshold=row.threshold,
            card=row.card,
            task=Task.from_json(row.task or {}),
            composition=Composition.from_json(row.ensemble),
        ),
        stage=ModelStage(row.stage),
        registered_at=row.registered_at,
        registered_by=row.registered_by,
        entry=row.entry,
        sealed=row.sealed,
    )


def to_promotion(row: Row[Any]) -> Promotion:
    """The promotion in a row."""
    return Promotion(row.model, row.alias, row.number, row.at, row.decision)
