"""Is more data worth it? Scores at several sizes, carried on to sizes nobody has yet."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from gonogo.stats.arrays import Floats, vector
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

METHOD = "learning curves averaged by held-back sizes (Bates & Granger 1969), t interval"
LEAST_SIZES = 5
"""Fewer sizes leave none to hold back: three to fit, two to check."""
LEAST_FIT = 3
"""Sizes a curve is fitted to at least."""
POWERS = np.linspace(0.05, 2.0, 79)
"""Exponents of the power law that are tried."""
RATES = np.geomspace(0.05, 20.0, 60)
"""Rates of the exponential that are tried, for each largest size once."""

Shapes = Callable[[Floats, float], Floats]
"""Sizes, shape (k,), and the largest that was measured → the shapes that are tried, (s, k).

A shape falls as the size rises; the curve is `end + amount * shape`.
"""


def _power_law(sizes: Floats, largest: float) -> Floats:
    return (sizes / largest) ** -POWERS[:, None]


def _exponential(sizes: Floats, largest: float) -> Floats:
    return np.exp(-RATES[:, None] * sizes / largest)


def _logarithm(sizes: Floats, largest: float) -> Floats:
    return -np.log(sizes / largest)[None, :]


def _inverse_logarithm(sizes: Floats, _: float) -> Floats:
    return 1 / np.log1p(sizes)[None, :]


FAMILIES: dict[str, Shapes] = {
    "power law": _power_law,
    "exponential": _exponential,
    "logarithm": _logarithm,
    "inverse logarithm": _inverse_logarithm,
}
"""The curves that are averaged.

