"""What decisions are worth, what membership tells, and features that know too much."""

from typing import Any

from gonogo.core.conditions import Cited
from gonogo.views.charts.values import Bar, Bars, Intervals, Tone, Whisker
from gonogo.views.drawn.plotted import Plotted, called, of

KINDS = {
    "true_positive": "yes, rightly",
    "false_positive": "yes, wrongly",
    "false_negative": "no, wrongly",
    "true_negative": "no, rightly",
}
FEATURES = 12
"""Features that are drawn; the evidence holds more."""


def payoffs(cited: Cited) -> Plotted | None:
    """What each kind of decision adds to the mean payoff."""
    adds: Any = cited.evidence.detail["adds"]
    rows = tuple(
        Bar(label, float(adds[kind]), tone=Tone.ACCENT if adds[kind] >= 0 else Tone.NOGO)
        for kind, label in KINDS.items()
        if kind in adds
    )
    unit = str(cited.evidence.parameters.get("currency", "payoff"))
    chart = Bars(f"{called(cited)}: where it comes from", f"{unit} for each decision", rows)
    return of(cited, chart) if rows else None


def features(cited: Cited) -> Plotted | None:
    """How well single features alone rank the label."""
    detail: Any = cited.evidence.detail
    rows = tuple(
        Whisker(
            str(one["column"]),
            float(one["auc"]),
            float(one["low"]),
            float(one["high"]),
            says=f"by {one['by']}",
        )
        for one in detail["features"][:FEATURES]
    )
    chart = Intervals("Single features", "ROC AUC of the feature alone", rows)
    return of(cited, chart) if rows else None
