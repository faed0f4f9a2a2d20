"""Evidence against a mean that may be weighed at every moment, and the boundary it draws.

For sums of bounded values whose variance is not known but watched: the gamma-exponential mixture.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaln

from gonogo.stats.arrays import Floats
from gonogo.stats.confidence_sequences import tightest

GAMMA_EXPONENTIAL = "empirical-Bernstein mixture (Howard et al. 2021)"
LARGE = 100.0
"""From here on Stirling's series is exact to the last digits, and loses none by cancelling."""
STEPS = 45
"""Halvings until the boundary is known to twelve digits."""
FAR = 1e12
"""A sum beyond which no boundary is looked for."""


def log_evidence(away: npt.ArrayLike, spread: npt.ArrayLike, precision: float) -> Floats:
    """Logarithm of the evidence (e-value) against a mean from which a sum is `away`, upwards.

    `away` is the sum of values in a range of width 1, less what the mean makes of it; `spread` the
    sum of their squared distances from what was foretold of them before they came. Both of any
    shape. Under the mean (or a lower one) evidence reaches 1/alpha at any time with probability
    alpha at most, whatever the distribution and however often it is looked at. `precision`, above
    0, in the unit of `spread`, is fixed beforehand: `precision_for`.

    Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49, 1055-1080,
    proposition 9 and theorem 4; Fan, Grama & Liu (2015), Electron. J. Probab. 20, 1-22.

    >>> log_evidence([0.0, 30.0], 50.0, precision=5.0).round(2).tolist()
    [-1.29, 5.42]
    """
    s, v = np.asarray(away, np.float64), np.asarray(spread, np.float64)
    total = v + precision
    inside = s > -total
    safe = np.where(inside, s, 0.0)
    with np.errstate(divide="ignore"):
        # A tail that cannot be told from nothing is no evidence: its logarithm is minus infinity.
        tail = np.log(gammainc(total, total + safe)) - np.log(gammainc(precision, precision))
    found = safe - total * np.log1p(safe / total) + _rest(total) - _rest(np.array(precision)) + tail
    return np.where(inside, found, -np.inf)


def boundary(spread: npt.ArrayLike, precision: float, alpha: float) -> Floats:
    """How far a sum may be away, at any time, but with probability alpha; of the shape of `spread`.

    Where `log_evidence` is log(1/alpha); one-sided.

    >>> float(boundary(50.0, 5.0, 0.05).round(3))
    22.48
    """
    v = np.asarray(spread, np.float64)
    target = -np.log(alpha)
    low = np.zeros_like(v)
    high = np.ones_like(v) + np.sqrt(v)
    while (short := (log_evidence(high, v, precision) < target) & (high < FAR)).any():
        high = np.where(short, 2 * high, high)
    for _ in range(STEPS):
        middle = (low + high) / 2
        below = log_evidence(middle, v, precision) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return high


def precision_for(spread: float, alpha: float) -> float:
    """The precision at which the one-sided boundary is about tightest at a `spread` above 0.

    That of the normal mixture whose two sides share 2 alpha; it moves the boundary by a few per
    cent only where the spread turns out ten times larger or smaller.

    Source: Howard et al. (2021), section 3.5.

    >>> round(precision_for(1000.0, 0.05), 1)
    150.6
    """
    return tightest(spread, min(2 * alpha, 0.99))


def _rest(total: Floats) -> Floats:
    """What log gamma(total) exceeds total log(total) - total by, to the last digits."""
    large = np.maximum(total, LARGE)
    series = 0.5 * np.log(2 * np.pi / large) + 1 / (12 * large) - 1 / (360 * large**3)
    small = np.minimum(total, LARGE)
    plain = gammaln(small) - small * np.log(small) + small
    found: Floats = np.where(total > LARGE, series, plain)
    return found
