"""What another policy would have brought, from decisions that were logged with propensities."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, Integers, finite
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile

IPS = "inverse propensity score (Horvitz & Thompson 1952), normal interval"
SNIPS = "self-normalised inverse propensity score (Swaminathan & Joachims 2015), normal interval"
DOUBLY_ROBUST = "doubly robust (Dudík, Langford & Li 2011), normal interval"
NONE = "the other policy would take none of these decisions"
ONE = "all decisions are about one entity: nothing to judge the mean by"
LEAST = 100
"""Effective decisions below which a normal interval of 95 % holds less than 93 %."""


@dataclass(frozen=True, slots=True)
class Logged:
    """Decisions as they were logged; all of shape (n,).

    Decisions about the same entity are judged together: intervals then hold as for independent
    entities, whatever those of one have in common.

    Raises `ValueError` for lengths that differ, propensities outside (0, 1], probabilities outside
    [0, 1] and values that are not finite. Propensities have to be those the decision was drawn
    with: of a policy that never explores there is nothing to learn.
    """

    reward: Floats
    """What the decision brought."""
    logging: Floats
    """Probability with which it was taken then."""
    target: Floats
    """Probability with which the other policy would take it."""
    entity: Integers | None = None
    """Whom each is about, numbered from 0; None: each is about somebody else."""

    def __post_init__(self) -> None:
        if self.entity is not None and self.entity.shape != self.reward.shape:
            raise ValueError(f"entity has shape {self.entity.shape}, expected (n,)")
        for name in ("reward", "logging", "target"):
            found: Floats = getattr(self, name)
            if found.shape != self.reward.shape or found.ndim != 1 or not np.isfinite(found).all():
                raise ValueError(f"{name} has shape {found.shape}, expected (n,), all finite")
        if self.logging.size and not (self.logging.min() > 0 and self.logging.max() <= 1):
            raise ValueError("a propensity is not in (0, 1], expected what was logged")
        if self.target.size and not (self.target.min() >= 0 and self.target.max() <= 1):
            raise ValueError("a probability of the other policy is not in [0, 1]")

    @property
    def weight(self) -> Floats:
        """Of each decision: how much more often the other policy would take it."""
        return self.target / self.logging

    def together(self, deviations: Floats) -> Floats:
        """`deviations`, shape (n,), summed over each entity's decisions, shape (entities,)."""
        if self.entity is None:
            return deviations
        summed: Floats = np.bincount(self.entity, deviations).astype(np.float64)
        there: Floats = summed[np.bincount(self.entity) > 0]
        return there


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far the logged decisions can speak for the other policy."""

    n: int
    effective: float
    """Effective sample size, squared sum of weights over sum of squares, at most n."""
    largest: float
    """The largest weight."""
    mean: float
    """Mean weight: 1 where all the other policy does was tried; less says how much was."""
    unseen: float
    """Share of decisions the other policy would never take, in [0, 1]."""

    @property
    def enough(self) -> bool:
        """Whether normal intervals can be relied upon: 100 effective decisions or more."""
        return self.effective >= LEAST


def logged(reward: npt.ArrayLike, logging: npt.ArrayLike, target: npt.ArrayLike) -> Logged:
    """Decisions from anything like arrays; raises as `Logged`."""
    gains, then, now = (np.asarray(one, np.float64) for one in (reward, logging, target))
    return Logged(gains, then, now)


def overlap(log: Logged) -> Overlap | Undefined:
    """What the weights say before any estimate is read.

    Source: Kish (1965), Survey Sampling, 11.7, for the effective sample size.

    >>> found = overlap(logged([1, 0, 1, 0], [0.5] * 4, [1.0, 1.0, 0.0, 0.0]))
    >>> found.effective, found.largest, found.mean, found.unseen
    (2.0, 2.0, 1.0, 0.5)
    """
    weight, n = log.weight, log.reward.size
    if n == 0:
        return Undefined("no decisions", n=0)
    squares = float(weight @ weight)
    return Overlap(
        n=n,
        effective=float(weight.sum()) ** 2 / squares if squares > 0 else 0.0,
        largest=float(weight.max()),
        mean=float(weight.mean()),
        unseen=float((weight == 0).mean()),
    )


def ips(log: Logged, level: float, unit: str) -> Measured:
    """Mean reward of the other policy by inverse propensity scores.

    Without bias where every decision it can take had a chance; its variance grows with the largest
    weights. `Undefined` for fewer than two decisions and where nothing varies.

    Source: Horvitz & Thompson (1952), J. Am. Stat. Assoc. 47, 663-685.

    >>> found = ips(logged([1, 0, 1, 0], [0.5] * 4, [1.0, 1.0, 0.0, 0.0]), 0.95, "share")
    >>> found.value
    0.5
    """
    if log.target.size > 1 and not log.target.any():
        return Undefined(NONE, n=log.reward.size)
    return _normal(log, log.weight * log.reward, level, unit, IPS)


def snips(log: Logged, level: float, unit: str) -> Measured:
    """As `ips`, divided by the mean weight: a little bias, much less variance.

    It never leaves the range of the rewards. The interval is that of a ratio of means (delta
    method). `Undefined` also where the other policy would take none of the decisions.

    Source: Swaminathan & Joachims (2015), NeurIPS 28; Owen (2013), Monte Carlo theory, 9.2.

    >>> snips(logged([1, 0, 1], [0.5, 0.25, 0.5], [0.5, 0.5, 0.5]), 0.95, "share").value
    0.5
    """
    check_level(level)
    weight, n = log.weight, log.reward.size
    if n < 2:
        return Undefined("fewer than two decisions", n=n)
    total = float(weight.sum())
    if total == 0:
        return Undefined(NONE, n=n)
    value = float(weight @ log.reward) / total
    away = log.together(weight * (log.reward - value))
    if away.size < 2:
        return Undefined(ONE, n=n)
    error = math.sqrt(float(away @ away)) / total
    if error == 0:
        return Undefined("nothing varies: no spread to judge the mean by", n=n)
    reach = normal_quantile(level) * error
    value = min(max(value, float(log.reward.min())), float(log.reward.max()))
    return Estimate(value, value - reach, value + reach, level=level, n=n, unit=unit, method=SNIPS)


def doubly_robust(
    log: Logged, taken: npt.ArrayLike, expected: npt.ArrayLike, level: float, unit: str
) -> Measured:
    """Mean reward of the other policy by a model of rewards, corrected where it was seen to err.

    `taken`, shape (n,), is what a model foretells of the decision that was taken, `expected` what
    it foretells of the other policy's (the mean over its decisions). Right on average where the
    propensities or the model are, and with less variance than `ips` the better the model is. The
    model has to be fitted on other decisions, or cross-fitted, else the interval is too short.

    Source: Dudík, Langford & Li (2011), ICML, eq. 1; Robins, Rotnitzky & Zhao (1994), J. Am. Stat.
    Assoc. 89, 846-866.

    >>> log = logged([1, 0, 1, 0], [0.5] * 4, [1.0, 1.0, 0.0, 0.0])
    >>> doubly_robust(log, [0.5] * 4, [0.5] * 4, 0.95, "share").value
    0.5
    """
    found, known = finite("taken", taken), finite("expected", expected)
    if isinstance(found, Undefined):
        return found
    if isinstance(known, Undefined):
        return known
    if not found.size == known.size == log.reward.size:
        raise ValueError(
            f"{log.reward.size} rewards, {found.size} and {known.size} forecasts, expected as many"
        )
    if not log.target.any():
        # Then nothing but the model would speak, and of its errors nothing is known.
        return Undefined(NONE, n=log.reward.size)
    return _normal(log, known + log.weight * (log.reward - found), level, unit, DOUBLY_ROBUST)


def _normal(log: Logged, values: Floats, level: float, unit: str, method: str) -> Measured:
    check_level(level)
    n = values.size
    if n < 2:
        return Undefined("fewer than two decisions", n=n)
    value = float(values.mean())
    away = log.together(values - value)
    if away.size < 2:
        return Undefined(ONE, n=n)
    error = math.sqrt(float(away @ away) * away.size / (away.size - 1)) / n
    # The same numbers throughout leave nothing but rounding.
    if error <= 1e-15 * max(1.0, abs(value)):
        return Undefined("nothing varies: no spread to judge the mean by", n=n)
    reach = normal_quantile(level) * error
    return Estimate(value, value - reach, value + reach, level=level, n=n, unit=unit, method=method)


def lift(log: Logged, level: float, unit: str) -> Measured:
    """Mean reward of the other policy by `ips` less that of the one that logged, paired.

    Positive where going over to it pays; decisions both take alike cancel.

    >>> lift(logged([1, 0, 1, 0], [0.5] * 4, [1.0, 0.0, 0.0, 1.0]), 0.95, "share").value
    0.0
    """
    return _normal(log, (log.weight - 1) * log.reward, level, unit, f"difference by {IPS}")
