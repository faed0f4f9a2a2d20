"""Scores by a rubric: levels that several people hold possible, weighed, and what weights decide.

A level is a number from 1, the worst, to 5, the best. Levels have the shape (futures, criteria) for
one candidate; mean levels of all have the shape (candidates, criteria).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats
from gonogo.stats.money.amounts import Between, quantile
from gonogo.stats.multicriteria import WeightInterval

LOWEST, HIGHEST = 1.0, 5.0
APART = 2.0
"""Levels from which on the likeliest levels of two people are called apart."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far several people are apart on one criterion."""

    low: float
    """The lowest of the levels that each holds likeliest."""
    high: float
    """The highest of them."""
    overlap: bool
    """Whether some level lies within everybody's range."""

    @property
    def apart(self) -> bool:
        """Whether they cannot all be right, or are two levels apart."""
        return not self.overlap or self.high - self.low >= APART


def disagreement(opinions: Sequence[Between]) -> Disagreement | None:
    """How far `opinions` are apart; None for fewer than two.

    >>> found = disagreement([Between(1, 2, 2), Between(3, 3, 4)])
    >>> found.overlap, found.apart
    (False, True)
    """
    if len(opinions) < 2:
        return None
    likely = [one.likely for one in opinions]
    common = max(one.low for one in opinions) <= min(one.high for one in opinions)
    return Disagreement(min(likely), max(likely), common)


def pooled(opinions: Sequence[Between], futures: int, rng: np.random.Generator) -> Floats:
    """Levels in so many futures: in equally many of them each opinion is the true one.

    A linear opinion pool of equal weights: the mean is the mean of the opinions' means, and where
    they are apart the levels lie as far apart. Without an opinion any level is as likely as any
    other.

    Source: Stone (1961), Annals of Mathematical Statistics 32, 1339-1342.
    """
    places = (rng.permutation(futures) + rng.random(futures)) / futures
    if not opinions:
        level: Floats = LOWEST + (HIGHEST - LOWEST) * places
        return level
    whose = rng.permutation(futures) % len(opinions)
    found = np.empty(futures)
    for at, one in enumerate(opinions):
        mine = whose == at
        # Strata of its own: each opinion's share of futures has its mean and its tails.
        inside = (np.argsort(np.argsort(places[mine])) + rng.random(int(mine.sum()))) / mine.sum()
        found[mine] = quantile(one, np.clip(inside, 1e-15, 1 - 1e-15))
    return found


def weighted(levels: npt.ArrayLike, weights: npt.ArrayLike) -> Floats:
    """The weighted mean of levels over the last axis; weights need not add up to 1.

    >>> weighted([[5.0, 1.0], [2.0, 2.0]], [3, 1]).tolist()
    [4.0, 2.0]
    """
    found: Floats = np.asarray(levels, dtype=np.float64) @ _shares(weights)
    return found


def stays_first(means: npt.ArrayLike, weights: npt.ArrayLike) -> list[WeightInterval]:
    """For each criterion, the weights around its own with which the first stays first.

    Only that weight is changed; the others keep their proportions (even ones where they are all 0)
    and all add up to 1. As the score is linear in it, the ends are exact, and beyond them another
    is first for good.

    >>> [round(one.low, 3) for one in stays_first([[4.0, 2.0], [2.0, 3.0]], [0.5, 0.5])]
    [0.333, 0.0]
    """
    table, shares = np.asarray(means, dtype=np.float64), _shares(weights)
    first = int((table @ shares).argmax())
    return [_interval(table[first] - table, shares, at) for at in range(shares.size)]


def _interval(lead: Floats, shares: Floats, at: int) -> WeightInterval:
    """Where first's `lead` over each other, shape (candidates, criteria), is 0 or more."""
    others = np.delete(shares, at)
    if others.size and others.sum() == 0:
        others = np.ones_like(others)
    rest = np.delete(lead, at, axis=1) @ (others / others.sum()) if others.size else lead[:, at]
    here, low, high = float(shares[at]), 0.0, 1.0
    for own, beside in zip(lead[:, at].tolist(), rest.tolist(), strict=True):
        # The lead is beside + weight * (own - beside): 0 where it changes sign.
        slope = own - beside
        if slope == 0 or not others.size:
            continue
        ends = -beside / slope
        if slope > 0:
            low = max(low, min(ends, here))
        else:
            high = min(high, max(ends, here))
    return WeightInterval(here, low, high)


def _shares(weights: npt.ArrayLike) -> Floats:
    found = np.asarray(weights, dtype=np.float64)
    if found.ndim != 1 or not np.isfinite(found).all() or (found < 0).any() or not found.sum() > 0:
        raise ValueError("weights are not 0 or more with one above 0, expected such")
    shares: Floats = found / found.sum()
    return shares
