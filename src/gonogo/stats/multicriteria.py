"""Choosing among candidates on several criteria: dominance, TOPSIS, and how sure the choice is.

Throughout, values have the shape (candidates, criteria) or (draws, candidates, criteria), and
`higher` says of each criterion whether more of it is better.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.estimate import Estimate

GRID = 400
"""Steps of the scan for the weight at which the winner changes."""
HALVINGS = 50
"""Of a step, so that the weight is known to the last digit."""
LEAD = 1e-12
"""By how much one closeness must exceed another to count as more than rounding."""

Stays = Callable[[float], bool]
"""Whether the winner stays with this weight."""


@dataclass(frozen=True, slots=True)
class WeightInterval:
    """The weights of one criterion with which the winner stays, the others in proportion."""

    weight: float
    """As it is now, all weights adding up to 1."""
    low: float
    high: float


def topsis(values: npt.ArrayLike, weights: npt.ArrayLike, higher: Sequence[bool]) -> Floats:
    """Closeness of each candidate to the ideal one, in [0, 1]; more is better.

    Each criterion is divided by the root of its sum of squares and weighted; the ideal candidate
    has the best value found of each criterion, the anti-ideal the worst. Closeness is the distance
    to the anti-ideal over the sum of both distances; 0.5 for all where they are all alike.

    `weights` are 0 or more, shape (criteria,) or (draws, criteria), not all 0; they need not add up
    to 1. Raises `ValueError` for other weights and for values that are not finite. The result has
    the shape of `values` without its last axis.

    Source: Hwang & Yoon (1981), Multiple Attribute Decision Making, Springer, 128-140.

    >>> topsis([[3.0, 1.0], [4.0, 9.0]], [0.5, 0.5], [True, False]).round(3).tolist()
    [0.815, 0.185]
    """
    found, shares = _values(values, higher), _weights(weights, len(higher))
    root = np.sqrt((found**2).sum(axis=-2, keepdims=True))
    scaled = np.divide(found, root, out=np.zeros_like(found), where=root > 0)
    scaled = scaled * np.where(np.asarray(higher), 1.0, -1.0) * shares[..., np.newaxis, :]
    best, worst = scaled.max(axis=-2, keepdims=True), scaled.min(axis=-2, keepdims=True)
    to_best = np.sqrt(((scaled - best) ** 2).sum(axis=-1))
    to_worst = np.sqrt(((scaled - worst) ** 2).sum(axis=-1))
    sums = to_best + to_worst
    closeness: Floats = np.divide(to_worst, sums, out=np.full_like(sums, 0.5), where=sums > 0)
    return closeness


def nondominated(values: npt.ArrayLike, higher: Sequence[bool]) -> Bools:
    """Which candidates are in the Pareto set: no other is as good throughout and better somewhere.

    Candidates that are alike in everything do not dominate one another. The result has the shape
    of `values` without its last axis.

    >>> nondominated([[1.0, 2.0], [2.0, 1.0], [0.5, 0.5]], [True, True]).tolist()
    [True, True, False]
    """
    found = _values(values, higher) * np.where(np.asarray(higher), 1.0, -1.0)
    one, other = found[..., :, np.newaxis, :], found[..., np.newaxis, :, :]
    beaten = (other >= one).all(axis=-1) & (other > one).any(axis=-1)
    kept: Bools = np.asarray(~beaten.any(axis=-1))
    return kept


def drawn(found: Sequence[Sequence[Estimate]], draws: int, seed: int) -> Floats:
    """`draws` tables of candidates × criteria, each number drawn from its interval.

    A number is as likely above its estimate as below it, on each side normal with the interval's
    end at its level; an exact number stays what it is. Where one end is open, that side is taken as
    wide as the other. The numbers are drawn independently: errors that candidates share, since
    they were measured on the same rows, are not taken off, so the shares err towards undecided.
    Raises `ValueError` for an interval open at both ends.
    """
    rng = np.random.default_rng(seed)
    values, below, above = (
        np.array([[_sides(one)[part] for one in row] for row in found]) for part in range(3)
    )
    normal = rng.standard_normal((draws, *values.shape))
    numbers: Floats = values + np.where(normal < 0, below, above) * normal
    return numbers


def uniform_weights(criteria: int, draws: int, seed: int) -> Floats:
    """Weights drawn evenly from all that add up to 1: Dirichlet with parameters 1."""
    weights: Floats = np.random.default_rng(seed).dirichlet(np.ones(criteria), size=draws)
    return weights


def first_shares(
    values: npt.ArrayLike, weights: npt.ArrayLike, higher: Sequence[bool]
) -> list[float]:
    """How often each candidate comes first by TOPSIS over draws of values, weights or both.

    Candidates that tie for the first place share it, so the shares add up to 1. With weights drawn
    evenly these are the rank-1 acceptability indices of stochastic multicriteria analysis.

    Source: Lahdelma & Salminen (2001), Operations Research 49, 444-454.
    """
    closeness = np.atleast_2d(topsis(values, weights, higher))
    first = closeness >= closeness.max(axis=-1, keepdims=True) - LEAD
    shares = first / first.sum(axis=-1, keepdims=True)
    return [float(share) for share in shares.mean(axis=0)]


def winner_stays(
    values: npt.ArrayLike, weights: npt.ArrayLike, higher: Sequence[bool]
) -> list[WeightInterval]:
    """For each criterion, the weights around its own with which the first stays first.

    Only that weight is changed; the others keep their proportions (even ones where they are all 0)
    and all add up to 1. Beyond the interval another comes first, though further off the winner may
    come back. The ends are looked for in steps of 1/400 and then halved down.
    """
    shares = _weights(weights, len(higher))
    winner = int(topsis(values, shares, higher).argmax())

    def stays(criterion: int, weight: float) -> bool:
        closeness = topsis(values, _moved(shares, criterion, weight), higher)
        return bool(closeness[winner] >= closeness.max() - LEAD)

    intervals = []
    for criterion, weight in enumerate(shares.tolist()):
        low, high = (_end(partial(stays, criterion), weight, to) for to in (0.0, 1.0))
        intervals.append(WeightInterval(weight, low, high))
    return intervals


def closeness_by_weight(
    values: npt.ArrayLike,
    weights: npt.ArrayLike,
    higher: Sequence[bool],
    criterion: int,
    steps: int = 20,
) -> tuple[Floats, Floats]:
    """Weights of one criterion from 0 to 1, and the closeness of each candidate at each of them.

    The other weights keep their proportions, as in `winner_stays`. Shapes (steps + 1,) and
    (steps + 1, candidates).
    """
    at: Floats = np.linspace(0.0, 1.0, steps + 1)
    shares = _weights(weights, len(higher))
    moved = np.array([_moved(shares, criterion, float(weight)) for weight in at])
    return at, topsis(np.asarray(values, dtype=np.float64), moved, higher)


def _end(stays: Stays, start: float, to: float) -> float:
    """The last weight from `start` towards `to` before the winner changes."""
    steps = max(int(abs(to - start) * GRID), 1)
    here = start
    for at in np.linspace(start, to, steps + 1)[1:]:
        if not stays(float(at)):
            return _halved(stays, here, float(at))
        here = float(at)
    return to


def _halved(stays: Stays, inside: float, outside: float) -> float:
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if stays(middle):
            inside = middle
        else:
            outside = middle
    return inside


def _moved(shares: Floats, criterion: int, weight: float) -> Floats:
    others = np.delete(shares, criterion)
    if others.sum() == 0:
        others = np.ones_like(others)
    rest = (1 - weight) * others / others.sum() if others.size else others
    return np.insert(rest, criterion, weight if others.size else 1.0)


def _sides(found: Estimate) -> tuple[float, float, float]:
    """The value, and the standard deviations below and above it."""
    if found.exact:
        return found.value, 0.0, 0.0
    below, above = found.value - found.low, found.high - found.value
    if not np.isfinite(below) and not np.isfinite(above):
        raise ValueError("the interval is open at both ends, expected one end at least")
    below, above = (
        side if np.isfinite(side) else other for side, other in ((below, above), (above, below))
    )
    reach = float(ndtri((1 + min(found.level, 1 - 1e-12)) / 2))
    return found.value, below / reach, above / reach


def _values(values: npt.ArrayLike, higher: Sequence[bool]) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim < 2 or found.shape[-1] != len(higher) or 0 in found.shape:
        raise ValueError(
            f"values have the shape {found.shape}, expected candidates × {len(higher)} criteria"
        )
    if not np.isfinite(found).all():
        raise ValueError("values hold a missing or infinite number, expected finite ones")
    return found


def _weights(weights: npt.ArrayLike, criteria: int) -> Floats:
    found = np.asarray(weights, dtype=np.float64)
    if found.shape[-1:] != (criteria,):
        raise ValueError(f"weights have the shape {found.shape}, expected {criteria} of them")
    if not np.isfinite(found).all() or (found < 0).any():
        raise ValueError("weights hold a number below 0 or none at all, expected 0 or more")
    sums = found.sum(axis=-1, keepdims=True)
    if (sums <= 0).any():
        raise ValueError("all weights are 0, expected one above 0 at least")
    shares: Floats = found / sums
    return shares
