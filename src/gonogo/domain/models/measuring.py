"""Measuring a version on the server, from its sealed files and a kept dataset version."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.checks.cells import without_codes
from gonogo.checks.engineering import model_card_completeness
from gonogo.checks.finding import Asked, Finding
from gonogo.checks.measure import every_check, measure_model
from gonogo.checks.model_files import Kept, stored_model_integrity, unsafe_model_files
from gonogo.checks.operations import latency_p99_ms
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.predictor import Predictor
from gonogo.checks.probes import is_probe, measure_probe
from gonogo.checks.probing import Probe, Rival
from gonogo.checks.schema import Role, Schema, columns_of
from gonogo.checks.scored import Scored
from gonogo.checks.security import INTEGRITY, OF_FILES
from gonogo.checks.serving import TIMED_ROWS
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.evidence import Parameters
from gonogo.domain.models.rules import Registration
from gonogo.domain.models.sealing import unpack
from gonogo.store.files import CHUNK, Files

if TYPE_CHECKING:
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


def measure(
    files: Files,
    version: Registration,
    frame: "pd.DataFrame",
    schema: Schema,
    wanted: Wanted,
    champion: Registration | None = None,
    worth: Parameters | None = None,
) -> list[Finding]:
    """What a version shows on the rows of `frame`: performance, fairness, latency, its card.

    With a `champion` every performance check is also measured against it, on the same rows; with
    the payoffs `worth` also what its decisions are worth. Raises `Invalid` where the dataset
    version names no label or lacks a column the model reads, `Broken` where a sealed file changed.
    """
    if wanted.checks and all(asked.check in OF_FILES for asked in wanted.checks):
        return [_of_files(files, version, asked) for asked in wanted.checks]
    label = columns_of(schema, Role.LABEL)
    if len(label) != 1:
        raise Invalid(field="data", value=label, expected="a dataset version with one label column")
    rows = without_codes(frame, schema)
    predictor = _loaded(files, version)
    versus = {}
    if champion is not None:
        versus[str(champion.subject)] = _loaded(files, champion).predict_score(rows)
    scored = Scored(
        rows[label[0]].to_numpy(),
        predictor.predict_score(rows),
        {name: rows[name].to_numpy() for name in _groups(schema, wanted.groups)},
        version.threshold,
        {str(name): rows[name].to_numpy() for name in rows.columns if name != label[0]},
    )
    if wanted.checks:
        rivals = () if champion is None else (_rival(files, champion),)
        asks = Probe(
            predictor.predict_score,
            tuple(feature.name for feature in predictor.features),
            rows,
            schema,
            scored.yes,
            version.threshold,
            rivals,
        )
        return _by_name(files, version, scored, asks, wanted)
    checks = every_check(scored, tuple(versus), worth=worth)
    found = measure_model(
        scored, checks=checks, versus=versus, level=wanted.level, seed=wanted.seed
    )
    latency = _latency(predictor, rows, wanted.level)
    return [*found, latency, model_card_completeness(version.card, {})]


def _by_name(
    files: Files, version: Registration, scored: Scored, asks: Probe, wanted: Wanted
) -> list[Finding]:
    """What the checks that were asked for find, in their order; raises `Invalid` for others."""
    found: list[Finding] = []
    for asked in wanted.checks:
        if is_probe(asked.check):
            found += measure_probe(asks, [asked], level=wanted.level, seed=wanted.seed)
        elif asked.check in OF_FILES:
            found.append(_of_files(files, version, asked))
        else:
            plain = every_check(scored, named=[asked.check])
            checks = [asked] if asked.parameters else plain or [asked]
            found += measure_model(scored, checks=checks, level=wanted.level, seed=wanted.seed)
    return found


def _of_files(files: Files, version: Registration, asked: Asked) -> Finding:
    if asked.check == INTEGRITY:
        kept = [Kept(one.path, one.sha256, _digest(files, one.sha256)) for one in version.files]
        return stored_model_integrity(kept, asked.parameters)
    with tempfile.TemporaryDirectory() as folder:
        unpack(files, version, Path(folder))
        return unsafe_model_files(Path(folder), asked.parameters)


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
    asks = _loaded(files, champion).predict_score
    return Rival(str(champion.subject), asks, champion.threshold)


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


def _loaded(files: Files, version: Registration) -> Predictor:
    with tempfile.TemporaryDirectory() as folder:
        unpack(files, version, Path(folder))
        return load_predictor(Path(folder))


def _latency(predictor: Predictor, rows: "pd.DataFrame", level: float) -> Finding:
    singles = [rows.iloc[[at]] for at in range(min(TIMED_ROWS, len(rows)))]
    return latency_p99_ms(predictor.predict_score, singles, {"level": level})
