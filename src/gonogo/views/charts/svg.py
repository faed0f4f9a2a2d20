"""From a plot to SVG: drawn by Vega, then taken apart and put together again from what is known.

Of what Vega writes only marks and their places are kept. Colours become classes, so that the page
gives them their light and their dark value; fonts come from the page; a mark's words become its
`<title>`. There is no script in it, no style, no link and nothing that is loaded from elsewhere.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape, quoteattr

from gonogo.core.importing import alone
from gonogo.views.charts.kept import Kept
from gonogo.views.charts.matrices import matrix
from gonogo.views.charts.networks import network
from gonogo.views.charts.planes import lines, scatter
from gonogo.views.charts.rows import bars, intervals, spans, swarm
from gonogo.views.charts.theme import TOKENS, WIDTH, config
from gonogo.views.charts.values import (
    Bar,
    Bars,
    Chart,
    Intervals,
    Lines,
    Matrix,
    Network,
    Scatter,
    Spans,
    Swarm,
)

SPECS: dict[type[Any], Callable[[Any, int], Any]] = {
    Intervals: intervals,
    Bars: bars,
    Spans: spans,
    Network: network,
    Lines: lines,
    Scatter: scatter,
    Matrix: matrix,
    Swarm: swarm,
}
"""Kind by kind, the function that makes its Altair chart."""
KEPT = 1024
"""Plots that are kept drawn; a page of a model version has about twenty."""

KEPT_DRAWN = Kept()
"""Plots on disk; the server says where."""

NAMESPACE = "{http://www.w3.org/2000/svg}"
GROUPS = frozenset({"svg", "g"})
MARKS = frozenset({"path", "rect", "line", "circle", "text", "tspan"})
ATTRIBUTES = frozenset(
    {
        "cx",
        "cy",
        "d",
        "dx",
        "dy",
        "fill-opacity",
        "font-size",
        "font-weight",
        "height",
        "opacity",
        "points",
        "r",
        "rx",
        "ry",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-opacity",
        "stroke-width",
        "text-anchor",
        "transform",
        "width",
        "x",
        "x1",
        "x2",
        "y",
        "y1",
        "y2",
    }
)
"""What is kept of a mark: numbers and places, no address and no style."""
PLAIN = re.compile(r"[\w\s.,+\-()%]*")
"""What the value of such an attribute looks like."""
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML may hold, and those that say nothing on a page."""
LONG = re.compile(r"(\d+\.\d{2})\d+")
"""More digits than a screen has pixels for."""


def spec(chart: Chart, width: int = WIDTH) -> dict[str, Any]:
    """The Vega-Lite specification of a plot, `width` pixels wide with all that stands around it."""
    _load()
    found: dict[str, Any] = SPECS[type(chart)](chart, width).to_dict(validate=False)
    fitted = {"autosize": {"type": "fit-x", "contains": "padding"}}
    joined = "vconcat" in found
    return found | ({} if joined else fitted) | {"config": config()}


@lru_cache(maxsize=KEPT)
def svg(chart: Chart, width: int = WIDTH) -> str:
    """A plot as SVG for a page, where classes give it its colours; the same plot is drawn once."""
    return KEPT_DRAWN.drawn(chart, width, _svg)


def _svg(chart: Chart, width: int) -> str:
    return _clean(_drawn(chart, width), chart)


@cache
def _load() -> None:
    with alone():
        import altair as alt  # noqa: F401  # loaded for whoever draws
        import vl_convert  # noqa: F401  # as before


def warm() -> None:
    """Draw a plot that nobody sees: what draws is loaded by it, which takes a second or two."""
    svg(Bars("Ready", "Plots", (Bar("drawn", 1.0),)))


def _drawn(chart: Chart, width: int) -> Element:
    import vl_convert

    written = vl_convert.vegalite_to_svg(json.dumps(_readable(spec(chart, width))))
    return fromstring(written)  # noqa: S314  # written by Vega a moment ago, which escapes names


