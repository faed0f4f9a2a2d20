"""Ensembles: registered versions that decide together, sealed as a version of their own.

Their files are the members' own, kept already, and one that says how they become one. So nothing
else need know of it: the ensemble is measured, gated, released and verified like any version.
"""

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.probing import answers
from gonogo.checks.inputs.schema import Role, columns_of, schema_from_json
from gonogo.checks.predictors import ensemble as files_of
from gonogo.checks.predictors.ensemble import Ensemble, Member
from gonogo.checks.predictors.load import load_predictor
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.tasks import TaskKind
from gonogo.domain.datasets import reads as datasets
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.domain.models import actions, reads, sealing, tables
from gonogo.domain.models.composition import FORMAT, PREFIX, Composition, Part
from gonogo.domain.models.rules import ModelFile, ModelStage, Registration, Version
from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Undefined
from gonogo.stats.stacking import stacked_weights
from gonogo.store.files import Files
from gonogo.store.work import Work

SINGLE = frozenset({TaskKind.CLASSIFICATION, TaskKind.REGRESSION})
"""What members may be for: one number for each row, which can be averaged."""
LEAST = 1e-6
"""A learned weight below it is nothing."""
FEWEST = 30
"""Rows that weights are learned on, at least."""
MERGED = ("reasons", "changes")
"""Fields of the members' cards that are said of single columns."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an ensemble is asked for."""

    model: str
    """The model that it becomes a version of."""
    members: tuple[tuple[str, float], ...]
    """Versions as `name@number`, with their weights."""
    stack: str | None = None
    learn: str | None = None
    """The dataset version to learn the weights on."""
    evaluation: str | None = None
    threshold: float = 0.5
    card: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be built, read from the database."""

    wanted: Wanted
    members: tuple[Version, ...]
    stack: Version | None
    learn: DatasetVersion | None
    author: Subject


def planned(work: Work, wanted: Wanted) -> Plan:
    """The versions that are asked for, for a caller who may register; raises what is wrong."""
    named = [one for one, _ in wanted.members]
    # The first tells the use case, so that who may not is told so before anything else.
    first = _version(work, named[0], "members.0").registration
    case = work.subjects.need(Subject(SubjectKind.CASE, first.case), field="case")
    work.allow(Action.MODEL_REGISTER, on=case)
    members = tuple(_version(work, one, f"members.{n}") for n, one in enumerate(named))
    stack = None if wanted.stack is None else _version(work, wanted.stack, "stack")
    if wanted.learn is not None and stack is not None:
        raise Invalid(
            field="learn", value=wanted.learn, expected="no stack: its model has learned already"
        )
    for place, one in enumerate(members):
        _check_alike(one.registration, first, f"members.{place}")
    if stack is not None and stack.registration.case != first.case:
        raise Invalid(
            field="stack", value=str(stack.subject), expected=f"a version for {first.case}"
        )
    learn = datasets.named(work, wanted.learn, field="learn")
    return Plan(wanted, members, stack, learn, work.caller.actor)


def built(files: Files, plan: Plan) -> Registration:
    """The ensemble, loaded once to see that it answers; slow, so outside of any Work.

    Its number is given when it is registered.
    """
    members, weights, left_out = _weighed(files, plan)
    said = [one.registration for one in members]
    made = Ensemble(
        tuple(
            Member(f"{one.model}@{one.number}", float(weight))
            for one, weight in zip(said, weights, strict=True)
        ),
        None if plan.stack is None else str(plan.stack.subject).removeprefix("model:"),
    )
    text = made.text()
    stored = files.put(io.BytesIO(text))
    listed = (
        ModelFile(files_of.NAME, stored.size, stored.digest),
        *(
            replace(file, path=f"{files_of.MEMBERS}/{place}/{file.path}")
            for place, one in enumerate(said)
            for file in one.files
        ),
        *(
            replace(file, path=f"{files_of.STACK}/{file.path}")
            for file in (() if plan.stack is None else plan.stack.registration.files)
        ),
    )
    composition = _composition(plan, members, made, left_out)
    registration = _registration(plan, said, listed, composition)
    with tempfile.TemporaryDirectory() as folder:
        sealing.unpack(files, registration, Path(folder))
        signature = sealing.inspect(Path(folder)).signature
        load_predictor(Path(folder))
    return replace(registration, signature=signature)


def register(work: Work, made: Registration) -> tuple[Version, bool]:
    """Seal it under the next number of ensembles; the one that is there where it is the same.

    The flag says whether it is new.
    """
    known = [
        one.registration
        for one in reads.versions_of(work, made.model)
        if one.registration.composition is not None
    ]
    for one in known:
        same = (one.digest, one.evaluation, one.threshold)
        if same == (made.digest, made.evaluation, made.threshold) and one.case == made.case:
            return tables.get(work, one.model, one.number), False
    numbers = [int(one.number.removeprefix(PREFIX)) for one in known]
    number = f"{PREFIX}{max(numbers, default=0) + 1}"
    return actions.register(work, replace(made, number=number)), True


def _version(work: Work, text: str, field: str) -> Version:
    try:
        subject = Subject.parse(text if text.startswith("model:") else f"model:{text}")
    except Invalid as error:
        raise Invalid(field=field, value=text, expected="NAME@NUMBER") from error
    if subject.version is None:
        raise Invalid(field=field, value=text, expected="NAME@NUMBER")
    found = tables.get(work, subject.name, subject.version)
    if found.stage is ModelStage.RETIRED:
        raise Conflict(field=field, value=text, expected="a version that is not retired")
    if found.registration.composition is not None:
        raise Invalid(
            field=field, value=text, expected="no ensemble: name the versions that are in it"
        )
    return found


def _check_alike(one: Registration, first: Registration, field: str) -> None:
    if one.case != first.case:
        raise Invalid(
            field=field,
            value=str(one.subject),
            expected=f"a version for {first.case}, as the first",
        )
    if one.task != first.task or one.task.kind not in SINGLE:
        raise Invalid(
            field=field,
            value=one.task.says,
            expected="versions for the same task, classification or regression",
        )


def _weighed(
    files: Files, plan: Plan
) -> tuple[Sequence[Version], Sequence[float], tuple[str, ...]]:
    """The members with their weights as shares of 1, and those whose weight came out as nothing."""
    said = np.array([weight for _, weight in plan.wanted.members], dtype=np.float64)
    if plan.learn is None:
        return plan.members, (said / said.sum()).tolist(), ()
    weights = _learned(files, plan, plan.learn)
    kept = [n for n, weight in enumerate(weights) if weight > LEAST]
    left_out = tuple(str(one.subject) for n, one in enumerate(plan.members) if n not in kept)
    if len(kept) < 2:
        raise Conflict(
            field="members",
            value=str(plan.members[kept[0]].subject),
            expected="two members or more that add something: on these rows this one alone is best",
        )
    chosen = weights[kept] / weights[kept].sum()
    return [plan.members[n] for n in kept], chosen.tolist(), left_out


def _learned(files: Files, plan: Plan, data: DatasetVersion) -> Floats:
    """The weights by which the members' mean is closest to the truth of rows none of them saw."""
    address = str(data.subject)
    for one in plan.members:
        if address in one.registration.seen:
            raise Invalid(
                field="learn", value=address, expected=f"rows {one.subject} was not trained on"
            )
    schema = schema_from_json(list(data.about.columns))
    labels = columns_of(schema, Role.LABEL)
    if len(labels) != 1:
        raise Invalid(field="learn", value=address, expected="a dataset version with one label")
    rows = without_codes(datasets.frame(files, data), schema)
    said = np.column_stack([_scores(files, one.registration, rows) for one in plan.members])
    try:
        truth = rows[labels[0]].to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Invalid(field="learn", value=labels[0], expected="labels that are numbers") from error
    known = np.isfinite(said).all(axis=1) & np.isfinite(truth)
    n = int(known.sum())
    found = (
        stacked_weights(truth[known], said[known])
        if n >= FEWEST
        else Undefined(f"{n} rows that all members answer, {FEWEST} or more are needed", n=n)
    )
    if isinstance(found, Undefined):
        raise Invalid(field="learn", value=address, expected=f"rows to learn from: {found.reason}")
    return found


