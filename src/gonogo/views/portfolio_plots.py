"""The portfolio drawn: bubbles, what each is worth, and the frontier of worth against risk."""

from collections.abc import Sequence

from gonogo.domain.portfolio.rules import Answer
from gonogo.stats.estimate import Estimate
from gonogo.stats.portfolio.frontiers import Point
from gonogo.views.charts.scales import told
from gonogo.views.charts.values import Bound, Dot, Intervals, Scatter, Tone, Whisker

Drawn = tuple[str, float, Estimate, float, float, bool]
"""Name, chance of success, worth, cost, chance of a loss, and whether it stands out."""

MOST = 30
"""Use cases that are drawn, those worth most."""


def bubbles(found: Sequence[Drawn], currency: str) -> Scatter:
    """Worth against the chance of success; the area is the cost of building it."""
    return Scatter(
        title="Worth against the chance of success",
        across="chance of success",
        up=f"risk-adjusted present value, {currency}",
        sized=f"cost, {currency}",
        dots=tuple(
            Dot(
                label=name,
                x=success,
                y=worth.value,
                y_low=worth.low,
                y_high=worth.high,
                size=cost,
                says=f"{100 * loss:.0f} % of futures lose money",
                tone=Tone.ACCENT if bright else Tone.QUIET,
            )
            for name, success, worth, cost, loss, bright in found[:MOST]
        ),
    )


def whiskers(found: Sequence[Drawn], currency: str) -> Intervals:
    """What each is worth, with the middle futures, failures among them."""
    return Intervals(
        title="What each is worth",
        across=f"risk-adjusted present value, {currency}",
        rows=tuple(
            Whisker(
                label=name,
                value=worth.value,
                low=worth.low,
                high=worth.high,
                says=f"{100 * worth.level:.0f} % of futures",
                tone=Tone.ACCENT if bright else Tone.QUIET,
            )
            for name, _, worth, _, _, bright in found[:MOST]
        ),
        bounds=(Bound(0.0, "nothing gained"),),
    )


def frontier(answer: Answer, currency: str) -> Scatter | None:
    """Choices that no other beats in both worth and risk, and the one that was made."""
    if not answer.frontier:
        return None
    points = [
        Dot(
            label="safest" if not at else "worth most" if at == last else "between",
            x=one.worst,
            y=one.expected,
            on_frontier=True,
            says=_said(one),
            tone=Tone.SECOND if one.starts == answer.choice.starts else Tone.ACCENT,
        )
        for last in (len(answer.frontier) - 1,)
        for at, one in enumerate(answer.frontier)
    ]
    if not any(dot.tone is Tone.SECOND for dot in points):
        names = ", ".join(sorted(answer.choice.starts)) or "nothing"
        made = Dot("this choice", answer.worst, answer.worth.value, says=names, tone=Tone.SECOND)
        points.append(made)
    return Scatter(
        title="Worth against risk",
        across=f"mean of the worst {100 * answer.worst_share:g} % of futures, {currency}",
        up=f"expected worth, {currency}",
        dots=tuple(points),
    )


def _said(one: Point) -> str:
    names = ", ".join(sorted(one.starts)) or "nothing"
    if told(one.most) == told(one.expected):
        return names
    return f"{names}; none at this risk is worth more than {told(one.most)}"
