"""RICE and WSJF of uncertain parts: the score in each future, one for all parts."""

import numpy as np

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate
from gonogo.stats.levels import check_level

FUTURES = 4000
LEAST_EFFORT = 1e-6
"""Person-months below which nothing is divided by effort."""


def rice_scores(reach: Floats, impact: Floats, confidence: Floats, effort: Floats) -> Floats:
    """Reach × impact × confidence / effort in each future; the shapes are the same.

    `ValueError` for reach or confidence below 0, confidence above 1, or effort not above 0. Impact
    may be below 0 where it is money.

    Source: McBride (2016), "RICE: Simple prioritization for product managers", Intercom.

    >>> rice_scores(np.array([500.0]), np.array([2.0]), np.array([0.8]), np.array([4.0])).tolist()
    [200.0]
    """
    if reach.min() < 0 or confidence.min() < 0 or confidence.max() > 1:
        raise ValueError("reach or confidence is out of range, expected 0 or more and a share")
    return reach * impact * confidence / _positive(effort)


def wsjf_scores(cost_of_delay: Floats, size: Floats) -> Floats:
    """Cost of delay over size in each future. `ValueError` for size not above 0.

    In this order jobs lose least by waiting, where one is done after the other.

    Source: Reinertsen (2009), The Principles of Product Development Flow, principle D15; the
    order's optimality: Smith (1956), Naval Research Logistics Quarterly 3, 59-66.

    >>> wsjf_scores(np.array([15.0]), np.array([3.0])).tolist()
    [5.0]
    """
    return cost_of_delay / _positive(size)


def summary(futures: Floats, level: float, method: str) -> Estimate:
    """The median of `futures` of a score, with the middle `level` of them."""
    check_level(level)
    low, value, high = np.quantile(futures, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Estimate(
        float(value), float(low), float(high), level, futures.size, "score", f"{method}, median"
    )


def sure(value: float) -> Floats:
    """A number that is the same in every future."""
    return np.full(FUTURES, value)


def _positive(effort: Floats) -> Floats:
    if effort.min() < LEAST_EFFORT:
        raise ValueError(f"effort is {effort.min():g}, expected above 0")
    return effort
