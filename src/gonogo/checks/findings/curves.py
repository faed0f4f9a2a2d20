"""Curves and tables that are shown beside a measurement, thinned so that they travel."""

import numpy as np

from gonogo.core.canonical import Json
from gonogo.stats.arrays import Bools, Floats, Integers
from gonogo.stats.calibration import CalibrationError, calibration_error
from gonogo.stats.estimate import Undefined

POINTS = 100
"""Most points of a curve; a screen shows no more."""
DIGITS = 6
"""Digits of a curve's points; it is drawn, not judged."""


def roc_curve(yes: Bools, score: Floats) -> list[Json]:
    """The ROC curve as at most 100 pairs (false-positive rate, true-positive rate), or none.

    From (0, 0) to (1, 1) in order; empty where there is one class only.

    >>> import numpy as np
    >>> roc_curve(np.array([False, True]), np.array([0.2, 0.9]))
    [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    hits, entered = _entering(yes, score)
    positives, negatives = int(yes.sum()), int((~yes).sum())
    if not positives or not negatives:
        return []
    kept = thinned(hits.size + 1)
    true_rate = np.append(0, hits)[kept] / positives
    false_rate = np.append(0, entered - hits)[kept] / negatives
    return points(false_rate, true_rate)


def precision_recall_curve(yes: Bools, score: Floats) -> list[Json]:
    """The precision-recall curve as at most 100 pairs (recall, precision), or none without a yes.

    >>> import numpy as np
    >>> precision_recall_curve(np.array([False, True]), np.array([0.2, 0.9]))
    [[1.0, 1.0], [1.0, 0.5]]
    """
    hits, entered = _entering(yes, score)
    positives = int(yes.sum())
    if not positives:
        return []
    kept = thinned(hits.size)
    return points(hits[kept] / positives, hits[kept] / entered[kept])


def reliability(yes: Bools, score: Floats, bins: int) -> list[Json]:
    """Forecast and outcome by bins of equal mass, or none where the scores are no probabilities.

    Each row: lowest and highest score, mean forecast, share observed, counts of yes and n.
    """
    return reliability_of(calibration_error(yes, score, bins))


def reliability_of(found: CalibrationError | Undefined) -> list[Json]:
    """The table of `reliability`, of a calibration error that is known already."""
    if isinstance(found, Undefined):
        return []
    return [
        {
            "lowest": one.lowest,
            "highest": one.highest,
            "forecast": one.forecast,
            "observed": one.observed,
            "yes": one.counts.yes,
            "n": one.counts.n,
        }
        for one in found.bins
    ]


def _entering(yes: Bools, score: Floats) -> tuple[Integers, Integers]:
    """Hits and rows at each distinct score, from the highest down; rows of a score together."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))[: score.size]
    return np.cumsum(yes[order])[last].astype(np.int64), last.astype(np.int64) + 1


def thinned(size: int) -> Integers:
    """The places of at most 100 of `size` points, the first and the last among them.

    >>> thinned(3).tolist(), thinned(1000)[-2:].tolist()
    ([0, 1, 2], [989, 999])
    """
    if size <= POINTS:
        return np.arange(size, dtype=np.int64)
    return np.unique(np.linspace(0, size - 1, POINTS).round().astype(np.int64))


def points(x: Floats, y: Floats) -> list[Json]:
    """The points of a curve as they travel: pairs of rounded numbers."""
    return [
        [round(float(one), DIGITS), round(float(two), DIGITS)]
        for one, two in zip(x, y, strict=True)
    ]
