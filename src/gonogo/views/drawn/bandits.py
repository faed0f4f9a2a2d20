"""A bandit as it was looked at: whom it took over time, and what that has cost."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from gonogo.core.times import moment
from gonogo.domain.releases.routing import CHALLENGER, CHAMPION
from gonogo.stats.bandit_learning import regret
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.views.charts.values import At, Intervals, Line, Lines, Tone, Whisker
from gonogo.views.drawn.elapsed import elapsed

TONES = {CHAMPION: Tone.ACCENT, CHALLENGER: Tone.SECOND}
FRACTIONS = "rewards lie between no and yes: regret is counted in successes"
Kept = Sequence[Sequence[Any]]
"""Looks: time, and by arm decisions, successes and failures until then."""


def shares(kept: Kept, began: str, names: Mapping[str, str]) -> Lines | None:
    """Share of the decisions that each arm took between two looks; None before the first ones."""
    looks = [(moment(str(at)), found) for at, found in kept]
    points: dict[str, list[At]] = {name: [] for name in names}
    after, unit = elapsed(moment(began), [at for at, _ in looks])
    before: dict[str, Any] = {name: [0] for name in names}
    found = [before, *(one for _, one in looks)]
    for (one, other), (at, _), place in zip(pairwise(found), looks, after, strict=True):
        new = {name: other[name][0] - one[name][0] for name in names}
        total = sum(new.values())
        for name, n in new.items():
            if total > 0:
                said = f"{at:%Y-%m-%d %H:%M}: {n:,} of {total:,}"
                points[name].append(At(place, n / total, says=said))
    if not any(points.values()):
        return None
    lines = tuple(
        Line(names[name], tuple(seen), TONES[name], dots=len(seen) < 3)
        for name, seen in points.items()
    )
    across = f"{unit} since it began"
    return Lines("Share of the decisions between two looks", across, "share", lines)


def lost(kept: Kept, began: str, alpha: float) -> Lines | None:
    """Regret until each look, with its interval; None where it never was known."""
    known = []
    for at, found in kept:
        one = regret_of({name: counts_of(*told[1:]) for name, told in found.items()}, alpha)
        if isinstance(one, Estimate):
            known.append((moment(str(at)), one))
    if not known:
        return None
    after, unit = elapsed(moment(began), [when for when, _ in known])
    points = tuple(
        At(place, one.value, one.low, one.high, f"{when:%Y-%m-%d %H:%M}")
        for place, (when, one) in zip(after, known, strict=True)
    )
    line = Line("regret", points, Tone.ACCENT, dots=len(points) < 3)
    across = f"{unit} since it began"
    return Lines("What learning has cost until then", across, "successes", (line,))


def rates(found: Sequence[tuple[str, str, Measured]]) -> Intervals | None:
    """The rate of each arm with its interval; None where none is known."""
    rows = tuple(
        Whisker(name, one.value, one.low, one.high, f"n = {one.n:,}", TONES[arm])
        for arm, name, one in found
        if isinstance(one, Estimate)
    )
    return Intervals("Reward of each arm", "share of successes", rows) if rows else None


def regret_of(counts: Mapping[str, Counts | Undefined], alpha: float) -> Measured:
    """Regret by the outcomes of the arms; undefined where they are no yes and no."""
    known = {name: one for name, one in counts.items() if isinstance(one, Counts)}
    if len(known) < len(counts):
        return Undefined(FRACTIONS, n=0)
    return regret(known, alpha)


def counts_of(successes: float, failures: float) -> Counts | Undefined:
    """Outcomes as counts of yes; undefined where they are parts of one."""
    n = successes + failures
    if abs(successes - round(successes)) > 1e-6 or abs(n - round(n)) > 1e-6:
        return Undefined(FRACTIONS, n=round(n))
    return Counts(round(successes), round(n))
