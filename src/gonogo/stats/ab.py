"""Results of A/B tests: one look at the end beside any look; segments; size and duration."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scipy.special import ndtr, ndtri, stdtrit

from gonogo.stats.confidence_sequences import mixture_boundary, tightest
from gonogo.stats.design import Unreachable, check_positive, check_share, critical, sample_size
from gonogo.stats.design_means import TwoMeans, TwoProportions
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile
from gonogo.stats.means import Moments
from gonogo.stats.multiplicity import holm

WELCH = "difference of means, Welch's interval (1947)"
ASYMPTOTIC = "asymptotic confidence sequence (Waudby-Smith et al. 2024)"


@dataclass(frozen=True, slots=True)
class Effect:
    """Treatment less control, read in both ways."""

    fixed: Measured
    """With the interval of a single look, planned beforehand."""
    sequential: Measured
    """With the interval that holds at all looks together."""
    p_value: float | None
    """Two-sided, of the single look; None where the effect is undefined."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The effect among some of the units."""

    name: str
    effect: Effect
    adjusted: float | None
    """Holm's p-value over all segments whose effect is defined."""
    found: bool
    """Whether `adjusted` is at most 1 - level: the chance that any segment is found by chance alone
    is at most that."""


def welch(control: Moments, treatment: Moments, level: float, unit: str) -> Measured:
    """Mean of treatment less mean of control, from moments, with Welch's interval.

    `Undefined` where an arm has fewer than two values and where nothing varies.

    Source: Welch (1947), Biometrika 34, 28-35.

    >>> found = welch(Moments(50, 2.0, 49.0), Moments(50, 3.0, 49.0), 0.95, "EUR")
    >>> found.value, round(found.low, 3)
    (1.0, 0.603)
    """
    check_level(level)
    n = control.n + treatment.n
    if min(control.n, treatment.n) < 2:
        return Undefined("an arm has fewer than two values", n=n)
    parts = [one.variance / one.n for one in (control, treatment)]
    spread = sum(parts)
    if spread == 0:
        return Undefined("nothing varies: no spread to judge the difference by", n=n)
    freedom = spread**2 / sum(
        part**2 / (one.n - 1) for part, one in zip(parts, (control, treatment), strict=True)
    )
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(spread)
    value = treatment.mean - control.mean
    return Estimate(value, value - reach, value + reach, level=level, n=n, unit=unit, method=WELCH)


def always(fixed: Measured, tight_at: int) -> Measured:
    """The interval of one look, widened to hold at all looks together, for large samples.

    The standard error is read off `fixed`, whatever it comes from (with CUPED, too), so this holds
    where that is about normal; for rare events and few rows ask a guardrail, which holds at any n.
    `tight_at`, above 0, is the number of observations, both arms, at which it is to be tightest.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52,
    2613-2640, with the boundary of Howard et al. (2021), eq. 14.

    >>> fixed = Estimate(0.0, -1.96, 1.96, level=0.95, n=1000, unit="EUR", method="")
    >>> round(always(fixed, tight_at=1000).high, 2)
    3.04
    """
    if tight_at < 1:
        raise ValueError(f"tight_at is {tight_at}, expected 1 or more")
    if isinstance(fixed, Undefined):
        return fixed
    reach = _error(fixed) * looking(fixed.n / tight_at, 1 - fixed.level)
    return replace(
        fixed,
        low=min(fixed.low, fixed.value - reach),
        high=max(fixed.high, fixed.value + reach),
        method=f"{ASYMPTOTIC} of: {fixed.method}",
    )


def read(fixed: Measured, tight_at: int) -> Effect:
    """The effect in both ways, of a difference with its interval of one look.

    The p-value is read off the interval, as if it were normal (Altman & Bland 2011).
    """
    if isinstance(fixed, Undefined):
        return Effect(fixed, fixed, None)
    error = _error(fixed)
    away = abs(fixed.value) / error if error > 0 else math.inf
    return Effect(fixed, always(fixed, tight_at), 2 * float(ndtr(-away)))


def segments(effects: Mapping[str, Effect], level: float) -> tuple[Segment, ...]:
    """Each segment's effect, with Holm's p-values over all of them.

    Segments have to be named before anyone looks: those that were looked at and left out count.
    """
    check_level(level)
    defined = {name: one.p_value for name, one in effects.items() if one.p_value is not None}
    adjusted = dict(zip(defined, holm(list(defined.values())).tolist(), strict=True))
    return tuple(
        Segment(name, one, adjusted.get(name), adjusted.get(name, 1.0) <= 1 - level)
        for name, one in effects.items()
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """How many units an A/B test needs, and how long that takes."""

    control: int
    treatment: int
    days: int
    """Whole days until both arms have theirs."""
    longest_days: int
    """Whole days where the effect may be looked for at any time: the last look alone then has the
    power, though most tests end earlier."""


def plan(
    design: TwoProportions | TwoMeans,
    effect: float,
    power: float,
    *,
    daily: float,
    shares: tuple[float, float],
) -> Plan | Unreachable:
    """Size and duration of a test that finds `effect` with `power`.

    `daily` units come a day, of which `shares` (control, treatment), each in (0, 1) and at most 1
    together, take part. `design` says what is compared; its ratio is set to that of the shares.
    Raises `ValueError` for numbers out of range.

    >>> found = plan(TwoProportions(base=0.1), 0.01, 0.8, daily=2000, shares=(0.5, 0.5))
    >>> found.control, found.days, found.longest_days
    (14751, 15, 29)
    """
    check_positive(daily=daily)
    check_share(control=shares[0], treatment=shares[1])
    if sum(shares) > 1 + 1e-9:
        raise ValueError(f"shares are {shares}, expected at most 1 together")
    ratio = shares[1] / shares[0]
    n = sample_size(replace(design, ratio=ratio), effect, power)
    if isinstance(n, Unreachable):
        return n
    fixed = critical(design.alpha, two_sided=design.two_sided) + float(ndtri(power))
    alpha = design.alpha if design.two_sided else 2 * design.alpha
    any_time = looking(1.0, alpha) + float(ndtri(power))
    days = n / (daily * shares[0])
    return Plan(
        control=n,
        treatment=math.ceil(n * ratio),
        days=math.ceil(days),
        longest_days=math.ceil(days * max(1.0, any_time / fixed) ** 2),
    )


def _error(fixed: Estimate) -> float:
    return (fixed.high - fixed.low) / 2 / normal_quantile(fixed.level)


def looking(share: float, alpha: float) -> float:
    """How many standard errors an interval reaches at this `share` of where it is tightest."""
    return float(mixture_boundary(share, tightest(1.0, alpha), alpha)) / math.sqrt(share)
