"""How sure an order is: how often is A above B, and which ranks are possible for each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats
from gonogo.stats.levels import check_level


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where one candidate stands; ranks are counted from 1, the best."""

    place: int
    """Its place in the order of the mean ranks, from 1."""
    mean: float
    """Its mean rank over futures."""
    low: int
    """The best of the middle ranks."""
    high: int
    """The worst of them."""
    first: float
    """How often it is the best; candidates that tie share it."""


def above(scores: npt.ArrayLike) -> Floats:
    """How often each candidate is above each other, shape (candidates, candidates).

    `scores` has the shape (futures, candidates), more is better; futures are the same for all, so
    that what moves all alike changes no order. A tie counts half; the diagonal is one half.

    >>> above([[3.0, 1.0], [1.0, 2.0], [5.0, 1.0], [2.0, 2.0]]).tolist()
    [[0.5, 0.625], [0.375, 0.5]]
    """
    table = _table(scores)
    found = np.empty((table.shape[1], table.shape[1]))
    for at in range(table.shape[1]):
        one = table[:, [at]]
        found[at] = (one > table).mean(axis=0) + (one == table).mean(axis=0) / 2
    return found


def ranks(scores: npt.ArrayLike, level: float) -> list[Ranked]:
    """Where each candidate stands, in the order in which they came, with its middle ranks.

    Ties share the mean of their ranks.
    """
    tail = (1 - check_level(level)) / 2
    table = _table(scores)
    count = table.shape[1]
    each = np.empty_like(table)
    for at in range(count):
        one = table[:, [at]]
        # Rank 1 is the best: how many are above, ties counted half but for itself.
        each[:, at] = 0.5 + (table > one).sum(axis=1) + (table == one).sum(axis=1) / 2
    best = table == table.max(axis=1, keepdims=True)
    first = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    means = each.mean(axis=0)
    order = sorted(range(count), key=lambda at: (means[at], at))
    low, high = np.quantile(each, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return [
        Ranked(
            place=order.index(at) + 1,
            mean=float(means[at]),
            low=int(np.floor(low[at])),
            high=int(np.ceil(high[at])),
            first=float(first[at]),
        )
        for at in range(count)
    ]


def _table(scores: npt.ArrayLike) -> Floats:
    found = np.asarray(scores, dtype=float)
    if found.ndim != 2 or 0 in found.shape or not np.isfinite(found).all():
        raise ValueError(
            f"scores have the shape {found.shape}, expected futures × candidates, all finite"
        )
    return found
