"""Planning an experiment before it runs: sizes, powers and effects; asks no server."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from scipy.special import ndtr, ndtri

from gonogo.core.errors import Invalid
from gonogo.schemas.designs import AskedDesign, Plan, PlannedLook, Point
from gonogo.stats.confidence_sequences import mixture_boundary, tightest
from gonogo.stats.cuped import variance_left
from gonogo.stats.design import (
    Design,
    Unreachable,
    critical,
    detectable_effect,
    sample_size,
)
from gonogo.stats.design_means import (
    MARGIN_MEANS,
    MARGIN_PROPORTIONS,
    TWO_MEANS,
    TWO_PROPORTIONS,
    MarginMeans,
    MarginProportions,
    TwoMeans,
    TwoProportions,
)
from gonogo.stats.design_paired import (
    MARGIN_PAIRED,
    MCNEMAR,
    ONE_AUC,
    TWO_AUCS,
    Clustered,
    MarginPaired,
    OneAuc,
    PairedProportions,
    TwoAucs,
)
from gonogo.stats.group_sequential import (
    Boundary,
    Look,
    boundaries,
    crossing,
    drift_for,
    expected_share,
    inflation,
)

CUPED_TOO = ", less variance by CUPED (Deng et al. 2013)"
STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Multiples of n at which the power curve is told."""
ALWAYS = "always-valid"
SURE = 20.0
"""Standard errors at which an effect is found for certain."""

Thing = TypeVar("Thing")
Made = Callable[[float, bool], Design]
"""A design of an alpha, two-sided or not."""


def proportions(
    asked: AskedDesign, *, base: float, ratio: float = 1.0, difference: float | None = None
) -> Plan:
    """Two rates; with `difference`, the true one, the effect is a margin of non-inferiority."""
    if difference is None:
        return plan(
            lambda alpha, both: TwoProportions(base, alpha, both, ratio),
            asked,
            method=TWO_PROPORTIONS,
            counted="observations in the first group",
        )
    return plan(
        lambda alpha, _: MarginProportions(base, difference, alpha, ratio),
        one_sided(asked),
        method=MARGIN_PROPORTIONS,
        counted="observations in the first group",
    )


def means(
    asked: AskedDesign,
    *,
    sd: float,
    ratio: float = 1.0,
    difference: float | None = None,
    correlation: float = 0.0,
) -> Plan:
    """Two means; `correlation` with what was known before takes variance out (CUPED)."""
    with_said = "" if correlation == 0 else CUPED_TOO
    left = sd * math.sqrt(_valid(lambda: variance_left(correlation)))
    if difference is None:
        return plan(
            lambda alpha, both: TwoMeans(left, alpha, both, ratio),
            asked,
            method=TWO_MEANS + with_said,
            counted="observations in the first group",
        )
    return plan(
        lambda alpha, _: MarginMeans(left, difference, alpha, ratio),
        one_sided(asked),
        method=MARGIN_MEANS + with_said,
        counted="observations in the first group",
    )


def one_auc(asked: AskedDesign, *, base: float, ratio: float = 1.0) -> Plan:
    """An area under the ROC curve against a fixed value."""
    return plan(
        lambda alpha, both: OneAuc(base, alpha, both, ratio),
        asked,
        method=ONE_AUC,
        counted="rows labelled yes",
    )


def paired_auc(asked: AskedDesign, *, base: float, correlation: float, ratio: float = 1.0) -> Plan:
    """Areas of two models that score the same rows."""
    return plan(
        lambda alpha, both: TwoAucs(base, correlation, alpha, both, ratio),
        asked,
        method=TWO_AUCS,
        counted="rows labelled yes",
    )


def paired(asked: AskedDesign, *, discordant: float, difference: float | None = None) -> Plan:
    """Shares of right answers of two models on the same rows (McNemar)."""
    if difference is None:
        return plan(
            lambda alpha, both: PairedProportions(discordant, alpha, both),
            asked,
            method=MCNEMAR,
            counted="rows that both answer",
        )
    return plan(
        lambda alpha, _: MarginPaired(discordant, difference, alpha),
        one_sided(asked),
        method=MARGIN_PAIRED,
        counted="rows that both answer",
    )


def one_sided(asked: AskedDesign) -> AskedDesign:
    """The same, one-sided: a margin has only one side."""
    return asked.model_copy(update={"two_sided": False})


def plan(made: Made, asked: AskedDesign, *, method: str, counted: str) -> Plan:
    """What `asked` comes to for the design that `made` makes; raises `Invalid`.

    Several hypotheses of a family share alpha evenly (Bonferroni), which Holm's procedure, to be
    used at the end, never makes worse. Whatever is looked at more than once takes more
    observations, by the factor `inflation`.
    """
    if asked.effect is None and asked.n is None:
        raise Invalid(field="effect", expected="an effect, a number of observations, or both")
    alpha = asked.alpha / asked.family
    tested = _always(alpha, two_sided=asked.two_sided) if asked.analysis == ALWAYS else alpha
    design = _valid(
        lambda: Clustered(
            made(tested, asked.two_sided), asked.cluster_size, asked.icc, asked.cluster_variation
        )
    )
    watched = _watched(asked, alpha)
    n, effect, reason = _solved(design, asked, watched.factor)
    found: float | None = None
    if n is not None and effect is not None:
        found = watched.power(design, n, effect)
        if asked.n is not None and found < asked.power:
            reason = f"power {found:.3f} is less than the {asked.power:g} that is asked"
    return Plan(
        method=method,
        counted=counted,
        analysis=asked.analysis,
        alpha=asked.alpha,
        alpha_each=alpha,
        two_sided=asked.two_sided,
        asked_power=asked.power,
        enough=reason is None,
        reason=reason,
        effect=effect,
        n=n,
        total=None if n is None else design.total(n),
        power=found,
        inflation=watched.factor * _wider(alpha, tested, asked),
        expected_n=watched.expected(n, found),
        looks=watched.planned(n),
        curve=_curve(design, watched, n, effect),
    )


