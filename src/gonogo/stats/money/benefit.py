"""What a use case is worth: its cash flows as futures, and what may be said of their present value.

A model's decisions come to volume × adoption in each period; each is worth a benefit. Losses that
are avoided come on top, costs go off. All of them may be uncertain; within one future an amount is
the same in all periods, so that what is overrated is overrated throughout.
"""

from dataclasses import dataclass, replace

import numpy as np

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.levels import check_level, normal_quantile
from gonogo.stats.money.amounts import (
    P10_P90,
    Amount,
    Known,
    Lognormal,
    Normal,
    draws,
    least,
)
from gonogo.stats.money.returns import internal_rates, payback, present_value

SIMULATED = "present value over simulated futures; interval: the middle futures"
NOTHING = Known(0.0)
LARGE = 1 - 1e-12
"""Of a level, for which there is still a finite quantile."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Work that must succeed before the next is begun."""

    name: str
    cost: Amount
    """Spent at its beginning, 0 or more."""
    periods: int
    """How long it takes; the next stage, or the benefit, begins after them."""
    success: float
    """Probability of going on after it, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Benefit:
    """The benefit model of one use case. Raises `ValueError` for what cannot be."""

    volume: Amount
    """Decisions in each period, at full adoption; 0 or more."""
    per_decision: Amount
    """Money per decision against what is done today; may be negative."""
    adoption: tuple[float, ...]
    """Share of the volume, in [0, 1], in each period after the start; as long as the benefit."""
    avoided_loss: Amount = NOTHING
    """Money per period at full adoption that is not lost any more."""
    running_cost: Amount = NOTHING
    """Money per period from the start on, 0 or more."""
    stages: tuple[Stage, ...] = ()
    """What has to be built, in order."""
    rate: float = 0.0
    """Discount rate per period: that of money alone, since failure is counted by `success`."""

    def __post_init__(self) -> None:
        if not self.adoption or not all(0 <= share <= 1 for share in self.adoption):
            raise ValueError("adoption is empty or beyond 0 to 1, expected a share for each period")
        for stage in self.stages:
            if not 0 <= stage.success <= 1 or stage.periods < 0:
                raise ValueError(
                    f"stage {stage.name} has success {stage.success} and {stage.periods} periods, "
                    "expected 0 to 1 and 0 or more"
                )
        costs = {f"cost of {stage.name}": stage.cost for stage in self.stages}
        for name, amount in {
            "volume": self.volume,
            "running cost": self.running_cost,
            **costs,
        }.items():
            if least(amount) < 0:
                raise ValueError(f"{name} may be below 0, expected 0 or more")
        if not -1 < self.rate < 1:
            raise ValueError(f"rate is {self.rate}, expected a number between -1 and 1")

    @property
    def success(self) -> float:
        """The chance that all stages succeed."""
        return float(np.prod([stage.success for stage in self.stages]))

    @property
    def start(self) -> int:
        """The period in which the benefit begins."""
        return sum(stage.periods for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Flows:
    """Payments of all futures."""

    built: Floats
    """Shape (futures, periods): what is paid if every stage succeeds."""
    expected: Floats
    """Likewise, each payment times the probability of its coming about: risk-adjusted."""
    lived: Floats
    """Likewise, with every stage having succeeded or failed by chance in each future."""
    drawn: dict[str, Floats]
    """Volume, per_decision and avoided_loss as they are in each future, shape (futures,)."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What is to be said of a benefit model. Money is worth what it is now, at its rate."""

    if_built: Estimate
    """Present value if all stages succeed: its mean, and the middle futures."""
    risk_adjusted: Estimate
    """Present value with the chance of success: mean, and the middle of lives with failures."""
    success: float
    """The chance that all stages succeed."""
    loss: float
    """Probability of a present value below 0, failures included."""
    payback: float | Undefined
    """Periods until the mean payments of success cover what was spent, discounted."""
    internal_rate: float | Undefined
    """Of the mean payments with the chance of success; the reason where it says nothing."""
    internal_rates: tuple[float, ...]
    """All of them."""
    futures: Floats
    """Shape (futures,): present values with successes and failures by chance."""


def ramp(periods: int, reach: int, final: float = 1.0) -> tuple[float, ...]:
    """Adoption that grows evenly to `final` within `reach` periods and stays there.

    >>> ramp(4, reach=2, final=0.8)
    (0.4, 0.8, 0.8, 0.8)
    """
    if periods < 1 or reach < 1 or not 0 <= final <= 1:
        raise ValueError(
            f"periods, reach and final are {periods}, {reach} and {final}, "
            "expected 1 or more, 1 or more, and a share"
        )
    return tuple(final * min(1.0, (at + 1) / reach) for at in range(periods))


