"""The numbers of a plot as a table: what stands beside it, and what a reader can copy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gonogo.views.charts.values import (
    Bars,
    Chart,
    Intervals,
    Line,
    Lines,
    Matrix,
    Network,
    Scatter,
    Spans,
    Swarm,
)

Cell = str | float | None
"""Text, or a number to be rounded for reading; None where there is none."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A table: the first cell of a row names it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(chart: Chart) -> Numbers:
    """All numbers that `chart` draws, in its order."""
    match chart:
        case Intervals():
            return _intervals(chart)
        case Bars():
            return _bars(chart)
        case Spans():
            return _spans(chart)
        case Network():
            return _network(chart)
        case Lines():
            return _lines(chart)
        case Scatter():
            return _scatter(chart)
        case Matrix():
            return _matrix(chart)
        case Swarm():
            return _swarm(chart)


def _intervals(chart: Intervals) -> Numbers:
    asked = any(row.asked is not None for row in chart.rows)
    return _filled(
        ("", chart.across, "from", "to", *(("asked",) if asked else ()), "besides"),
        (
            (row.label, row.value, row.low, row.high, *((row.asked,) if asked else ()), row.says)
            for row in chart.rows
        ),
    )


def _bars(chart: Bars) -> Numbers:
    return _filled(
        ("", chart.across, "from", "to", "besides"),
        ((row.label, row.value, row.low, row.high, row.says) for row in chart.rows),
    )


def _spans(chart: Spans) -> Numbers:
    return _filled(
        ("", *chart.names, "besides"),
        ((row.label, row.begins, row.ends, row.late, row.says) for row in chart.rows),
    )


def _network(chart: Network) -> Numbers:
    return _filled(
        ("", "waits for", "only by", "besides"),
        (
            (
                node.label,
                ", ".join(chart.nodes[at].label for at in node.after),
                "" if node.only_if is None else chart.nodes[node.only_if].label,
                node.says,
            )
            for node in chart.nodes
        ),
    )


def _lines(chart: Lines) -> Numbers:
    shown = [line for line in chart.lines if not line.dashed]
    named = len(shown) > 1
    head = ("", chart.across) if named else (chart.across,)
    points = _filled((*head, chart.up, "from", "to", "besides"), _points(shown, named=named))
    if not chart.bins:
        return points
    counts = {(one.lowest + one.highest) / 2: one for one in chart.bins}
    if len(counts) != len(points.rows):
        return points
    return Numbers(
        ("Score from", "to", "n", *points.columns),
        tuple(
            (one.lowest, one.highest, float(one.n), *row)
            for one, row in zip(chart.bins, points.rows, strict=True)
        ),
    )


def _points(shown: Iterable[Line], *, named: bool) -> Iterable[tuple[Cell, ...]]:
    for line in shown:
        for point in line.points:
            told = (point.x, point.y, point.low, point.high, point.says)
            yield (line.name, *told) if named else told


def _matrix(chart: Matrix) -> Numbers:
    return _filled(
        ("", chart.across, "before", chart.up, "before", "besides"),
        (
            (
                one.label,
                _level(one.x, chart.across_levels),
                _level(one.from_x, chart.across_levels),
                _level(one.y, chart.up_levels),
                _level(one.from_y, chart.up_levels),
                one.says,
            )
            for one in chart.moves
        ),
    )


def _level(at: float | None, levels: Sequence[str]) -> str:
    """What the level is called that it lies in."""
    if at is None or not levels:
        return ""
    return levels[min(max(int(at), 0), len(levels) - 1)]


def _scatter(chart: Scatter) -> Numbers:
    joined = any(dot.on_frontier for dot in chart.dots)
    return _filled(
        (
            "",
            chart.across,
            "from",
            "to",
            chart.up,
            "from",
            "to",
            chart.sized,
            "frontier",
            "besides",
        ),
        (
            (
                f"{at} {dot.label}",
                dot.x,
                dot.x_low,
                dot.x_high,
                dot.y,
                dot.y_low,
                dot.y_high,
                dot.size,
                "on it" if dot.on_frontier else "beaten" if joined else "",
                dot.says,
            )
            for at, dot in enumerate(chart.dots, start=1)
        ),
    )


def _swarm(chart: Swarm) -> Numbers:
    return _filled(
        ("", "Mean size", "from", "to", "least", "greatest"),
        (
            (
                row.label,
                row.value,
                row.low,
                row.high,
                min((grain.x for grain in row.grains), default=None),
                max((grain.x for grain in row.grains), default=None),
            )
            for row in chart.rows
        ),
    )


def _filled(columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Numbers:
    """The table without the columns in which nothing stands."""
    found = list(rows)
    kept = [
        at
        for at in range(len(columns))
        if at == 0 or any(row[at] not in {None, ""} for row in found)
    ]
    return Numbers(
        tuple(columns[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in found)
    )