@dataclass(frozen=True, slots=True)
class _Watched:
    """What planned looks change: how many more observations there must be at the end."""

    reach: float
    """The z of a fixed test of the same alpha."""
    factor: float
    """How many times more observations there must be at the end."""
    looks: tuple[Look, ...]
    two_sided: bool

    def power(self, design: Design, n: int, effect: float) -> float:
        """The power of `design` with n observations in the first group at the end."""
        if not self.looks:
            return design.power(n, effect)
        # A single look takes fewer by the factor; from what it finds, the looks are followed.
        fixed = design.power(max(n / self.factor, design.least), effect)
        drift = max(-SURE, min(SURE, self.reach + float(ndtri(fixed)))) * math.sqrt(self.factor)
        at = [look.fraction for look in self.looks]
        reaches = [look.boundary for look in self.looks]
        return min(1.0, sum(crossing(at, reaches, drift, two_sided=self.two_sided)))

    def expected(self, n: int | None, power: float | None) -> int | None:
        """Observations used on average where the effect is there; None without planned looks."""
        if n is None or power is None or not self.looks:
            return None
        drift = drift_for(self.looks, min(power, 0.999), two_sided=self.two_sided)
        return math.ceil(n * expected_share(self.looks, drift, two_sided=self.two_sided))

    def planned(self, n: int | None) -> list[PlannedLook]:
        """The looks, in observations."""
        return [
            PlannedLook(
                n=math.ceil(n * look.fraction),
                boundary=look.boundary if math.isfinite(look.boundary) else None,
                p_value=look.p_value,
                spent=look.spent,
            )
            for look in (self.looks if n is not None else ())
            if n is not None
        ]


def _watched(asked: AskedDesign, alpha: float) -> _Watched:
    both = asked.two_sided
    reach = critical(alpha, two_sided=both)
    if asked.analysis in ("fixed", ALWAYS):
        return _Watched(reach, 1.0, (), both)
    at = [(k + 1) / asked.looks for k in range(asked.looks)]
    looks = tuple(boundaries(Boundary(asked.analysis), at, alpha, two_sided=both))
    factor = inflation(looks, alpha, asked.power, two_sided=both)
    return _Watched(reach, factor, looks, both)


def _always(alpha: float, *, two_sided: bool) -> float:
    """The alpha of a single test as strict as the last look of a confidence sequence.

    It is tightest there. Power is then a lower bound: who passed earlier and fell back is not
    counted.
    """
    precision = tightest(1.0, alpha if two_sided else 2 * alpha)
    reach = float(mixture_boundary(1.0, precision, alpha, two_sided=two_sided))
    return float(ndtr(-reach)) * (2 if two_sided else 1)


def _wider(alpha: float, tested: float, asked: AskedDesign) -> float:
    """How many times more observations the stricter alpha of a confidence sequence takes."""
    needed = float(ndtri(asked.power))
    reaches = [critical(one, two_sided=asked.two_sided) for one in (tested, alpha)]
    return ((reaches[0] + needed) / (reaches[1] + needed)) ** 2


def _solved(
    design: Design, asked: AskedDesign, factor: float
) -> tuple[int | None, float | None, str | None]:
    """N and effect, of which one was asked, and why there is none."""
    if asked.n is not None and asked.effect is not None:
        low, high = design.ends
        if not low <= asked.effect <= high:
            raise Invalid(field="effect", value=asked.effect, expected=f"{low:g} to {high:g}")
        return asked.n, asked.effect, None
    if asked.effect is not None:
        size = sample_size(design, asked.effect, asked.power)
        if isinstance(size, Unreachable):
            return None, asked.effect, size.reason
        return math.ceil(size * factor), asked.effect, None
    n = asked.n or 0
    least = detectable_effect(design, math.floor(n / factor), asked.power, down=asked.down)
    return (n, None, least.reason) if isinstance(least, Unreachable) else (n, least, None)


def _curve(design: Design, watched: _Watched, n: int | None, effect: float | None) -> list[Point]:
    if n is None or effect is None:
        return []
    sizes = sorted({max(design.least, math.ceil(step * n)) for step in STEPS})
    return [
        Point(n=size, total=design.total(size), power=watched.power(design, size, effect))
        for size in sizes
    ]


def _valid(made: Callable[[], Thing]) -> Thing:
    """What `made` makes; a value it refuses is wrong input."""
    try:
        return made()
    except ValueError as error:
        name, _, told = str(error).partition(" is ")
        given, _, expected = told.partition(", expected ")
        raise Invalid(field=name, value=given or None, expected=expected or str(error)) from error
