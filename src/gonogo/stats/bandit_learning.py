"""What bandits learn from rewards, and what their learning has cost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv

from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts
from gonogo.stats.design import check_alpha
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.sample_ratio import share_interval

REGRET = "regret against the best arm, by shares that hold at all looks (Lindon & Malek 2022)"
POSTERIOR = "beta posterior from a uniform prior (Thompson 1933), equal tails"
WEIGHTS = "ridge regression, self-normalised bound at all looks (Abbasi-Yadkori et al. 2011)"
ArmNumbers = dict[str, Any]
"""What is kept of an arm, as plain numbers: `successes` and `failures`, or `a` and `b`."""


def with_sums(
    arms: Mapping[str, Mapping[str, Any]],
    arm: str,
    products: Sequence[float],
    rewards: Sequence[float],
) -> dict[str, ArmNumbers]:
    """LinUCB's arms with sums over contexts that `arm` was taken for.

    `products` are sums of products of each two places of a context, (0, 0), (0, 1), ..., (d, d);
    `rewards`, of length d + 1, sums of each place times the reward. An arm of which nothing is
    known starts at the unit matrix (ridge). Raises `ValueError` for an arm there is not and for
    shapes that do not fit.

    Source: Li, Chu, Langford & Schapire (2010), WWW '10, 661-670, lines 12 and 13 of algorithm 1.

    >>> with_sums({"x": {}}, "x", [1.0, 2.0, 4.0], [0.5, 1.0])["x"]
    {'a': [[2.0, 2.0], [2.0, 5.0]], 'b': [0.5, 1.0]}
    """
    _known(arms, (arm,))
    size = len(rewards)
    if len(products) != size * (size + 1) // 2:
        raise ValueError(f"{len(products)} products of {size} places, expected each two once")
    added = np.zeros((size, size))
    added[np.triu_indices(size)] = products
    added += np.triu(added, 1).T
    gram = np.asarray(arms[arm].get("a", np.eye(size)), np.float64)
    sums = np.asarray(arms[arm].get("b", np.zeros(size)), np.float64)
    if gram.shape != (size, size):
        raise ValueError(f"the arm has {len(gram)} places, the contexts {size}, expected as many")
    learned = {
        **arms[arm],
        "a": (gram + added).tolist(),
        "b": (sums + np.asarray(rewards, np.float64)).tolist(),
    }
    return {name: dict(known) for name, known in arms.items()} | {arm: learned}


def regret(arms: Mapping[str, Counts], alpha: float) -> Measured:
    """What the choices so far cost against always taking the best arm, unit successes.

    The value takes the arm of the highest rate seen for the best. The interval holds whichever arm
    is the best, at all looks together with probability 1 - alpha: each arm's rate lies within a
    sequence of intervals that does not mind that rewards decided which arm was taken (alpha shared
    evenly). It is of a world that stands still. `Undefined` where an arm was never taken.

    Source: regret as in Lai & Robbins (1985), Adv. Appl. Math. 6, 4-22.

    >>> found = regret({"a": Counts(300, 1000), "b": Counts(900, 2000)}, alpha=0.05)
    >>> round(found.value), round(found.low), round(found.high)
    (150, 52, 245)
    """
    check_alpha(alpha)
    n = sum(one.n for one in arms.values())
    if len(arms) < 2:
        return Undefined("fewer than two arms: nothing else could have been taken", n=n)
    for name, one in arms.items():
        if one.n == 0:
            return Undefined(f"arm {name} was never taken: its rate is not known", n=n)
    held = _rates(arms, alpha)
    taken = np.array([one.n for one in arms.values()], dtype=np.float64)
    value = float(taken @ (held[0].max() - held[0]))
    low, high = _cost(taken, held[1], held[2]), _cost(taken, held[2], held[1])
    return Estimate(
        value,
        min(value, low),
        max(value, high),
        level=1 - alpha,
        n=n,
        unit="successes",
        method=REGRET,
    )


@dataclass(frozen=True, slots=True)
class Learned:
    """How one arm did."""

    arm: str
    share: float
    """Of all choices, in [0, 1]."""
    rate: Measured
    """Of success, in an interval that holds at all looks and arms together."""


def standing(arms: Mapping[str, Counts], alpha: float) -> tuple[Learned, ...]:
    """Share and rate of each arm; `alpha` is shared over the arms."""
    check_alpha(alpha)
    n = max(1, sum(one.n for one in arms.values()))
    return tuple(
        Learned(name, one.n / n, share_interval(one.yes, one.n, 0.5, alpha / len(arms)))
        for name, one in arms.items()
    )


def posterior(successes: float, failures: float, level: float) -> Measured:
    """What Thompson's bandit believes of an arm's rate: a beta distribution from a uniform one.

    The value is its mean, the interval holds `level` of it, as much below as above.

    Source: Thompson (1933), Biometrika 25, 285-294.

    >>> found = posterior(8, 2, 0.95)
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
    (0.75, 0.482, 0.94)
    """
    check_level(level)
    a, b = successes + 1, failures + 1
    low, high = betaincinv(a, b, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(
        float(a / (a + b)),
        float(low),
        float(high),
        level=level,
        n=round(successes + failures),
        unit="share",
        method=POSTERIOR,
    )


def weights(known: Mapping[str, Any], alpha: float) -> tuple[Measured, ...]:
    """What LinUCB holds each place of a context to be worth for an arm, the constant first.

    `known` are its `a` and `b`, from rewards in [0, 1]. The intervals hold at all looks together
    with probability 1 - alpha, though the rewards decided which arm was taken, if rewards are
    linear in the context with weights whose length is 1 at most. Empty where nothing is known.

    Source: Abbasi-Yadkori, Pál & Szepesvári (2011), NeurIPS 24, theorem 2; ridge of 1, rewards
    within half a unit of their mean.
    """
    check_alpha(alpha)
    if "a" not in known:
        return ()
    gram, sums = np.asarray(known["a"], np.float64), np.asarray(known["b"], np.float64)
    inverse = np.linalg.inv(gram)
    found = inverse @ sums
    logdet = float(np.linalg.slogdet(gram)[1])
    reach = 0.5 * math.sqrt(logdet + 2 * math.log(1 / alpha)) + 1
    n = max(0, round(float(gram[0, 0]) - 1))
    return tuple(
        Estimate(
            float(value),
            float(value) - reach * math.sqrt(spread),
            float(value) + reach * math.sqrt(spread),
            level=1 - alpha,
            n=n,
            unit="reward",
            method=WEIGHTS,
        )
        for value, spread in zip(found, np.diag(inverse), strict=True)
    )


def _rates(arms: Mapping[str, Counts], alpha: float) -> Floats:
    """Shape (3, arms): rates and the ends of their intervals."""
    rates = [one.rate for one in standing(arms, alpha)]
    return np.array(
        [(one.value, one.low, one.high) for one in rates if isinstance(one, Estimate)]
    ).T


def _cost(taken: Floats, best: Floats, others: Floats) -> float:
    """The most regret there is if one arm's rate is as in `best`, the others' as in `others`."""
    costs = [
        float(np.delete(taken, arm) @ (best[arm] - np.delete(others, arm)))
        for arm in range(taken.size)
    ]
    return max(0.0, *costs)


def _known(arms: Mapping[str, Mapping[str, Any]], named: Mapping[str, Any] | Sequence[str]) -> None:
    strange = [name for name in named if name not in arms]
    if strange:
        raise ValueError(f"there is no arm {strange[0]!r}, expected one of {', '.join(arms)}")
