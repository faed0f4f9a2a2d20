"""Planning an experiment before it runs: sizes, powers and effects that belong together.

The client plans with it beside no server, and the server plans with it what it keeps: one code.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from gonogo.checks.experiments.plan import Asked, Plan, Point
from gonogo.checks.experiments.watched import ALWAYS, Watched, always, watched, wider
from gonogo.core.errors import Invalid
from gonogo.stats.cuped import variance_left
from gonogo.stats.design import (
    Design,
    Unreachable,
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

CUPED_TOO = ", less variance by CUPED (Deng et al. 2013)"
STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Multiples of n at which the power curve is told."""

Thing = TypeVar("Thing")
Made = Callable[[float, bool], Design]
"""A design of an alpha, two-sided or not."""


def proportions(
    asked: Asked, *, base: float, ratio: float = 1.0, difference: float | None = None
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
    asked: Asked,
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


def one_auc(asked: Asked, *, base: float, ratio: float = 1.0) -> Plan:
    """An area under the ROC curve against a fixed value."""
    return plan(
        lambda alpha, both: OneAuc(base, alpha, both, ratio),
        asked,
        method=ONE_AUC,
        counted="rows labelled yes",
    )


def paired_auc(asked: Asked, *, base: float, correlation: float, ratio: float = 1.0) -> Plan:
    """Areas of two models that score the same rows."""
    return plan(
        lambda alpha, both: TwoAucs(base, correlation, alpha, both, ratio),
        asked,
        method=TWO_AUCS,
        counted="rows labelled yes",
    )


def paired(asked: Asked, *, discordant: float, difference: float | None = None) -> Plan:
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


def one_sided(asked: Asked) -> Asked:
    """The same, one-sided: a margin has only one side."""
    return replace(asked, two_sided=False)


def plan(made: Made, asked: Asked, *, method: str, counted: str) -> Plan:
    """What `asked` comes to for the design that `made` makes; raises `Invalid`.

    Several hypotheses of a family share alpha evenly (Bonferroni), which Holm's procedure, to be
    used at the end, never makes worse. Whatever is looked at more than once takes more
    observations, by the factor `inflation`.
    """
    if asked.effect is None and asked.n is None:
        raise Invalid(field="effect", expected="an effect, a number of observations, or both")
    alpha = asked.alpha / asked.family
    tested = always(alpha, two_sided=asked.two_sided) if asked.analysis == ALWAYS else alpha
    design = _valid(
        lambda: Clustered(
            made(tested, asked.two_sided), asked.cluster_size, asked.icc, asked.cluster_variation
        )
    )
    watch = watched(asked, alpha)
    n, effect, reason = _solved(design, asked, watch.factor)
    found: float | None = None
    if n is not None and effect is not None:
        found = watch.power(design, n, effect)
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
        inflation=watch.factor * wider(alpha, tested, asked),
        expected_n=watch.expected(n, found),
        looks=watch.planned(design, n),
        curve=_curve(design, watch, n, effect),
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of comparison that can be planned."""

    plan: Callable[..., Plan]
    needs: tuple[str, ...]
    """What must be known beforehand."""
    takes: tuple[str, ...] = ()
    """What may be said besides."""


KINDS: Mapping[str, Kind] = {
    "proportions": Kind(proportions, ("base",), ("ratio", "difference")),
    "means": Kind(means, ("sd",), ("ratio", "difference", "correlation")),
    "auc": Kind(one_auc, ("base",), ("ratio",)),
    "paired-auc": Kind(paired_auc, ("base", "correlation"), ("ratio",)),
    "paired": Kind(paired, ("discordant",), ("difference",)),
}
"""The comparisons that can be planned, as `gonogo hypothesis design` names them."""


def planned(kind: str, asked: Asked, known: Mapping[str, float]) -> Plan:
    """The plan of a comparison of this kind, of which `known` is known; raises `Invalid`."""
    found = KINDS.get(kind)
    if found is None:
        raise Invalid(field="kind", value=kind, expected=f"one of {', '.join(KINDS)}")
    for name in found.needs:
        if name not in known:
            raise Invalid(field=f"known.{name}", expected=f"a number: {kind} needs it")
    for name in known:
        if name not in (*found.needs, *found.takes):
            takes = ", ".join((*found.needs, *found.takes))
            raise Invalid(field=f"known.{name}", value=known[name], expected=f"one of {takes}")
    try:
        with np.errstate(all="ignore"):
            made = found.plan(asked, **known)
    except (ArithmeticError, ValueError) as error:
        raise Invalid(field="asked", expected=f"numbers to reckon with ({error})") from error
    if not all(map(math.isfinite, _numbers(made))):
        raise Invalid(field="asked", expected="numbers to reckon with: these are too far apart")
    return made


def _numbers(made: Plan) -> list[float]:
    alone = [made.effect, made.power, made.inflation, made.alpha_each]
    return [*(one for one in alone if one is not None), *(point.power for point in made.curve)]


def _solved(
    design: Design, asked: Asked, factor: float
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


def _curve(
    design: Design, watch: Watched, n: int | None, effect: float | None
) -> tuple[Point, ...]:
    if n is None or effect is None:
        return ()
    sizes = sorted({max(design.least, math.ceil(step * n)) for step in STEPS})
    return tuple(
        Point(n=size, total=design.total(size), power=watch.power(design, size, effect))
        for size in sizes
    )


def _valid(made: Callable[[], Thing]) -> Thing:
    """What `made` makes; a value it refuses is wrong input."""
    try:
        return made()
    except ValueError as error:
        name, _, told = str(error).partition(" is ")
        given, _, expected = told.partition(", expected ")
        raise Invalid(field=name, value=given or None, expected=expected or str(error)) from error
