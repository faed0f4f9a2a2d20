"""Whether attributions add up to the scores, and what they show of all rows together."""

from typing import TYPE_CHECKING

import numpy as np

from gonogo.checks.explain.adverse import walks_of
from gonogo.checks.explain.attribution import Attributions
from gonogo.checks.explain.coverage import UNASKED
from gonogo.checks.explain.explainers import WALKS, Explained, explained
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.cells import numbers_of
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.proportions import clopper_pearson

if TYPE_CHECKING:
    import pandas as pd

CHECK = "explainability.attribution_additivity"
ROWS = 500
TOLERANCE = 1e-5
"""How far the sum may be off a score where not said otherwise."""
DRAWN = 10
"""Columns of which single rows are told, for drawing."""
POINTS = 150
"""Rows that are told of each of them."""


def attribution_additivity(under: UnderTest, asked: Parameters) -> Finding:
    """Share of rows whose attributions add up to their score, in [0, 1], exact interval.

    Base and columns must give the score within `tolerance`: what explains a model must be about
    this very model (local accuracy). Rows that cannot be attributed count as not.

    Detail: how scores are attributed; of each column the mean size of what it adds, with Student's
    interval over the rows, and of the strongest the points of a summary plot, by value.
    Attributions that are sampled tell their largest standard error.

    Source: Lundberg & Lee (2017), NeurIPS 30, property 1.
    """
    settings = probe_settings(
        CHECK, under.probe, {"rows": ROWS, **asked}, walks=WALKS, tolerance=TOLERANCE
    )
    if not 0 < settings.number("tolerance") < 1:
        raise Invalid(
            field="with.tolerance", value=settings.number("tolerance"), expected="between 0 and 1"
        )
    sample = under.probe.ordered(settings.whole("rows"), settings.whole("seed"))
    how = explained(under, settings.whole("seed"), walks_of(settings))
    said = sample.scores()
    if how is None or not said.given.any():
        return Finding(CHECK, settings.values, Undefined(UNASKED, n=sample.n))
    rows = sample.features()[said.given].reset_index(drop=True)
    found = how.explainer.explain(rows)
    off = np.where(found.given, np.abs(found.score - said.score[said.given]), np.inf)
    kept = off <= settings.number("tolerance")
    measured = clopper_pearson(Counts(int(kept.sum()), kept.size), settings.level)
    detail = {
        "unanswered_before": said.refused,
        "largest_difference": float(off[found.given].max()) if found.given.any() else None,
        **_detail(under, how, found, rows, settings),
    }
    return Finding(CHECK, settings.values, measured, detail)


def _detail(
    under: UnderTest,
    how: Explained,
    found: Attributions,
    rows: "pd.DataFrame",
    settings: Settings,
) -> dict[str, Json]:
    values = found.values[found.given]
    size = np.abs(values).mean(axis=0) if len(values) else np.zeros(values.shape[1])
    order = np.argsort(-size, kind="stable")
    total = float(size.sum())
    names = under.probe.features
    error = None
    if found.error is not None and found.given.any() and np.isfinite(found.error).any():
        error = float(np.nanmax(found.error))
    return {
        "attributed_by": how.explainer.method,
        "compared_with": "training rows" if how.trained else "rows under test",
        "scale": str(found.scale),
        "largest_standard_error": error,
        "columns": [
            {
                "column": names[place],
                "mean_size": measured_to_json(
                    mean_t(np.abs(values[:, place]), settings.level, str(found.scale))
                ),
                "share": float(size[place]) / total if total > 0 else 0.0,
            }
            for place in order
        ],
        "points": [
            _points(rows[names[place]][found.given], values[:, place], names[place])
            for place in order[:DRAWN]
            if size[place] > 0
        ],
    }


def _points(values: "pd.Series[float]", adds: Floats, name: str) -> Json:
    numbers, adds = numbers_of(values)[:POINTS], adds[:POINTS]
    # By value, each column by itself: rows must not be put together again from their points.
    order = np.lexsort((adds, numbers))
    return {
        "column": name,
        "values": [float(one) if np.isfinite(one) else None for one in numbers[order]],
        "adds": [float(one) for one in adds[order]],
    }
