"""Errors of predicted numbers: absolute, squared, relative and pinball."""

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, finite, vector
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import mean_t

Pair = tuple[Floats, Floats]
"""What is true and what was predicted, each of shape (n,)."""


def paired_numbers(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> Pair | Undefined:
    """Both as finite numbers of the same shape (n,), n > 0; `Undefined` says what is in the way.

    `ValueError` where the lengths differ.

    >>> paired_numbers([], []).reason
    'no observations'
    """
    a, b = vector("truths", truth), vector("predictions", predicted)
    if a.size != b.size:
        raise ValueError(f"{a.size} truths but {b.size} predictions, expected as many of each")
    for name, values in (("truths", a), ("predictions", b)):
        if isinstance(found := finite(name, values), Undefined):
            return found
    return a, b


def absolute_errors(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> Floats | Undefined:
    """|predicted - truth| of each row, shape (n,), in the unit of the target.

    >>> absolute_errors([3, 5], [4, 3]).tolist()
    [1.0, 2.0]
    """
    found = paired_numbers(truth, predicted)
    return found if isinstance(found, Undefined) else np.abs(found[1] - found[0])


def relative_errors(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> Floats | Undefined:
    """|predicted - truth| / |truth| of each row, shape (n,), unit share.

    `Undefined` where a truth is 0: there is no share of nothing, and leaving such rows out would
    flatter.

    >>> relative_errors([4, 5], [5, 4]).tolist()
    [0.25, 0.2]
    >>> relative_errors([0, 5], [5, 4]).reason
    'a relative error needs a truth other than 0: 1 of 2 are 0'
    """
    found = paired_numbers(truth, predicted)
    if isinstance(found, Undefined):
        return found
    none = int(np.count_nonzero(found[0] == 0))
    if none:
        n = found[0].size
        return Undefined(f"a relative error needs a truth other than 0: {none} of {n} are 0", n=n)
    shares: Floats = np.abs(found[1] - found[0]) / np.abs(found[0])
    return shares


def symmetric_errors(truth: npt.ArrayLike, predicted: npt.ArrayLike) -> Floats | Undefined:
    """2 |predicted - truth| / (|truth| + |predicted|) of each row, shape (n,), in [0, 2].

    A row where both are 0 has no error and counts as 0.

    Source: Makridakis (1993), Int. J. Forecasting 9, 527-529, as in the M4 competition.

    >>> symmetric_errors([4, 0, 0], [6, 0, 1]).tolist()
    [0.4, 0.0, 2.0]
    """
    found = paired_numbers(truth, predicted)
    if isinstance(found, Undefined):
        return found
    # Halved first, so that no sum of two large numbers overflows.
    size = np.abs(found[0]) / 2 + np.abs(found[1]) / 2
    miss = np.abs(found[1] / 2 - found[0] / 2)
    shares = np.divide(miss, size, out=np.zeros(size.shape), where=size > 0)
    return 2 * shares


def pinball_losses(truth: npt.ArrayLike, predicted: npt.ArrayLike, q: float) -> Floats | Undefined:
    """Loss of a predicted `q`-quantile, shape (n,), in the unit of the target.

    q times the miss where the truth lies above, 1 - q times where it lies below; least on average
    for the true quantile. `q` in (0, 1), else `ValueError`.

    Source: Koenker & Bassett (1978), Econometrica 46, 33-50.

    >>> pinball_losses([3, 5], [4, 3], q=0.9).round(6).tolist()
    [0.1, 1.8]
    """
    if not 0 < q < 1:
        raise ValueError(f"q is {q}, expected a number strictly between 0 and 1")
    found = paired_numbers(truth, predicted)
    if isinstance(found, Undefined):
        return found
    above = found[0] - found[1]
    losses: Floats = np.where(above >= 0, q * above, (q - 1) * above)
    return losses


def mean_loss(losses: Floats | Undefined, level: float, unit: str) -> Measured:
    """Mean of losses, each 0 or more, with Student's t interval cut at 0.

    >>> mean_loss(np.array([1.0, 2.0, 3.0]), 0.95, "target").value
    2.0
    """
    check_level(level)
    if isinstance(losses, Undefined):
        return losses
    return mean_t(losses, level, unit, within=(0.0, np.inf))


def rmse_of(truth: Floats, predicted: Floats) -> Floats:
    """Root of the mean squared error along the last axis: shape (b, n) to (b,).

    >>> rmse_of(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])).round(4).tolist()
    [3.5355]
    """
    with np.errstate(over="ignore"):
        found: Floats = np.sqrt(np.mean(np.square(predicted - truth), axis=-1))
    return found


def r2_of(truth: Floats, predicted: Floats) -> Floats:
    """Share of the variance that is explained, along the last axis: shape (b, n) to (b,).

    1 less the squared error over that of always saying the mean; negative where saying the mean
    would be better, NaN where all truths are equal or too large to be squared.

    >>> r2_of(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 2.0, 4.0]])).tolist()
    [0.5]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.sum(np.square(truth - truth.mean(axis=-1, keepdims=True)), axis=-1)
        left = np.sum(np.square(predicted - truth), axis=-1)
        varies = np.ptp(truth, axis=-1) > 0
        share = np.divide(left, total, out=np.full(total.shape, np.nan), where=varies)
    explained: Floats = 1 - share
    return explained
