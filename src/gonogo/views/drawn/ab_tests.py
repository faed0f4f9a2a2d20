"""An A/B test as plots: the effect as it became known, and among the values of features."""

from gonogo.core.ab_tests import AbPlan
from gonogo.core.times import moment
from gonogo.domain.releases.tested import Result
from gonogo.domain.releases.testing import UNITS
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.values import At, Bound, Intervals, Line, Lines, Tone, Whisker
from gonogo.views.drawn.elapsed import elapsed


def over_time(plan: AbPlan, found: Result, began: str) -> Lines | None:
    """The confidence sequence beside the interval of one look; None before the first."""
    if not found.looks:
        return None
    after, unit = elapsed(moment(began), [moment(look.at) for look in found.looks])
    sequence, fixed = [], []
    for look, at in zip(found.looks, after, strict=True):
        says = f"{look.at[:16].replace('T', ' ')}, {look.entities:,} entities"
        sequence.append(At(at, look.value, look.low, look.high, says))
        fixed.append(At(at, look.value, look.fixed_low, look.fixed_high, says))
    few = len(found.looks) < 3
    return Lines(
        title="The effect as it became known",
        across=f"{unit} since the test began",
        up=f"{UNITS[plan.wanted.metric]}, more or less",
        lines=(
            Line("confidence sequence: right at any time", tuple(sequence), Tone.ACCENT, dots=few),
            Line(
                "interval of one look: right at the planned end alone",
                tuple(fixed),
                Tone.SECOND,
                dots=few,
            ),
        ),
        bounds=(
            Bound(0.0, "no difference"),
            Bound(plan.wanted.effect, "smallest effect"),
            Bound(-plan.wanted.effect, "smallest effect"),
        ),
    )


def segments(plan: AbPlan, found: Result) -> Intervals | None:
    """The effect among the values of the features, below that of all; None without any."""
    rows = []
    whole = found.chosen.sequential
    if isinstance(whole, Estimate):
        rows.append(Whisker("all", whole.value, whole.low, whole.high, f"n = {whole.n:,}"))
    for one in found.segments:
        effect = one.effect.sequential
        if isinstance(effect, Estimate):
            label, says = f"{one.column}: {one.group}", f"n = {one.entities:,}"
            tone = Tone.SECOND if one.found else Tone.QUIET
            rows.append(Whisker(label, effect.value, effect.low, effect.high, says, tone))
    if len(rows) < 2:
        return None
    return Intervals(
        title="The effect by segment",
        across=f"{UNITS[plan.wanted.metric]}, more or less",
        rows=tuple(rows),
        bounds=(Bound(0.0, "no difference"),),
    )
