"""Confident learning: how many labels are wrong, from out-of-sample probabilities alone.

A row counts as surely of class j where its probability of j is at least the mean probability of j
among the rows labelled j. Rows labelled i and surely of j, counted and calibrated to the number of
rows labelled i, estimate how often the truth is j where the label says i.

Source: Northcutt, Jiang & Chuang (2021), Confident Learning: Estimating Uncertainty in Dataset
Labels, Journal of Artificial Intelligence Research 70, 1373-1411.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Floats, Integers, forecast
from gonogo.stats.bootstrap import bootstrap
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.proportions import clopper_pearson

Matrix = npt.NDArray[np.float64]
"""Square: labels given by true classes."""

METHOD = "confident learning (Northcutt et al. 2021)"


def joint_of(confident: npt.ArrayLike, given: npt.ArrayLike) -> Matrix:
    """The joint distribution of given labels and true classes, shape (k, k), sum 1.

    `confident`, shape (k, k), counts the rows labelled i that are surely of j; `given`, shape (k,),
    the rows labelled i. Each row of counts is scaled to its number of labels; a label of which no
    row is sure of any class is taken for right. Raises `ValueError` for other shapes.

    Source: Northcutt et al. (2021), equation 3.

    >>> joint_of([[3, 1], [0, 2]], [8, 2]).tolist()
    [[0.6, 0.2], [0.0, 0.2]]
    """
    counts, labels = np.asarray(confident, dtype=np.float64), np.asarray(given, dtype=np.float64)
    if labels.ndim != 1 or counts.shape != (labels.size, labels.size):
        raise ValueError(f"counts have shape {counts.shape}, labels {labels.shape}")
    sure = counts.sum(axis=1, keepdims=True)
    filled = np.where(sure > 0, counts, np.eye(labels.size))
    rows = filled / filled.sum(axis=1, keepdims=True) * labels[:, np.newaxis]
    found: Matrix = np.asarray(rows / rows.sum(), dtype=np.float64)
    return found


def confident_counts(label: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Matrix, Integers]:
    """The counts of confident rows, shape (2, 2), and of the labels, shape (2,): no, yes.

    `label` and `score` (the probability of yes) have shape (n,); both labels must occur. A row that
    is sure of both classes counts for the more probable one.

    >>> counts, given = confident_counts([0, 0, 1, 1], [0.1, 0.9, 0.8, 0.7])
    >>> counts.tolist(), given.tolist()
    ([[1.0, 1.0], [0.0, 1.0]], [2, 2])
    """
    yes, scores = np.asarray(label, dtype=np.bool_), np.asarray(score, dtype=np.float64)
    counts = _counted(yes[np.newaxis], scores[np.newaxis])[0]
    return counts, np.array([int((~yes).sum()), int(yes.sum())])


def label_error_share(
    label: npt.ArrayLike, score: npt.ArrayLike, level: float, seed: int, resamples: int
) -> Measured:
    """The share of wrong labels, in [0, 1], unit share, with a BCa bootstrap interval.

    `label` (booleans or 0 and 1) and `score`, the probability of yes from a model that was not
    trained on the row, have shape (n,). The estimate is consistent where the model ranks well and
    its errors do not depend on the label (Northcutt et al. 2021, theorem 2). A poor model finds
    errors where there are none; where only one class has wrong labels, and the probabilities of the
    other scatter about their mean, about half of them are found. Rows are put in order first, so
    that theirs has no say. Where none is found the interval reaches at least to the exact bound.

    `Undefined` for one class, no probabilities, no rows. Raises `ValueError` as `bootstrap`.

    >>> label = [0, 0, 0, 0, 1, 1, 1, 0] * 9
    >>> score = [0.1, 0.2, 0.2, 0.3, 0.8, 0.9, 0.8, 0.9] * 9
    >>> round(label_error_share(label, score, 0.95, 7, 999).value, 3)
    0.125
    """
    found = forecast(label, score)
    if isinstance(found, Undefined):
        return found
    yes, scores = found
    if yes.all() or not yes.any():
        return Undefined(f"only one class: all {yes.size} labels are alike", n=yes.size)
    order = np.lexsort((scores, yes))
    measured = bootstrap(
        _shares,
        (yes[order], scores[order]),
        level,
        seed,
        resamples,
        unit="share",
        vectorised=True,
    )
    if not _shares(yes[np.newaxis], scores[np.newaxis])[0]:
        return _none_found(measured, yes.size, level)
    if isinstance(measured, Undefined):
        return measured
    return Estimate(
        value=measured.value,
        low=max(0.0, measured.low),
        high=min(1.0, measured.high),
        level=level,
        n=measured.n,
        unit="share",
        method=f"{METHOD}; {measured.method}",
    )


def _none_found(drawn: Measured, n: int, level: float) -> Measured:
    """No wrong label: at least the exact bound, as no resample may show one either."""
    found = clopper_pearson(Counts(yes=0, n=n), level)
    if isinstance(found, Undefined):
        return found
    high = max(found.high, drawn.high) if isinstance(drawn, Estimate) else found.high
    return replace(found, high=min(1.0, high), method=f"{METHOD}; none found: {found.method}")


def suspicious(label: npt.ArrayLike, score: npt.ArrayLike) -> Integers:
    """The rows whose labels are most likely wrong, the most likely ones first.

    As many of each label as the joint says are of the other class, those with the largest margin
    of the other class over the given one ("prune by noise rate"). Both labels must occur.

    Source: Northcutt et al. (2021), section 3.2, method 4.

    >>> suspicious([0, 0, 0, 1, 1], [0.1, 0.95, 0.2, 0.8, 0.9]).tolist()
    [1]
    """
    yes, scores = np.asarray(label, dtype=np.bool_), np.asarray(score, dtype=np.float64)
    counts, given = confident_counts(yes, scores)
    joint = joint_of(counts, given)
    margin = np.where(yes, 1 - 2 * scores, 2 * scores - 1)
    chosen: list[int] = []
    for kind, of_kind in enumerate((~yes, yes)):
        rows = np.flatnonzero(of_kind)
        many = int(np.rint(yes.size * joint[kind, 1 - kind]))
        chosen.extend(rows[np.argsort(-margin[rows], kind="stable")][:many].tolist())
    return np.array(sorted(chosen, key=lambda row: (-margin[row], row)), dtype=np.int64)


def _shares(yes: npt.NDArray[np.bool_], scores: Matrix) -> Floats:
    """The share of wrong labels of each resample, both of shape (b, n); NaN with one class."""
    counts = _counted(yes, scores)
    labels = np.stack([(~yes).sum(axis=1), yes.sum(axis=1)], axis=1).astype(np.float64)
    sure = counts.sum(axis=2)
    other = np.stack([counts[:, 0, 1], counts[:, 1, 0]], axis=1)
    wrong = labels * np.divide(other, sure, out=np.zeros_like(other), where=sure > 0)
    both = labels.min(axis=1) > 0
    found: Floats = np.where(both, wrong.sum(axis=1) / yes.shape[1], np.nan)
    return found


def _counted(yes: npt.NDArray[np.bool_], scores: Matrix) -> npt.NDArray[np.float64]:
    """The counts of confident rows of each resample, shape (b, 2, 2): labels by classes."""
    of_no = _mean(1 - scores, ~yes)
    of_yes = _mean(scores, yes)
    # The mean of equal probabilities may lie above them by its last digit.
    sure_no = 1 - scores >= of_no[:, np.newaxis] - 1e-12
    sure_yes = scores >= of_yes[:, np.newaxis] - 1e-12
    is_yes = sure_yes & (~sure_no | (scores >= 0.5))
    is_no = sure_no & ~is_yes
    cells = [[~yes & is_no, ~yes & is_yes], [yes & is_no, yes & is_yes]]
    sums = [[cell.sum(axis=1) for cell in row] for row in cells]
    return np.asarray(sums, dtype=np.float64).transpose(2, 0, 1)


def _mean(values: Matrix, where: npt.NDArray[np.bool_]) -> Floats:
    """The mean of the values `where`, by row; 2, which no probability reaches, without any."""
    many = where.sum(axis=1)
    total = np.where(where, values, 0.0).sum(axis=1)
    found: Floats = np.full(total.shape, 2.0)
    np.divide(total, many, out=found, where=many > 0)
    return found