Source: Viering & Loog (2023), IEEE TPAMI 45, 7799-7819, who list what was found to fit.
"""


@dataclass(frozen=True, slots=True)
class Curve:
    """A learning curve that was fitted, and how well it foretold sizes that were held back."""

    sizes: Floats
    """Shape (k,): the sizes measured, rising."""
    means: Floats
    """Shape (k,): mean score at each."""
    errors: Floats
    """Shape (k,): standard error of each mean."""
    repeats: int
    """Scores in all."""
    weights: dict[str, float]
    """Family → its weight in the average; they sum to 1."""
    held_back: float
    """Root mean squared error on held-back sizes, per unit of the logarithm of the step."""
    checks: int
    """Sizes that were held back and foretold."""

    @property
    def largest(self) -> float:
        """The largest size measured."""
        return float(self.sizes[-1])


def fit(sizes: npt.ArrayLike, scores: npt.ArrayLike) -> Curve | Undefined:
    """The curve of `scores` measured at `sizes`, shape (n,) both, repeats being equal sizes.

    Each family is fitted by weighted least squares. Beginning with the three smallest sizes, the
    next ones are held back and foretold; families weigh inversely to their mean squared error
    there. `Undefined` for fewer than five sizes and missing scores; raises `ValueError` for lengths
    that differ and sizes below 1.

    Source: Bates & Granger (1969), Operational Research Quarterly 20, 451-468, for the weights;
    Cortes et al. (1993), NIPS 6, 327-334, for the power law.
    """
    at, found = vector("sizes", sizes), vector("scores", scores)
    if at.size != found.size:
        raise ValueError(f"there are {at.size} sizes and {found.size} scores, expected as many")
    if not (np.isfinite(at).all() and np.isfinite(found).all()):
        return Undefined("sizes or scores are missing or infinite", n=at.size)
    if at.size and at.min() < 1:
        raise ValueError(f"sizes is {at.min():g} at least, expected 1 or more")
    known = np.unique(at)
    if known.size < LEAST_SIZES:
        return Undefined(
            f"{known.size} sizes, of {LEAST_SIZES} that are needed to hold some back", n=at.size
        )
    groups = [found[at == size] for size in known]
    means = np.array([group.mean() for group in groups])
    errors = _errors(groups)
    misses = {name: _misses(name, known, means, errors) for name in FAMILIES}
    squares = {name: float(np.mean(np.square(found))) for name, found in misses.items()}
    # No forecast is better than what it is compared with is known.
    floor = max(float(np.mean(np.square(errors))), 1e-18)
    raw = {name: 1 / (square + floor) for name, square in squares.items()}
    weights = {name: weight / sum(raw.values()) for name, weight in raw.items()}
    joint = np.sum([weights[name] * misses[name] for name in FAMILIES], axis=0)
    return Curve(
        sizes=known,
        means=means,
        errors=errors,
        repeats=at.size,
        weights=weights,
        held_back=float(np.sqrt(np.mean(np.square(joint / _steps(known))))),
        checks=joint.size,
    )


def foretell(curve: Curve, size: float, level: float, unit: str) -> Measured:
    """The mean score at `size`, with a prediction interval of `level`.

    The interval holds three errors: what the forecasts missed on held-back sizes, in proportion to
    the logarithm of how far ahead they looked; how far the families are apart; and the standard
    error of the largest size measured. `Undefined` for a size below the smallest measured.
    """
    check_level(level)
    if not size >= curve.sizes[0]:
        return Undefined(f"{size:g} lies below the smallest size measured", n=curve.repeats)
    value, spread = (float(one[0]) for one in _averaged(curve, np.array([float(size)])))
    ahead = max(0.0, math.log(size / curve.largest))
    error = math.hypot(curve.held_back * ahead, spread, float(curve.errors[-1]))
    reach = float(stdtrit(max(1, curve.checks - 1), (1 + level) / 2)) * error
    return Estimate(
        value=value,
        low=value - reach,
        high=value + reach,
        level=level,
        n=curve.repeats,
        unit=unit,
        method=METHOD,
    )


def gain(curve: Curve, size: float, level: float, unit: str) -> Measured:
    """How much higher the score is at `size` than at the largest size measured, by the curve."""
    there = foretell(curve, size, level, unit)
    if isinstance(there, Undefined):
        return there
    here = float(_averaged(curve, curve.sizes[-1:])[0][0])
    return Estimate(
        value=there.value - here,
        low=there.low - here,
        high=there.high - here,
        level=level,
        n=there.n,
        unit="difference",
        method=METHOD,
    )


def stops_paying(curve: Curve, *, price: float, worth: float, most: float) -> float:
    """The size up to `most` at which worth of the gain less price of the rows is greatest.

    `price` is that of one more row, `worth` that of one more unit of score, negative where lower is
    better. It is the largest size measured where more data never pays. Raises `ValueError` for a
    price that is not above 0 and for a `most` below the largest size.
    """
    if not price > 0:
        raise ValueError(f"price is {price}, expected a number above 0")
    if not most >= curve.largest:
        raise ValueError(f"most is {most:g}, expected {curve.largest:g} or more")
    sizes = np.unique(np.round(np.geomspace(curve.largest, max(most, curve.largest + 1), 400)))
    values, _ = _averaged(curve, sizes)
    net = worth * (values - values[0]) - price * (sizes - sizes[0])
    return float(sizes[int(np.argmax(net))])


def _averaged(curve: Curve, wanted: Floats) -> tuple[Floats, Floats]:
    """Weighted mean over the families at the `wanted` sizes, and weighted standard deviation."""
    weights = np.array([curve.weights[name] for name in FAMILIES])
    told = np.array(
        [_fitted(name, curve.sizes, curve.means, curve.errors, wanted) for name in FAMILIES]
    )
    value: Floats = weights @ told
    return value, np.sqrt(weights @ np.square(told - value))


def _fitted(name: str, sizes: Floats, means: Floats, errors: Floats, wanted: Floats) -> Floats:
    """What a family, fitted to means at sizes, tells at the `wanted` sizes."""
    largest = float(sizes[-1])
    here, there = FAMILIES[name](sizes, largest), FAMILIES[name](wanted, largest)
    weights = 1 / np.square(errors)
    weights /= weights.sum()
    middle, level = here @ weights, float(means @ weights)
    away, above = here - middle[:, None], means - level
    spread = np.square(away) @ weights
    # A shape that is flat where it was measured says nothing of an amount.
    amount = np.where(spread > 0, away @ (weights * above) / np.where(spread > 0, spread, 1), 0.0)
    left = np.square(above - amount[:, None] * away) @ weights
    best = int(np.argmin(left))
    found: Floats = level + amount[best] * (there[best] - middle[best])
    return found


def _misses(name: str, sizes: Floats, means: Floats, errors: Floats) -> Floats:
    """Truth less forecast of every later size from each beginning of at least three."""
    found = []
    for known in range(LEAST_FIT, sizes.size):
        told = _fitted(name, sizes[:known], means[:known], errors[:known], sizes[known:])
        found.append(means[known:] - told)
    return np.concatenate(found)


def _steps(sizes: Floats) -> Floats:
    """How far ahead each of `_misses` looked, as a logarithm."""
    return np.concatenate(
        [np.log(sizes[known:] / sizes[known - 1]) for known in range(LEAST_FIT, sizes.size)]
    )


def _errors(groups: list[Floats]) -> Floats:
    """Standard errors of the means, the spread of a score being pooled over all sizes."""
    squares = sum(float(np.square(group - group.mean()).sum()) for group in groups)
    freedom = sum(group.size - 1 for group in groups)
    spread = math.sqrt(squares / freedom) if freedom and squares > 0 else 0.0
    scale = max(float(np.abs(group).max()) for group in groups) or 1.0
    # Without repeats, or without spread between them, all sizes weigh alike.
    return np.array([max(spread / math.sqrt(group.size), 1e-9 * scale) for group in groups])