def bass(
    periods: int, innovation: float, imitation: float, final: float = 1.0
) -> tuple[float, ...]:
    """Adoption that spreads from user to user: an S-shaped curve towards `final`.

    The share at the end of each period, `innovation` p and `imitation` q per period, p above 0.

    Source: Bass (1969), Management Science 15, 215-227.

    >>> [round(share, 3) for share in bass(3, 0.03, 0.38)]
    [0.036, 0.085, 0.151]
    """
    if not innovation > 0 or imitation < 0 or not 0 <= final <= 1:
        raise ValueError(
            f"innovation, imitation and final are {innovation}, {imitation} and {final}, "
            "expected above 0, 0 or more, and a share"
        )
    gone = np.exp(-(innovation + imitation) * np.arange(1, periods + 1))
    share = (1 - gone) / (1 + imitation / innovation * gone)
    return tuple((final * share).tolist())


def flows(model: Benefit, futures: int, *, seed: int) -> Flows:
    """`futures` futures of the payments of `model`; the same seed gives the same ones."""
    rng = np.random.default_rng(seed)
    volume, worth, avoided, cost = (
        draws(amount, futures, rng)
        for amount in (model.volume, model.per_decision, model.avoided_loss, model.running_cost)
    )
    earned = (volume * worth + avoided)[:, None] * np.array(model.adoption) - cost[:, None]
    built = np.zeros((futures, model.start + len(model.adoption)))
    expected, lived = built.copy(), built.copy()
    # One fate for all stages, in even strata: so many futures fail as should.
    fate = (rng.permutation(futures) + rng.random(futures)) / futures
    at, chance, alive = 0, 1.0, np.ones(futures)
    for stage in model.stages:
        spent = draws(stage.cost, futures, rng)
        built[:, at] -= spent
        expected[:, at] -= chance * spent
        lived[:, at] -= alive * spent
        at, chance = at + stage.periods, chance * stage.success
        alive = (fate < chance).astype(float)
    built[:, at:] += earned
    expected[:, at:] += chance * earned
    lived[:, at:] += alive[:, None] * earned
    drawn = {"volume": volume, "per_decision": worth, "avoided_loss": avoided}
    return Flows(built, expected, lived, drawn)


def worth(model: Benefit, futures: int, level: float, *, seed: int) -> Worth:
    """What `model` is worth, over so many futures; intervals hold the middle `level` of them.

    The risk-adjusted present value weighs each payment by the probability of its coming about and
    discounts by the rate of money alone: a higher rate for risk on top would count failure twice.

    Source: Stewart, Allison & Johnson (2001), Nature Biotechnology 19, 813-817, for risk-adjusted
    present value.
    """
    check_level(level)
    found = flows(model, futures, seed=seed)
    if_built = present_value(found.built, model.rate)
    lives = present_value(found.lived, model.rate)
    mean = found.expected.mean(axis=0)
    rates = internal_rates(mean)
    return Worth(
        if_built=_estimate(float(if_built.mean()), if_built, level),
        # The mean of the expected payments: without any luck of the drawn failures.
        risk_adjusted=_estimate(float(present_value(mean, model.rate)), lives, level),
        success=model.success,
        loss=float((lives < 0).mean()),
        payback=payback(found.built.mean(axis=0), model.rate),
        internal_rate=rates if isinstance(rates, Undefined) else rates.only,
        internal_rates=() if isinstance(rates, Undefined) else rates.all,
        futures=lives,
    )


def realised(model: Benefit, per_decision: Estimate) -> Benefit:
    """`model` with what a decision was found to be worth, in an A/B test or a holdout.

    The interval at its level is read as a normal distribution; the estimate made before is given
    up, not averaged: it was a guess about just this number.
    """
    return replace(model, per_decision=measured(per_decision))


def counted(model: Benefit, per_period: Estimate) -> Benefit:
    """`model` with the volume that was counted, so many decisions in each period.

    Decisions are never fewer than none: they are read as a lognormal distribution of the same mean
    and standard deviation. Adoption stays as it is: it is the share that the model decides.
    """
    if per_period.exact or per_period.value <= 0:
        return replace(model, volume=Known(max(per_period.value, 0.0)))
    if not np.isfinite(per_period.high):
        raise ValueError("the interval is open, expected a finite upper end")
    deviation = (per_period.high - per_period.value) / normal_quantile(min(per_period.level, LARGE))
    if deviation <= 0:
        return replace(model, volume=Known(per_period.value))
    variance = float(np.log1p((deviation / per_period.value) ** 2))
    middle = per_period.value * float(np.exp(-variance / 2))
    reach = float(np.exp(variance**0.5 * P10_P90 / 2))
    return replace(model, volume=Lognormal(middle / reach, middle * reach))


def measured(found: Estimate) -> Amount:
    """An estimate with its interval as an amount: normal with as wide an interval.

    Raises `ValueError` where the interval is open.
    """
    if found.exact:
        return Known(found.value)
    half = (found.high - found.low) / 2
    if not np.isfinite(half):
        raise ValueError("the interval is open, expected two finite ends")
    reach = half / normal_quantile(min(found.level, LARGE)) * P10_P90 / 2
    return Normal(found.value - reach, found.value + reach)


def _estimate(value: float, futures: Floats, level: float) -> Estimate:
    low, high = np.quantile(futures, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(
        value=value,
        low=min(float(low), value),
        high=max(float(high), value),
        level=level,
        n=futures.size,
        unit="money",
        method=SIMULATED,
    )
