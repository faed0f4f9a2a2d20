"""Whether two numbers are as good as equal: differences held against a margin stated beforehand."""

import math

from gonogo.stats.estimate import Estimate

TOST = "two one-sided tests (Schuirmann 1987)"
MOVER = "difference of independent intervals (Zou & Donner 2008)"


def share_of_margin(difference: Estimate, margin: float) -> Estimate:
    """Size of a difference as a share of `margin`, unit margins, with the interval of its size.

    The difference lies within the margin, either way, exactly where the upper end is at most 1:
    the interval of level 1 - 2a within [-margin, margin] is two one-sided tests at level a each.
    `margin` above 0, else `ValueError`.

    Source: Schuirmann (1987), J. Pharmacokinet. Biopharm. 15, 657-680.

    >>> found = share_of_margin(Estimate(-0.01, -0.03, 0.02, 0.95, 99, "difference", "t"), 0.05)
    >>> round(found.value, 2), found.low, round(found.high, 2)
    (0.2, 0.0, 0.6)
    """
    if not 0 < margin < math.inf:
        raise ValueError(f"margin is {margin}, expected a number above 0")
    low, high = sorted((abs(difference.low), abs(difference.high)))
    if difference.low <= 0 <= difference.high:
        low = 0.0
    return Estimate(
        value=abs(difference.value) / margin,
        low=low / margin,
        high=high / margin,
        level=difference.level,
        n=difference.n,
        unit="margins",
        method=f"{TOST} by: {difference.method}",
    )


def independent_difference(a: Estimate, b: Estimate) -> Estimate:
    """`a` minus `b`, measured apart from each other, unit difference, from their intervals.

    Of the same rows it is wider than a paired interval where the two go together, as two trainings
    of one model do. Both at the same level, else `ValueError`; an open end stays open.

    Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702 (MOVER).

    >>> a = Estimate(0.8, 0.7, 0.9, 0.95, 50, "auc", "x")
    >>> found = independent_difference(a, Estimate(0.7, 0.6, 0.8, 0.95, 50, "auc", "x"))
    >>> round(found.low, 4), round(found.high, 4)
    (-0.0414, 0.2414)
    """
    if a.level != b.level:
        raise ValueError(f"levels are {a.level} and {b.level}, expected the same")
    value = a.value - b.value
    return Estimate(
        value=value,
        low=value - math.hypot(a.value - a.low, b.high - b.value),
        high=value + math.hypot(a.high - a.value, b.value - b.low),
        level=a.level,
        n=min(a.n, b.n),
        unit="difference",
        method=MOVER,
    )
