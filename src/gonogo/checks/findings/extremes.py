"""The worst group against the best one, with an interval that knows that both were picked.

Taking the two groups that happen to lie farthest apart and giving the interval of that pair would
pretend that they had been named beforehand. Let theta be the extreme of a contrast over all ordered
pairs of groups: the smallest ratio, the largest difference.

- The end towards the extreme (lower for the ratio, upper for the difference) is the most extreme
  end of all pairs' intervals at the plain level. It can miss theta only if the interval of the one
  pair that truly is the extreme misses it: no correction is due (intersection-union, Berger 1982).
- The other end is the most extreme of the pairs' ends, each at an error shared by all ordered
  pairs: it can only miss theta if one of them misses its own pair (Bonferroni).
- With two groups there is one pair, both ends belong to one interval, and nothing is picked.

Each side misses with a probability of at most half of 1 - level, so the interval holds theta with
at least `level`, as far as the pairs' own intervals hold theirs.
"""

import math
from collections.abc import Sequence
from itertools import combinations

from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.proportions import katz_ratio, newcombe_difference

Ends = tuple[float, float]

PICKED = (
    "{pairs} of {groups} groups; {near} end over all pairs by intersection-union (Berger 1982), "
    "{far} end Bonferroni-corrected over {ordered} ordered pairs"
)
PAIR = "{pairs} of 2 groups"
SEVERAL = (
    "score intervals (Newcombe 1998) of {rates} rates; upper end over all pairs by "
    "intersection-union (Berger 1982), lower end Bonferroni-corrected over {ordered} ordered pairs"
)


def worst_ratio(groups: Sequence[Counts], level: float) -> Measured:
    """Smallest proportion over largest one, in [0, 1], unit ratio; independent groups.

    `Undefined` for fewer than two groups, an empty group, and where no group has a yes.

    Source: Katz et al. (1978), Biometrics 34, 469-474, for pairs; Berger (1982), Technometrics 24,
    295-300; Dunn (1961), J. Am. Stat. Assoc. 56, 52-64.

    >>> found = worst_ratio([Counts(470, 503), Counts(45, 60), Counts(20, 34)], level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.63, 0.475, 0.92)
    """
    nothing = _nothing(groups)
    if nothing is not None:
        return nothing
    if not any(one.yes for one in groups):
        return Undefined("no group has a yes, so there is no ratio", n=_total(groups))
    rates = [one.yes / one.n for one in groups]
    near, far = _levels(len(groups), level)
    low = min(end for pair in _pairs(groups) for end in _ratio_lows(*pair, near))
    high = min(end for pair in _pairs(groups) for end in _ratio_highs(*pair, far))
    value = min(rates) / max(rates)
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(min(high, 1.0), value),
        level=level,
        n=_total(groups),
        unit="ratio",
        method=_method("log-ratio intervals (Katz et al. 1978)", len(groups), "lower", "upper"),
    )


def largest_difference(groups: Sequence[Counts], level: float) -> Measured:
    """Largest proportion minus smallest one, in [0, 1], unit difference; independent groups.

    `Undefined` for fewer than two groups and an empty group.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, for pairs; Berger (1982),
    Technometrics 24, 295-300; Dunn (1961), J. Am. Stat. Assoc. 56, 52-64.

    >>> found = largest_difference([Counts(470, 503), Counts(45, 60)], level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.184, 0.089, 0.308)
    """
    nothing = _nothing(groups)
    if nothing is not None:
        return nothing
    near, far = _levels(len(groups), level)
    method = _method("score intervals (Newcombe 1998)", len(groups), "upper", "lower")
    return _largest([groups], level, near, far, method)


