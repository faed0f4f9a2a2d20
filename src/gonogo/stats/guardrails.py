"""Guardrails of a rollout: is the new version worse than it may be? Asked after every batch.

The chance that a version which keeps its margins is ever called harmful, over all looks of all
guardrails together, is at most the alphas' sum; so is that of calling a harmful one safe, beta.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from gonogo.stats.arms import UNREVISED, Arms, Batch, Revision
from gonogo.stats.arrays import Floats
from gonogo.stats.design import check_alpha
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.mixtures import GAMMA_EXPONENTIAL, boundary, log_evidence, precision_for

BETWEEN = f"difference of two arms, {GAMMA_EXPONENTIAL}, looked at at any time"
ALONE = f"mean of one arm, {GAMMA_EXPONENTIAL}, looked at at any time"
TIGHT_AT = 2_000
"""Observations of the smaller arm at which an interval is tightest, where nothing else is said."""
LEAST_SPREAD = 20.0
"""No interval is made to be tightest earlier: rare events come in tens before they tell."""
MOST = 1e6
"""No more than so many times the observations there are is ever called for."""

Effects = tuple[npt.ArrayLike, npt.ArrayLike]
"""Design effects of the live and of the new arm, 1 or more."""
INDEPENDENT: Effects = (1.0, 1.0)
"""No entity comes back, or its decisions have nothing in common."""


class Harm(StrEnum):
    """Which change of a number is worse."""

    MORE = "more"
    """Errors, late answers, losses."""
    LESS = "less"
    """Payoff, conversions."""
    EITHER = "either"
    """Rates that are to stay where they are."""


class Verdict(StrEnum):
    """What a look at a guardrail says."""

    HARMFUL = "harmful"
    """The whole interval lies beyond the margin: roll back."""
    SAFE = "safe"
    """The whole interval lies within the margin: it may go on."""
    HOLD = "hold"
    """Neither: more observations decide."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a guardrail says of all observations so far."""

    verdict: Verdict
    measured: Measured
    """The number that is watched, with the interval that holds at all looks together."""
    margin: float
    """What it is held against, in the unit of `measured`."""
    evidence: float
    """Natural logarithm of the e-value for harm; harmful from log(1/alpha) on."""
    further: int | None
    """Observations of the new version still needed if things go on as they are; 0 where the verdict
    has been reached, None where no number of them would do or nothing was seen."""


