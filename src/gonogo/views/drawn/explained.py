"""What a model goes by and what people can be told: attributions, importance, reasons."""

from dataclasses import replace
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.core.evidence import measured_from_json
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import (
    At,
    Bar,
    Bars,
    Grain,
    Intervals,
    Line,
    Lines,
    Swarm,
    SwarmRow,
    Tone,
    Whisker,
)
from gonogo.views.drawn.plotted import Plotted, called, of

COLUMNS = 12
"""Columns that are drawn; the evidence holds more."""
CURVES = 4
"""Curves of partial dependence that are drawn, the strongest."""


def importance(cited: Cited) -> Plotted | None:
    """What ranking loses without each column."""
    detail: Any = cited.evidence.detail
    listed = detail["columns"]
    rows = tuple(
        Bar(str(one["column"]), float(one["importance"]), float(one["low"]), float(one["high"]))
        for one in listed[:COLUMNS]
    )
    many = (
        f"The {len(rows)} that matter most, of {len(listed)}; " if len(listed) > len(rows) else ""
    )
    above = int(detail.get("above_zero", 0))
    says = f"{many}{above} lie{'s' if above == 1 else ''} above 0 when all are taken together."
    chart = Bars(called(cited), "ROC AUC lost when shuffled", rows)
    return of(cited, chart, says[0].upper() + says[1:]) if rows else None


def summary(cited: Cited) -> Plotted | None:
    """Row by row what each column adds to the score, coloured by the column's own value."""
    detail: Any = cited.evidence.detail
    sizes = {str(one["column"]): measured_from_json(one["mean_size"]) for one in detail["columns"]}
    rows = tuple(
        _swarm(one, size)
        for one in detail["points"][:COLUMNS]
        if isinstance(size := sizes.get(str(one["column"])), Estimate)
    )
    scale = str(detail.get("scale", "score"))
    by = detail.get("attributed_by")
    chart = Swarm("What each column adds", f"Added to the {scale}", rows)
    says = "From blue, the column's least values, to red, its greatest"
    return of(cited, chart, f"{says}; by {by}." if by else f"{says}.") if rows else None


def _swarm(found: Any, size: Estimate) -> SwarmRow:
    values = [None if one is None else float(one) for one in found["values"]]
    order = sorted({one for one in values if one is not None})
    rank = {one: at / max(len(order) - 1, 1) for at, one in enumerate(order)}
    grains = tuple(
        Grain(float(adds), None if value is None or len(order) < 2 else rank[value])
        for value, adds in zip(values, found["adds"], strict=True)
    )
    return SwarmRow(str(found["column"]), grains, size.value, size.low, size.high)


def dependence(cited: Cited) -> tuple[Plotted, ...]:
    """The mean score along the values of the columns that move it most."""
    detail: Any = cited.evidence.detail
    drawn = [_dependence(cited, one) for one in detail["columns"][:CURVES] if one["curve"]]
    # What is measured is how far the first moves it; the others have a range, and no interval.
    return tuple(
        one if at == 0 else replace(one, digest=None, measured=None) for at, one in enumerate(drawn)
    )


def _dependence(cited: Cited, found: Any) -> Plotted:
    name = str(found["column"])
    points = found["curve"]
    says = (
        f"The mean score moves by {told(float(found['range']))}; the band holds the middle 80 % "
        "of the rows' own curves."
    )
    if all(isinstance(one["value"], int | float) for one in points):
        drawn = tuple(
            At(
                float(one["value"]),
                float(one["mean"]),
                float(one["rows_low"]),
                float(one["rows_high"]),
            )
            for one in points
        )
        return of(
            cited, Lines(f"Score along {name}", name, "Mean score", (Line(name, drawn),)), says
        )
    rows = tuple(
        Whisker(
            str(one["value"]), float(one["mean"]), float(one["rows_low"]), float(one["rows_high"])
        )
        for one in points[:COLUMNS]
    )
    return of(cited, Intervals(f"Score by {name}", "Mean score", rows), says)


def reasons(cited: Cited) -> Plotted | None:
    """How often each reason is given for an adverse decision."""
    detail: Any = cited.evidence.detail
    rows = tuple(
        Bar(str(one["words"]), float(one["given"]), says=f"first for {int(one['first']):,}")
        for one in detail["reasons"][:COLUMNS]
    )
    chart = Bars("Reasons that are given", "Adverse decisions", rows)
    return of(cited, chart) if rows else None


def recourse(cited: Cited) -> Plotted | None:
    """Which columns it takes to turn adverse decisions."""
    detail: Any = cited.evidence.detail
    moved = sorted(detail["columns"].items(), key=lambda item: (-int(item[1]), str(item[0])))
    rows = tuple(Bar(str(name), float(count)) for name, count in moved[:COLUMNS])
    chart = Bars("What turns a decision", "Decisions turned with it", rows)
    return of(cited, chart) if rows else None


def glass_box(cited: Cited) -> Plotted | None:
    """The model and its glass box on one scale."""
    detail: Any = cited.evidence.detail
    found = [
        (label, measured_from_json(detail[name]), tone)
        for label, name, tone in (
            ("the model", "model", Tone.ACCENT),
            ("glass box", "glass_box", Tone.SECOND),
        )
    ]
    rows = tuple(
        Whisker(label, one.value, one.low, one.high, tone=tone)
        for label, one, tone in found
        if isinstance(one, Estimate)
    )
    metric = str(cited.evidence.parameters.get("metric", "roc_auc"))
    across = {"roc_auc": "ROC AUC", "log_loss": "Log loss"}.get(metric, metric)
    return of(cited, Intervals(called(cited, "kind"), across, rows)) if rows else None
