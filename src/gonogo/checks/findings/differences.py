"""The difference of two measurements of the same rows, from the interval of each."""

from gonogo.stats.estimate import Estimate, Measured, Undefined

BOTH_INTERVALS = "Bonferroni over both intervals (Dunn 1961)"


def bonferroni_level(level: float, intervals: int) -> float:
    """The level at which each of `intervals` must hold so that all do at `level`.

    >>> round(bonferroni_level(0.95, 2), 6)
    0.975
    """
    return 1 - (1 - level) / intervals


def bonferroni_difference(a: Measured, b: Measured, level: float) -> Measured:
    """`a` minus `b`, unit difference, both measured at `bonferroni_level(level, 2)`.

    Where both intervals hold, the difference lies between one's lower end less the other's upper
    end and the converse. Nothing is assumed of how the two depend on one another, so the interval
    is wider than need be where they go together.

    Source: Dunn (1961), J. Am. Stat. Assoc. 56, 52-64.

    >>> a = Estimate(0.5, 0.4, 0.6, level=0.975, n=9, unit="share", method="x")
    >>> b = Estimate(0.2, 0.1, 0.3, level=0.975, n=9, unit="share", method="x")
    >>> found = bonferroni_difference(a, b, 0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.3, 0.1, 0.5)
    """
    if isinstance(a, Undefined):
        return a
    if isinstance(b, Undefined):
        return Undefined(f"of the model compared with: {b.reason}", n=b.n)
    return Estimate(
        value=a.value - b.value,
        low=a.low - b.high,
        high=a.high - b.low,
        level=level,
        n=min(a.n, b.n),
        unit="difference",
        method=f"{BOTH_INTERVALS}; each by {a.method}",
    )
