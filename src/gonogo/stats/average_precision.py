"""Average precision, the area under the precision-recall curve by steps."""

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from gonogo.stats.arrays import ranked
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level, normal_quantile

LOGIT = "logit interval (Boyd, Eng & Page 2013)"
PERFECT = "exact bound of as many yes in a row, as none is ranked below a no"


def average_precision(label: npt.ArrayLike, score: npt.ArrayLike) -> float | Undefined:
    """Mean precision over the recalls gained at each distinct score, in (0, 1], in O(n log n).

    `label` (booleans or 0 and 1) and `score` have the same shape (n,). Rows of equal score enter
    together: the sum of (R_i - R_(i-1)) P_i over thresholds i, without interpolation, as
    scikit-learn computes it. No interval comes with it; see `average_precision_logit`.

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


def average_precision_logit(label: npt.ArrayLike, score: npt.ArrayLike, level: float) -> Measured:
    """`average_precision`, unit auc, with an interval on the logit scale.

    Its standard error there is 1 / sqrt(m v (1 - v)) for m rows labelled yes and the value v: of
    few yes it is wide, where a bootstrap, which draws the same few again, is sure of itself. It
    takes m as given. Where every yes is ranked above every no, the interval is the exact binomial
    one for m of m, down to ((1 - level)/2)^(1/m).

    `level` in (0, 1), else `ValueError`; otherwise as `average_precision`.

    Source: Boyd, Eng & Page (2013), ECML PKDD, LNCS 8190, 451-466, section 3.2.

    >>> label, score = [0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.2, 0.7]
    >>> found = average_precision_logit(label, score, level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.917, 0.155, 0.998)
    """
    check_level(level)
    value = average_precision(label, score)
    if isinstance(value, Undefined):
        return value
    n, yes = np.size(label), int(np.count_nonzero(np.asarray(label)))
    if value == 1:
        low, high, method = float(((1 - level) / 2) ** (1 / yes)), 1.0, PERFECT
    else:
        reach = normal_quantile(level) / np.sqrt(yes * value * (1 - value))
        middle, method = float(logit(value)), LOGIT
        low, high = float(expit(middle - reach)), float(expit(middle + reach))
    return Estimate(value, min(low, value), max(high, value), level, n, "auc", method)
