"""How much several models of the same kind disagree: over pairs of models and over rows."""

import math

import numpy as np
import numpy.typing as npt

from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import Moments, t_interval
from gonogo.stats.proportions import clopper_pearson

METHOD = "t interval with the variance of a jackknife over models (Arvesen 1969) and that of rows"
NONE = "no decision changed among these models; over rows"
FEWEST = 3
"""Models with which the jackknife has a spread."""


def pairwise_churn(decisions: npt.ArrayLike, level: float) -> Measured:
    """Share of rows that two models of the kind decide otherwise, on average, unit share.

    `decisions`, shape (k, n), holds what each of k models, trained independently, says of the same
    n rows. Averaged over all pairs of models; the interval allows for other models and for other
    rows, with k - 1 degrees of freedom, cut to [0, 1]. Where no two models differ anywhere it is
    the exact bound over the rows, for these models. `level` in (0, 1), else `ValueError`.
    `Undefined` for fewer than three models, and without rows.

    Source: Arvesen (1969), Annals of Mathematical Statistics 40, 2076-2100: the jackknife of a mean
    over pairs; Milani Fard et al. (2016), NeurIPS 29, for churn.

    >>> round(pairwise_churn([[1, 1, 0, 0], [1, 1, 0, 1], [1, 1, 0, 0]], 0.95).value, 4)
    0.1667
    """
    check_level(level)
    found = np.asarray(decisions, dtype=np.bool_)
    if found.ndim != 2:
        raise ValueError(f"decisions have shape {found.shape}, expected models by rows")
    k, n = found.shape
    if n == 0:
        return Undefined("no observations", n=0)
    if k < FEWEST:
        return Undefined(f"{k} models: a spread of models is seen from {FEWEST} on", n=n)
    said = found.sum(axis=0, dtype=np.int64)
    pairs = k * (k - 1) / 2
    of_rows = said * (k - said) / pairs
    value = float(of_rows.mean())
    if value == 0:
        bound = clopper_pearson(Counts(0, n), level)
        if isinstance(bound, Undefined):
            return bound
        return Estimate(0.0, 0.0, bound.high, level, n, "share", f"{NONE}: {bound.method}")
    # Left out in turn: of a row with s yes, s - 1 or s remain among k - 1.
    rest = said - found.astype(np.int64)
    without = (rest * (k - 1 - rest) / ((k - 1) * (k - 2) / 2)).mean(axis=1)
    of_models = (k - 1) / k * float(np.square(without - without.mean()).sum())
    chance = float(of_rows.var(ddof=1)) / n if n > 1 else 0.25
    wide = t_interval(
        Moments(k, value, 0.0),
        error=math.sqrt(of_models + chance),
        level=level,
        unit="share",
        method=METHOD,
    )
    return Estimate(
        value, max(0.0, wide.low), min(1.0, wide.high), level, n, "share", f"{METHOD}, {k} models"
    )


def spreads(scores: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The standard deviation of each row's scores over models, (n,), from shape (k, n), k > 1.

    >>> spreads([[0.0, 0.5], [1.0, 0.5]]).round(3).tolist()
    [0.707, 0.0]
    """
    found: npt.NDArray[np.float64] = np.asarray(scores, dtype=np.float64).std(axis=0, ddof=1)
    return found
