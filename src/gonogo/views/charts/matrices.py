"""Heat maps: things in two levels over cells that say how grave that is, moved by what is done."""

import math
from typing import TYPE_CHECKING, Any

from gonogo.views.charts.scales import inside
from gonogo.views.charts.theme import COLOURS, HEIGHT, colour, over
from gonogo.views.charts.values import Matrix, Move

if TYPE_CHECKING:
    import altair as alt

SIDE = 1.0
"""Of a cell, on both scales."""
NEAR = 0.08
"""A move shorter than this has no arrow."""


def matrix(chart: Matrix, width: int) -> "alt.TopLevelMixin":
    """Cells, and a point for each thing with an arrow from where it was."""
    import altair as alt

    columns, rows = max(len(chart.across_levels), 1), max(len(chart.up_levels), 1)
    x, y = _axis("X", chart.across, columns), _axis("Y", chart.up, rows)
    tone = alt.Color("tone:N", scale=None)
    moves = over(
        [_move(one, at, columns, rows, width) for at, one in enumerate(chart.moves, start=1)]
    )
    moved = moves.transform_filter("datum.moved")
    layers = [
        over(_cells(chart))
        .mark_rect(opacity=0.3, stroke=COLOURS["panel"])
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", fill=alt.Fill("tone:N", scale=None)),
        moved.mark_rule(strokeWidth=1.4, opacity=0.8).encode(
            x="from_x:Q", x2="x:Q", y="from_y:Q", y2="y:Q", color=tone
        ),
        moved.mark_point(filled=False, size=60, opacity=0.9).encode(
            x="from_x:Q", y="from_y:Q", color=tone
        ),
        moved.mark_point(filled=True, size=70, shape="triangle", opacity=1).encode(
            x="mid_x:Q", y="mid_y:Q", color=tone, angle=alt.Angle("angle:Q", scale=None)
        ),
        moves.mark_point(aria=True, filled=True, size=80, opacity=1).encode(
            x=x, y=y, color=tone, description="says:N"
        ),
        moves.mark_text(dy=-10, fontSize=10).encode(x=x, y=y, text="number:N"),
    ]
    return alt.layer(*layers).properties(width=width, height=HEIGHT)


def _axis(way: str, title: str, count: int) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[0, count], nice=False, zero=True)
    # Halves, where no line of the grid is: each level is named in the middle of its cells.
    axis = alt.Axis(
        values=[at + 0.5 for at in range(count)], labelExpr="ceil(datum.value)", grid=False
    )
    made = alt.X if way == "X" else alt.Y
    return made(f"{way.lower()}:Q", title=title, scale=scale, axis=axis)


def _cells(chart: Matrix) -> list[dict[str, Any]]:
    return [
        {
            "x": column,
            "x2": column + SIDE,
            "y": row,
            "y2": row + SIDE,
            "tone": colour(tone),
        }
        for row, tones in enumerate(chart.cells)
        for column, tone in enumerate(tones)
    ]


def _move(one: Move, number: int, columns: int, rows: int, width: int) -> dict[str, Any]:
    x, y = inside(one.x, (0.0, columns)), inside(one.y, (0.0, rows))
    from_x = x if one.from_x is None else inside(one.from_x, (0.0, columns))
    from_y = y if one.from_y is None else inside(one.from_y, (0.0, rows))
    # The triangle points up, and turns as the line is seen, not as its numbers are.
    wide, high = (x - from_x) * width / columns, (y - from_y) * HEIGHT / rows
    turn = math.degrees(math.atan2(wide, high)) % 360
    return {
        "number": str(number),
        "x": x,
        "y": y,
        "from_x": from_x,
        "from_y": from_y,
        "mid_x": (x + from_x) / 2,
        "mid_y": (y + from_y) / 2,
        "angle": turn,
        "moved": math.hypot(x - from_x, y - from_y) > NEAR,
        "tone": colour(one.tone),
        "says": f"{one.label}: {one.says}" if one.says else one.label,
    }
