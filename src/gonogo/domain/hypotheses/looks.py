"""Looks at the evidence as a plan counts them: early, only a boundary decides.

Each measurement of a planned criterion is a look. Its interval is widened as the plan's boundary
asks at that share of the observations (repeated confidence intervals: Jennison & Turnbull 1989,
J. R. Stat. Soc. B 51, 305-361; for always-valid plans the confidence sequence of Howard et al.
2021). All the looks together then keep the error that one look has. It is never narrowed.

A look by cross-validation rests on the rows that were dealt into folds, not on how many folds there
were. Dealing the same rows anew shows nothing new, so of one look the first dealing counts: else
the seed could be chosen by what comes out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scipy.special import ndtri

from gonogo.checks.experiments.plan import Plan
from gonogo.core.conditions import Cited, Condition, Settled, Situation, settle
from gonogo.core.verdicts import Verdict
from gonogo.domain.hypotheses.plans import Planned
from gonogo.stats.confidence_sequences import mixture_boundary, tightest
from gonogo.stats.design import critical
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.group_sequential import MOST_LOOKS, Boundary, boundaries

ALWAYS = "always-valid"
FIXED = "fixed"
UNCOUNTED = "it does not say on how many rows it rests: the plan cannot count it as a look"
STEP = 1e-6
"""A share of the observations that is no more than this above the last is no new look."""


@dataclass(frozen=True, slots=True)
class Look:
    """A measurement as a look of the plan."""

    cited: Cited
    number: int
    """Which look it is, counted from 1; measuring again on as many observations is the same."""
    n: int
    """Observations it rests on; of a cross-validation its rows."""
    fraction: float
    """Share of the planned observations that were in; above 1 where there were more."""
    reach: float | None
    """The z at which the plan lets it decide; None where it does not yet."""
    judged: Estimate | None
    """The measurement with its interval as the plan widens it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with what became of it, and the interval by which it was judged."""

    settled: Settled
    measured: Measured | None
    looks: tuple[Look, ...] = ()


def judged(
    condition: Condition,
    evidence: Sequence[Cited],
    situation: Situation,
    planned: Planned | None = None,
) -> Judged:
    """What `evidence`, all there is and in any order, makes of a criterion under its plan."""
    plain = settle(condition, evidence, situation)
    newest = None if plain.cited is None else plain.cited.evidence.measured
    found = () if planned is None else looks(condition, evidence, situation, planned.plan)
    cannot_count = plain.cited is not None and observations(plain.cited) is None
    if planned is not None and not found and cannot_count:
        return Judged(replace(plain, verdict=Verdict.HOLD, reason=UNCOUNTED), None)
    if planned is None or not found:
        return Judged(plain, newest)
    deciding = _deciding(found, planned.plan)
    estimate = deciding.judged
    if estimate is None:
        return Judged(_early(condition, deciding, planned.plan), None, found)
    return Judged(_late(condition, deciding, estimate, situation, planned.plan), estimate, found)


def looks(
    condition: Condition, evidence: Sequence[Cited], situation: Situation, plan: Plan
) -> tuple[Look, ...]:
    """The measurements of the criterion as looks of the plan, the first of them first.

    None for a resampling that does not say on how many rows it rests: a plan cannot count it.
    """
    if not plan.total:
        return ()
    rising: list[float] = []
    placed: list[tuple[Cited, Estimate, int, int]] = []
    for cited, found in fitting(condition, evidence, situation):
        n = observations(cited)
        if n is None:
            continue
        fraction = n / plan.total
        if not rising or fraction > rising[-1] + STEP:
            rising.append(fraction)
        placed.append((cited, found, n, len(rising)))
    needed = reaches(plan.analysis, tuple(rising), plan.alpha_each, plan.two_sided)
    return tuple(
        Look(
            cited,
            number,
            n,
            n / plan.total,
            needed[number - 1],
            _widened(found, needed[number - 1]),
        )
        for cited, found, n, number in placed
    )


def observations(cited: Cited) -> int | None:
    """Observations that evidence rests on; None where a resampling does not say how many rows."""
    found = cited.evidence.measured
    if not isinstance(found, Estimate) or not found.resampled:
        return found.n
    rows = cited.evidence.detail.get("n")
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        return None
    return rows


def fitting(
    condition: Condition, evidence: Sequence[Cited], situation: Situation
) -> list[tuple[Cited, Estimate]]:
    """The measurements that can settle the criterion, the first of them first."""
    return [
        (cited, found)
        for cited in sorted(evidence, key=lambda one: one.position)
        if settle(condition, [cited], situation).verdict is not Verdict.NO_DATA
        and isinstance(found := cited.evidence.measured, Estimate)
        and found.n > 0
    ]


@lru_cache(maxsize=256)
def reaches(
    analysis: str, rising: tuple[float, ...], alpha: float, two_sided: bool
) -> tuple[float | None, ...]:
    """The z at which each look may decide; None where it may not."""
    if analysis == FIXED:
        last = critical(alpha, two_sided=two_sided)
        return tuple(last if fraction >= 1 else None for fraction in rising)
    if analysis == ALWAYS:
        precision = tightest(1.0, alpha if two_sided else 2 * alpha)
        return tuple(
            float(mixture_boundary(at, precision, alpha, two_sided=two_sided)) / math.sqrt(at)
            for at in rising
        )
    # What comes after all that was planned is the last look.
    within = [at for at in rising if at < 1 - STEP]
    asked = [*within, 1.0]
    if len(asked) > MOST_LOOKS:
        return (None,) * len(rising)
    found = [
        one.boundary for one in boundaries(Boundary(analysis), asked, alpha, two_sided=two_sided)
    ]
    return tuple(
        reach if math.isfinite(reach) else None
        for reach in (found[min(place, len(found) - 1)] for place in range(len(rising)))
    )


def _widened(found: Estimate, reach: float | None) -> Estimate | None:
    """`found` with each half of its interval as long as the boundary asks; never shorter."""
    if reach is None:
        return None
    if found.level >= 1 or found.exact:
        return found
    factor = max(1.0, reach / float(ndtri((1 + found.level) / 2)))
    return replace(
        found,
        low=found.value - factor * (found.value - found.low),
        high=found.value + factor * (found.high - found.value),
    )


def _deciding(found: Sequence[Look], plan: Plan) -> Look:
    """The look that counts: of a plan that looks once the first that is complete, else the last."""
    if plan.analysis == FIXED:
        return next((look for look in found if look.judged is not None), found[-1])
    last = found[-1]
    measured = last.cited.evidence.measured
    if isinstance(measured, Estimate) and measured.resampled:
        return next(look for look in found if look.number == last.number)
    return last


def _early(condition: Condition, look: Look, plan: Plan) -> Settled:
    seen, total = look.n, plan.total or 0
    why = "the plan looks once, at the end"
    if plan.analysis != FIXED:
        why = f"the {plan.analysis} boundary of look {look.number} is out of reach"
        if look.number >= MOST_LOOKS:
            why = f"more than {MOST_LOOKS} looks: only an always-valid plan takes so many"
    return Settled(
        condition,
        Verdict.HOLD,
        f"{seen:,} of {total:,} planned observations are in; {why}",
        look.cited,
        max(total - seen, 0) or None,
    )


def _late(
    condition: Condition, look: Look, estimate: Estimate, situation: Situation, plan: Plan
) -> Settled:
    evidence = replace(look.cited.evidence, measured=estimate)
    found = settle(condition, [replace(look.cited, evidence=evidence)], situation)
    total = plan.total or 0
    where = f"{look.n:,} of {total:,} planned observations"
    if plan.analysis == FIXED:
        return replace(found, cited=look.cited, reason=f"{found.reason}; at {where}")
    reason = {
        Verdict.GO: "satisfies it",
        Verdict.NO_GO: "violates it",
        Verdict.HOLD: "straddles the bound",
    }[found.verdict]
    more = None if found.verdict is not Verdict.HOLD else max(total - look.n, 0) or None
    return Settled(
        condition,
        found.verdict,
        f"look {look.number}, {where}: the interval widened to the {plan.analysis} boundary"
        f" |z| {look.reach:.2f}, {estimate.low:.3g} to {estimate.high:.3g}, {reason}",
        look.cited,
        more,
    )
