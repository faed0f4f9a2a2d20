"""Effects of A/B tests whose units are entities: ratios of sums, less what was known before.

An entity comes once or a hundred times, and is assigned once. So the rate per decision is a ratio
of two sums over entities, and its error is that of entities (delta method, the same as errors
clustered by entity). What the same entities did before the test takes variance out (CUPED).
"""

import math
from dataclasses import dataclass, replace

from scipy.special import ndtr, ndtri, stdtrit

from gonogo.stats.ab import Effect, looking
from gonogo.stats.confidence_sequences import tightest
from gonogo.stats.design import Unreachable, check_alpha, check_power, critical, sample_size
from gonogo.stats.design_means import TwoMeans
from gonogo.stats.entity_sums import FEWEST, EntitySums
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile

RATIOS = "difference of ratios of sums over entities, delta method, Welch's interval (1947)"
ALONE = "ratio of sums over entities, delta method, Student's t interval (1908)"
CUPED = "as before, less what is known of the same entities from before: CUPED (Deng et al. 2013)"
ANY_TIME = "asymptotic confidence sequence (Waudby-Smith et al. 2024) of: "


@dataclass(frozen=True, slots=True)
class Sizes:
    """Entities that a test needs of each arm."""

    control: int
    treatment: int
    control_any_time: int
    """So many where it may be looked at at any time: the last look alone then has the power."""
    treatment_any_time: int


def effect(control: EntitySums, treatment: EntitySums, level: float, unit: str) -> Measured:
    """Treatment less control: the difference of their means of a value.

    `Undefined` for few entities and where nothing varies.

    Source: delta method for ratios as in Deng, Knoblich & Lu (2018), KDD '18, 233-242; Liang &
    Zeger (1986), Biometrika 73, 13-22, for errors by clusters.

    >>> once = tuple(float(n) for n in (100, 100, 50, 0, 0, 100, 50, 0, 0, 50, 0, 0, 0, 0, 0))
    >>> more = tuple(float(n) for n in (100, 100, 75, 0, 0, 100, 75, 0, 0, 75, 0, 0, 0, 0, 0))
    >>> found = effect(EntitySums(0, 0, once), EntitySums(0, 0, more), 0.95, "share")
    >>> found.value, round(found.low, 3), round(found.high, 3)
    (0.25, 0.119, 0.381)
    """
    check_level(level)
    few = _few(control, treatment)
    if few is not None:
        return few
    value = _centred(control, treatment, "")
    parts = [arm.spread("", "") / arm.n for arm in (control, treatment)]
    return _interval(value, parts, control, treatment, level, unit, RATIOS)


def adjusted(control: EntitySums, treatment: EntitySums, level: float, unit: str) -> Measured:
    """`effect`, with the part that the same entities' earlier values explain taken out.

    An entity of which nothing is known from before counts as one like the mean of those of which
    something is. The slope is pooled within the arms, so that the effect does not bend it.
    `Undefined` as `effect`, and where too few were known before.

    Source: Deng, Xu, Kohavi & Walker (2013), WSDM '13, 123-132, eq. 4 to 6; for ratios Budylin et
    al. (2018), WSDM '18, 55-63.
    """
    plain = effect(control, treatment, level, unit)
    if isinstance(plain, Undefined):
        return plain
    slope = _slope(control, treatment)
    if isinstance(slope, Undefined):
        return slope
    value = plain.value - slope * _centred(control, treatment, "_before")
    parts = [
        max(
            0.0,
            arm.spread("", "")
            - 2 * slope * arm.spread("", "_before")
            + slope**2 * arm.spread("_before", "_before"),
        )
        / arm.n
        for arm in (control, treatment)
    ]
    return _interval(value, parts, control, treatment, level, unit, CUPED)


def mean_of(arm: EntitySums, level: float, unit: str) -> Measured:
    """Mean of a value of one arm, with Student's interval of entities; `Undefined` as `effect`."""
    few = _few(arm, arm)
    spread = arm.spread("", "") if arm.n else 0.0
    if few is not None or spread <= 0 or arm.ratio is None:
        why = "nothing varies: every value is the same" if few is None else few.reason
        return Undefined(why, n=arm.n)
    reach = float(stdtrit(arm.n - 1, (1 + level) / 2)) * math.sqrt(spread / arm.n / (arm.n - 1))
    low, high = arm.ratio - reach, arm.ratio + reach
    return Estimate(arm.ratio, low, high, level=level, n=arm.n, unit=unit, method=ALONE)


def read(fixed: Measured, tight_error: float) -> Effect:
    """An effect in both ways, of a difference with its interval of one look."""
    if isinstance(fixed, Undefined):
        return Effect(fixed, fixed, None)
    error = _error(fixed)
    away = abs(fixed.value) / error if error > 0 else math.inf
    return Effect(fixed, at_any_time(fixed, tight_error), 2 * float(ndtr(-away)))


def at_any_time(fixed: Measured, tight_error: float) -> Measured:
    """The interval of one look, widened to hold at all looks together, for large samples.

    `tight_error`, above 0 and fixed beforehand, is the standard error at which it is to be
    tightest. How far a test has come is told by its error, not by its number of entities: those
    that come back shrink the one and not the other.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52,
    2613-2640, with the boundary of Howard et al. (2021), eq. 14.

    >>> fixed = Estimate(0.0, -1.96, 1.96, level=0.95, n=1000, unit="EUR", method="m")
    >>> round(at_any_time(fixed, tight_error=1.0).high, 2)
    3.04
    """
    if isinstance(fixed, Undefined):
        return fixed
    error = _error(fixed)
    if error == 0:
        return Undefined("nothing varies: no spread to judge the difference by", n=fixed.n)
    reach = error * looking(_come(error, tight_error), 1 - fixed.level)
    return replace(
        fixed,
        low=min(fixed.low, fixed.value - reach),
        high=max(fixed.high, fixed.value + reach),
        method=ANY_TIME + fixed.method,
    )


