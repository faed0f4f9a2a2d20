"""Model versions: what was registered, in which stage it is, and that it never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gonogo.checks.explain.declared import check_card
from gonogo.core.canonical import Json
from gonogo.core.errors import Broken, Conflict, Invalid
from gonogo.core.sealed import digest_over
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.tasks import Task
from gonogo.domain.models.composition import FORMAT, Composition

CHAMPION = "champion"
"""The alias of the version that decides in production; only a decision sets it."""


class ModelStage(StrEnum):
    """How far a version has come; only a decision moves it."""

    SANDBOX = "sandbox"
    VALIDATION = "validation"
    PRODUCTION = "production"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a version."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What is said of a version when it is registered."""

    model: str
    number: str
    case: str
    """Slug of the use case it is for."""
    run: str | None
    """MLflow's run that made it."""
    place: str | None
    """Its folder below the root of the artifacts that go through gonogo; None: kept elsewhere."""
    files: tuple[ModelFile, ...]
    format: str
    """skops, lightgbm, xgboost or onnx."""
    signature: Mapping[str, Json]
    """Inputs and outputs, as MLflow writes them."""
    data: str | None
    """The dataset version it was trained on."""
    evaluation: str | None
    """The dataset version its evidence must be measured on."""
    code: str | None
    environment: str | None
    author: Subject
    """Who made it; never who approves it."""
    threshold: float
    """Score from which the model says yes."""
    card: Mapping[str, Json]
    """The model card's fields."""
    task: Task = field(default_factory=Task)
    """What it is for, and the columns that are read for it."""
    composition: Composition | None = None
    """Of an ensemble: what it is made of."""

    @property
    def subject(self) -> Subject:
        """The address of the version."""
        return version_subject(self.model, self.number)

    @property
    def seen(self) -> frozenset[str]:
        """The dataset versions that it, or anything in it, learned from."""
        own = () if self.composition is None else self.composition.seen
        return frozenset(own if self.data is None else (*own, self.data))

    @property
    def digest(self) -> str:
        """Digest of all its files."""
        return files_digest(self.files)

    def body(self) -> dict[str, Json]:
        """What the ledger keeps of it; the task where one was declared."""
        declared: dict[str, Json] = {}
        if self.task != Task():
            declared["task"] = self.task.to_json()
        if self.composition is not None:
            declared["ensemble"] = self.composition.to_json()
        return {
            "v": 1,
            **declared,
            "case": f"case:{self.case}",
            "run": self.run,
            "place": self.place,
            "digest": self.digest,
            "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in self.files],
            "format": self.format,
            "data": self.data,
            "evaluation": self.evaluation,
            "code": self.code,
            "environment": self.environment,
            "author": str(self.author),
            "threshold": self.threshold,
            "card": dict(self.card),
        }


@dataclass(frozen=True, slots=True)
class Version:
    """A registered version as it stands."""

    registration: Registration
    stage: ModelStage
    registered_at: str
    registered_by: str
    entry: str
    """Digest of the entry that last moved it or wrote its card."""
    sealed: str
    """Digest of the entry that registered it."""

    @property
    def subject(self) -> Subject:
        """The address of the version."""
        return self.registration.subject


@dataclass(frozen=True, slots=True)
class Promotion:
    """That an alias named a version from a time on, and by which decision."""

    model: str
    alias: str
    number: str | None
    """The version; None where the alias was taken away."""
    at: str
    decision: str
    """Digest of the decision."""


def model_subject(model: str) -> Subject:
    """The address of a registered model."""
    return Subject(SubjectKind.MODEL, model)


def version_subject(model: str, number: str) -> Subject:
    """The address of a version."""
    return Subject(SubjectKind.MODEL, model, number)


def files_digest(files: Sequence[ModelFile]) -> str:
    """One digest over paths, sizes and contents of all files, whatever their order."""
    return digest_over((file.path, file.size, file.sha256) for file in files)


def check_registration(asked: Registration) -> None:
    """Raise `Invalid` where a version cannot be registered as it is said to be."""
    if not asked.files:
        raise Invalid(field="files", value=(), expected="a version with at least one file")
    if not 0 < asked.threshold < 1:
        raise Invalid(field="threshold", value=asked.threshold, expected="a score in (0, 1)")
    if (asked.format == FORMAT) is not (asked.composition is not None):
        raise Invalid(
            field="format",
            value=asked.format,
            expected="an ensemble that is made of registered versions: gonogo model ensemble",
        )
    if asked.evaluation is not None and asked.evaluation in asked.seen:
        raise Invalid(
            field="evaluation",
            value=asked.evaluation,
            expected="another dataset version than the one it was trained on",
        )
    check_said(asked, asked.card)


def check_said(version: Registration, card: Mapping[str, Json]) -> None:
    """Raise `Invalid` where a card's reasons or changes cannot be used for this version."""
    inputs = version.signature.get("inputs")
    listed = inputs if isinstance(inputs, list | tuple) else ()
    names = [str(one["name"]) for one in listed if isinstance(one, Mapping) and one.get("name")]
    # Tensors without names say nothing of the columns.
    check_card(card, names if len(names) == len(listed) else ())


def dataset_version(text: str, field: str) -> Subject:
    """The dataset version written as `text`; raises `Invalid`."""
    subject = Subject.parse(text)
    if subject.kind is not SubjectKind.DATASET or subject.version is None:
        raise Invalid(field=field, value=text, expected="a dataset version, dataset:name@version")
    return subject


def same_or_conflict(before: Registration, asked: Registration) -> None:
    """Raise where a version that is registered is offered with other files."""
    check_unchanged(before, asked.files)
    if before.case != asked.case:
        raise Conflict(field="case", value=asked.case, expected=before.case)


def check_unchanged(registered: Registration, files: Sequence[ModelFile]) -> None:
    """Raise `Broken` naming the first file that is not what was registered."""
    found = {file.path: file.sha256 for file in files}
    wanted = {file.path: file.sha256 for file in registered.files}
    for path in sorted(wanted.keys() | found.keys()):
        if wanted.get(path) != found.get(path):
            raise Broken(
                field=path,
                value=found.get(path, "no such file"),
                expected=wanted.get(path, "no file of that name: it was added later"),
                message=f"{registered.subject} is immutable, but its files changed",
            )


def measured_on(registered: Registration, asked: str | None) -> str:
    """The dataset version to measure a version on; raises `Invalid` for what it was trained on."""
    data = asked or registered.evaluation
    if data is None:
        raise Invalid(field="data", expected="a dataset version: this version names none itself")
    if data in registered.seen:
        raise Invalid(
            field="data", value=data, expected="another dataset version than it was trained on"
        )
    return data


def check_held_out(registered: Registration, asked: str) -> None:
    """Raise `Invalid` for rows to calibrate by that the version was trained or is measured on."""
    if asked == registered.evaluation or asked in registered.seen:
        raise Invalid(
            field="calibration",
            value=asked,
            expected="another dataset version than it was trained on and is measured on",
        )
