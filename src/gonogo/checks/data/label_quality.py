"""How many labels are probably wrong, and which rows to look at."""

from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.data.declared import chosen_columns
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings, settle_parameters
from gonogo.checks.inputs.cells import answers, missing, numbers_of
from gonogo.checks.inputs.schema import Schema
from gonogo.checks.inputs.scored import Scored
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats import confident
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.estimate import Undefined

if TYPE_CHECKING:
    import pandas as pd

CHECK = "data.label_error_share"
SHOWN = 20
"""Rows that are named; a label is looked at by a person before it is changed."""


def label_error_share(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """The share of labels that are probably wrong, in [0, 1], unit share, by confident learning.

    `score` is the column with the probability of yes from models that were not trained on the row,
    as by cross-validation; rows without one are left out. Raises `Invalid` where label or score is
    missing, the label is not yes and no, or a score is no probability. Detail: counts by label and
    likely truth, the rows (from 0) to look at first.
    """
    settings = _settings(asked)
    columns = []
    for name in ("label", "score"):
        said = settings.find(name)
        if said is None:
            raise Invalid(field=f"with.{name}", expected="a column")
        columns.append(chosen_columns(frame, schema, said, field=f"with.{name}")[0])
    (label, labels), (score, scores) = columns
    answers(label, labels)
    chances = numbers_of(scores)
    kept = np.flatnonzero(~missing(score, scores))
    yes: Bools = numbers_of(labels)[kept] == 1
    outside = ~((chances[kept] >= 0) & (chances[kept] <= 1))
    if outside.any():
        raise Invalid(
            field="with.score",
            value=f"{int(outside.sum())} of {kept.size} scores",
            expected="probabilities in [0, 1]",
        )
    return _finding(settings, yes, chances[kept], kept.tolist())


def of_scored(scored: Scored, asked: Parameters) -> Finding:
    """As `label_error_share`, of rows that a model scored which was not trained on them.

    `Undefined` where the scores are no probabilities.
    """
    settings = _settings(asked)
    for name in ("label", "score"):
        if settings.find(name) is not None:
            raise Invalid(field=f"with.{name}", expected="nothing: the rows are scored already")
    return _finding(settings, scored.yes, scored.scores, list(range(scored.n)))


def _settings(asked: Parameters) -> Settings:
    return settle_parameters(
        CHECK, asked, level=defaults.LEVEL, seed=defaults.SEED, resamples=defaults.RESAMPLES
    )


def _finding(settings: Settings, yes: Bools, scores: Floats, rows: list[int]) -> Finding:
    measured = confident.label_error_share(
        yes, scores, settings.level, settings.whole("seed"), settings.whole("resamples")
    )
    detail: dict[str, Json] = {}
    if not isinstance(measured, Undefined):
        detail = _detail(yes, scores, rows)
    return Finding(CHECK, settings.values, measured, detail)


def _detail(yes: Bools, scores: Floats, rows: list[int]) -> dict[str, Json]:
    counts, given = confident.confident_counts(yes, scores)
    joint = confident.joint_of(counts, given)
    found = confident.suspicious(yes, scores)
    return {
        "joint": [
            {
                "label": label,
                "truth": truth,
                "sure": int(counts[i, j]),
                "share": float(joint[i, j]),
            }
            for i, label in enumerate(("no", "yes"))
            for j, truth in enumerate(("no", "yes"))
        ],
        "suspicious": int(found.size),
        "rows": [
            {
                "row": rows[at],
                "label": "yes" if yes[at] else "no",
                "score": float(scores[at]),
            }
            for at in found[:SHOWN]
        ],
    }
