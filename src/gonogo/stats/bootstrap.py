"""Bootstrap intervals for any statistic of rows: BCa or percentile, stratified or not."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from gonogo.stats.acceleration import acceleration
from gonogo.stats.arrays import Floats, Integers
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

Statistic = Callable[..., Any]
"""Takes the arrays, gives a number or `Undefined`; vectorised: (b, n) arrays, (b,) numbers."""
Method = Literal["bca", "percentile"]
"""Which interval is made of the resampled statistics."""

BCA = "BCa bootstrap (Efron 1987)"
PERCENTILE = "percentile bootstrap (Efron 1979)"
BATCH = 1 << 22
"""Rows that are drawn at once; a limit of memory that changes no number."""


@dataclass(frozen=True, slots=True)
class _Ends:
    low: float
    high: float
    method: str


def bootstrap(
    statistic: Statistic,
    data: Sequence[npt.ArrayLike],
    level: float,
    seed: int,
    resamples: int,
    *,
    method: Method = "bca",
    unit: str,
    stratify: npt.ArrayLike | None = None,
    vectorised: bool = False,
) -> Measured:
    """`statistic` of the rows of `data`, in `unit`, with a bootstrap interval.

    `data` holds arrays of the same length n; rows are drawn together, with replacement, within each
    value of `stratify` (shape (n,)) where it is given. `statistic(*data)` returns a number or
    `Undefined`, of which NaN and infinities are a kind. With `vectorised` it takes arrays of shape
    (b, n) instead and returns shape (b,), NaN where undefined. The same seed gives the same answer.

    "bca" corrects bias and skewness; its acceleration comes from the jackknife, for more than 500
    rows from leaving out one of 500 random groups, which estimates the same number. Where BCa does
    not exist (all resamples on one side of the value, or a jackknife that is undefined or without
    spread) the interval is the percentile one.

    Resamples on which the statistic is undefined are counted at both ends at once, so that they
    can only widen the interval: to infinity where they are more than the tail. An interval that
    misses the value, as that of a biased statistic may, is widened to hold it. `method` of the
    result tells each of these where it happened.

    `ValueError` for `level` outside (0, 1), fewer resamples than the level needs, no arrays,
    lengths that differ, an unknown method. `Undefined` for fewer than two rows, a statistic that is
    undefined on the data, and where all or nearly all resamples give the same value.

    Source: Efron (1987), J. Am. Stat. Assoc. 82, 171-185; Davison & Hinkley (1997), Bootstrap
    Methods and their Application, 5.3, with strata 5.3.2 there; ranks (resamples + 1) p.

    >>> found = bootstrap(np.median, ([1.0, 2, 3, 4, 5, 6, 7, 8, 9],), 0.95, 7, 999, unit="ms")
    >>> found.value, found.low <= 5 <= found.high
    (5.0, True)
    >>> bootstrap(np.median, ([],), 0.95, seed=7, resamples=999, unit="ms").reason
    'no observations'
    """
    tail = _checked_tail(level, resamples, method)
    arrays, strata = _checked_data(data, stratify)
    n = len(arrays[0])
    if n < 2:
        return Undefined("one observation: nothing to resample" if n else "no observations", n=n)
    one = _one_by_one(statistic, vectorised=vectorised)
    value = one(arrays)
    if isinstance(value, Undefined):
        return Undefined(value.reason, n=n)
    rng = np.random.default_rng(seed)
    replicates = _replicates(statistic, arrays, strata, rng, resamples, vectorised=vectorised)
    if _all_alike(value, replicates):
        return Undefined("no two resamples give different values: nothing to judge it by", n=n)
    ends = _percentile_ends(replicates, tail, 1 - tail)
    if method == "bca":
        bias, skew = _bias(value, replicates), acceleration(one, arrays, strata, rng)
        ends = _bca_ends(replicates, tail, bias, skew)
    if len(strata) > 1:
        ends = replace(ends, method=f"{ends.method}, within {len(strata)} strata")
    return _estimate(value, ends, replicates, level=level, n=n, unit=unit)


def bca_interval(
    value: float,
    replicates: Floats,
    skew: float | Undefined,
    *,
    level: float,
    n: int,
    unit: str,
) -> Measured:
    """`value` with the BCa interval of `replicates` that were drawn elsewhere, as `bootstrap`.

    `replicates` has shape (resamples,), NaN where the statistic is undefined; `skew` is BCa's
    acceleration, `n` the number of rows.
    """
    tail = _checked_tail(level, replicates.size, "bca")
    if _all_alike(value, replicates):
        return Undefined("no two resamples give different values: nothing to judge it by", n=n)
    ends = _bca_ends(replicates, tail, _bias(value, replicates), skew)
    return _estimate(value, ends, replicates, level=level, n=n, unit=unit)


def _all_alike(value: float, replicates: Floats) -> bool:
    defined = replicates[np.isfinite(replicates)]
    return not defined.size or bool(np.ptp(defined) <= _rounding(value))


def _estimate(
    value: float, ends: _Ends, replicates: Floats, *, level: float, n: int, unit: str
) -> Measured:
    told = [f"{ends.method}, {replicates.size:,} resamples"]
    undefined = int(np.count_nonzero(~np.isfinite(replicates)))
    if undefined:
        told.append(f"{undefined:,} of them undefined and counted at both ends")
    if not ends.low <= value <= ends.high:
        told.append("widened to hold the value")
    low, high = min(ends.low, value), max(ends.high, value)
    if high - low <= _rounding(value):
        # An interval of no width would pass for an exact count.
        return Undefined("nearly all resamples give the same value: nothing to judge it by", n=n)
    return Estimate(value, low, high, level=level, n=n, unit=unit, method="; ".join(told))


def _checked_tail(level: float, resamples: int, method: Method) -> float:
    tail = (1 - check_level(level)) / 2
    least = math.ceil(round(1 / tail, 9)) - 1
    if resamples < least:
        raise ValueError(f"resamples is {resamples}, expected {least} or more at level {level:g}")
    if method not in ("bca", "percentile"):
        raise ValueError(f"method is {method!r}, expected 'bca' or 'percentile'")
    return tail


def _checked_data(
    data: Sequence[npt.ArrayLike], stratify: npt.ArrayLike | None
) -> tuple[list[npt.NDArray[Any]], list[Integers]]:
    """The arrays, and the row numbers of each stratum."""
    arrays = [np.asarray(array) for array in data]
    if not arrays or any(array.ndim != 1 for array in arrays):
        raise ValueError("data has no one-dimensional arrays, expected one or more")
    n = arrays[0].size
    keys = np.zeros(n) if stratify is None else np.asarray(stratify)
    if any(array.shape != (n,) for array in [*arrays, keys]):
        shapes = [array.shape for array in [*arrays, keys]]
        raise ValueError(f"data and strata have shapes {shapes}, expected the same length")
    codes = np.unique(keys, return_inverse=True)[1]
    rows = [np.flatnonzero(codes == code) for code in range(int(codes.max(initial=-1)) + 1)]
    return arrays, rows


def _one_by_one(
    statistic: Statistic, *, vectorised: bool
) -> Callable[[list[npt.NDArray[Any]]], float | Undefined]:
    def one(arrays: list[npt.NDArray[Any]]) -> float | Undefined:
        if vectorised:
            found = np.asarray(statistic(*(array[np.newaxis] for array in arrays)))[0]
        else:
            found = statistic(*arrays)
        if isinstance(found, Undefined):
            return found
        number = float(found)
        return number if math.isfinite(number) else Undefined("the statistic is undefined here", 0)

    return one


def _replicates(
    statistic: Statistic,
    arrays: list[npt.NDArray[Any]],
    strata: list[Integers],
    rng: np.random.Generator,
    resamples: int,
    *,
    vectorised: bool,
) -> Floats:
    """The statistic of each resample, shape (resamples,), NaN where it is undefined."""
    found = np.empty(resamples)
    batch = max(1, BATCH // len(arrays[0])) if vectorised else 1
    one = _one_by_one(statistic, vectorised=False)
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        rows = np.stack([_drawn(strata, rng) for _ in range(size)])
        if vectorised:
            found[start : start + size] = statistic(*(array[rows] for array in arrays))
        else:
            number = one([array[rows[0]] for array in arrays])
            found[start] = math.nan if isinstance(number, Undefined) else number
    return found


def _drawn(strata: list[Integers], rng: np.random.Generator) -> Integers:
    return np.concatenate([rows[rng.integers(0, rows.size, rows.size)] for rows in strata])


def _percentile_ends(replicates: Floats, low: float, high: float) -> _Ends:
    """The replicates of ranks (resamples + 1) p, rounded outwards; undefined ones at both ends."""
    total = replicates.size
    bottom = np.sort(np.where(np.isfinite(replicates), replicates, -np.inf))
    top = np.sort(np.where(np.isfinite(replicates), replicates, np.inf))
    # Rounded to 9 digits first: 2000 * 0.025 must not become rank 51 by its last binary digit.
    first = math.floor(round((total + 1) * low, 9))
    last = math.ceil(round((total + 1) * high, 9))
    beyond = "" if first >= 1 and last <= total else ", cut at the most extreme resample"
    return _Ends(
        low=float(bottom[max(1, first) - 1]),
        high=float(top[min(total, last) - 1]),
        method=PERCENTILE + beyond,
    )


def _bca_ends(replicates: Floats, tail: float, bias: float, skew: float | Undefined) -> _Ends:
    plain = _percentile_ends(replicates, tail, 1 - tail)
    if not math.isfinite(bias):
        return replace(plain, method=f"{plain.method}, as BCa needs resamples on both sides")
    if isinstance(skew, Undefined):
        return replace(plain, method=f"{plain.method}, as for BCa {skew.reason}")
    reach = float(ndtri(tail))
    low, high = bias + reach, bias - reach
    if skew * low >= 1 or skew * high >= 1:
        return replace(plain, method=f"{plain.method}, as the skewness is too large for BCa")
    found = _percentile_ends(
        replicates,
        float(ndtr(bias + low / (1 - skew * low))),
        float(ndtr(bias + high / (1 - skew * high))),
    )
    return replace(found, method=found.method.replace(PERCENTILE, BCA))


def _bias(value: float, replicates: Floats) -> float:
    """BCa's z0: how far off the middle of the replicates the value lies; ties count half."""
    defined = replicates[np.isfinite(replicates)]
    same = np.abs(defined - value) <= _rounding(value)
    below = np.count_nonzero((defined < value) & ~same) + np.count_nonzero(same) / 2
    return float(ndtri(below / defined.size))


def _rounding(value: float) -> float:
    """Differences below this come from the order of summation, not from the data."""
    return 1e-12 * max(abs(value), 1e-300)
