"""Dates of forecasts drawn in a line: a band from P10 to P90, the middle, and the deadline."""

from datetime import date

from markupsafe import Markup

from gonogo.interfaces.web.figures import HEIGHT, PAD, WIDTH


def day(text: str | None) -> str:
    """A date as people say it.

    >>> day("2027-05-02"), day(None)
    ('2 May 2027', 'never')
    """
    if text is None:
        return "never"
    found = date.fromisoformat(text)
    return f"{found.day} {found:%b %Y}"


def dates_svg(
    low: str | None,
    middle: str | None,
    high: str | None,
    due: str | None,
    scale: tuple[str, str],
) -> Markup:
    """What lies between the first and the last date of `scale`; a band without end is open there.

    Empty where not even one in ten futures gets there.
    """
    if low is None:
        return Markup("")
    first, last = (date.fromisoformat(one).toordinal() for one in scale)
    wide = max(last - first, 1)

    def at(text: str) -> float:
        away = date.fromisoformat(text).toordinal() - first
        return PAD + away / wide * (WIDTH - 2 * PAD)

    ends = (at(low), WIDTH if high is None else at(high))
    marks = "" if due is None else _upright("bound", at(due))
    if middle is not None:
        marks += f'<circle cx="{at(middle):.1f}" cy="{HEIGHT // 2}" r="4.5"/>'
    said = f"P10 {day(low)}, P50 {day(middle)}, P90 {day(high)}"
    if due is not None:
        said += f"; due {day(due)}"
    return Markup(
        '<svg class="estimate accent dates" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        'role="img" aria-label="{words}"><title>{words}</title>'
        '<line class="axis" x1="{p}" x2="{e}" y1="{m}" y2="{m}"/>'
        '<line class="band" x1="{low:.1f}" x2="{high:.1f}" y1="{m}" y2="{m}"/>{marks}</svg>'
    ).format(
        w=WIDTH,
        h=HEIGHT,
        p=PAD,
        e=WIDTH - PAD,
        m=HEIGHT // 2,
        words=said,
        low=ends[0],
        high=ends[1],
        marks=Markup(marks),  # noqa: S704  # numbers formatted above, no text of users
    )


def _upright(css: str, at: float) -> str:
    return f'<line class="{css}" x1="{at:.1f}" x2="{at:.1f}" y1="1" y2="{HEIGHT - 1}"/>'
