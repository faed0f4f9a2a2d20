"""What a register of risks may cost in all: expected, in the tail, and by which risk.

Whether risks come true may go together: each has a standard normal number of its own, and all
share one, so that any two of these numbers have the same correlation (a one-factor Gaussian copula;
Li 2000, Journal of Fixed Income 9, 43-54). What each costs where it does is independent.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import mean_t
from gonogo.stats.money import amounts
from gonogo.stats.plans.results import percentile
from gonogo.stats.plans.streams import stream
from gonogo.stats.proportions import wilson
from gonogo.stats.risks import probabilities
from gonogo.stats.risks.probabilities import Probability

FUTURES = 10_000
SHARES = (0.5, 0.8, 0.95)
"""The percentiles that are said of the loss in all."""
TAIL = 0.05
"""The worst share of futures, by which the tail is meant."""
UNSURE = 0.8
"""Of the range in which the expected loss lies, as probabilities are not known for sure."""
BY_PROBABILITIES = "probabilities drawn from what is said of them, percentiles of the expected loss"
EULER = "mean loss in the worst futures (Tasche 1999), t interval"


@dataclass(frozen=True, slots=True)
class Exposed:
    """One risk, as far as it costs money."""

    key: str
    """Unique in the register; names its random numbers."""
    probability: Probability
    loss: amounts.Amount
    """Where it comes true; 0 or more."""
    leaves_probability: float = 1.0
    """The share of the probability that mitigations leave, 0 to 1."""
    leaves_loss: float = 1.0
    """The share of the loss that they leave, 0 to 1."""

    def __post_init__(self) -> None:
        for name in ("leaves_probability", "leaves_loss"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}, expected a number from 0 to 1")
        if amounts.least(self.loss) < 0:
            raise ValueError("the loss may be below 0, expected an amount of 0 or more")

    @property
    def expected(self) -> float:
        """The expected loss, exactly."""
        chance = self.leaves_probability * probabilities.mean(self.probability)
        return chance * self.leaves_loss * amounts.mean(self.loss)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one risk has of the loss in all."""

    key: str
    expected: float
    """Its expected loss."""
    share: float | None
    """Of the expected loss in all; None where that is 0."""
    tail: Measured
    """Its mean loss in the worst futures; over all risks these add up to the tail's mean."""
    tail_share: float | None
    """Of the tail's mean."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What all risks of a register cost together."""

    expected: float
    """The expected loss, exactly: it does not depend on how risks go together."""
    unsure: Measured
    """The expected loss with the range in which it lies as probabilities are not sure."""
    simulated: Measured
    """The mean of the futures, beside the exact one."""
    any: Measured
    """The share of futures in which anything is lost."""
    by: Mapping[float, Measured]
    """Percentiles of the loss in all."""
    tail: Measured
    """The mean of the worst futures (expected shortfall)."""
    contributions: tuple[Contribution, ...]
    """Those with most expected loss first."""


def simulate(
    risks: Sequence[Exposed],
    *,
    futures: int = FUTURES,
    seed: int,
    correlation: float,
    level: float = 0.95,
) -> Loss:
    """The loss of a register in so many `futures`; the same for the same `seed`.

    `correlation` of any two risks on the normal scale, in [0, 1). Random numbers belong to a risk
    by its key: without one of them, or with a mitigation more, no future costs more.
    `ValueError` for fewer than 100 futures or a key that is there twice.
    """
    check_level(level)
    if futures < 100:
        raise ValueError(f"futures are {futures}, expected 100 or more")
    if not 0 <= correlation < 1:
        raise ValueError(f"correlation is {correlation}, expected in [0, 1)")
    if len({risk.key for risk in risks}) < len(risks):
        raise ValueError("a key is there twice, expected unique keys")
    each = losses(risks, futures=futures, seed=seed, correlation=correlation)
    total: Floats = each.sum(axis=0) if len(risks) else np.zeros(futures)
    ordered = np.sort(total)
    worst = worst_of(total)
    tail = _mean(total[worst], level, "money", EULER)
    found = [
        _contribution(risk, each[at][worst], risks, tail, level) for at, risk in enumerate(risks)
    ]
    return Loss(
        expected=_expected(risks),
        unsure=unsure(risks, futures=futures, seed=seed),
        simulated=_mean(total, level, "money", "mean of futures, t interval"),
        any=wilson(Counts(yes=int(np.count_nonzero(total > 0)), n=futures), level),
        by={share: percentile(ordered, share, level=level, unit="money") for share in SHARES},
        tail=tail,
        contributions=tuple(sorted(found, key=lambda one: (-one.expected, one.key))),
    )


def losses(risks: Sequence[Exposed], *, futures: int, seed: int, correlation: float) -> Floats:
    """What each risk costs in each future, shape (risks, futures)."""
    common = stream(seed, "register").standard_normal(futures) * correlation**0.5
    found = np.zeros((len(risks), futures))
    for at, risk in enumerate(risks):
        own = stream(seed, "register", risk.key)
        place = common + own.standard_normal(futures) * (1 - correlation) ** 0.5
        share = own.random(futures)
        chance = risk.leaves_probability * probabilities.mean(risk.probability)
        true: Bools = place < ndtri(chance)
        severity = amounts.quantile(risk.loss, np.clip(share[true], 1e-15, 1 - 1e-15))
        found[at, true] = risk.leaves_loss * severity
    return found


def unsure(risks: Sequence[Exposed], *, futures: int, seed: int) -> Measured:
    """The expected loss, with the range that what is not sure of the probabilities leaves to it."""
    value = _expected(risks)
    drawn = np.zeros(futures)
    for risk in risks:
        share = stream(seed, "probability", risk.key).random(futures)
        chance = risk.leaves_probability * probabilities.quantile(risk.probability, share)
        drawn += chance * risk.leaves_loss * amounts.mean(risk.loss)
    low, high = np.quantile(drawn, ((1 - UNSURE) / 2, (1 + UNSURE) / 2))
    return Estimate(
        value,
        min(float(low), value),
        max(float(high), value),
        UNSURE,
        futures,
        "money",
        BY_PROBABILITIES,
    )


def worst_of(total: Floats) -> Bools:
    """Which futures are the worst 5 %, at least one; of equal ones the first."""
    count = max(1, math.floor(TAIL * total.size))
    found = np.zeros(total.size, dtype=np.bool_)
    found[np.argsort(-total, kind="stable")[:count]] = True
    return found


def _contribution(
    risk: Exposed, lost: Floats, risks: Sequence[Exposed], tail: Measured, level: float
) -> Contribution:
    expected = _expected(risks)
    mean = float(lost.mean())
    whole = tail.value if isinstance(tail, Estimate) else 0.0
    return Contribution(
        key=risk.key,
        expected=risk.expected,
        share=risk.expected / expected if expected else None,
        tail=_mean(lost, level, "money", EULER),
        tail_share=mean / whole if whole else None,
    )


def _expected(risks: Sequence[Exposed]) -> float:
    return math.fsum(risk.expected for risk in risks)


def _mean(values: Floats, level: float, unit: str, method: str) -> Measured:
    if not values.size:
        return Undefined("no futures", n=0)
    if np.ptp(values) == 0:
        value = float(values[0])
        return Estimate(value, value, value, level, values.size, unit, "the same in every future")
    found = mean_t(values, level, unit)
    if isinstance(found, Undefined):
        return found
    return Estimate(found.value, found.low, found.high, level, found.n, unit, method)
