"""One way to draw each kind of value: numbers, times, digests, intervals against their bounds."""

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from gonogo.core.areas import Area
from gonogo.core.times import stamp
from gonogo.core.verdicts import Verdict
from gonogo.stats.estimate import Estimate, Measured, Undefined

WIDTH, HEIGHT, PAD = 170, 18, 6
STAMP = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")
"""A time within a sentence, as it is stored."""
CSS = {Verdict.GO: "go", Verdict.HOLD: "hold", Verdict.NO_GO: "nogo", Verdict.NO_DATA: "none"}
WORD = {
    Verdict.GO: "Go",
    Verdict.HOLD: "Hold",
    Verdict.NO_GO: "No-go",
    Verdict.NO_DATA: "No data",
}


def number(value: float | None) -> str:
    """A number rounded for reading: three significant digits, thousands apart.

    >>> number(0.74361), number(12345.6), number(999.7), number(3.0), number(None)
    ('0.744', '12,346', '1,000', '3', '–')
    """
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "−")
    if abs(value) >= 999.5:  # less would be rounded to 1e+03
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def short_money(value: float | None) -> str:
    """An amount as it fits into a column.

    >>> short_money(2_300_000.0), short_money(-41_500.0), short_money(120.0)
    ('2.3 M', '−41.5 k', '120')
    """
    if value is not None and math.isfinite(value):
        for sign, size_ in (("G", 1e9), ("M", 1e6), ("k", 1e4)):
            if abs(value) >= size_:
                by = 1e3 if sign == "k" else size_
                return f"{number(value / by)} {sign}"
    return number(value)


def exactly(value: float | None) -> Markup:
    """A number rounded for reading, its exact value on demand."""
    if value is None:
        return Markup("–")
    return Markup('<data value="{0}" title="{0}">{1}</data>').format(repr(value), number(value))


def measured(found: Measured | None) -> Markup:
    """A measurement in words: value, or why there is none."""
    match found:
        case None:
            return Markup('<span class="quiet">not measured</span>')
        case Undefined(reason=reason):
            return Markup('<span class="quiet small">undefined: {}</span>').format(reason)
        case Estimate(value=value):
            return exactly(value)


def interval_words(found: Measured | None) -> str:
    """An interval in words, for those who do not see the drawing.

    >>> interval_words(Estimate(0.5, 0.4, 0.6, 0.95, 10, "share", "m"))
    '95 % interval 0.4 to 0.6, n = 10'
    """
    if not isinstance(found, Estimate):
        return ""
    if found.exact:
        return f"counted, n = {found.n:,}"
    ends = f"{number(found.low)} to {number(found.high)}"
    many = f"over {found.n:,} resamplings" if found.resampled else f"n = {found.n:,}"
    return f"{found.level * 100:g} % interval {ends}, {many}"


def time(moment: datetime | str | None) -> Markup:
    """A time; the reader's zone is put in where JavaScript is on."""
    if moment is None:
        return Markup("–")
    text = stamp(moment) if isinstance(moment, datetime) else moment
    shown = text[:16].replace("T", " ")
    return Markup('<time datetime="{0}" title="{0}">{1} UTC</time>').format(text, shown)


def timed(text: str) -> Markup:
    """A sentence, escaped, whose times are put into the reader's zone where JavaScript is on.

    >>> str(timed("from <2026-11-21T10:30:00.000Z")).startswith("from &lt;<time datetime=")
    True
    """
    found, last = Markup(), 0
    for one in STAMP.finditer(text):
        found += escape(text[last : one.start()]) + time(one.group())
        last = one.end()
    return found + escape(text[last:])


