"""Steps and what they wait for, drawn: one row for each, the later the further to the right."""

from typing import TYPE_CHECKING, Any

from gonogo.views.charts.rows import felt, labels, names, sized
from gonogo.views.charts.theme import COLOURS, colour, over
from gonogo.views.charts.values import Network

if TYPE_CHECKING:
    import altair as alt


def network(chart: Network, width: int) -> "alt.TopLevelMixin":
    """Points joined to those they wait for; dashed where an outcome decides."""
    import altair as alt

    called = labels([node.label for node in chart.nodes], width)
    last = max((node.layer for node in chart.nodes), default=0)
    y = names(called)
    scale = alt.Scale(domain=[-0.5, last + 0.5], nice=False, zero=False)
    axis = alt.Axis(labels=False, tickCount=last + 1)
    x = alt.X("layer:Q", title=chart.across, scale=scale, axis=axis)
    joins = over(_ends(chart, called))
    joined: dict[str, Any] = {"strokeWidth": 1.2, "opacity": 0.7, "color": COLOURS["quiet"]}
    base = over(_points(chart, called))
    edges: dict[str, Any] = {"x": x, "y": y, "detail": "edge:N", "order": "at:Q"}
    layers = [
        joins.transform_filter("!datum.decides").mark_line(**joined).encode(**edges),
        joins.transform_filter("datum.decides")
        .mark_line(strokeDash=[3, 3], **joined)
        .encode(**edges),
        base.mark_point(filled=True, size=80, opacity=1).encode(
            x=x, y=y, color=alt.Color("tone:N", scale=None)
        ),
        felt(base, y),
    ]
    return sized(alt.layer(*layers), len(called), width)


def _points(chart: Network, called: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "layer": node.layer,
            "tone": colour(node.tone),
            "says": f"{node.label}: {node.says}" if node.says else node.label,
        }
        for node, name in zip(chart.nodes, called, strict=True)
    ]


def _ends(chart: Network, called: list[str]) -> list[dict[str, Any]]:
    """Both ends of each line."""
    joins = [
        (start, end, start == node.only_if)
        for end, node in enumerate(chart.nodes)
        for start in dict.fromkeys(
            (*node.after, *(() if node.only_if is None else (node.only_if,)))
        )
    ]
    return [
        {
            "edge": edge,
            "at": at,
            "name": called[where],
            "layer": chart.nodes[where].layer,
            "decides": decides,
        }
        for edge, (start, end, decides) in enumerate(joins)
        for at, where in enumerate((start, end))
    ]
