"""What can be done with a model version: register, write its card, move it, make it champion."""

from collections.abc import Mapping

from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.models import reads, tables
from gonogo.domain.models.rules import (
    CHAMPION,
    ModelStage,
    Registration,
    Version,
    check_registration,
    check_said,
    dataset_version,
    model_subject,
    same_or_conflict,
)
from gonogo.store.work import Work


def register(work: Work, asked: Registration) -> Version:
    """Seal a version: from now on its files cannot change.

    Registering the same files again returns what is there; other files raise `Broken`.
    """
    case, before = check_register(work, asked)
    if before is not None:
        return before
    model = model_subject(asked.model)
    known = work.subjects.known(model)
    if not known:
        work.subjects.add(model, parent=case, title=asked.model)
    work.subjects.add(asked.subject, parent=model, title=f"{asked.model} version {asked.number}")
    entry = work.append("model-version", asked.subject, asked.body())
    if not known:
        work.connection.execute(
            tables.models.insert().values(name=asked.model, case=asked.case, entry=entry.digest)
        )
    version = Version(
        registration=asked,
        stage=ModelStage.SANDBOX,
        registered_at=work.at,
        registered_by=str(work.caller.actor),
        entry=entry.digest,
        sealed=entry.digest,
    )
    tables.put(work, version)
    return version


def check_register(work: Work, asked: Registration) -> tuple[Subject, Version | None]:
    """Raise what `register` would; else the use case, and the version if it is registered."""
    case = work.subjects.need(Subject(SubjectKind.CASE, asked.case), field="case")
    work.allow(Action.MODEL_REGISTER, on=case)
    check_registration(asked)
    for field in ("data", "evaluation"):
        named = getattr(asked, field)
        if named is not None:
            work.subjects.need(dataset_version(named, field), field=field)
    before = tables.find(work, asked.model, asked.number)
    if before is not None:
        same_or_conflict(before.registration, asked)
        return case, before
    model = model_subject(asked.model)
    if work.subjects.known(model) and work.subjects.ancestor(model, SubjectKind.CASE) != case:
        raise Conflict(field="case", value=asked.case, expected="the use case the model is for")
    return case, None


def write_card(work: Work, model: str, number: str, card: Mapping[str, Json]) -> Version:
    """Say what the version's model card says; the ledger keeps what it said before."""
    version = tables.get(work, model, number)
    work.allow(Action.MODEL_REGISTER, on=version.subject)
    check_said(version.registration, card)
    if dict(version.registration.card) == dict(card):
        return version
    entry = work.append("model-card", version.subject, {"v": 1, "card": dict(card)})
    tables.update(work, version.subject, card=dict(card), entry=entry.digest)
    return tables.get(work, model, number)


def move_stage(work: Work, subject: Subject, stage: ModelStage, decision: str) -> Version:
    """Move a version to `stage`, as the ledger entry `decision` decided."""
    if subject.version is None:
        raise NotFound(field="subject", value=str(subject), expected="a model version")
    version = tables.get(work, subject.name, subject.version)
    tables.update(work, version.subject, stage=str(stage), entry=decision)
    if stage is ModelStage.PRODUCTION:
        promote(work, version.subject, decision)
    return tables.get(work, subject.name, subject.version)


def promote(work: Work, subject: Subject, decision: str) -> None:
    """Make a version the champion from now on; the one before goes back to validation."""
    before = reads.champion(work, subject.name)
    if before is not None and before.number not in {None, subject.version}:
        former = Subject(SubjectKind.MODEL, subject.name, before.number)
        tables.update(work, former, stage=str(ModelStage.VALIDATION), entry=decision)
    work.connection.execute(
        tables.promotions.insert().values(
            model=subject.name,
            alias=CHAMPION,
            number=subject.version,
            at=work.at,
            decision=decision,
        )
    )
