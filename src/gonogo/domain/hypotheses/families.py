"""Families of hypotheses: what is left of each when all of them are tested together.

A p-value is read off the interval by which a hypothesis is judged (Altman & Bland 2011, BMJ 343,
d2304), two-sided, so that it is at most 1 - level exactly where the interval lies within the bound.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtr, ndtri

from gonogo.core.conditions import Condition
from gonogo.core.errors import Invalid
from gonogo.domain.hypotheses.looks import Judged
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.multiplicity import benjamini_hochberg, holm


@dataclass(frozen=True, slots=True)
class Member:
    """One hypothesis of a family."""

    hypothesis: Hypothesis
    p_value: float | None
    """Of its support; None while it is not measured, which counts as 1."""
    why: str
    """Why there is no p-value; "" where there is one."""
    holm: float
    """Adjusted for the chance of any false support in the family."""
    benjamini_hochberg: float
    """Adjusted for the share of false ones among what is supported."""
    alone: bool
    """Whether it would be supported if it were the only one."""
    by_holm: bool
    by_benjamini_hochberg: bool


@dataclass(frozen=True, slots=True)
class Family:
    """The hypotheses that are tested together, and what the whole of them leaves of each."""

    case: str
    name: str
    """"" for those of the use case that name no family."""
    alpha: float
    members: tuple[Member, ...]
    """By p-value, those that are not measured last."""


def family(
    case: str,
    name: str,
    judged: Sequence[tuple[Hypothesis, Sequence[Judged]]],
    alpha: float | None = None,
) -> Family:
    """The family of these hypotheses, each with what its criteria were judged by.

    Without an `alpha` it is the least significance of any. What was abandoned without having been
    measured was never tested and does not count; what is open and not measured does. Raises
    `Invalid` for an alpha outside (0, 1).
    """
    found = [(one, *support(criteria)) for one, criteria in judged]
    tested = [each for each in found if each[1] is not None or each[0].state is not State.ABANDONED]
    level = alpha if alpha is not None else _least([one for one, _, _ in tested])
    if not 0 < level < 1:
        raise Invalid(field="alpha", value=level, expected="a number between 0 and 1")
    ps = [1.0 if p is None else p for _, p, _ in tested]
    members = [
        Member(one, p, why, strict, mild, counted <= level, strict <= level, mild <= level)
        for (one, p, why), counted, strict, mild in zip(
            tested, ps, holm(ps).tolist(), benjamini_hochberg(ps).tolist(), strict=True
        )
    ]
    members.sort(key=lambda one: (one.p_value is None, one.p_value or 0.0, one.hypothesis.slug))
    return Family(case, name, level, tuple(members))


def support(judged: Sequence[Judged]) -> tuple[float | None, str]:
    """The p-value of a hypothesis, or why there is none.

    All of its criteria must hold, so it is the largest of theirs: an intersection-union test
    (Berger 1982, Technometrics 24, 295-300), which needs no correction of its own.
    """
    found: list[float] = []
    for one in judged:
        match one.measured:
            case Estimate() as estimate:
                found.append(p_value(estimate, one.settled.condition))
            case Undefined(reason=reason):
                return None, f"could not be measured: {reason}"
            case None:
                return None, one.settled.reason
    return (max(found), "") if found else (None, "it has no criterion")


def p_value(found: Estimate, condition: Condition) -> float:
    """Two-sided p-value of `found` against the bounds of `condition`; 1 on their wrong side.

    >>> half = Estimate(0.8, 0.7, 0.9, 0.95, 100, "share", "m")
    >>> round(p_value(half, Condition("performance.accuracy", at_least=0.7)), 6)
    0.05
    """
    at_least, at_most = condition.bounds
    apart = [
        _apart(found, found.value - at_least, found.value - found.low)
        if math.isfinite(at_least)
        else 0.0,
        _apart(found, at_most - found.value, found.high - found.value)
        if math.isfinite(at_most)
        else 0.0,
    ]
    return max(apart)


def _apart(found: Estimate, distance: float, half: float) -> float:
    """The p-value of lying `distance` within a bound, `half` the interval's half on that side."""
    if distance < 0:
        return 1.0
    if half <= 0 or found.level >= 1:
        return 0.0
    if not math.isfinite(half):
        return 1.0
    z = distance / half * float(ndtri((1 + found.level) / 2))
    return min(1.0, 2 * float(ndtr(-z)))


def _least(hypotheses: Sequence[Hypothesis]) -> float:
    return min((one.text.significance for one in hypotheses), default=0.05)
