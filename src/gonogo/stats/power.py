"""How many more observations would turn a straddling interval into an answer."""

import math

MOST = 1e15
"""Needs beyond this are no number of observations anyone could name."""


def observations_to_settle(
    value: float, low: float, high: float, n: int, bound: float
) -> int | None:
    """How many MORE observations until [`low`, `high`] no longer holds `bound`.

    Assumes that the value stays where it is and that each half of the interval shrinks with the
    square root of n: the half that reaches over the bound, of length r (value - low for a bound
    below the value, high - value for one above), must become shorter than the distance
    d = |value - bound|. That is so after n (r/d)² observations, so the answer is

        floor(n ((r/d)² - 1)) + 1

    and 0 where the bound already lies outside. None where no number can be named: the value equals
    the bound, the half that matters is infinite, or nothing was observed yet. It is a forecast by
    the estimate, itself uncertain, not a power calculation; both need the same model of the world.

    Raises `ValueError` unless low <= value <= high and n >= 0.

    >>> observations_to_settle(value=0.85, low=0.75, high=0.95, n=100, bound=0.80)
    301
    >>> observations_to_settle(value=0.80, low=0.75, high=0.85, n=100, bound=0.80) is None
    True
    """
    if not low <= value <= high or n < 0:
        raise ValueError(
            f"value {value}, interval [{low}, {high}] and n {n}, "
            "expected low <= value <= high and n >= 0"
        )
    if bound < low or high < bound:
        return 0
    distance = abs(value - bound)
    reach = value - low if bound < value else high - value
    if distance == 0 or n == 0 or not math.isfinite(reach):
        return None
    need = n * ((reach / distance) ** 2 - 1)
    return math.floor(need) + 1 if need < MOST else None
