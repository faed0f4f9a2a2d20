"""A guardrail of a release as it was looked at: the interval that shrinks, against its margin."""

from collections.abc import Sequence

from gonogo.checks.operations.live_values import Looked
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.releasing import Guardrail
from gonogo.core.specs import live as specs
from gonogo.domain.releases.looks import Kept
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.values import At, Bound, Line, Lines, Tone


def chart(look: Looked, kept: Sequence[Kept], tone: Tone) -> Lines | None:
    """The looks so far and the one now, each with its interval; None before the first."""
    points = [
        _at(one.n, one.value, one.low, one.high, one.at[:16].replace("T", " ")) for one in kept
    ]
    seen = look.finding.measured
    if isinstance(seen, Estimate) and (not kept or kept[-1].n != seen.n):
        points.append(_at(seen.n, seen.value, seen.low, seen.high, "now"))
    if not points:
        return None
    spec = CATALOGUE[look.guardrail.check]
    by = f" by {look.guardrail.group}" if look.guardrail.group else ""
    return Lines(
        title=f"{spec.title}{by}",
        across="Observations",
        up=spec.unit if look.guardrail.check == specs.SELECTED else f"{spec.unit}, more or less",
        lines=(Line("confidence sequence", tuple(points), tone, dots=len(points) < 3),),
        bounds=bounds(look.guardrail),
    )


def bounds(guardrail: Guardrail) -> tuple[Bound, ...]:
    """The lines that the interval is held against: its margin, and no change at all."""
    if guardrail.check == specs.SELECTED:
        return (Bound(1 - guardrail.margin, "at least"),)
    margin = guardrail.margin
    match specs.WATCHED[guardrail.check].harm:
        case 1:
            ends: tuple[float, ...] = (margin,)
        case -1:
            ends = (-margin,)
        case _:
            ends = (-margin, margin)
    return (Bound(0.0), *(Bound(end, "margin") for end in ends))


def _at(n: int, value: float, low: float | None, high: float | None, says: str) -> At:
    # An end at infinity has no place on the plot; its other end alone would draw no band.
    known = low is not None and high is not None and abs(low) < 1e300 and abs(high) < 1e300
    return At(float(n), value, low if known else None, high if known else None, says)
