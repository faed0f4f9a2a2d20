"""Measuring a version on the server, from its sealed files and kept dataset versions."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.cells import without_codes
from gonogo.checks.inputs.probing import Rival
from gonogo.checks.inputs.schema import Role, Schema, columns_of
from gonogo.checks.measure_version import Tell, measure_version
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.security.model_files import Kept
from gonogo.checks.tasked import answering
from gonogo.checks.under_test import Again, Model, Stored, UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.evidence import Parameters
from gonogo.core.tasks import Task
from gonogo.domain.models.rules import Registration
from gonogo.domain.models.sealing import unpack
from gonogo.store.files import CHUNK, Files

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a version is to be measured."""

    groups: tuple[str, ...]
    """Group columns to compare; none: all protected ones of the dataset version."""
    level: float
    seed: int
    checks: tuple[Asked, ...] = ()
    """The checks that are asked for by name; none: all that are measured without being asked."""


@dataclass(frozen=True, slots=True)
class Besides:
    """What measuring may read besides the version and the rows to measure on."""

    champion: Registration | None = None
    """Every performance check is measured against it too, on the same rows."""
    worth: Parameters | None = None
    """The payoffs of the use case, for what its decisions are worth."""
    trained_on: "Callable[[], pd.DataFrame] | None" = None
    """Reads the rows that the version was trained on."""
    again: Mapping[str, Registration] = field(default_factory=dict)
    """Versions that were trained again, by address: those that a check names."""


def measure(
    files: Files,
    version: Registration,
    frame: "pd.DataFrame",
    schema: Schema,
    wanted: Wanted,
    besides: Besides,
    tell: Tell | None = None,
) -> list[Finding]:
    """What a version shows on the rows of `frame`, as `measure_version`.

    Raises `Invalid` where the dataset version names no label or lacks a column the model reads,
    `Broken` where a sealed file changed.
    """
    labels = columns_of(schema, Role.LABEL)
    champion = besides.champion
    alike = champion is not None and champion.task.kind is version.task.kind
    rivals = (_rival(files, champion),) if champion is not None and alike else ()
    with _laid_out(files, version) as lay_out:
        under = UnderTest(
            load=lambda: _model(lay_out(), version.task),
            rows=without_codes(frame, schema),
            label=labels[0] if len(labels) == 1 else None,
            groups=_groups(schema, wanted.groups),
            schema=schema,
            threshold=version.threshold,
            rivals=rivals,
            task=version.task,
            worth=besides.worth,
            stored=Stored(lay_out, version.card, lambda: _seals(files, version)),
            trained_on=besides.trained_on,
            again=lambda address: _again(files, version, besides.again, address),
        )
        checks = wanted.checks or None
        return measure_version(under, checks, level=wanted.level, seed=wanted.seed, tell=tell)


@contextmanager
def _laid_out(files: Files, version: Registration) -> Iterator[Callable[[], Path]]:
    """Lays the files out in a folder when it is first asked where they are; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:

        @cache
        def lay_out() -> Path:
            unpack(files, version, Path(folder))
            return Path(folder)

        yield lay_out


def _model(folder: Path, task: Task) -> Model:
    return answering(load_predictor(folder), task)


def _seals(files: Files, version: Registration) -> list[Kept]:
    return [Kept(one.path, one.sha256, _digest(files, one.sha256)) for one in version.files]


def _digest(files: Files, sealed: str) -> str | None:
    """The SHA-256 that the file sealed under `sealed` has now; None where it is gone."""
    try:
        with files.open(sealed) as source:
            hashed = hashlib.sha256()
            while chunk := source.read(CHUNK):
                hashed.update(chunk)
            return hashed.hexdigest()
    except NotFound:
        return None


def _rival(files: Files, champion: Registration) -> Rival:
    @cache
    def loaded() -> Model:
        with _laid_out(files, champion) as lay_out:
            return _model(lay_out(), champion.task)

    def outputs(rows: "pd.DataFrame") -> "npt.ArrayLike":
        model = loaded()
        return (model.outputs or model.ask)(rows)

    address, threshold = str(champion.subject), champion.threshold
    return Rival(address, lambda rows: loaded().ask(rows), threshold, outputs, champion.task)


def _again(
    files: Files, version: Registration, known: Mapping[str, Registration], address: str
) -> Again:
    """The version that was trained again; nothing says that it was but who names it."""
    other = known[address]
    if other.subject == version.subject:
        raise Invalid(field="with.against", value=address, expected="another version than itself")
    told: dict[str, Json] = {
        "data": version.data,
        "same_data": version.data is not None and version.data == other.data,
        "code": version.code,
        "same_code": None if None in (version.code, other.code) else version.code == other.code,
    }
    return Again(_rival(files, other).ask, told)


def _groups(schema: Schema, asked: Sequence[str]) -> tuple[str, ...]:
    """The single columns behind the groups that are asked for; raises `Invalid`."""
    known = columns_of(schema, Role.PROTECTED)
    if not asked:
        return known
    for name in asked:
        if name not in known:
            listed = ", ".join(known) or "none is marked"
            raise Invalid(field="groups", value=name, expected=f"protected columns: {listed}")
    return tuple(dict.fromkeys(asked))