def _readable(found: Any) -> Any:
    """The specification with its texts as XML can hold them."""
    match found:
        case str():
            return UNSPEAKABLE.sub("\ufffd", found)
        case dict():
            return {name: _readable(one) for name, one in found.items()}
        case list():
            return [_readable(one) for one in found]
        case _:
            return found


def _clean(root: Element, chart: Chart) -> str:
    """The marks of `root` in a picture with a name and a description of its own."""
    size = [float(root.get(name, "0")) for name in ("width", "height")]
    name = f"plot-{hashlib.sha256(repr(chart).encode()).hexdigest()[:12]}-{size[0]:.0f}"
    body = "".join(part for child in root for part in _parts(child))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" fill="none" role="img" '
        f'width="{size[0]:.0f}" height="{size[1]:.0f}" '
        f'viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" '
        f'aria-labelledby="{name}" aria-describedby="{name}-says">'
        f'<title id="{name}">{escape(_readable(chart.title))}</title>'
        f'<desc id="{name}-says">{escape(_readable(described(chart)))}</desc>{body}</svg>'
    )


def described(chart: Chart) -> str:
    """What a plot shows, for those who do not see it; the numbers stand in its table."""
    match chart:
        case Intervals(rows=rows) | Bars(rows=rows):
            return f"{chart.across} of {_many(len(rows), 'row')}, each with its interval"
        case Spans(rows=rows):
            return f"{chart.across} of {_many(len(rows), 'row')}, from beginning to end"
        case Network(nodes=nodes):
            return f"{_many(len(nodes), 'step')}, each joined to those it waits for"
        case Swarm(rows=rows):
            return f"{chart.across} of {_many(len(rows), 'feature')}, one point for each row"
        case Scatter(dots=dots):
            return f"{chart.up} over {chart.across} of {_many(len(dots), 'candidate')}"
        case Matrix(moves=moves):
            return f"{chart.up} over {chart.across} of {_many(len(moves), 'thing')}"
        case Lines(lines=found):
            named = ", ".join(one.name for one in found)
            return f"{chart.up} over {chart.across}: {named}"


def _many(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def _parts(element: Element) -> Iterator[str]:
    tag = element.tag.removeprefix(NAMESPACE)
    if element.get("display") == "none" or tag not in GROUPS | MARKS:
        return
    inside = "".join(part for child in element for part in _parts(child))
    text = escape(element.text or "") if tag in {"text", "tspan"} else ""
    if (tag in GROUPS and not inside) or (tag == "path" and _empty(element)):
        return
    inside = f"{_title(element)}{text}{inside}" if tag in MARKS else inside
    attributes = _attributes(element)
    if tag == "g" and not attributes:
        yield inside
        return
    yield f"<{tag}{attributes}>{inside}</{tag}>" if inside else f"<{tag}{attributes}/>"


def _empty(element: Element) -> bool:
    """A path that draws nothing: the frames that Vega puts around groups."""
    unseen = element.get("fill", "none") == "none" and element.get("stroke", "none") == "none"
    return not element.get("d") or (unseen and element.get("aria-label") is None)


def _title(element: Element) -> str:
    said = element.get("aria-label")
    if not said or element.tag.endswith("text") or element.tag.endswith("tspan"):
        return ""
    return f"<title>{escape(said)}</title>"


def _attributes(element: Element) -> str:
    """The attributes that are kept; a colour is a class, which the page paints."""
    kept = [
        f" {name}={quoteattr(_short(value))}"
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and PLAIN.fullmatch(value) and _says(name, value)
    ]
    tokens = {part: TOKENS.get(element.get(part, "")) for part in ("fill", "stroke")}
    classes = [f"{part[0]}-{token}" for part, token in tokens.items() if token is not None]
    return "".join(kept) + (f' class="{" ".join(classes)}"' if classes else "")


def _short(value: str) -> str:
    return LONG.sub(r"\1", value)


def _says(name: str, value: str) -> bool:
    """Whether an attribute says more than what holds without it."""
    return (name, value) not in {("opacity", "1"), ("transform", "translate(0,0)")}
