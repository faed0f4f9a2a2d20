"""Measuring a version on the server, from its sealed files and a kept dataset version."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.checks.cells import without_codes
from gonogo.checks.engineering import model_card_completeness
from gonogo.checks.finding import Finding
from gonogo.checks.measure import measure_model
from gonogo.checks.operations import latency_p99_ms
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.predictor import Predictor
from gonogo.checks.schema import Role, Schema, columns_of
from gonogo.checks.scored import Scored
from gonogo.core.errors import Invalid
from gonogo.domain.models.rules import Registration
from gonogo.domain.models.sealing import unpack
from gonogo.store.files import Files

if TYPE_CHECKING:
    import pandas as pd

TIMED_ROWS = 200
"""Rows that single predictions are timed on, over and over."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a version is to be measured."""

    groups: tuple[str, ...]
    """Group columns to compare; none: all protected ones of the dataset version."""
    level: float
    seed: int


def measure(
    files: Files,
    version: Registration,
    frame: "pd.DataFrame",
    schema: Schema,
    wanted: Wanted,
    champion: Registration | None = None,
) -> list[Finding]:
    """What a version shows on the rows of `frame`: performance, fairness, latency, its card.

    With a `champion` every performance check is also measured against it, on the same rows. Raises
    `Invalid` where the dataset version names no label or lacks a column the model reads, `Broken`
    where a sealed file changed.
    """
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
    )
    found = measure_model(scored, versus=versus, level=wanted.level, seed=wanted.seed)
    latency = _latency(predictor, rows, wanted.level)
    return [*found, latency, model_card_completeness(version.card, {})]


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