def size(bytes_: int) -> str:
    """The size of a file in words.

    >>> size(1), size(999), size(20_480), size(3_500_000_000)
    ('1 byte', '999 bytes', '20.5 kB', '3.5 GB')
    """
    if bytes_ < 1000:
        return f"{bytes_} byte{'' if bytes_ == 1 else 's'}"
    power = min((len(str(bytes_)) - 1) // 3, 4)
    return f"{number(bytes_ / 1000**power)} {'kMGT'[power - 1]}B"


def wait(seconds: int) -> str:
    """How long to wait, in words.

    >>> wait(1), wait(42), wait(720)
    ('1 second', '42 seconds', '12 minutes')
    """
    if seconds < 120:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{math.ceil(seconds / 60)} minutes"


def short(digest: str | None) -> Markup:
    """A digest, short, linked to its entry in the ledger."""
    if not digest:
        return Markup("–")
    return Markup('<a class="hash" href="/ledger/{0}" title="{0}">{1}</a>').format(
        digest, digest[:10]
    )


def verdict(found: Verdict | str) -> Markup:
    """A verdict: symbol, word and colour."""
    found = Verdict(found)
    return Markup('<span class="verdict {}">{}</span>').format(CSS[found], WORD[found])


def verdict_class(found: Verdict | str | None) -> str:
    """The class that colours a verdict."""
    return "none" if found is None else CSS[Verdict(found)]


def area_title(area: Area | str) -> str:
    """An area as a heading."""
    return str(area).capitalize()


def interval_svg(
    found: Measured | None,
    at_least: float | None = None,
    at_most: float | None = None,
    verdict: Verdict | str | None = None,
    within: tuple[float, float] | None = None,
) -> Markup:
    """The interval as a band with its value, against the bounds it is held to.

    `within`: the ends of the scale, where several intervals stand below one another.
    """
    if not isinstance(found, Estimate):
        return Markup("")
    scale = _scale(found, at_least, at_most, within or ())
    low, value, high = (scale(at) for at in (found.low, found.value, found.high))
    css = verdict_class(verdict) if verdict is not None else "accent"
    bounds = "".join(
        f'<line class="bound" x1="{scale(b):.1f}" x2="{scale(b):.1f}" y1="1" y2="{HEIGHT - 1}"/>'
        for b in (at_least, at_most)
        if b is not None and math.isfinite(b)
    )
    words = interval_words(found)
    for name, bound in (("at least", at_least), ("at most", at_most)):
        if bound is not None and math.isfinite(bound):
            words += f"; {name} {number(bound)}"
    return Markup(
        '<svg class="estimate {css}" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
        'aria-label="{words}"><title>{words}</title>'
        '<line class="axis" x1="{p}" x2="{e}" y1="{m}" y2="{m}"/>{bounds}'
        '<line class="band" x1="{low:.1f}" x2="{high:.1f}" y1="{m}" y2="{m}"/>'
        '<circle cx="{value:.1f}" cy="{m}" r="4.5"/></svg>'
    ).format(
        css=css,
        w=WIDTH,
        h=HEIGHT,
        p=PAD,
        e=WIDTH - PAD,
        m=HEIGHT // 2,
        words=escape(words),
        bounds=Markup(bounds),  # noqa: S704  # numbers formatted above, no text of users
        low=low,
        high=high,
        value=value,
    )


def _scale(
    found: Estimate,
    at_least: float | None,
    at_most: float | None,
    besides: tuple[float, ...] = (),
) -> Callable[[float], float]:
    """From values to pixels, so that the interval and its bounds are all in sight."""
    points = [found.value]
    points += [
        p
        for p in (found.low, found.high, at_least, at_most, *besides)
        if p is not None and math.isfinite(p)
    ]
    low, high = min(points), max(points)
    margin = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    low, high = low - margin, high + margin

    def to_pixel(at: float) -> float:
        if at == -math.inf:
            return 0.0
        if at == math.inf:
            return float(WIDTH)
        return PAD + (at - low) / (high - low) * (WIDTH - 2 * PAD)

    return to_pixel


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number,
    "short_money": short_money,
    "exactly": exactly,
    "measured": measured,
    "interval_words": interval_words,
    "time": time,
    "timed": timed,
    "short": short,
    "size": size,
    "wait": wait,
    "verdict": verdict,
    "verdict_class": verdict_class,
    "area_title": area_title,
}