def largest_difference_of(rates: Sequence[Sequence[Counts]], level: float) -> Measured:
    """Largest difference of any of several rates between groups, in [0, 1], unit difference.

    `rates` holds for each rate the counts of its groups, which may differ from rate to rate. The
    value is the largest of the rates' own `largest_difference`. The end away from the extreme is
    shared by all ordered pairs of groups of all rates, however the rates depend on one another.

    `Undefined` without a rate, and where one has fewer than two groups or an empty one.

    Source: Newcombe (1998), Berger (1982) and Dunn (1961), as `largest_difference`.

    >>> selected, wrongly = [Counts(47, 50), Counts(45, 60)], [Counts(9, 30), Counts(3, 20)]
    >>> found = largest_difference_of([selected, wrongly], level=0.95)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.19, 0.01, 0.354)
    """
    for groups in rates:
        if (nothing := _nothing(groups)) is not None:
            return nothing
    if not rates:
        return Undefined("no rate to compare", n=0)
    if len(rates) == 1:
        return largest_difference(rates[0], level)
    ordered = sum(len(groups) * (len(groups) - 1) for groups in rates)
    method = SEVERAL.format(rates=len(rates), ordered=ordered)
    return _largest(rates, level, level, 1 - (1 - level) / ordered, method)


def _largest(
    rates: Sequence[Sequence[Counts]], level: float, near: float, far: float, method: str
) -> Estimate:
    """The largest difference of all rates, its upper end at `near`, its lower end at `far`."""
    value = max(max(shares) - min(shares) for shares in map(_shares, rates))
    high = max(
        end for groups in rates for pair in _pairs(groups) for end in _difference_ends(*pair, near)
    )
    return Estimate(
        value=value,
        low=min(max(_difference_low(groups, far) for groups in rates), value),
        high=max(min(high, 1.0), value),
        level=level,
        n=sum(_total(groups) for groups in rates),
        unit="difference",
        method=method,
    )


def _shares(groups: Sequence[Counts]) -> list[float]:
    return [one.yes / one.n for one in groups]


def _nothing(groups: Sequence[Counts]) -> Undefined | None:
    if len(groups) < 2:
        return Undefined(f"{len(groups)} groups to compare, two are needed", n=_total(groups))
    if any(one.n == 0 for one in groups):
        return Undefined("a group without observations has no rate", n=_total(groups))
    return None


def _total(groups: Sequence[Counts]) -> int:
    return sum(one.n for one in groups)


def _levels(groups: int, level: float) -> Ends:
    """The levels of the pairs' intervals: for the end towards the extreme, and for the other."""
    if groups == 2:
        return level, level
    return level, 1 - (1 - level) / (groups * (groups - 1))


def _method(pairs: str, groups: int, near: str, far: str) -> str:
    if groups == 2:
        return PAIR.format(pairs=pairs)
    return PICKED.format(
        pairs=pairs, groups=groups, near=near, far=far, ordered=groups * (groups - 1)
    )


def _pairs(groups: Sequence[Counts]) -> list[tuple[Counts, Counts]]:
    return list(combinations(groups, 2))


def _ratio_ends(a: Counts, b: Counts, level: float) -> Ends:
    """The interval of a's rate over b's; all of [0, inf) where neither has a yes."""
    if b.yes:
        found = katz_ratio(a, b, level)
        if isinstance(found, Estimate):
            return found.low, found.high
    if a.yes:
        low, high = _ratio_ends(b, a, level)
        return _inverse(high), _inverse(low)
    return 0.0, math.inf


def _inverse(ratio: float) -> float:
    return math.inf if ratio == 0 else 1 / ratio


def _ratio_lows(a: Counts, b: Counts, level: float) -> Ends:
    """Lower ends of a over b and of b over a."""
    low, high = _ratio_ends(a, b, level)
    return low, _inverse(high)


def _ratio_highs(a: Counts, b: Counts, level: float) -> Ends:
    """Upper ends of a over b and of b over a."""
    low, high = _ratio_ends(a, b, level)
    return high, _inverse(low)


def _difference_ends(a: Counts, b: Counts, level: float) -> Ends:
    """Upper ends of a minus b and of b minus a."""
    found = newcombe_difference(a, b, level)
    return (found.high, -found.low) if isinstance(found, Estimate) else (1.0, 1.0)


def _difference_low(groups: Sequence[Counts], level: float) -> float:
    """The largest lower end over ordered pairs; groups may be alike, so at least 0."""
    return max(0.0, *(-end for pair in _pairs(groups) for end in _difference_ends(*pair, level)))
