"""In which quarter something is reached, from the percentiles by which a forecast keeps it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.stats.plans.results import CURVE


@dataclass(frozen=True, slots=True)
class Reached:
    """A share of futures, as sure as the kept percentiles let it be known."""

    value: float
    low: float
    high: float


def reached_by(curve: Sequence[float | None], day: float) -> Reached:
    """The share of futures in which something is reached by `day`.

    `curve` are its days at 1 % to 99 % of the futures, None where it is never reached. The share
    lies between the last percentile that is kept and the next one.

    >>> found = reached_by([float(day) for day in range(1, 100)], 50.0)
    >>> found.low, found.value, found.high
    (0.5, 0.505, 0.51)
    """
    days = [one for one in curve if one is not None]
    count = bisect_right(days, day)
    low = CURVE[count - 1] if count else 0.0
    high = CURVE[count] if count < len(CURVE) else 1.0
    # Before the first percentile and after the last one the end itself is the better guess.
    value = low if not count else high if count == len(CURVE) else (low + high) / 2
    return Reached(value, low, high)


def by_quarter(
    curve: Sequence[float | None], ends: Sequence[float]
) -> tuple[tuple[Reached, ...], Reached]:
    """Of each span of days up to `ends`, which rise, the share of futures that reach it then.

    Besides, the share of futures that reach it later than the last end, or never. All add up to 1.
    """
    found = [reached_by(curve, end) for end in ends]
    spans, before = [], Reached(0.0, 0.0, 0.0)
    for one in found:
        spans.append(
            Reached(
                one.value - before.value,
                max(one.low - before.high, 0.0),
                max(one.high - before.low, 0.0),
            )
        )
        before = one
    return tuple(spans), Reached(1 - before.value, 1 - before.high, 1 - before.low)
