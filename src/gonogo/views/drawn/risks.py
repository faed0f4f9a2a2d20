"""The register of risks as plots: heat map, exposure over time, what each risk has of it."""

from collections.abc import Sequence
from datetime import datetime

from gonogo.core.times import moment
from gonogo.domain.risks.exposure import Standing, severity_of
from gonogo.domain.risks.rules import Severity
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.values import (
    At,
    Bar,
    Bars,
    Intervals,
    Line,
    Lines,
    Matrix,
    Move,
    Tone,
    Whisker,
)
from gonogo.views.drawn.elapsed import elapsed
from gonogo.views.risk_exposure import DelayLine, LossLine
from gonogo.views.risk_kept import KeptLoss
from gonogo.views.risk_standings import At as Then

MOST = 20
"""Risks that a plot draws, those with most at stake."""
LIKELIHOOD = ("rare", "unlikely", "possible", "likely", "nearly sure")
IMPACT = ("negligible", "small", "considerable", "large", "grave")
TONES = {
    Severity.LOW: Tone.GO,
    Severity.MODERATE: Tone.QUIET,
    Severity.HIGH: Tone.HOLD,
    Severity.CRITICAL: Tone.NOGO,
}
LEVELS = range(1, 6)


def heat(found: Sequence[Standing]) -> Matrix | None:
    """Probability against impact: where each risk lies, with an arrow from where it would."""
    if not found:
        return None
    return Matrix(
        title="Probability against impact",
        across="probability, from rare to nearly sure",
        up="impact, from negligible to grave",
        across_levels=LIKELIHOOD,
        up_levels=IMPACT,
        cells=tuple(tuple(TONES[severity_of(x, y)] for x in LEVELS) for y in LEVELS),
        moves=tuple(_move(one) for one in found[:MOST]),
    )


def _move(one: Standing) -> Move:
    now, before = one.residual, one.inherent
    moved = now != before
    return Move(
        label=one.risk.key,
        x=now.likelihood,
        y=now.impact,
        from_x=before.likelihood if moved else None,
        from_y=before.impact if moved else None,
        says=f"{now.severity}, inherent {before.severity}" if moved else str(now.severity),
    )


def burn_down(
    points: Sequence[Then], kept: Sequence[KeptLoss], currency: str, now: datetime
) -> Lines | None:
    """The expected loss over time, and what was kept of it; None without money, or time yet."""
    if len(points) < 2 or not any(one.inherent for one in points):
        return None
    moments = [moment(one.at) for one in points]
    since, unit = elapsed(moments[0], [*moments, *(moment(one.at) for one in kept), now])
    ago = [one - since[-1] for one in since[:-1]]
    marked = tuple(
        At(at, one.residual.value, one.residual.low, one.residual.high, says=one.at)
        for at, one in zip(ago[len(points) :], kept, strict=True)
        if isinstance(one.residual, Estimate)
    )

    def line(name: str, tone: Tone, *, dashed: bool = False) -> Line:
        steps: list[At] = []
        for at, one in zip(ago[: len(points)], points, strict=True):
            value = float(getattr(one, name))
            # What was expected stays so until the ledger says otherwise: steps, not slopes.
            if steps:
                steps.append(At(at, steps[-1].y))
            steps.append(At(at, value))
        return Line(NAMES[name], tuple(steps), tone, dashed=dashed)

    return Lines(
        title="Expected loss over time",
        across=f"{unit.lower()} from now",
        up=currency,
        lines=(
            line("inherent", Tone.SECOND),
            line("residual", Tone.ACCENT),
            *((Line(KEPT, marked, Tone.QUIET, dots=True, joined=False),) if marked else ()),
        ),
    )


KEPT = "kept as evidence"
NAMES = {"inherent": "if nothing were done", "residual": "with what was shown to work"}


def contributions(found: Sequence[LossLine], currency: str) -> Bars | None:
    """What each risk has of the expected loss, and of the mean of the worst futures."""
    rows = [one for one in found if one.found.expected > 0][:MOST]
    if not rows:
        return None
    return Bars(
        title="Expected loss by risk",
        across=currency,
        rows=tuple(Bar(one.key, one.found.expected, says=_share(one.found.share)) for one in rows),
    )


def tail(found: Sequence[LossLine], currency: str) -> Intervals | None:
    """What each risk has of the worst twentieth of the futures."""
    rows = [
        (one, one.found.tail)
        for one in found
        if isinstance(one.found.tail, Estimate) and one.found.tail.value > 0
    ]
    rows.sort(key=lambda one: (-one[1].value, one[0].key))
    if not rows:
        return None
    return Intervals(
        title="In the worst twentieth of the futures",
        across=f"mean loss, {currency}",
        rows=tuple(
            Whisker(one.key, mean.value, mean.low, mean.high, _share(one.found.tail_share))
            for one, mean in rows[:MOST]
        ),
    )


def delays(found: Sequence[DelayLine]) -> Intervals | None:
    """By how much each risk makes its plan later."""
    rows = [(one, one.later) for one in found if isinstance(one.later, Estimate)]
    if not rows:
        return None
    return Intervals(
        title="Days later because of it",
        across="working days, in the mean",
        rows=tuple(
            Whisker(one.key or one.title, mean.value, mean.low, mean.high, f"plan of {one.case}")
            for one, mean in rows[:MOST]
        ),
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} % of all"
