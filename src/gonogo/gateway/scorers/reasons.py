"""Reason codes of one decision: what spoke most against it, in the words of the model card."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gonogo.checks.explain.attribution import Explainer
from gonogo.checks.explain.explainers import way_of
from gonogo.checks.explain.linear import by_weights
from gonogo.checks.explain.parts import taken_apart
from gonogo.checks.explain.reasons import Codebook, reasons_of, usual_of
from gonogo.checks.explain.sampled import by_walks
from gonogo.checks.explain.trees import by_trees
from gonogo.checks.explain.words import FIELD, words_of
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.predictors.predictor import Predictor
from gonogo.checks.predictors.together import Together
from gonogo.core.snapshot import Served
from gonogo.gateway.scorers.loaded import Reasoning
from gonogo.gateway.scorers.table_rows import frame_of

MOST_BACKGROUND = 32
"""Background rows that walks start at: a reason is waited for."""
SEED = 7


def reasoner(served: Served, predictor: Predictor) -> Reasoning | None:
    """How reasons of the version are found; None where there is nothing to compare with."""
    explainer = _explainer(served, predictor)
    if explainer is None:
        return None
    book = _book(served, predictor)

    def reasons(values: Mapping[str, Any], yes_is_adverse: bool) -> tuple[str, ...]:
        frame = frame_of(predictor, [[values[name] for name in predictor.names]])
        found = explainer.explain(frame).values[0]
        told = reasons_of(values, found, replace(book, yes_is_adverse=yes_is_adverse))
        return tuple(reason.words or reason.column for reason in told)

    return reasons


def _explainer(served: Served, predictor: Predictor) -> Explainer | None:
    names = predictor.names
    if isinstance(predictor.native, Together):
        return _of_ensemble(served, predictor)
    parts = None if predictor.native is None else taken_apart(predictor.native, names)
    trees = None if parts is None else by_trees(parts, len(names))
    if trees is not None:
        return trees
    rows = [[row.get(name) for name in names] for row in served.background[:MOST_BACKGROUND]]
    if not rows:
        return None
    background = frame_of(predictor, rows)
    linear = None if parts is None else by_weights(parts, len(names), background)
    return linear or by_walks(predictor.predict_score, names, background, SEED)


def _of_ensemble(served: Served, predictor: Predictor) -> Explainer | None:
    """Its members' ways averaged; of one whose scores another model reads, walks of the whole."""
    rows = [[row.get(name) for name in predictor.names] for row in served.background]
    if not rows:
        return None
    background = frame_of(predictor, rows[:MOST_BACKGROUND])
    ask = predictor.predict_score
    return way_of(ask, predictor.native, predictor.names, background, SEED, 2 * len(background))


def _book(served: Served, predictor: Predictor) -> Codebook:
    usual = {}
    for feature in served.features:
        text = feature.type in ("text", "string")
        column = ColumnSpec(feature.name, ColumnType.TEXT if text else ColumnType.NUMBER)
        found = [row.get(feature.name) for row in served.background]
        kept = [float(one) for one in found if isinstance(one, int | float)]
        usual[feature.name] = usual_of(column, np.array(kept, dtype=np.float64))
    words = words_of({FIELD: served.words}) if served.words else {}
    return Codebook(predictor.names, words, usual)
