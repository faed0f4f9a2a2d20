"""Bringing a model version into memory: nothing of it takes traffic before it has proved itself."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gonogo.checks.predictors.detect import Format, inspect_model
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.predictor import Predictor
from gonogo.core.errors import Broken, GonogoError, Invalid
from gonogo.core.snapshot import Served
from gonogo.gateway.scorers.lightgbm_rows import lightgbm_scorer
from gonogo.gateway.scorers.loaded import Loaded
from gonogo.gateway.scorers.onnx_rows import onnx_scorer
from gonogo.gateway.scorers.reasons import reasoner
from gonogo.gateway.scorers.scorer import Scorer
from gonogo.gateway.scorers.sealed import check_digest
from gonogo.gateway.scorers.table_rows import frame_of, table_scorer
from gonogo.gateway.scorers.together import ensemble_scorer
from gonogo.gateway.scorers.xgboost_rows import xgboost_scorer

WARM = 20
"""Calls before the first request: what a runtime prepares at the first one is prepared then."""
AGREEING = 1e-9
"""How far the quick way to ask may differ from the plain one."""

Places = Callable[[str], Path]
"""Where a version's files are on this machine."""


def load(served: Served, place: Places) -> Loaded:
    """The version, warm; raises a `GonogoError` that says why it must not take traffic."""
    folder = place(served.folder)
    check_digest(folder, served.digest)
    columns = [feature.name for feature in served.features]
    try:
        predictor = load_predictor(folder, columns=columns)
        _same_columns(predictor, columns)
        scorer = _scorer(served, predictor, folder)
        _answers_its_probe(served, predictor, scorer)
        _warm(served, scorer)
        return Loaded(served, scorer, reasoner(served, predictor))
    except GonogoError:
        raise
    # A model that cannot be loaded has as many ways to fail as there are libraries.
    except Exception as error:
        raise Broken(field=served.key, value=str(error), expected="a model that loads") from error


def _same_columns(predictor: Predictor, columns: Sequence[str]) -> None:
    absent = [name for name in predictor.names if name not in columns]
    if absent:
        raise Invalid(
            field="features",
            value=", ".join(absent[:5]),
            expected="every column the model reads in the version's schema",
        )


def _scorer(served: Served, predictor: Predictor, folder: Path) -> Scorer:
    """The quickest way that gives the same scores as the plain one."""
    kinds = {feature.name: feature.type for feature in served.features}
    rows = _rows(served)
    if predictor.format is Format.ENSEMBLE:

        def quickest(one: Predictor, at: Path, reads_scores: bool) -> Scorer:
            if reads_scores:
                return _quickest(one, at, {}, [], dict.fromkeys(one.names, 0.5))
            return _quickest(one, at, kinds, rows, _made_up(served))

        return ensemble_scorer(predictor, folder, quickest)
    return _quickest(predictor, folder, kinds, rows, _made_up(served))


def _quickest(
    predictor: Predictor,
    folder: Path,
    kinds: Mapping[str, str],
    rows: list[dict[str, Any]],
    made_up: dict[str, Any],
) -> Scorer:
    plain = table_scorer(predictor)
    quick: Scorer | None = None
    if predictor.format is Format.LIGHTGBM:
        quick = lightgbm_scorer(predictor, kinds)
    elif predictor.format is Format.XGBOOST:
        quick = xgboost_scorer(predictor, kinds)
    elif predictor.format is Format.ONNX:
        quick = onnx_scorer(predictor, folder / inspect_model(folder).path)
    if quick is None:
        return plain
    if all(_agree(quick, plain, row) for row in rows):
        return quick if rows or _agree_if_answered(quick, plain, made_up) else plain
    return plain


def _agree(quick: Scorer, plain: Scorer, row: dict[str, Any]) -> bool:
    values = [row.get(name) for name in quick.names]
    return math.isclose(quick.one(values), plain.one(values), rel_tol=AGREEING, abs_tol=AGREEING)


def _agree_if_answered(quick: Scorer, plain: Scorer, row: dict[str, Any]) -> bool:
    """As `_agree`, of a row that the model need not have an answer for."""
    try:
        return _agree(quick, plain, row)
    except GonogoError:
        return True


def _answers_its_probe(served: Served, predictor: Predictor, scorer: Scorer) -> None:
    if served.probe is None:
        return
    rows = [[row.get(name) for name in scorer.names] for row in served.probe.rows]
    if not rows:
        return
    # Both ways, as reasons are told of the plain one.
    plain = predictor.predict_score(frame_of(predictor, rows))
    for place, (row, wanted) in enumerate(zip(rows, served.probe.scores, strict=True)):
        for found in (scorer.one(row), float(plain[place])):
            if not abs(found - wanted) <= served.probe.tolerance:
                raise Broken(
                    field=f"probe.{place}",
                    value=found,
                    expected=f"{wanted!r} within {served.probe.tolerance:g}, as was recorded",
                )


def _warm(served: Served, scorer: Scorer) -> None:
    rows = _rows(served)
    for turn in range(WARM if rows else 0):
        row = rows[turn % len(rows)]
        scorer.one([row.get(name) for name in scorer.names])


def _made_up(served: Served) -> dict[str, Any]:
    """A row of the schema, where none was recorded."""
    found: dict[str, Any] = {}
    for feature in served.features:
        number = feature.low if feature.low is not None else min(0.5, feature.high or 0.5)
        text = feature.type in ("text", "string")
        found[feature.name] = (feature.categories or ("",))[0] if text else number
    return found


def _rows(served: Served) -> list[dict[str, Any]]:
    probes = served.probe.rows if served.probe is not None else ()
    return [*probes, *served.background][:WARM]
