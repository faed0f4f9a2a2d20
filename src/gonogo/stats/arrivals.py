"""How long until so many more have come, where they come evenly: requests, decisions."""

from dataclasses import dataclass

from scipy.stats import f as f_distribution

from gonogo.stats.estimate import Undefined
from gonogo.stats.levels import check_level


@dataclass(frozen=True, slots=True)
class Until:
    """A time from now, in the unit in which the time so far was told."""

    value: float
    low: float
    high: float


def until_more(came: int, within: float, more: int, level: float) -> Until | Undefined:
    """How long until `more` have come, where `came` came within a time before now.

    The range holds the time with chance `level`, the rate being known no better than `came` tells.
    `Undefined` where nothing came yet; raises `ValueError` for counts or a time below 0.

    Source: Nelson (1982), Applied Life Data Analysis, 6.4: the ratio of the two times, each over
    its count, follows an F distribution with twice the counts as degrees of freedom.

    >>> until_more(100, 10.0, 50, level=0.95).value
    5.0
    """
    check_level(level)
    if came < 0 or more < 0 or within < 0:
        raise ValueError(f"{came} came within {within:g}, {more} more wanted, expected 0 or more")
    if more == 0:
        return Until(0.0, 0.0, 0.0)
    if came == 0 or within == 0:
        return Undefined("nothing came yet", n=came)
    each = within / came
    tail = (1 - level) / 2
    low, high = (
        float(f_distribution.ppf(chance, 2 * more, 2 * came)) for chance in (tail, 1 - tail)
    )
    return Until(more * each, more * each * low, more * each * high)
