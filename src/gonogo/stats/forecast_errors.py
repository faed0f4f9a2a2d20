"""Errors of forecasts: scaled by what a naive forecast misses, and scores of intervals."""

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.estimate import Undefined


def naive_scale(history: npt.ArrayLike, season: int) -> float | Undefined:
    """Mean absolute error, within `history`, of saying what was `season` steps before.

    `history` has shape (n,), oldest first. `season` is 1 or more, else `ValueError`. `Undefined`
    where the history is no longer than a season, and where it only repeats itself.

    Source: Hyndman & Koehler (2006), Int. J. Forecasting 22, 679-688.

    >>> naive_scale([5, 0.5, 4, 6, 3, 5, 2], season=1)
    3.0
    """
    if season < 1:
        raise ValueError(f"season is {season}, expected 1 or more")
    found = finite("values of the history", history)
    if isinstance(found, Undefined):
        return Undefined("no history to scale the errors by", n=0) if not found.n else found
    if found.size <= season:
        return Undefined(
            f"a history of {found.size} is no longer than a season of {season}", n=found.size
        )
    with np.errstate(over="ignore"):
        scale = float(np.abs(found[season:] - found[:-season]).mean())
    if scale == 0:
        return Undefined("the history only repeats itself: nothing to scale by", n=found.size)
    return scale if np.isfinite(scale) else Undefined("values too large", n=found.size)


def interval_scores(truth: Floats, low: Floats, high: Floats, nominal: float) -> Floats:
    """Score of predicted intervals of level `nominal`, shape (n,), in the unit of the target.

    The width, and 2 / (1 - nominal) times how far the truth lies outside: least on average for the
    true quantiles, so that neither too wide nor too narrow pays. `nominal` in (0, 1), else
    `ValueError`.

    Source: Winkler (1972), J. Am. Stat. Assoc. 67, 187-191; Gneiting & Raftery (2007), J. Am. Stat.
    Assoc. 102, 359-378, equation 43.

    >>> interval_scores(np.array([3.0, 6.0]), np.array([1.0, 1.0]), np.array([5.0, 5.0]), 0.8)
    array([ 4., 14.])
    """
    if not 0 < nominal < 1:
        raise ValueError(f"nominal is {nominal}, expected a number strictly between 0 and 1")
    outside = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    found: Floats = (high - low) + 2 / (1 - nominal) * outside
    return found
