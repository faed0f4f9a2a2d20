"""Losses of probability forecasts, row by row, and their means with intervals."""

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, forecast
from gonogo.stats.bounded_means import mean_within
from gonogo.stats.estimate import Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.means import mean_t

ENOUGH = 100
"""Rows of the rarer class from which Student's t holds what it says."""


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
    """Brier score, in [0, 1], unit score, with an interval as `mean_loss` lays it.

    Arguments and errors as `squared_errors`.

    >>> found = brier([0, 1, 1], [0.2, 0.7, 0.9], level=0.95)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.0467, 0.0015, 0.9565)
    """
    check_level(level)
    found = squared_errors(label, score)
    if isinstance(found, Undefined):
        return found
    return mean_loss(found, rarer(label), (0.0, 1.0), level, "score")


def log_loss(label: npt.ArrayLike, score: npt.ArrayLike, level: float) -> Measured:
    """Log loss, 0 or more, unit nats, with an interval as `mean_loss` lays it.

    Arguments and errors as `log_losses`.

    >>> round(log_loss([0, 1, 1], [0.2, 0.7, 0.9], level=0.95).value, 4)
    0.2284
    """
    check_level(level)
    found = log_losses(label, score)
    if isinstance(found, Undefined):
        return found
    return mean_loss(found, rarer(label), (0.0, worst_log_loss(score)), level, "nats")


def rarer(label: npt.ArrayLike) -> int:
    """Rows of the rarer class.

    >>> rarer([0, 1, 0, 0])
    1
    """
    yes = np.count_nonzero(np.asarray(label))
    return int(min(yes, np.size(label) - yes))


def worst_log_loss(score: npt.ArrayLike) -> float:
    """The largest loss, in nats, that one of these scores could have; of those short of certain.

    A certain score that came true has no loss; had it not, there would be no mean to speak of.

    >>> round(worst_log_loss([0.2, 0.9, 1.0]), 3)
    2.303
    """
    scores = np.asarray(score, dtype=np.float64)
    open_ = scores[(scores > 0) & (scores < 1)]
    if not open_.size:
        return 0.0
    return float(max(-np.log(open_.min()), -np.log1p(-open_.max())))


def mean_loss(
    losses: npt.ArrayLike, rarer: int, within: tuple[float, float], level: float, unit: str
) -> Measured:
    """Mean of rows' `losses`, or of differences of two models' losses, with an interval.

    With `ENOUGH` rows of the rarer class it is Student's t, cut to `within`. With fewer the largest
    losses are too rare for the spread to tell of them: then it is the likelihood-ratio interval of
    a mean that cannot leave `within`, which counts what was not seen. In simulation at rates of
    0.01 to 0.1 Student's t alone held as little as 0.4 where 0.95 was said.

    Source: Owen (1988), Biometrika 75, 237-249, as `mean_within`.

    >>> found = mean_loss([0.01] * 29 + [0.98], 1, (0.0, 1.0), level=0.95, unit="score")
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.042, 0.012, 0.151)
    """
    if rarer >= ENOUGH:
        return mean_t(losses, level, unit, within=within)
    return mean_within(losses, within, level, unit)
