"""Plots on pages: the drawing, its key, and the table of its numbers."""

import hashlib

from markupsafe import Markup

from gonogo.interfaces.web.figures import exactly
from gonogo.views.charts import numbers, svg
from gonogo.views.charts.theme import WIDE, WIDTH
from gonogo.views.charts.values import Chart, Line, Lines


def plot_svg(chart: Chart, *, wide: bool = False) -> Markup:
    """A plot, drawn; on a wide screen at the width of the page where it is `wide`."""
    narrow = Markup(svg.svg(chart, WIDTH))  # noqa: S704  # written mark by mark in views/charts/svg
    if not wide:
        return narrow
    full = Markup(svg.svg(chart, WIDE))  # noqa: S704  # as above
    return Markup('<div class="on-narrow">{}</div><div class="on-wide">{}</div>').format(
        narrow, full
    )


def plot_key(chart: Chart) -> tuple[Line, ...]:
    """The lines whose colours a reader must be told apart; none where there is one colour."""
    if not isinstance(chart, Lines):
        return ()
    shown = [line for line in chart.lines if not line.dashed and line.name != "band"]
    return tuple(shown) if len({line.tone for line in shown}) > 1 else ()


def plot_numbers(chart: Chart) -> numbers.Numbers:
    """The numbers of a plot as a table."""
    return numbers.table(chart)


def plot_id(chart: Chart) -> str:
    """What the table of a plot is called on its page: it stays open when the page is redrawn."""
    name = f"{type(chart).__name__} {chart.title}"
    return f"numbers-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def cell(found: numbers.Cell) -> Markup:
    """A cell of such a table."""
    return Markup("{}").format(found) if isinstance(found, str) else exactly(found)


GLOBALS = {
    "plot_svg": plot_svg,
    "plot_key": plot_key,
    "plot_numbers": plot_numbers,
    "plot_id": plot_id,
}
FILTERS = {"cell": cell}
