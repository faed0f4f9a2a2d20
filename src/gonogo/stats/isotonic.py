"""Calibration that only assumes that higher scores are likelier: isotonic regression, as knots."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, vector, yes_or_no
from gonogo.stats.estimate import Undefined


@dataclass(frozen=True, slots=True)
class Knots:
    """A rising curve of probabilities over scores: straight between its knots, level outside."""

    scores: tuple[float, ...]
    """Ascending."""
    probabilities: tuple[float, ...]
    """Never falling, in [0, 1]."""
    n: int
    """Calibration rows."""

    def __call__(self, score: npt.ArrayLike) -> Floats:
        """The calibrated probability of scores of any shape."""
        found: Floats = np.interp(
            np.asarray(score, np.float64), self.scores, self.probabilities
        ).astype(np.float64)
        return found

    @property
    def pairs(self) -> tuple[tuple[float, float], ...]:
        """(score, probability), as a route table holds them."""
        return tuple(zip(self.scores, self.probabilities, strict=True))


def isotonic(label: npt.ArrayLike, score: npt.ArrayLike) -> Knots | Undefined:
    """The rising curve closest to the labels of calibration rows, in squares and in likelihood.

    `label` (booleans or 0 and 1) and `score`, any finite numbers, have shape (n,). Rows of equal
    score share a probability. `Undefined` without rows and with missing values; raises `ValueError`
    for lengths that differ.

    Source: Ayer, Brunk, Ewing, Reid & Silverman (1955), Ann. Math. Stat. 26, 641-647 (pool adjacent
    violators); Zadrozny & Elkan (2002), KDD '02, for calibration.

    >>> isotonic([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.9]).pairs
    ((0.1, 0.0), (0.4, 0.5), (0.6, 0.5), (0.9, 1.0))
    """
    yes, scores = yes_or_no(label), vector("scores", score)
    if isinstance(yes, Undefined):
        return yes
    if yes.size != scores.size:
        raise ValueError(f"{yes.size} labels but {scores.size} scores, expected as many of each")
    if not np.isfinite(scores).all():
        bad = int(np.count_nonzero(~np.isfinite(scores)))
        return Undefined(f"{bad} of {scores.size} scores are missing or infinite", n=scores.size)
    places, group = np.unique(scores, return_inverse=True)
    weights = np.bincount(group).astype(np.float64)
    means = np.bincount(group, yes.astype(np.float64)) / weights
    fitted = pooled(means, weights)
    # The inner points of a level stretch are on the line between its ends.
    inner = np.zeros(places.size, dtype=bool)
    inner[1:-1] = (fitted[1:-1] == fitted[:-2]) & (fitted[1:-1] == fitted[2:])
    return Knots(tuple(places[~inner].tolist()), tuple(fitted[~inner].tolist()), n=int(scores.size))


def pooled(values: Floats, weights: Floats) -> Floats:
    """The never falling values closest to `values` in weighed squares, of their shape (n,).

    Source: Ayer et al. (1955), Ann. Math. Stat. 26, 641-647.

    >>> pooled(np.array([1.0, 3.0, 2.0]), np.ones(3)).tolist()
    [1.0, 2.5, 2.5]
    """
    sums: list[float] = []
    masses: list[float] = []
    lengths: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        total, mass, length = value * weight, weight, 1
        # Compared as products, so that no digit is lost by dividing.
        while sums and sums[-1] * mass >= total * masses[-1]:
            total, mass, length = total + sums.pop(), mass + masses.pop(), length + lengths.pop()
        sums.append(total)
        masses.append(mass)
        lengths.append(length)
    return np.repeat(np.array(sums) / np.array(masses), lengths)
