"""Plots over two scales: lines with bands, with counts below them, and candidates."""

import math
from typing import TYPE_CHECKING, Any

from gonogo.views.charts.scales import ends, inside, reach, told
from gonogo.views.charts.theme import COLOURS, HEIGHT, NUMBERS, colour, over
from gonogo.views.charts.values import At, Bound, Dot, Line, Lines, Scatter

if TYPE_CHECKING:
    import altair as alt

COUNTS = 46
"""Height of the counts below a plot."""
BESIDE = 62
"""Pixels beside a plot with counts below, whose width Vega does not fit by itself."""
FELT = 40
"""Most points of a line that the pointer finds."""
UNIT = (0.0, 1.0)
SMALLEST, LARGEST = 60.0, 1100.0
"""Areas of bubbles, in square pixels: one of nothing is still found."""

Scale = tuple[float, float]


def lines(chart: Lines, width: int) -> "alt.TopLevelMixin":
    """Lines over one another with their bands; counts below over the same scale."""
    import altair as alt

    across, up = _scales(chart)
    width -= BESIDE if chart.bins else 0
    x = _axis(alt.X, "x:Q", chart.across, across, log=chart.log_across)
    y = _axis(alt.Y, "y:Q", chart.up, up)
    layers = [
        *_bounds(chart.uprights, across, "x", log=chart.log_across),
        *_bounds(chart.bounds, up, "y"),
        *(_band(line, x, up) for line in chart.lines if _has_band(line) and not line.dots),
        *(part for line in chart.lines for part in _drawn(line, x, y, up)),
    ]
    over = alt.layer(*layers).properties(width=width, height=HEIGHT)
    if not chart.bins:
        return over
    return alt.vconcat(over, _counts(chart, across, width), spacing=6)


def _scales(chart: Lines) -> tuple[Scale, Scale]:
    if chart.unit_square:
        return UNIT, UNIT
    points = [point for line in chart.lines for point in line.points]
    edges = [edge for one in chart.bins for edge in (one.lowest, one.highest)]
    found = [*(point.x for point in points), *(one.at for one in chart.uprights), *edges]
    across = ends(found)
    if chart.log_across and found:
        across = (min(found) * 0.9, max(found) * 1.1)
    ups = [n for point in points for n in (point.y, point.low, point.high)]
    return across, ends([*ups, *(one.at for one in chart.bounds)])


def _axis(
    channel: Any, field: str, title: str, scale: Scale, *, log: bool = False
) -> "alt.X | alt.Y":
    import altair as alt

    if log and scale[0] > 0:
        ruled: dict[str, Any] = {
            "axis": alt.Axis(values=_round_numbers(scale)),
            "scale": alt.Scale(type="log", domain=list(scale), nice=False),
        }
    else:
        ruled = {"scale": alt.Scale(domain=list(scale), nice=False, zero=False)}
    made: alt.X | alt.Y = channel(field, title=title, **ruled)
    return made


def _round_numbers(scale: Scale) -> list[float]:
    """1, 2, 5, 10, ... within a scale; over many powers of ten those powers alone."""
    low, high = (math.floor(math.log10(end)) for end in scale)
    steps = (1, 2, 5) if high - low <= 3 else (1,)
    found = [step * 10.0**power for power in range(low, high + 1) for step in steps]
    return [one for one in found if scale[0] <= one <= scale[1]]


def _has_band(line: Line) -> bool:
    return any(point.low is not None for point in line.points)


def _point(point: At, at: int, up: Scale) -> dict[str, Any]:
    more = f"; {point.says}" if point.says else ""
    return {
        "x": point.x,
        "y": inside(point.y, up),
        "at": at,
        "low": None if point.low is None else inside(point.low, up),
        "high": None if point.high is None else inside(point.high, up),
        "says": f"{told(point.x)}: {told(point.y)}{reach(point.low, point.high)}{more}",
    }


