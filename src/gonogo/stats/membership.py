"""Membership inference by likelihood ratio: whether a model knows a row better than others do.

The attack compares the model's confidence in a row's label with that of shadow models which were
trained without the row: where it is far above theirs, the row was probably trained on.

Source: Carlini, Chien, Nasr, Song, Terzis & Tramèr (2022), Membership Inference Attacks From First
Principles, IEEE Symposium on Security and Privacy, 1897-1914: the offline attack.
"""

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools, Floats, forecast
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level
from gonogo.stats.proportions import clopper_pearson
from gonogo.stats.quantiles import quantile_interval

CUT = 1e-9
"""How near to 0 and 1 a probability may come: the logit of a certain one would be infinite."""
OWN_VARIANCE = 64
"""Shadow models without a row from which its own variance is estimated; with fewer, the variance
is pooled over all rows, which the paper finds to be the better attack (section VI.C)."""
METHOD = (
    "offline likelihood-ratio attack (Carlini et al. 2022); distribution-free bounds of its"
    " threshold with Clopper-Pearson bounds (1934), Bonferroni"
)


def confidences(label: npt.ArrayLike, score: npt.ArrayLike) -> Floats | Undefined:
    """ln(p / (1 - p)) of the probability p given to what is true, shape (n,).

    Certain ones are cut to 1e-9 and 1 - 1e-9. Errors as `arrays.forecast`.

    >>> confidences([1, 0], [0.5, 0.5]).tolist()
    [0.0, 0.0]
    """
    found = forecast(label, score)
    if isinstance(found, Undefined):
        return found
    yes, scores = found
    given = np.clip(np.where(yes, scores, 1 - scores), CUT, 1 - CUT)
    logits: Floats = np.log(given) - np.log1p(-given)
    return logits


def halves(label: npt.ArrayLike, shadows: int, seed: int) -> Bools:
    """Which rows each shadow model trains on, shape (shadows, n): half of each label at random.

    Two and two are complements, so that every row is left out by exactly half of an even number of
    shadow models. The same seed gives the same halves.

    >>> halves([0, 0, 1, 1], 4, 7).sum(axis=0).tolist()
    [2, 2, 2, 2]
    """
    yes = np.asarray(label, dtype=np.bool_)
    rng = np.random.default_rng(seed)
    inside = np.zeros((shadows, yes.size), dtype=np.bool_)
    for pair in range(0, shadows, 2):
        chosen = np.zeros(yes.size, dtype=np.bool_)
        for kind in (~yes, yes):
            rows = rng.permutation(np.flatnonzero(kind))
            # An odd one goes to either half by chance.
            chosen[rows[: (rows.size + int(rng.integers(2))) // 2]] = True
        inside[pair : pair + 2] = np.stack([chosen, ~chosen])[: shadows - pair]
    return inside


def likelihood_scores(
    target: npt.ArrayLike, shadow: npt.ArrayLike, inside: npt.ArrayLike
) -> Floats | Undefined:
    """How many standard deviations the model is surer of each row than models without it, (n,).

    `target`, shape (n,), and `shadow`, shape (k, n), are `confidences`; `inside`, shape (k, n),
    says which rows each shadow model was trained on. The normal distribution function of the result
    is the attack's likelihood ratio. Every row must be left out twice at least, else `ValueError`.
    `Undefined` where the shadow models without a row all agree: no spread to judge by.

    >>> without = [[False, False], [False, False]]
    >>> likelihood_scores([2.0, 0.0], [[0.0, 0.0], [2.0, 2.0]], without).round(3).tolist()
    [0.707, -0.707]
    """
    found, outside = np.asarray(shadow, dtype=np.float64), ~np.asarray(inside, dtype=np.bool_)
    many = outside.sum(axis=0)
    if found.ndim != 2 or found.shape != outside.shape or (many < 2).any():
        raise ValueError(f"shadow has shape {found.shape}, expected each row left out twice")
    mean = np.where(outside, found, 0.0).sum(axis=0) / many
    squares = np.where(outside, np.square(found - mean), 0.0).sum(axis=0)
    if many.min() >= OWN_VARIANCE:
        variance = squares / (many - 1)
    else:
        variance = np.full(many.size, squares.sum() / (many - 1).sum())
    if not (variance > 0).all():
        return Undefined("shadow models without a row agree on it: no spread", n=many.size)
    scores: Floats = (np.asarray(target, dtype=np.float64) - mean) / np.sqrt(variance)
    return scores


def caught(
    inside: npt.ArrayLike, outside: npt.ArrayLike, false_positives: float, level: float
) -> Measured:
    """Share of training rows that the attack names while it names few others, unit share.

    `inside` and `outside` hold the attack's scores of rows that were trained on and of others;
    `false_positives`, in (0, 1), is the share of others that may be named wrongly. The interval
    allows for the chance in both: the threshold lies between order statistics of `outside`, and
    the share above each of its bounds in an exact interval. With few others it is wide: a
    thousandth of them is known from thousands only. `level` and `false_positives` in (0, 1), else
    `ValueError`; `Undefined` where either side is empty.

    >>> found = caught([3.0] * 50 + [0.0] * 50, [0.0] * 990 + [1.0] * 10, 0.01, 0.95)
    >>> found.value, round(found.low, 2)
    (0.5, 0.38)
    """
    each = (1 + check_level(level)) / 2
    members = np.asarray(inside, dtype=np.float64)
    threshold = quantile_interval(outside, 1 - false_positives, each, "score")
    if isinstance(threshold, Undefined):
        return threshold
    if not members.size:
        return Undefined("no rows that were trained on", n=0)
    n = members.size
    value = int(np.count_nonzero(members > threshold.value))
    fewest = clopper_pearson(Counts(int(np.count_nonzero(members > threshold.high)), n), each)
    most = clopper_pearson(Counts(int(np.count_nonzero(members >= threshold.low)), n), each)
    if isinstance(fewest, Undefined) or isinstance(most, Undefined):
        return Undefined("no rows that were trained on", n=0)
    return Estimate(
        value=value / n,
        low=min(fewest.low, value / n),
        high=max(most.high, value / n),
        level=level,
        n=n + threshold.n,
        unit="share",
        method=METHOD,
    )
