"""How well a model does: ROC with its band, precision, reliability, cost, the worst slices."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gonogo.core.conditions import Cited
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate
from gonogo.stats.proportions import wilson
from gonogo.stats.roc_band import Band, roc_band
from gonogo.views.charts.values import (
    At,
    Bin,
    Bound,
    Chart,
    Intervals,
    Line,
    Lines,
    Tone,
    Whisker,
)
from gonogo.views.drawn.plotted import Plotted, called, level_of, of

DIAGONAL = Line("chance", (At(0.0, 0.0), At(1.0, 1.0)), Tone.QUIET, dashed=True)
AGREED = Line("agreement", (At(0.0, 0.0), At(1.0, 1.0)), Tone.QUIET, dashed=True)
SLICES = 12
"""Slices that are drawn; the evidence holds more."""


def curve(cited: Cited) -> Plotted | None:
    """The curve that a check keeps; None where nothing is known of what it is drawn over."""
    draw = {
        "performance.roc_auc": _roc,
        "performance.pr_auc": _precision,
        "performance.cost_optimal_threshold": _cost,
    }.get(cited.evidence.check)
    return None if draw is None else draw(cited)


def _points(cited: Cited) -> list[tuple[float, float]]:
    found: Any = cited.evidence.detail["curve"]
    return [(float(x), float(y)) for x, y in found]


def _roc(cited: Cited) -> Plotted | None:
    points = _points(cited)
    band = _band(cited, points)
    drawn = tuple(At(x, y) for x, y in points)
    lines: tuple[Line, ...] = (DIAGONAL, Line("curve", drawn))
    if band is not None:
        lines = (band, *lines)
    chart = Lines(
        called(cited), "False-positive rate", "True-positive rate", lines, unit_square=True
    )
    says = ""
    if band is not None:
        says = f"The band holds the whole curve with {level_of(cited) * 100:g} % confidence."
    return of(cited, chart, says) if points else None


def _band(cited: Cited, points: list[tuple[float, float]]) -> Line | None:
    counts: Any = cited.evidence.detail.get("counts")
    if not isinstance(counts, Mapping) or not points:
        return None
    across, up = np.array(points, dtype=np.float64).T
    yes, no = int(counts["yes"]), int(counts["no"])
    found = roc_band(across, up, yes=yes, no=no, level=level_of(cited))
    if not isinstance(found, Band):
        return None
    ends = zip(found.across, found.low, found.high, strict=True)
    reach = tuple(
        At(float(x), float((low + high) / 2), float(low), float(high)) for x, low, high in ends
    )
    return Line("band", reach, joined=False)


def _precision(cited: Cited) -> Plotted | None:
    points = tuple(At(x, y) for x, y in _points(cited))
    counts: Any = cited.evidence.detail.get("counts")
    share = float(counts["yes"]) / float(counts["n"]) if isinstance(counts, Mapping) else None
    bounds = () if share is None else (Bound(share, "share of yes"),)
    chart = Lines(
        called(cited),
        "Recall",
        "Precision",
        (Line("curve", points),),
        unit_square=True,
        bounds=bounds,
    )
    return of(cited, chart) if points else None


def _cost(cited: Cited) -> Plotted | None:
    points = tuple(At(x, y) for x, y in _points(cited) if abs(x) != float("inf"))
    now = cited.evidence.detail.get("threshold")
    found = cited.evidence.measured
    uprights = (
        *((Bound(float(now), "in use"),) if isinstance(now, int | float) else ()),
        *((Bound(found.value, "cheapest"),) if isinstance(found, Estimate) else ()),
    )
    chart = Lines(
        "Cost by threshold",
        "Threshold",
        "Cost of a decision",
        (Line("cost", points),),
        uprights=uprights,
    )
    return of(cited, chart) if points else None


def reliability(cited: Cited) -> Plotted | None:
    """Forecast against outcome, each bin with its interval; on the diagonal they agree."""
    rows: Any = cited.evidence.detail["reliability"]
    chart = reliability_chart("Reliability", rows, level_of(cited))
    return None if chart is None else of(cited, chart, "On the diagonal, forecasts come true.")


def reliability_chart(title: str, rows: Any, level: float) -> Chart | None:
    """The reliability curve of bins as `checks/findings/curves` keeps them."""
    found = [(row, wilson(Counts(yes=int(row["yes"]), n=int(row["n"])), level)) for row in rows]
    points = tuple(
        At(float(row["forecast"]), one.value, one.low, one.high, f"n = {int(row['n']):,}")
        for row, one in found
        if isinstance(one, Estimate)
    )
    bins = tuple(
        Bin(float(row["lowest"]), float(row["highest"]), int(row["n"])) for row, _ in found
    )
    lines = (AGREED, Line("observed", points, dots=True))
    return (
        Lines(title, "Mean forecast", "Share observed", lines, unit_square=True, bins=bins)
        if points
        else None
    )


def slices(cited: Cited) -> Plotted | None:
    """The worst slices with intervals that hold for all that were looked at together."""
    detail: Any = cited.evidence.detail
    rows = tuple(
        Whisker(
            label=str(one["slice"]),
            value=float(one["value"]),
            low=float(one["low"]),
            high=float(one["high"]),
            says=f"n = {int(one['n']):,}",
        )
        for one in detail["slices"][:SLICES]
    )
    whole = detail.get("all_rows")
    bounds = () if whole is None else (Bound(float(whole["value"]), "all rows"),)
    looked = int(detail["looked_at"])
    chart = Intervals(called(cited), _scale(cited), rows, bounds)
    says = (
        f"The worst of {looked:,} slices; the intervals hold for all of them at once. "
        "The dashed line is the model on all rows."
    )
    return of(cited, chart, says, wide=True) if rows else None


def _scale(cited: Cited) -> str:
    return called(cited).partition(" of the worst slice")[0]
