"""Comparing two learners over resampled training sets, whose results are not independent."""

import math

import numpy.typing as npt

from gonogo.stats.estimate import RESAMPLED, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import moments, no_spread, t_interval

NADEAU_BENGIO = f"{RESAMPLED} t interval (Nadeau & Bengio 2003)"


def nadeau_bengio(
    differences: npt.ArrayLike, n_train: int, n_test: int, level: float, unit: str
) -> Measured:
    """Mean difference of two learners over resamplings, with a corrected t interval.

    `differences`, shape (k,), holds one difference per training and test split, in `unit`; all
    splits train on `n_train` rows and test on `n_test`. Since the training sets overlap, the
    variance of the mean is taken as (1/k + n_test/n_train) s², not s²/k. For r times repeated
    f-fold cross-validation hand in all k = r f differences, with n_test/n_train = 1/(f - 1).

    `n` of the result is k. More splits of the same rows do not shrink the interval as more rows
    would: it keeps the part n_test/n_train.

    `level` in (0, 1), `n_train` and `n_test` positive, else `ValueError`. `Undefined` for fewer
    than two differences, missing ones, or all equal.

    Source: Nadeau & Bengio (2003), Machine Learning 52, 239-281; for repeated cross-validation
    Bouckaert & Frank (2004), PAKDD, LNCS 3056, 3-12.

    >>> found = nadeau_bengio([0.1, 0.3], n_train=90, n_test=10, level=0.95, unit="difference")
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.2, -1.205, 1.605)
    """
    check_level(level)
    if n_train <= 0 or n_test <= 0:
        raise ValueError(f"n_train is {n_train} and n_test {n_test}, expected 1 or more of both")
    found = moments(differences)
    if isinstance(found, Undefined):
        return found
    if (nothing := no_spread(found)) is not None:
        return nothing
    error = math.sqrt((1 / found.n + n_test / n_train) * found.variance)
    return t_interval(found, error=error, level=level, unit=unit, method=NADEAU_BENGIO)