def _values(line: Line, up: Scale) -> list[dict[str, Any]]:
    return [_point(one, at, up) for at, one in enumerate(line.points)]


def _band(line: Line, x: Any, up: Scale) -> Any:
    return (
        over(_values(line, up))
        .mark_area(opacity=0.16, color=colour(line.tone))
        .encode(x=x, y="low:Q", y2="high:Q")
    )


def _drawn(line: Line, x: Any, y: Any, up: Scale) -> list[Any]:
    tone = colour(line.tone)
    dash: dict[str, Any] = {"strokeDash": [4, 4]} if line.dashed else {}
    base = over(_values(line, up))
    found = []
    if line.joined:
        stroke = 1.2 if line.dashed else 2
        found.append(
            base.mark_line(strokeWidth=stroke, color=tone, **dash).encode(x=x, y=y, order="at:Q")
        )
    if line.dots:
        if _has_band(line):
            found.append(
                base.mark_rule(strokeWidth=3, strokeCap="round", opacity=0.45, color=tone).encode(
                    x=x, y="low:Q", y2="high:Q"
                )
            )
        found.append(
            base.mark_point(aria=True, filled=True, size=46, opacity=1, color=tone).encode(
                x=x, y=y, description="says:N"
            )
        )
    elif line.joined and not line.dashed:
        found.append(_felt(line, x, y, up))
    return found


def _felt(line: Line, x: Any, y: Any, up: Scale) -> Any:
    """Points that are not seen, only found by the pointer."""
    step = max(1, math.ceil(len(line.points) / FELT))
    values = [_point(one, at, up) for at, one in enumerate(line.points) if at % step == 0]
    return (
        over(values)
        .mark_point(aria=True, filled=True, size=90, opacity=0, color=colour(line.tone))
        .encode(x=x, y=y, description="says:N")
    )


def _bounds(bounds: tuple[Bound, ...], scale: Scale, way: str, *, log: bool = False) -> list[Any]:
    import altair as alt

    values = [{"at": one.at, "says": one.says} for one in bounds if scale[0] <= one.at <= scale[1]]
    if not values:
        return []
    base = over(values)
    rule = base.mark_rule(strokeDash=[3, 3], strokeWidth=1.2)
    if way == "y":
        words = base.mark_text(align="right", dx=-2, dy=4, baseline="top")
        return [rule.encode(y="at:Q"), words.encode(y="at:Q", x=alt.value("width"), text="says:N")]
    return [
        rule.encode(x="at:Q"),
        *(_words(one, at, scale, log=log) for at, one in enumerate(values)),
    ]


def _words(value: dict[str, Any], at: int, scale: Scale, *, log: bool) -> Any:
    """What an upright line says, where there is room: at its side, below what others say."""
    import altair as alt

    middle = math.sqrt(scale[0] * scale[1]) if log else (scale[0] + scale[1]) / 2
    right = value["at"] > middle
    mark: dict[str, Any] = {"align": "right", "dx": -4} if right else {"align": "left", "dx": 4}
    base = over([value]).mark_text(baseline="top", dy=4 + 13 * at, **mark)
    return base.encode(x="at:Q", y=alt.value(0), text="says:N")


def _counts(chart: Lines, across: Scale, width: int) -> Any:
    import altair as alt

    values = [
        {
            "from": one.lowest,
            "to": one.highest,
            "n": one.n,
            "says": f"{told(one.lowest)} to {told(one.highest)}: n = {one.n:,}",
        }
        for one in chart.bins
    ]
    below = alt.X(
        "from:Q",
        title=None,
        scale=alt.Scale(domain=list(across), nice=False, zero=False),
        axis=alt.Axis(labels=False),
    )
    up = alt.Y("n:Q", title="n", axis=alt.Axis(tickCount=2, format=NUMBERS))
    bars = (
        over(values)
        .mark_rect(aria=True, opacity=0.5, color=COLOURS["quiet"], stroke=COLOURS["panel"])
        .encode(x=below, x2="to:Q", y=up, y2=alt.Y2Datum(0), description="says:N")
    )
    return alt.layer(bars).properties(width=width, height=COUNTS)


