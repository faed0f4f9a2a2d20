"""Plots with names on the left: intervals, bars, spans and swarms, one row for each name."""

import math
from typing import TYPE_CHECKING, Any

from gonogo.views.charts.scales import apart, cut, ends, inside, reach, told
from gonogo.views.charts.theme import (
    COLOURS,
    LETTER,
    LETTERS,
    ROW,
    WIDE_LETTERS,
    WIDTH,
    colour,
    over,
    ramp,
)
from gonogo.views.charts.values import (
    Bar,
    Bars,
    Bound,
    Grain,
    Intervals,
    Span,
    Spans,
    Swarm,
    SwarmRow,
    Whisker,
)

if TYPE_CHECKING:
    import altair as alt

CELLS = 48
"""Parts of the scale in which the grains of a swarm are counted."""


def intervals(chart: Intervals, width: int) -> "alt.TopLevelMixin":
    """Points with whiskers, against the bounds they are held to."""
    import altair as alt

    numbers = [n for row in chart.rows for n in (row.value, row.low, row.high, row.asked)]
    scale = ends([*numbers, *(bound.at for bound in chart.bounds)], chart.within)
    called = labels([row.label for row in chart.rows], width)
    values = [_whisker(row, name, scale) for row, name in zip(chart.rows, called, strict=True)]
    y = names(called)
    x = alt.X("value:Q", title=chart.across, scale=_scale(scale))
    tone = alt.Color("tone:N", scale=None)
    base = over(values)
    asked = base.transform_filter("isValid(datum.asked)")
    layers = [
        *_uprights(chart.bounds),
        base.mark_rule(strokeWidth=4, strokeCap="round", opacity=0.45).encode(
            x=alt.X("low:Q", title=chart.across, scale=_scale(scale)), x2="high:Q", y=y, color=tone
        ),
        base.mark_point(filled=True, size=64, opacity=1).encode(x=x, y=y, color=tone),
        asked.mark_tick(thickness=2, size=16, color=COLOURS["ink"]).encode(x="asked:Q", y=y),
        felt(base, y),
    ]
    return sized(alt.layer(*layers), len(called), width)


def _whisker(row: Whisker, name: str, scale: tuple[float, float]) -> dict[str, Any]:
    held = "" if row.asked is None else f"; asked {told(row.asked)}"
    more = f"; {row.says}" if row.says else ""
    return {
        "name": name,
        "value": row.value,
        "low": inside(row.low, scale),
        "high": inside(row.high, scale),
        "asked": row.asked if row.asked is not None and math.isfinite(row.asked) else None,
        "tone": colour(row.tone),
        "says": f"{row.label}: {told(row.value)}{reach(row.low, row.high)}{held}{more}",
    }


def bars(chart: Bars, width: int) -> "alt.TopLevelMixin":
    """Amounts from zero, with whiskers where there are intervals."""
    import altair as alt

    numbers = [n for row in chart.rows for n in (row.value, row.low, row.high)]
    scale = ends([0.0, *numbers])
    # From zero on, where nothing lies on its other side.
    low = 0.0 if min([0.0, *(n for n in numbers if n is not None)]) == 0 else scale[0]
    high = 0.0 if max([0.0, *(n for n in numbers if n is not None)]) == 0 else scale[1]
    scale = (low, high) if low < high else (0.0, 1.0)
    called = labels([row.label for row in chart.rows], width)
    values = [_bar(row, name, scale) for row, name in zip(chart.rows, called, strict=True)]
    y = names(called)
    x = alt.X("value:Q", title=chart.across, scale=_scale(scale))
    base = over(values)
    reached = base.transform_filter("isValid(datum.low)")
    layers = [
        base.mark_bar(opacity=0.6, cornerRadiusEnd=2, size=ROW - 8).encode(
            x=x, x2=alt.X2Datum(0), y=y, color=alt.Color("tone:N", scale=None)
        ),
        reached.mark_rule(strokeWidth=2, strokeCap="round", color=COLOURS["ink"]).encode(
            x=alt.X("low:Q", title=chart.across), x2="high:Q", y=y
        ),
        felt(base, y),
    ]
    return sized(alt.layer(*layers), len(called), width)


def _bar(row: Bar, name: str, scale: tuple[float, float]) -> dict[str, Any]:
    more = f"; {row.says}" if row.says else ""
    return {
        "name": name,
        "value": row.value,
        "low": None if row.low is None else inside(row.low, scale),
        "high": None if row.high is None else inside(row.high, scale),
        "tone": colour(row.tone),
        "says": f"{row.label}: {told(row.value)}{reach(row.low, row.high)}{more}",
    }