@dataclass(frozen=True, slots=True)
class Guardrail:
    """The mean of the new version's values less the live one's, held to a margin.

    Values are answers (0 or 1: an error, a late request, an approval) or amounts within `bounds`.
    The interval ends where a version keeping the margin is ever found to be with chance alpha, and
    one missing it with chance beta, whatever the distribution. Observations are independent (or
    design effects are told, and the chances are those of large samples); how they are shared
    between the arms may change from batch to batch, but not with their values.
    Raises `ValueError` for numbers out of range.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, 1055-1080.

    >>> rule = Guardrail(harm=Harm.MORE, margin=0.01, alpha=0.01, expected=0.02)
    >>> seen = rule.update(Arms(), Batch(5000, 100, 100), Batch(500, 40, 40))
    >>> look = rule.look(seen)
    >>> str(look.verdict), round(look.measured.value, 3), round(look.measured.low, 3)
    ('harmful', 0.06, 0.01)
    """

    harm: Harm
    margin: float
    """How much worse it may be, 0 or more, in the unit of the values; of `limited`, the limit."""
    alpha: float
    """Chance of a false alarm over the whole rollout; one-sided."""
    beta: float = 0.05
    """Chance of calling safe what is harmful; not shared, as all guardrails have to be safe."""
    bounds: tuple[float, float] = (0.0, 1.0)
    """The least and the most that a value can be, known beforehand."""
    expected: float | None = None
    """The live version's mean as it was before the rollout. Without it the first batch is measured
    from the middle of the bounds, which is as right and widens the interval."""
    sd: float | None = None
    """Standard deviation of the values as it was before the rollout: where the interval is tightest
    follows it. Without it, that of answers; of amounts, a third of the largest there could be."""
    limited: bool = False
    """Whether the new version's own mean is held to a limit, whatever the live one's is."""
    tight_at: int = TIGHT_AT
    """Observations of the smaller arm at which the interval is to be tightest."""
    unit: str = "difference"

    def __post_init__(self) -> None:
        check_alpha(self.alpha)
        check_alpha(self.beta)
        least, most = self.bounds
        expected = self.expected if self.expected is not None else (least + most) / 2
        if not (math.isfinite(least) and math.isfinite(most) and least < most):
            raise ValueError(f"bounds are {self.bounds}, expected two rising finite numbers")
        if not least <= expected <= most:
            raise ValueError(f"expected is {expected}, expected a number within {self.bounds}")
        if not math.isfinite(self.margin) or (self.margin < 0 and not self.limited):
            raise ValueError(f"margin is {self.margin}, expected 0 or more")
        if self.limited and self.harm is Harm.EITHER:
            raise ValueError("harm is either, expected more or less of what is held to a limit")
        if self.tight_at < 1 or (self.sd is not None and not self.sd > 0):
            raise ValueError(
                f"tight_at is {self.tight_at} and sd {self.sd}, expected 1 or more, and above 0"
            )

    def update(self, arms: Arms, live: Batch, new: Batch) -> Arms:
        """The sums with one more batch; of a limited guardrail `live` is not read.

        Raises `ValueError` for sums that values within the bounds cannot have.
        """
        before = None if self.limited else live.scaled(self.bounds, flipped=self._flipped)
        return arms.after(before, new.scaled(self.bounds, flipped=self._flipped), self._expected)

    def revise(self, arms: Arms, live: Revision, new: Revision) -> Arms:
        """The sums after what was counted before was told anew; raises as `update`."""
        before = UNREVISED if self.limited else live.scaled(self.bounds, flipped=self._flipped)
        return arms.revised(before, new.scaled(self.bounds, flipped=self._flipped))

    def look(self, arms: Arms, effects: Effects = INDEPENDENT) -> Look:
        """What the observations so far say; the margin is in the unit of what is measured.

        `effects` are the design effects of the live and of the new arm (`clusters.Entities`), where
        entities come back: both sums then count as of so many times fewer observations.
        """
        sign = -1 if self._flipped and not self.limited else 1
        evidence = float(self.evidence(np.array(list(arms)), effects))
        n = int(arms.n_live + arms.n_new)
        if arms.weight == 0:
            nothing = Undefined("no observations of both arms yet", n=n)
            return Look(Verdict.HOLD, nothing, sign * self.margin, evidence, None)
        worse = (arms.new - arms.live) / arms.weight
        low, high = (self._reach(arms, one, effects) for one in (self._alarm, self._last))
        verdict = self._verdict(arms, evidence, worse, effects)
        return Look(
            verdict,
            self._estimate(worse, worse - low, worse + high, n),
            sign * self.margin,
            evidence,
            0 if verdict is not Verdict.HOLD else self._further(arms, worse, effects),
        )

    def evidence(self, sums: Floats, effects: Effects = INDEPENDENT) -> Floats:
        """Logarithm of the e-value for harm, from sums of shape (15, ...) as `arms.step` has."""
        fewer = clustered(sums[3], sums[4], effects)
        weight, live, new, spread = (
            one / fewer for one in (sums[0], sums[1], sums[2], sums[3] + sums[4])
        )
        more = log_evidence(new - live - weight * self._bound, spread, self.precision)
        if self.harm is not Harm.EITHER:
            return more
        less = log_evidence(live - new - weight * self._bound, spread, self.precision)
        return np.asarray(np.logaddexp(more, less)) - math.log(2)

    @property
    def precision(self) -> float:
        """Where the mixture is tightest, as `log_evidence` takes it."""
        arms = 1 if self.limited else 2
        spread = arms * self.tight_at * self._variance
        return precision_for(max(LEAST_SPREAD, spread), self._alarm)

    @property
    def _flipped(self) -> bool:
        return self.harm is Harm.LESS

    @property
    def _span(self) -> float:
        return self.bounds[1] - self.bounds[0]

    @property
    def _expected(self) -> float:
        if self.expected is None:
            return 0.5
        share = (self.expected - self.bounds[0]) / self._span
        return 1 - share if self._flipped else share

    @property
    def _variance(self) -> float:
        """Of a value, where values lie in [0, 1]."""
        if self.sd is not None:
            return (self.sd / self._span) ** 2
        largest = self._expected * (1 - self._expected)
        return largest if self.bounds == (0.0, 1.0) else largest / 9

    @property
    def _bound(self) -> float:
        """The margin where values lie in [0, 1] and more is worse."""
        if not self.limited:
            return self.margin / self._span
        share = (self.margin - self.bounds[0]) / self._span
        return 1 - share if self._flipped else share

    @property
    def _alarm(self) -> float:
        """Alpha of the side on which harm is looked for: two sides share it."""
        return self.alpha / 2 if self.harm is Harm.EITHER else self.alpha

    @property
    def _last(self) -> float:
        """Alpha of the other end of the interval that is shown."""
        return self._alarm if self.harm is Harm.EITHER else self.beta

    def _reach(self, arms: Arms, alpha: float, effects: Effects) -> float:
        fewer = _clustered(arms, effects)
        spread = (arms.live_spread + arms.new_spread) / fewer
        return float(boundary(spread, self.precision, alpha)) * fewer / arms.weight

    def _verdict(self, arms: Arms, evidence: float, worse: float, effects: Effects) -> Verdict:
        if evidence >= -math.log(self.alpha):
            return Verdict.HARMFUL
        reach = self._reach(arms, self.beta, effects)
        within = worse + reach <= self._bound
        if self.harm is Harm.EITHER:
            within = within and worse - reach >= -self._bound
        return Verdict.SAFE if within else Verdict.HOLD

    def _estimate(self, worse: float, low: float, high: float, n: int) -> Estimate:
        """In the unit of the values, cut to what can be."""
        least = 0.0 if self.limited else -1.0
        ends = [min(1.0, max(least, end)) for end in (worse, low, high)]
        start = self.bounds[self._flipped] if self.limited else 0.0
        sign = -1 if self._flipped else 1
        value, one, other = (start + sign * self._span * end for end in ends)
        return Estimate(
            value=value,
            low=min(one, other),
            high=max(one, other),
            level=1 - self._alarm - self._last,
            n=n,
            unit=self.unit,
            method=ALONE if self.limited else BETWEEN,
        )

    def _further(self, arms: Arms, worse: float, effects: Effects) -> int | None:
        away = abs(worse) if self.harm is Harm.EITHER else worse
        alpha = self._alarm if away > self._bound else self.beta
        fewer = _clustered(arms, effects)
        gap = abs(away - self._bound) * arms.weight / fewer
        spread = (arms.live_spread + arms.new_spread) / fewer
        return further(gap, spread, self.precision, alpha, int(arms.n_new))


