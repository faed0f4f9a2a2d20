"""Money drawn: planned, actual and forecast by quarter; what was planned, earned and spent."""

from collections.abc import Sequence

from gonogo.domain.budgets.progress import Progress, Quarter
from gonogo.domain.compute.rules import Total
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.values import At, Bar, Bars, Bound, Line, Lines, Tone

BEFORE, AFTER = 3, 4
"""Quarters that are drawn before the present one, and from it on."""
MOST = 12
"""Bars of what costs most."""


def by_quarter(found: Sequence[Quarter], currency: str) -> Bars | None:
    """Planned, actual and forecast of the quarters around the present one."""
    now = next((at for at, one in enumerate(found) if not one.over), len(found))
    rows = []
    for one in found[max(now - BEFORE, 0) : now + AFTER]:
        name = one.quarter.name
        if one.planned:
            rows.append(Bar(f"{name} planned", one.planned, tone=Tone.QUIET))
        if one.actual:
            rows.append(Bar(f"{name} actual", one.actual, tone=Tone.ACCENT))
        if one.forecast is not None and not one.over:
            rows.append(Bar(f"{name} forecast", one.forecast, one.low, one.high, tone=Tone.SECOND))
    return Bars("Planned, actual, forecast", currency, tuple(rows)) if rows else None


def earned(found: Progress, currency: str) -> Lines | None:
    """What was planned, earned and spent, by day."""
    if len(found.points) < 2:
        return None
    first = found.points[0].day

    def line(name: str, tone: Tone, *, dashed: bool = False) -> Line:
        field = name.split(" ", maxsplit=1)[0]
        return Line(
            name,
            tuple(
                At(float((one.day - first).days), value, says=one.day.isoformat())
                for one in found.points
                if (value := getattr(one, field)) is not None
            ),
            tone,
            dashed=dashed,
        )

    known = [one.day for one in found.points if one.earned is not None]
    return Lines(
        title="Planned, earned, spent",
        across=f"days from {first}",
        up=currency,
        lines=(
            line("planned value", Tone.QUIET, dashed=True),
            line("earned value", Tone.ACCENT),
            line("spent", Tone.SECOND),
        ),
        uprights=(Bound(float((known[-1] - first).days), "today"),) if known else (),
    )


def dearest(title: str, found: Sequence[tuple[str, Total]], currency: str) -> Bars | None:
    """What costs most, one bar each."""
    rows = tuple(
        Bar(name or "none", one.cost.value, says=f"{one.runs:,} runs, {one.hours:,.1f} hours")
        for name, one in found[:MOST]
        if isinstance(one.cost, Estimate)
    )
    return Bars(title, currency, rows) if len(rows) > 1 else None