def _scores(files: Files, said: Registration, rows: Any) -> Floats:
    with tempfile.TemporaryDirectory() as folder:
        sealing.unpack(files, said, Path(folder))
        predictor = load_predictor(Path(folder))
        return answers(predictor.predict_score, rows, said.threshold).score


def _composition(
    plan: Plan, members: Sequence[Version], made: Ensemble, left_out: tuple[str, ...]
) -> Composition:
    learned = () if plan.wanted.learn is None else (plan.wanted.learn,)
    stack = () if plan.stack is None else tuple(sorted(plan.stack.registration.seen))
    seen = (*(one for version in members for one in sorted(version.registration.seen)), *stack)
    return Composition(
        tuple(
            Part(f"model:{one.version}", float(share))
            for one, share in zip(made.members, made.shares, strict=True)
        ),
        None if made.stack is None else f"model:{made.stack}",
        plan.wanted.learn,
        tuple(dict.fromkeys((*seen, *learned))),
        left_out,
    )


def _registration(
    plan: Plan,
    said: Sequence[Registration],
    files: tuple[ModelFile, ...],
    composition: Composition,
) -> Registration:
    wanted = plan.wanted
    return Registration(
        model=wanted.model,
        number=f"{PREFIX}1",
        case=said[0].case,
        run=None,
        place=None,
        files=files,
        format=FORMAT,
        signature={},
        data=_common([one.data for one in said]),
        evaluation=wanted.evaluation or _common([one.evaluation for one in said]),
        code=_common([one.code for one in said]),
        environment=None,
        author=plan.author,
        threshold=wanted.threshold,
        card=_card(wanted.card or {}, said),
        task=said[0].task,
        composition=composition,
    )


def _common(said: Sequence[str | None]) -> str | None:
    """What all of them say, None where they differ."""
    return said[0] if len(set(said)) == 1 else None


def _card(own: Mapping[str, Json], said: Sequence[Registration]) -> dict[str, Json]:
    """What is said of it, with what the members' cards say of single columns."""
    found = dict(own)
    for field in MERGED:
        if field in found:
            continue
        merged: dict[str, Json] = {}
        for one in said:
            columns = one.card.get(field)
            for name, words in columns.items() if isinstance(columns, Mapping) else ():
                merged.setdefault(name, words)
        if merged:
            found[field] = merged
    return found