def any_time_p(fixed: Estimate, tight_error: float) -> float:
    """The p-value that is right whenever one looks: at most alpha where `at_any_time` has no 0.

    Source: Johari, Koomen, Pekelis & Walsh (2022), Operations Research 70, 1806-1821.

    >>> fixed = Estimate(3.1, 1.14, 5.06, level=0.95, n=1000, unit="EUR", method="m")
    >>> any_time_p(fixed, tight_error=1.0) < 0.05 < any_time_p(replace(fixed, value=3.0), 1.0)
    True
    """
    error = _error(fixed)
    if error == 0:
        return 1.0
    alpha = 1 - fixed.level
    # As wide as the mixture is tightest at `tight_error`: `looking` reads it from there too.
    prior = _come(error, tight_error) / tightest(1.0, alpha)
    away = (fixed.value / error) ** 2
    evidence = (away * prior / (1 + prior) - math.log1p(prior)) / 2
    return min(1.0, math.exp(-evidence))


def sizes(
    spread: float, effect: float, *, alpha: float, power: float, share: float
) -> Sizes | Unreachable:
    """Entities of each arm to find `effect` with `power`, two-sided at `alpha`.

    `spread` is the standard deviation of an entity (`EntitySums` of before), `share` in (0, 1) what
    of the entities comes to the treatment. Raises `ValueError` for numbers out of range.

    >>> found = sizes(0.5, 0.05, alpha=0.05, power=0.8, share=0.5)
    >>> found.control, found.control_any_time
    (1571, 3009)
    """
    check_alpha(alpha)
    check_power(power)
    ratio = share / (1 - share)
    n = sample_size(TwoMeans(sd=spread, alpha=alpha, ratio=ratio), effect, power)
    if isinstance(n, Unreachable):
        return n
    times = (errors_apart(alpha, power, any_time=True) / errors_apart(alpha, power)) ** 2
    many = math.ceil(n * max(1.0, times))
    return Sizes(n, math.ceil(n * ratio), many, math.ceil(many * ratio))


def errors_apart(alpha: float, power: float, *, any_time: bool = False) -> float:
    """How many standard errors an effect has to lie from none to be found with `power`."""
    reach = looking(1.0, alpha) if any_time else critical(alpha, two_sided=True)
    return reach + float(ndtri(power))


def explained(control: EntitySums, treatment: EntitySums) -> float | None:
    """The share of variance that is known from before, within the arms; None where none is."""
    both = [(arm.spread("", ""), arm) for arm in (control, treatment) if arm.n]
    slope = _slope(control, treatment)
    whole = sum(spread for spread, _ in both)
    if isinstance(slope, Undefined) or whole <= 0:
        return None
    shared = sum(arm.spread("", "_before") for _, arm in both)
    return min(1.0, max(0.0, slope * shared / whole))


def _few(control: EntitySums, treatment: EntitySums) -> Undefined | None:
    least = min(control.n, treatment.n)
    if least >= FEWEST:
        return None
    return Undefined(
        f"an arm has {least} entities of which the number is known, fewer than {FEWEST}",
        n=control.n + treatment.n,
    )


def _centred(control: EntitySums, treatment: EntitySums, when: str) -> float:
    return treatment.away(when) - control.away(when)


def _slope(control: EntitySums, treatment: EntitySums) -> float | Undefined:
    arms = (control, treatment)
    n = sum(arm.n for arm in arms)
    if min(arm.known_before for arm in arms) <= 0:
        return Undefined("of none of an arm's entities anything is known from before the test", n=n)
    known = sum(arm.spread("_before", "_before") for arm in arms)
    if known <= 0:
        return Undefined("what is known from before the test is the same of every entity", n=n)
    return sum(arm.spread("", "_before") for arm in arms) / known


def _interval(
    value: float,
    spreads: list[float],
    control: EntitySums,
    treatment: EntitySums,
    level: float,
    unit: str,
    method: str,
) -> Measured:
    """Welch's, of arms whose entities have `spreads` as sums of squares over their number."""
    n = control.n + treatment.n
    parts = [
        spread / (arm.n - 1) for spread, arm in zip(spreads, (control, treatment), strict=True)
    ]
    error = sum(parts)
    scale = max(abs(control.ratio or 0.0), abs(treatment.ratio or 0.0), abs(value))
    if error <= (1e-12 * scale) ** 2:
        return Undefined("nothing varies: no spread to judge the difference by", n=n)
    freedom = error**2 / sum(
        part**2 / (arm.n - 1) for part, arm in zip(parts, (control, treatment), strict=True)
    )
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(error)
    return Estimate(value, value - reach, value + reach, level=level, n=n, unit=unit, method=method)


def _error(fixed: Estimate) -> float:
    return (fixed.high - fixed.low) / 2 / normal_quantile(fixed.level)


def _come(error: float, tight_error: float) -> float:
    """How far a test has come: 1 where its error is the one planned for."""
    if not (math.isfinite(tight_error) and tight_error > 0):
        raise ValueError(f"tight_error is {tight_error}, expected a number above 0")
    return (tight_error / error) ** 2
