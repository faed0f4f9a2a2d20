"""Curves drawn in the unit square: rates against rates, forecasts against outcomes."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from gonogo.interfaces.web.figures import number
from gonogo.stats.estimate import Estimate
from gonogo.views.curves import Curve, Reliability

SIDE, LEFT, BELOW, EDGE = 200, 34, 32, 8
WIDTH, HEIGHT = LEFT + SIDE + EDGE, EDGE + SIDE + BELOW
TICKS = (0.0, 0.5, 1.0)
DIAGONAL = ((0.0, 0.0), (1.0, 1.0))

Point = tuple[float, float]


def curve_svg(found: Curve) -> Markup:
    """A curve with its axes; the diagonal is what chance would draw, where it means that."""
    diagonal = _line("chance", DIAGONAL) if found.up == "True-positive rate" else Markup("")
    words = f"{found.title}: {found.up} over {found.across}, {len(found.points)} points"
    return _square(words, found.across, found.up, diagonal + _line("drawn", found.points))


def reliability_svg(found: Reliability) -> Markup:
    """Forecast against outcome, each bin with its interval; on the diagonal they agree."""
    marks = Markup("").join(
        Markup(
            '<line class="reach" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
            '<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        ).format(
            x=_across(one.forecast),
            y=_up(one.observed.value),
            low=_up(one.observed.low),
            high=_up(one.observed.high),
        )
        for one in found.bins
        if isinstance(one.observed, Estimate)
    )
    words = (
        f"Share observed over mean forecast in {len(found.bins)} bins; on the diagonal they agree"
    )
    return _square(words, "Mean forecast", "Share observed", _line("chance", DIAGONAL) + marks)


def _square(words: str, across: str, up: str, inside: Markup) -> Markup:
    return Markup(
        '<svg class="curve" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
        'aria-label="{words}"><title>{words}</title>'
        '<rect class="frame" x="{left}" y="{edge}" width="{side}" height="{side}"/>{ticks}{inside}'
        '<text x="{middle}" y="{foot}" text-anchor="middle">{across}</text>'
        '<text x="10" y="{centre}" text-anchor="middle" transform="rotate(-90 10 {centre})">{up}'
        "</text></svg>"
    ).format(
        w=WIDTH,
        h=HEIGHT,
        words=words,
        left=LEFT,
        edge=EDGE,
        side=SIDE,
        ticks=_ticks(TICKS),
        inside=inside,
        middle=LEFT + SIDE // 2,
        foot=HEIGHT - 4,
        centre=EDGE + SIDE // 2,
        across=across,
        up=up,
    )


def _ticks(at: Iterable[float]) -> Markup:
    return Markup("").join(
        Markup(
            '<text x="{x:.1f}" y="{foot}" text-anchor="middle">{n}</text>'
            '<text x="{left}" y="{y:.1f}" text-anchor="end">{n}</text>'
        ).format(
            x=_across(one), y=_up(one) + 4, foot=EDGE + SIDE + 14, left=LEFT - 4, n=number(one)
        )
        for one in at
    )


def _line(css: str, points: Sequence[Point]) -> Markup:
    along = " ".join(f"{_across(x):.1f},{_up(y):.1f}" for x, y in points)
    return Markup('<polyline class="{}" points="{}"/>').format(css, along)


def _across(x: float) -> float:
    return LEFT + min(max(x, 0.0), 1.0) * SIDE


def _up(y: float) -> float:
    return EDGE + (1.0 - min(max(y, 0.0), 1.0)) * SIDE