def scatter(chart: Scatter, width: int) -> "alt.TopLevelMixin":
    """Candidates with the reach of both numbers; the frontier is joined and filled."""
    import altair as alt

    across = ends([n for dot in chart.dots for n in (dot.x, dot.x_low, dot.x_high)])
    up = ends([n for dot in chart.dots for n in (dot.y, dot.y_low, dot.y_high)])
    x = _axis(alt.X, "x:Q", chart.across, across)
    y = _axis(alt.Y, "y:Q", chart.up, up)
    tone = alt.Color("tone:N", scale=None)
    values = [
        {**_dot(one, at, across, up), "size": size}
        for at, (one, size) in enumerate(zip(chart.dots, _sizes(chart), strict=True), start=1)
    ]
    area = alt.Size("size:Q", scale=None)
    base = over(values)
    best = base.transform_filter("datum.frontier")
    quiet: dict[str, Any] = {"strokeWidth": 1, "opacity": 0.4}
    layers = [
        *([_filled(base, x, y, tone, area)] if chart.sized else []),
        base.mark_rule(**quiet).encode(x="x_low:Q", x2="x_high:Q", y=y, color=tone),
        base.mark_rule(**quiet).encode(y="y_low:Q", y2="y_high:Q", x=x, color=tone),
        best.mark_line(strokeWidth=1.5, color=COLOURS["quiet"], strokeDash=[4, 3]).encode(
            x=x, y=y, order="x:Q"
        ),
        base.transform_filter("!datum.frontier")
        .mark_point(aria=True, filled=False, opacity=1, strokeWidth=1.8)
        .encode(x=x, y=y, color=tone, size=area, description="says:N"),
        best.mark_point(aria=True, filled=True, size=80, opacity=1).encode(
            x=x, y=y, color=tone, description="says:N"
        ),
        base.mark_text(dy=-10, fontSize=10).encode(x=x, y=y, text="number:N"),
    ]
    return alt.layer(*layers).properties(width=width, height=HEIGHT)


def _filled(base: Any, x: Any, y: Any, tone: Any, area: Any) -> Any:
    """What a bubble is filled with: thin, so that one behind another is seen."""
    drawn = base.mark_point(filled=True, opacity=0.22)
    return drawn.encode(x=x, y=y, color=tone, size=area)


def _sizes(chart: Scatter) -> list[float]:
    """Areas of the marks: in proportion to what they stand for, the largest one filling a bit."""
    most = max((dot.size or 0.0 for dot in chart.dots), default=0.0)
    if not chart.sized or most <= 0:
        return [SMALLEST] * len(chart.dots)
    return [max(SMALLEST, LARGEST * min((dot.size or 0.0) / most, 1.0)) for dot in chart.dots]


def _dot(dot: Dot, number: int, across: Scale, up: Scale) -> dict[str, Any]:
    """A candidate; the plot calls it by its number in the table, for names would not fit."""
    more = f"; {dot.says}" if dot.says else ""
    there = f"{told(dot.x)}{reach(dot.x_low, dot.x_high)}"
    return {
        "number": str(number),
        "x": dot.x,
        "y": dot.y,
        "x_low": inside(dot.x if dot.x_low is None else dot.x_low, across),
        "x_high": inside(dot.x if dot.x_high is None else dot.x_high, across),
        "y_low": inside(dot.y if dot.y_low is None else dot.y_low, up),
        "y_high": inside(dot.y if dot.y_high is None else dot.y_high, up),
        "frontier": dot.on_frontier,
        "tone": colour(dot.tone),
        "says": f"{dot.label}: {there}, {told(dot.y)}{reach(dot.y_low, dot.y_high)}{more}",
    }
