"""Measurements of an area on one scale: how a check is drawn that keeps nothing else to draw."""

import math
from collections.abc import Sequence

from gonogo.core.verdicts import Verdict
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.theme import LETTERS
from gonogo.views.charts.values import Bound, Intervals, Tone, Whisker
from gonogo.views.drawn.plotted import Plotted
from gonogo.views.evidence import Figure

MOST = 20
"""Rows of one plot; a table holds them all."""
TONES = {Verdict.GO: Tone.GO, Verdict.HOLD: Tone.HOLD, Verdict.NO_GO: Tone.NOGO}
UNIT_SCALE = frozenset({"share", "auc", "score", "kappa", "alpha"})
"""Units whose numbers lie in the same range, so that one scale serves them all."""
NAMES = {"difference": "Differences", "ratio": "Ratios", "ms": "Milliseconds"}
ZERO, ONE = {"difference"}, {"ratio"}


def overviews(figures: Sequence[Figure]) -> tuple[Plotted, ...]:
    """A plot for each scale on which two measurements or more stand."""
    scales: dict[str, list[Figure]] = {}
    for one in _newest(figures):
        found = one.measured
        if isinstance(found, Estimate) and (found.unit in UNIT_SCALE or not found.exact):
            scales.setdefault(_scale(found.unit, one.narrowed), []).append(one)
    return tuple(_plotted(scale, of) for scale, of in scales.items() if len(of) > 1)


def _newest(figures: Sequence[Figure]) -> list[Figure]:
    """One figure of each check and part: the server's own before what was reported, the newest."""
    newest: dict[tuple[str, str], Figure] = {}
    for one in sorted(figures, key=lambda one: (one.reproduced, one.position)):
        newest[one.check, one.narrowed] = one
    return [one for one in figures if newest[one.check, one.narrowed] is one]


def _scale(unit: str, narrowed: str) -> str:
    """Comparisons with another version stand apart from what they compare."""
    scale = "Shares" if unit in UNIT_SCALE else NAMES.get(unit, unit)
    return f"{scale}, compared" if "versus" in narrowed else scale


def _plotted(scale: str, figures: Sequence[Figure]) -> Plotted:
    # What the gate asks for comes first, where not everything can be shown.
    kept = sorted(figures, key=lambda one: one.judged is None)[:MOST]
    shown = [one for one in figures if one in kept]
    units = {one.measured.unit for one in shown if isinstance(one.measured, Estimate)}
    bounds = (
        *((Bound(0.0),) if units <= ZERO else ()),
        *((Bound(1.0),) if units <= ONE else ()),
    )
    rows = tuple(row for row in (_row(one) for one in shown) if row is not None)
    more = len(figures) - len(shown)
    return Plotted(
        chart=Intervals(scale[0].upper() + scale[1:], ", ".join(sorted(units)), rows, bounds),
        says=f"{more} more stand in the tables." if more else "",
        digest=None,
        measured=None,
        reproduced=False,
        wide=any(len(row.label) > LETTERS for row in rows),
    )


def _row(figure: Figure) -> Whisker | None:
    found = figure.measured
    if not isinstance(found, Estimate):
        return None
    narrowed = figure.narrowed.removeprefix("group ").replace("&", " & ")
    judged = figure.judged
    asked = None
    if judged is not None:
        ends = [one for one in (judged.at_least, judged.at_most) if math.isfinite(one)]
        asked = ends[0] if ends else None
    return Whisker(
        label=f"{figure.title}, {narrowed}" if narrowed else figure.title,
        value=found.value,
        low=found.low,
        high=found.high,
        says=f"n = {found.n:,}",
        tone=Tone.ACCENT if judged is None else TONES.get(judged.verdict, Tone.QUIET),
        asked=asked,
    )
