"""Confidence levels: what is accepted, and the normal quantile that belongs to one."""

from scipy.special import ndtri


def check_level(level: float) -> float:
    """`level` itself if it lies strictly between 0 and 1; raises `ValueError` otherwise.

    >>> check_level(0.95)
    0.95
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}, expected a number strictly between 0 and 1")
    return level


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided normal interval of `level` reaches to each side.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return float(ndtri((1 + check_level(level)) / 2))


def percent(level: float) -> str:
    """`level` as it is said: "95 %".

    >>> percent(0.95)
    '95 %'
    """
    return f"{100 * level:g} %"
