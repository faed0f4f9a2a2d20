"""Colours, sizes and fonts of all plots: colours stand for tokens, which a page fills in."""

from typing import TYPE_CHECKING, Any

from gonogo.views.charts.values import Tone

if TYPE_CHECKING:
    import altair as alt

WIDTH = 308
"""Of a plot, in pixels: it fits a telephone, and three of them a page."""
WIDE = 680
"""Of a plot that stands alone on a screen."""
HEIGHT = 230
ROW = 22
"""Height of one row of a plot with names on its left."""
LETTERS = 20
"""Most letters of a name on the left; its middle is left out else, and stands in the table."""
WIDE_LETTERS = 48
"""The same, of a plot that stands alone on a screen."""
LETTER = 6.2
"""Pixels of one letter of a name, at most: the page's font is not the one that Vega measures."""
STEPS = 5
"""Steps of the ramp from the least value to the greatest."""

TOKENS = {
    "#0a0a01": "ink",
    "#0a0a02": "quiet",
    "#0a0a03": "line",
    "#0a0a04": "accent",
    "#0a0a05": "second",
    "#0a0a06": "go",
    "#0a0a07": "hold",
    "#0a0a08": "nogo",
    "#0a0a09": "panel",
    **{f"#0a0b0{step}": f"ramp-{step}" for step in range(STEPS)},
}
"""The colours that specs use, which no eye sees, and the names of what they stand for."""
COLOURS = {name: colour for colour, name in TOKENS.items()}
LIGHT = {
    "ink": "#4b5666",
    "quiet": "#6d7889",
    "line": "#dfe3ea",
    "accent": "#2b50d8",
    "second": "#a3468f",
    "go": "#0f7a4a",
    "hold": "#8a5a00",
    "nogo": "#b3261e",
    "panel": "#ffffff",
    "ramp-0": "#2b50d8",
    "ramp-1": "#5a6fc4",
    "ramp-2": "#8a86a8",
    "ramp-3": "#a3586a",
    "ramp-4": "#b3261e",
}
"""The colours where a plot stands by itself on white paper."""

NUMBERS = ",.12~g"
SHORT = f"abs(datum.value) >= 1e5 ? format(datum.value, '~s') : format(datum.value, '{NUMBERS}')"
"""Numbers along a scale: thousands apart, no zeros at the end."""


def colour(tone: Tone | str) -> str:
    """The colour in a spec that stands for `tone`."""
    return COLOURS[str(tone)]


def ramp(share: float | None) -> str:
    """The colour for a value at `share` of the way from least to greatest; quiet without."""
    if share is None:
        return COLOURS["quiet"]
    return COLOURS[f"ramp-{min(max(int(share * STEPS), 0), STEPS - 1)}"]


def over(values: list[dict[str, Any]]) -> "alt.Chart":
    """A chart over values that travel in its specification."""
    import altair as alt

    return alt.Chart({"values": values})


def config() -> dict[str, Any]:
    """Vega-Lite's configuration of every plot."""
    ink, quiet, line = COLOURS["ink"], COLOURS["quiet"], COLOURS["line"]
    text = {"fontSize": 11, "fontWeight": "normal"}
    return {
        "background": None,
        "view": {"stroke": None},
        "padding": 4,
        # Only what the pointer is to find has words, and says so itself.
        "mark": {"aria": False},
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridColor": line,
            "labelColor": quiet,
            "labelFontSize": 11,
            "labelPadding": 6,
            "titleColor": ink,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "titlePadding": 8,
        },
        "axisYBand": {"grid": False, "labelColor": ink},
        "axisXQuantitative": {"labelExpr": SHORT, "tickCount": 4, "labelOverlap": "greedy"},
        "axisYQuantitative": {"format": NUMBERS, "tickCount": 5},
        "text": {"color": quiet, **text},
        "rule": {"color": quiet},
    }
