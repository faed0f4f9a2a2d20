"""Is more data worth it? The curve that was measured and how it goes on."""

from dataclasses import replace
from typing import Any

from gonogo.core.conditions import Cited
from gonogo.stats.estimate import Undefined
from gonogo.views.charts.values import At, Bound, Line, Lines, Tone
from gonogo.views.drawn.plotted import Plotted, of


def learning_curve(cited: Cited) -> Plotted | None:
    """Scores at the sizes that were measured, the curve with its prediction interval, the price."""
    if isinstance(cited.evidence.measured, Undefined):
        return None
    detail: Any = cited.evidence.detail
    at = detail["sizes"]
    largest = max(int(one["size"]) for one in at)
    measured = tuple(
        At(
            float(one["size"]),
            float(one["mean"]),
            None if one["low"] is None else float(one["low"]),
            None if one["high"] is None else float(one["high"]),
            f"{int(one['n'])} times",
        )
        for one in at
    )
    trained = tuple(
        At(float(one["size"]), float(one["trained"])) for one in at if one["trained"] is not None
    )
    ahead = tuple(
        At(float(one["size"]), float(one["value"]), float(one["low"]), float(one["high"]))
        for one in detail["curve"]
        if one["value"] is not None and int(one["size"]) >= largest
    )
    fitted = tuple(
        At(float(one["size"]), float(one["value"]))
        for one in detail["curve"]
        if one["value"] is not None and int(one["size"]) <= largest
    )
    bought = detail["purchase"]
    lines = (
        Line("curve", fitted, Tone.QUIET, dashed=True),
        *(
            (Line("on the rows it was trained on", trained, Tone.QUIET, dots=True),)
            if trained
            else ()
        ),
        Line("foretold", ahead, Tone.SECOND),
        Line("measured", measured, dots=True, joined=False),
    )
    uprights = (
        Bound(float(largest), "rows there are"),
        *(
            (Bound(float(bought["size"]), "stops paying"),)
            if bought is not None and int(bought["size"]) > largest
            else ()
        ),
    )
    metric = str(cited.evidence.parameters.get("metric", "score"))
    chart = Lines(
        "Score by rows to train on",
        "Rows",
        {"roc_auc": "ROC AUC", "log_loss": "Log loss"}.get(metric, metric),
        lines,
        log_across=True,
        uprights=uprights,
    )
    plot = of(cited, chart, f"It lacks {detail['lacks']}: {detail['reason']}.", wide=True)
    return replace(plot, leads=f"/more-data/{cited.digest}", leads_says="Shall we buy more data?")
