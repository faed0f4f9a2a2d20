"""Scores by which lists of ideas are ordered: RICE and WSJF. They rank; they are no money."""

import numpy as np

from gonogo.stats.arrays import Floats
from gonogo.stats.design import check_positive
from gonogo.stats.estimate import Estimate
from gonogo.stats.levels import check_level
from gonogo.stats.money.amounts import Amount, Lognormal, draws, least

FUTURES = 4000


def rice(reach: float, impact: float, confidence: float, effort: float) -> float:
    """Reach × impact × confidence / effort.

    `reach` people or decisions per period, `impact` on each, both 0 or more, `confidence` in
    [0, 1], `effort` in person-months, above 0; else `ValueError`.

    Source: McBride (2016), "RICE: Simple prioritization for product managers", Intercom.

    >>> rice(reach=500, impact=2, confidence=0.8, effort=4)
    200.0
    """
    if reach < 0 or impact < 0 or not 0 <= confidence <= 1:
        raise ValueError(
            f"reach, impact and confidence are {reach}, {impact} and {confidence}, "
            "expected 0 or more, 0 or more, and a share"
        )
    check_positive(effort=effort)
    return reach * impact * confidence / effort


def wsjf(value: float, urgency: float, enabling: float, size: float) -> float:
    """Cost of delay over size: weighted shortest job first.

    Cost of delay is value to the user + how fast it decays + risk reduced or opportunity enabled,
    each 0 or more on the same relative scale, `size` above 0; else `ValueError`. Done in this order
    jobs lose least by waiting, where one is done after the other.

    Source: Reinertsen (2009), The Principles of Product Development Flow, principle D15; the sum of
    three parts: Leffingwell (2011), Agile Software Requirements; the order's optimality: Smith
    (1956), Naval Research Logistics Quarterly 3, 59-66.

    >>> wsjf(value=8, urgency=5, enabling=2, size=3)
    5.0
    """
    if min(value, urgency, enabling) < 0:
        raise ValueError(
            f"value, urgency and enabling are {value}, {urgency} and {enabling}, "
            "expected 0 or more of each"
        )
    check_positive(size=size)
    return (value + urgency + enabling) / size


def rice_futures(
    reach: Amount, impact: Amount, effort: Amount, *, confidence: float = 1.0, seed: int
) -> Floats:
    """RICE with uncertain parts, shape (futures,); confidence is then in their intervals already.

    `ValueError` where reach or impact may be below 0 and effort 0 or below.
    """
    if least(reach) < 0 or least(impact) < 0:
        raise ValueError("reach or impact may be below 0, expected 0 or more")
    if least(effort) <= 0 and not isinstance(effort, Lognormal):
        raise ValueError("effort may be 0 or below, expected above 0")
    rng = np.random.default_rng(seed)
    people, each, months = (draws(amount, FUTURES, rng) for amount in (reach, impact, effort))
    found: Floats = people * each * confidence / months
    return found


def summary(futures: Floats, level: float, method: str) -> Estimate:
    """The median of `futures` of a score, with the middle `level` of them."""
    check_level(level)
    low, value, high = np.quantile(futures, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Estimate(
        float(value), float(low), float(high), level, futures.size, "score", f"{method}, median"
    )