def spans(chart: Spans, width: int) -> "alt.TopLevelMixin":
    """Bars from where each begins to where it ends, with a whisker to where it may end."""
    import altair as alt

    numbers = [n for row in chart.rows for n in (row.begins, row.ends, row.late, row.asked)]
    scale = ends([*numbers, *(bound.at for bound in chart.bounds)])
    called = labels([row.label for row in chart.rows], width)
    values = [_span(row, name, scale) for row, name in zip(chart.rows, called, strict=True)]
    y = names(called)
    x = alt.X("begins:Q", title=chart.across, scale=_scale(scale))
    tone = alt.Color("tone:N", scale=None)
    base = over(values)
    layers = [
        *_uprights(chart.bounds),
        base.mark_bar(opacity=0.45, size=ROW - 10).encode(x=x, x2="ends:Q", y=y, color=tone),
        base.transform_filter("isValid(datum.late)")
        .mark_rule(strokeWidth=2, strokeCap="round")
        .encode(x=alt.X("ends:Q", title=chart.across), x2="late:Q", y=y, color=tone),
        # What takes no time is seen by it.
        base.mark_tick(thickness=3, size=ROW - 8).encode(x="ends:Q", y=y, color=tone),
        base.transform_filter("isValid(datum.asked)")
        .mark_tick(thickness=2, size=16, color=COLOURS["ink"])
        .encode(x="asked:Q", y=y),
        felt(base, y),
    ]
    return sized(alt.layer(*layers), len(called), width)


def _span(row: Span, name: str, scale: tuple[float, float]) -> dict[str, Any]:
    late = "" if row.late is None else f", late {told(row.late)}"
    late += "" if row.asked is None else f", asked {told(row.asked)}"
    more = f"; {row.says}" if row.says else ""
    return {
        "name": name,
        "begins": inside(row.begins, scale),
        "ends": inside(row.ends, scale),
        "late": None if row.late is None else inside(row.late, scale),
        "asked": row.asked,
        "tone": colour(row.tone),
        "says": f"{row.label}: {told(row.begins)} to {told(row.ends)}{late}{more}",
    }


def swarm(chart: Swarm, width: int) -> "alt.TopLevelMixin":
    """Where each feature's amounts lie: the taller, the more rows; coloured by its own value."""
    import altair as alt

    scale = ends([grain.x for row in chart.rows for grain in row.grains])
    called = labels([row.label for row in chart.rows], width)
    cells = [
        one
        for row, name in zip(chart.rows, called, strict=True)
        for one in _cells(row, name, scale)
    ]
    said = [
        {"name": name, "says": f"{row.label}: {told(row.value)}{reach(row.low, row.high)} on mean"}
        for row, name in zip(chart.rows, called, strict=True)
    ]
    y = names(called)
    x = alt.X("x:Q", title=chart.across, scale=_scale(scale))
    layers = [
        over([{"x": 0.0}]).mark_rule(strokeWidth=1).encode(x=x),
        over(cells)
        .mark_tick(thickness=4)
        .encode(
            x=x,
            y=y,
            size=alt.Size("size:Q", scale=None),
            color=alt.Color("tone:N", scale=None),
        ),
        felt(over(said), y),
    ]
    return sized(alt.layer(*layers), len(called), width)


def _cells(row: SwarmRow, name: str, scale: tuple[float, float]) -> list[dict[str, Any]]:
    """Cells of the scale with the grains in them: a plot of each grain would weigh too much."""
    wide = (scale[1] - scale[0]) / CELLS
    cells: dict[int, list[Grain]] = {}
    for grain in row.grains:
        at = int((inside(grain.x, scale) - scale[0]) / wide)
        cells.setdefault(min(at, CELLS - 1), []).append(grain)
    most = max((len(cell) for cell in cells.values()), default=1)
    return [
        {
            "name": name,
            "x": scale[0] + (at + 0.5) * wide,
            # A single grain is still seen; areas are told apart better than heights.
            "size": max(3.0, (ROW - 4) * math.sqrt(len(cell) / most)),
            "tone": ramp(_mean([grain.share for grain in cell])),
        }
        for at, cell in sorted(cells.items())
    ]


def _mean(found: list[float | None]) -> float | None:
    known = [one for one in found if one is not None]
    return sum(known) / len(known) if known else None


def felt(base: Any, y: "alt.Y") -> Any:
    """What the pointer finds: the whole row, so that nobody has to hit a small mark."""
    return base.mark_rect(aria=True, opacity=0, color=COLOURS["quiet"]).encode(
        y=y, description="says:N"
    )


def labels(said: list[str], width: int) -> list[str]:
    """The labels as they have room, each different from the others."""
    letters = LETTERS if width <= WIDTH else WIDE_LETTERS
    return apart([cut(label, letters) for label in said])


def names(called: list[str]) -> "alt.Y":
    """The names on the left, from top to bottom."""
    import altair as alt

    longest = max((len(name) for name in called), default=0)
    return alt.Y(
        "name:N",
        title=None,
        sort=called,
        scale=alt.Scale(domain=called),
        axis=alt.Axis(minExtent=longest * LETTER + 6, labelLimit=0),
    )


def _scale(found: tuple[float, float]) -> "alt.Scale":
    import altair as alt

    return alt.Scale(domain=list(found), nice=False, zero=False)


def _uprights(bounds: tuple[Bound, ...]) -> list[Any]:
    values = [{"at": one.at} for one in bounds if math.isfinite(one.at)]
    base = over(values)
    rule = base.mark_rule(strokeDash=[3, 3], strokeWidth=1.2).encode(x="at:Q")
    return [rule] if values else []


def sized(chart: "alt.LayerChart | alt.FacetChart", rows: int, width: int) -> "alt.TopLevelMixin":
    """A chart as high as its rows need."""
    return chart.properties(width=width, height=max(rows, 1) * ROW)
