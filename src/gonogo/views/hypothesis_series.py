"""Evidence of a hypothesis as it came: each measurement against the criterion, and its looks."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from scipy.special import ndtri

from gonogo.checks.experiments.plan import Plan
from gonogo.core.conditions import Cited, Condition, Situation
from gonogo.core.times import stamp
from gonogo.core.wording import asked, title
from gonogo.domain.hypotheses import looks
from gonogo.domain.hypotheses.looks import Look
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Hypothesis
from gonogo.stats.estimate import Estimate
from gonogo.views.charts.values import At, Bound, Line, Lines, Tone

MOST = 100
"""Measurements that are drawn, the newest."""
STEPS = 24
"""Places at which a boundary that holds at any time is drawn."""


@dataclass(frozen=True, slots=True)
class LookTaken:
    """One measurement of a planned criterion."""

    number: int
    """Which look it is; measuring again on as many observations is the same."""
    n: int
    share: float
    """Of the planned observations."""
    z: float | None
    """How many standard errors it lies from the nearest bound, above 0 within it."""
    reach: float | None
    """The z at which it decides; None where it may not yet."""
    low: float | None
    """The interval as the plan widens it."""
    high: float | None
    at: str
    digest: str


@dataclass(frozen=True, slots=True)
class Series:
    """The measurements of one criterion."""

    title: str
    asked: str
    chart: Lines
    boundary: Lines | None
    """The looks against the plan's boundary; None without planned looks."""
    taken: tuple[LookTaken, ...]
    """The looks that were taken, where the criterion is planned."""
    planned: int
    """How many looks were planned; 0 for any number."""


def drawn(
    found: Hypothesis,
    evidence: Sequence[Cited],
    registered: int,
    now: datetime,
    planned: Planned | None,
) -> Iterator[Series]:
    """Each criterion that was measured, with its measurements as they came."""
    counting = [cited for cited in evidence if cited.position > registered]
    situation = Situation(now=now)
    for place, condition in enumerate(found.text.criteria):
        estimates = looks.fitting(condition, counting, situation)
        if not estimates:
            continue
        plan = planned.plan if planned is not None and planned.criterion == place else None
        taken = () if plan is None else looks.looks(condition, counting, situation, plan)
        yield Series(
            title=title(condition),
            asked=asked(condition),
            chart=_chart(condition, estimates[-MOST:], taken[-MOST:]),
            boundary=None
            if plan is None or not taken
            else _boundary(condition, plan, taken[-MOST:]),
            taken=tuple(_taken(condition, look) for look in taken[-MOST:]),
            planned=0 if plan is None else len(plan.looks) or int(plan.analysis == looks.FIXED),
        )


def _chart(
    condition: Condition, estimates: Sequence[tuple[Cited, Estimate]], taken: Sequence[Look]
) -> Lines:
    """Estimates with their intervals, over the observations where these rise, else in order."""
    sizes = [looks.observations(cited) or found.n for cited, found in estimates]
    rising = len(sizes) > 1 and all(a < b for a, b in pairwise(sizes))
    across = [float(n) for n in sizes] if rising else [float(at + 1) for at in range(len(sizes))]
    wide = tuple(
        At(x, look.judged.value, look.judged.low, look.judged.high, "as the plan judges it")
        for x, look in zip(across, taken, strict=False)
        if look.judged is not None and look.judged != look.cited.evidence.measured
    )
    plain = tuple(
        At(
            x,
            found.value,
            found.low,
            found.high,
            f"n = {n:,}, {stamp(cited.evidence.at)[:16]}",
        )
        for x, n, (cited, found) in zip(across, sizes, estimates, strict=True)
    )
    widened = (Line("widened by the plan", wide, Tone.QUIET, dots=True, joined=False),)
    return Lines(
        title=f"{title(condition)}, as it was measured",
        across="Observations" if rising else "Measurement",
        up=estimates[-1][1].unit or "Value",
        lines=(*(widened if wide else ()), Line("as measured", plain, dots=True, joined=False)),
        bounds=tuple(
            Bound(bound, says)
            for bound, says in zip(condition.bounds, ("at least", "at most"), strict=True)
            if math.isfinite(bound)
        ),
    )


def _boundary(condition: Condition, plan: Plan, taken: Sequence[Look]) -> Lines | None:
    """Each look's z against what the plan asks of it."""
    if plan.analysis == looks.FIXED or not plan.total:
        return None
    total = plan.total
    edge = _edge(plan, total)
    seen = [(look, _z(condition, look.cited.evidence.measured)) for look in taken]
    points = tuple(
        At(float(look.n), z, says=f"look {look.number}") for look, z in seen if z is not None
    )
    below = tuple(At(point.x, -point.y, says=point.says) for point in edge)
    return Lines(
        title="The looks against the boundary",
        across="Observations",
        up="Standard errors within the bound",
        lines=(
            Line("boundary", edge, Tone.GO),
            Line("the other way", below, Tone.NOGO),
            Line("looks", points, dots=True, joined=len(points) > 1),
        ),
        bounds=(Bound(0.0),),
        uprights=(Bound(float(total), "planned"),),
    )


def _edge(plan: Plan, total: int) -> tuple[At, ...]:
    if plan.looks:
        return tuple(
            At(float(look.total), look.boundary, says=f"planned look {number}")
            for number, look in enumerate(plan.looks, start=1)
            if look.boundary is not None
        )
    shares = tuple((step + 1) / STEPS for step in range(STEPS))
    reaches = looks.reaches(plan.analysis, shares, plan.alpha_each, plan.two_sided)
    return tuple(
        At(share * total, reach)
        for share, reach in zip(shares, reaches, strict=True)
        if reach is not None
    )


def _taken(condition: Condition, look: Look) -> LookTaken:
    judged = look.judged
    return LookTaken(
        number=look.number,
        n=look.n,
        share=look.fraction,
        z=_z(condition, look.cited.evidence.measured),
        reach=look.reach,
        low=None if judged is None else judged.low,
        high=None if judged is None else judged.high,
        at=stamp(look.cited.evidence.at),
        digest=look.cited.digest,
    )


def _z(condition: Condition, found: object) -> float | None:
    """How many standard errors the value lies from its nearest bound, above 0 within both."""
    if not isinstance(found, Estimate) or not 0 < found.level < 1:
        return None
    at_least, at_most = condition.bounds
    quantile = float(ndtri((1 + found.level) / 2))
    apart = [
        (found.value - at_least, found.value - found.low, found.high - found.value),
        (at_most - found.value, found.high - found.value, found.value - found.low),
    ]
    zs = [
        distance / half * quantile
        for distance, inner, outer in apart
        if math.isfinite(distance) and 0 < (half := inner if distance >= 0 else outer) < math.inf
    ]
    return min(zs, default=None)
