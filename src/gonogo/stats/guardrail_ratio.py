"""A guardrail on the ratio of two rates: a group's selection rate over that of a reference."""

import math
from dataclasses import dataclass

import numpy as np

from gonogo.stats.arms import Arms, Batch
from gonogo.stats.arrays import Floats
from gonogo.stats.design import check_alpha
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.guardrails import (
    INDEPENDENT,
    TIGHT_AT,
    Effects,
    Guardrail,
    Harm,
    Look,
    Verdict,
    clustered,
    further,
)
from gonogo.stats.mixtures import GAMMA_EXPONENTIAL, log_evidence

RATIO = f"ratio of two rates, {GAMMA_EXPONENTIAL}, looked at at any time"
STEPS = 50
"""Halvings until an end is known beyond what is shown of it."""


@dataclass(frozen=True, slots=True)
class RatioGuardrail:
    """The rate of one group over that of another in the same arm; harmful below `least`.

    For a candidate ratio r the sum of r times the reference's answers, less the group's, has mean
    0, whatever the rates are: what `Guardrail` does with differences, for each r. Kept in `Arms`,
    the reference as the live arm. The interval holds at all looks together, its low end with chance
    beta, its high end with alpha. With several groups, share alpha over them.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, 1055-1080; Fieller
    (1954), J. R. Stat. Soc. B 16, 175-185, for ratios by differences.

    >>> rule = RatioGuardrail(least=0.8, alpha=0.01, expected=0.5)
    >>> look = rule.look(rule.update(Arms(), Batch(4000, 2000, 2000), Batch(4000, 1200, 1200)))
    >>> str(look.verdict), look.measured.value, round(look.measured.high, 3)
    ('harmful', 0.6, 0.666)
    """

    least: float
    """The smallest ratio that is allowed, above 0: 0.8 is the four-fifths rule."""
    alpha: float
    """Chance of a false alarm over the whole rollout."""
    beta: float = 0.05
    """Chance of calling safe what is harmful."""
    expected: float = 0.5
    """The reference's rate as it was before the rollout."""
    tight_at: int = TIGHT_AT
    """Observations of the smaller group at which the interval is to be tightest."""

    def __post_init__(self) -> None:
        check_alpha(self.alpha)
        check_alpha(self.beta)
        if not (math.isfinite(self.least) and self.least > 0):
            raise ValueError(f"least is {self.least}, expected a number above 0")
        if not 0 <= self.expected <= 1 or self.tight_at < 1:
            raise ValueError(
                f"expected is {self.expected} and tight_at {self.tight_at}, "
                "expected a rate, and 1 or more"
            )

    def update(self, arms: Arms, reference: Batch, group: Batch) -> Arms:
        """The sums with one more batch of answers, 0 or 1."""
        return self._difference.update(arms, reference, group)

    def look(self, arms: Arms, effects: Effects = INDEPENDENT) -> Look:
        """What the observations so far say; `effects` are those of both groups, as of arms."""
        sums = np.array(list(arms))
        # All sums count as of so many times fewer observations; numbers of them are told as they
        # are.
        sums[:5] /= clustered(sums[3], sums[4], effects)
        evidence = float(self.evidence(sums))
        n = int(arms.n_live + arms.n_new)
        if arms.live == 0 or arms.weight == 0:
            why = (
                "no observations of both groups yet" if arms.weight == 0 else "no yes to divide by"
            )
            return Look(Verdict.HOLD, Undefined(why, n=n), self.least, evidence, None)
        value = arms.new / arms.live
        low, high = self._low(sums, value), self._high(sums, value)
        verdict = Verdict.SAFE if low >= self.least else Verdict.HOLD
        if evidence >= -math.log(self.alpha):
            verdict = Verdict.HARMFUL
        level = 1 - self.alpha - self.beta
        found = Estimate(value, low, high, level=level, n=n, unit="ratio", method=RATIO)
        needed = 0 if verdict is not Verdict.HOLD else self._further(sums, value)
        return Look(verdict, found, self.least, evidence, needed)

    def evidence(self, sums: Floats) -> Floats:
        """Logarithm of the e-value for a ratio below `least`; sums as `arms.step` has them."""
        return self._against(sums, self.least, 1.0)

    @property
    def _difference(self) -> Guardrail:
        return Guardrail(Harm.MORE, 0.0, self.alpha, expected=self.expected, tight_at=self.tight_at)

    def _against(self, sums: Floats, ratio: float, sign: float) -> Floats:
        """Evidence for a ratio below `ratio`, or above it where the sign is -1."""
        away, spread = _sums(sums, ratio)
        return log_evidence(sign * away, spread, self._difference.precision)

    def _high(self, sums: Floats, value: float) -> float:
        """The smallest ratio above `value` that is shut out; infinite where none is."""
        target = -math.log(self.alpha)
        top = max(1.0, 2 * value)
        while float(self._against(sums, top, 1.0)) < target:
            if top > 1e6:
                return math.inf
            top *= 2
        bottom = value
        for _ in range(STEPS):
            middle = (bottom + top) / 2
            out = float(self._against(sums, middle, 1.0)) >= target
            bottom, top = (bottom, middle) if out else (middle, top)
        return top

    def _low(self, sums: Floats, value: float) -> float:
        """The largest ratio below `value` that is shut out."""
        target = -math.log(self.beta)
        bottom, top = 0.0, value
        for _ in range(STEPS):
            middle = (bottom + top) / 2
            out = float(self._against(sums, middle, -1.0)) >= target
            bottom, top = (middle, top) if out else (bottom, middle)
        return bottom

    def _further(self, sums: Floats, value: float) -> int | None:
        away, spread = (float(one) for one in _sums(sums, self.least))
        alpha = self.alpha if value < self.least else self.beta
        return further(abs(away), spread, self._difference.precision, alpha, int(sums[7]))


def _sums(sums: Floats, ratio: float) -> tuple[Floats, Floats]:
    """How far r times the reference exceeds the group, and its spread; no value counts above 1."""
    scale = max(1.0, ratio)
    away = (ratio * sums[1] - sums[2]) / scale
    spread = (ratio**2 * sums[3] + sums[4]) / scale**2
    return away, spread
