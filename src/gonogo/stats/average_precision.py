"""Average precision, the area under the precision-recall curve by steps."""

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import ranked
from gonogo.stats.estimate import Undefined


def average_precision(label: npt.ArrayLike, score: npt.ArrayLike) -> float | Undefined:
    """Mean precision over the recalls gained at each distinct score, in (0, 1], in O(n log n).

    `label` (booleans or 0 and 1) and `score` have the same shape (n,). Rows of equal score enter
    together: the sum of (R_i - R_(i-1)) P_i over thresholds i, without interpolation, as
    scikit-learn computes it. No interval comes with it; `bootstrap` gives one.

    `ValueError` where lengths differ or labels are not 0 and 1. `Undefined` for one class, missing
    values, a constant score.

    Source: Zhu (2004), Recall, precision and average precision, University of Waterloo, 2004-09.

    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
    0.8333
    """
    found = ranked(label, score)
    if isinstance(found, Undefined):
        return found
    yes, scores = found
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last_of_ties = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    hits = np.cumsum(yes[order])[last_of_ties]
    gained = np.diff(hits, prepend=0)
    return float(np.sum(gained * (hits / (last_of_ties + 1))) / hits[-1])
