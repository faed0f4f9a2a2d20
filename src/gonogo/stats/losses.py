"""Losses of probability forecasts, row by row, and their means with intervals."""

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, forecast
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import mean_t


def squared_errors(label: npt.ArrayLike, score: npt.ArrayLike) -> Floats | Undefined:
    """(score - label)² of each row, shape (n,), each in [0, 1], unit score.

    Their mean is the Brier score; the difference of two forecasts' squared errors on the same
    rows, handed to `mean_t`, compares them paired. `label` holds booleans or 0 and 1, `score`
    probabilities of yes. `ValueError` where lengths differ or labels are not 0 and 1; `Undefined`
    without rows, with missing values, with scores outside [0, 1].

    Source: Brier (1950), Monthly Weather Review 78, 1-3.

    >>> squared_errors([0, 1], [0.5, 1.0]).tolist()
    [0.25, 0.0]
    """
    found = forecast(label, score)
    if isinstance(found, Undefined):
        return found
    yes, scores = found
    return np.square(scores - yes)


def log_losses(label: npt.ArrayLike, score: npt.ArrayLike) -> Floats | Undefined:
    """-ln of the probability given to what happened, shape (n,), each 0 or more, unit nats.

    Arguments and errors as `squared_errors`. `Undefined` besides where probability 0 was given to
    something that happened: the loss is infinite then, and cutting it off would invent a number.

    Source: Good (1952), J. R. Stat. Soc. B 14, 107-114.

    >>> log_losses([0, 1], [0.5, 1.0]).round(3).tolist()
    [0.693, 0.0]
    >>> log_losses([0, 1], [0.5, 0.0]).reason
    'the loss is infinite: probability 0 was given to what happened in 1 of 2 rows'
    """
    found = forecast(label, score)
    if isinstance(found, Undefined):
        return found
    yes, scores = found
    given = np.where(yes, scores, 1 - scores)
    impossible = int(np.count_nonzero(given == 0))
    if impossible:
        return infinite(impossible, given.size)
    # log1p keeps the digits of a score near 0 that 1 - score would drop; subtracting from 0 leaves
    # no minus sign before a 0.
    losses: Floats = 0.0 - np.where(yes, np.log(given), np.log1p(-scores * ~yes))
    return losses


def infinite(impossible: int, n: int) -> Undefined:
    """Why `n` rows have no log loss, `impossible` of which were given probability 0."""
    return Undefined(
        "the loss is infinite: probability 0 was given to what happened "
        f"in {impossible} of {n} rows",
        n=n,
    )


def brier(label: npt.ArrayLike, score: npt.ArrayLike, level: float) -> Measured:
    """Brier score, in [0, 1], unit score, with Student's t interval cut to [0, 1].

    Arguments and errors as `squared_errors` and `mean_t`.

    >>> found = brier([0, 1, 1], [0.2, 0.7, 0.9], level=0.95)
    >>> round(found.value, 4), found.low, round(found.high, 4)
    (0.0467, 0.0, 0.1471)
    """
    check_level(level)
    found = squared_errors(label, score)
    return (
        found if isinstance(found, Undefined) else mean_t(found, level, "score", within=(0.0, 1.0))
    )


def log_loss(label: npt.ArrayLike, score: npt.ArrayLike, level: float) -> Measured:
    """Log loss, 0 or more, unit nats, with Student's t interval cut at 0.

    Arguments and errors as `log_losses` and `mean_t`.

    >>> round(log_loss([0, 1, 1], [0.2, 0.7, 0.9], level=0.95).value, 4)
    0.2284
    """
    check_level(level)
    found = log_losses(label, score)
    return (
        found
        if isinstance(found, Undefined)
        else mean_t(found, level, "nats", within=(0.0, np.inf))
    )