def further(gap: float, spread: float, precision: float, alpha: float, n: int) -> int | None:
    """How many more observations than `n` it takes if sums go on to grow as they did.

    `gap` and `spread` are the sums now; None where more than a million times n would not do.
    """

    def decided(times: float) -> bool:
        return float(log_evidence(times * gap, times * spread, precision)) >= -math.log(alpha)

    if n == 0 or not decided(MOST):
        return None
    low, high = 0.0, math.log(MOST)
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if decided(math.exp(middle)) else (middle, high)
    return math.ceil(n * math.expm1(high))


def clustered(live: npt.ArrayLike, new: npt.ArrayLike, effects: Effects) -> Floats:
    """The design effect of a difference, of spreads and effects of both arms of any shape.

    >>> float(clustered(30.0, 10.0, (2.0, 4.0)))
    2.5
    """
    one, other = np.asarray(live, np.float64), np.asarray(new, np.float64)
    whole = one + other
    found: Floats = np.where(
        whole > 0,
        (one * np.asarray(effects[0]) + other * np.asarray(effects[1]))
        / np.where(whole > 0, whole, 1.0),
        1.0,
    )
    return found


def _clustered(arms: Arms, effects: Effects) -> float:
    return float(clustered(arms.live_spread, arms.new_spread, effects))


def shared(alpha: float, weights: Mapping[str, float]) -> dict[str, float]:
    """`alpha` shared over guardrails, and groups within them, in proportion to `weights` above 0.

    Whatever the dependence between them, one of them raises a false alarm with chance alpha at most
    (Bonferroni).

    >>> shared(0.05, {"errors": 2, "latency": 1, "payoff": 2})
    {'errors': 0.02, 'latency': 0.01, 'payoff': 0.02}
    """
    check_alpha(alpha)
    if not weights or min(weights.values()) <= 0:
        raise ValueError(f"weights are {dict(weights)}, expected numbers above 0")
    total = sum(weights.values())
    return {name: alpha * weight / total for name, weight in weights.items()}


def merged(evidence: npt.ArrayLike, alphas: npt.ArrayLike) -> Floats:
    """Logarithm of the e-value of all guardrails together: their mean, as alpha is shared.

    `evidence`, shape (guardrails, ...), holds their logarithms, `alphas`, shape (guardrails,), what
    each was given. Roll back from log(1/sum of alphas) on: the chance of a false alarm is at most
    that sum, whatever the dependence. That is never later than the first single alarm, and earlier
    where several guardrails suffer a little.

    Source: Vovk & Wang (2021), Annals of Statistics 49, 1736-1754, section 3.

    >>> float(merged([2.0, 4.0], [0.02, 0.02]).round(3))
    3.434
    """
    logs, parts = np.asarray(evidence, np.float64), np.asarray(alphas, np.float64)
    if parts.ndim != 1 or logs.shape[:1] != parts.shape or not (parts > 0).all():
        raise ValueError(f"alphas are {parts}, expected one above 0 for each guardrail")
    weights = np.log(parts / parts.sum()).reshape(-1, *[1] * (logs.ndim - 1))
    found: Floats = np.logaddexp.reduce(logs + weights, axis=0)
    return found
