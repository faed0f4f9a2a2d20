"""Less variance by what was known before the experiment: CUPED."""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.levels import check_level

CUPED = "difference of means, CUPED (Deng et al. 2013), Welch's interval (1947)"


def cuped_difference(
    after_a: npt.ArrayLike,
    before_a: npt.ArrayLike,
    after_b: npt.ArrayLike,
    before_b: npt.ArrayLike,
    level: float,
    unit: str,
) -> Measured:
    """Mean of group b less that of group a, with the part that `before` explains taken out.

    `after` and `before`, shape (n,) for each group, are the same units of observation; `before`
    must be known before anyone was assigned, else the difference is biased. The slope is pooled
    within the groups, so that the effect itself does not bend it. `Undefined` for fewer than three
    observations in a group, missing or infinite values, and where nothing is left to vary. Raises
    `ValueError` for lengths that differ and a level outside (0, 1).

    Source: Deng, Xu, Kohavi & Walker (2013), WSDM '13, 123-132, eq. 4 to 6.

    >>> found = cuped_difference([1, 2, 3, 5], [1, 2, 3, 4], [3, 5, 5, 7], [1, 2, 3, 4], 0.95, "s")
    >>> round(found.value, 9)
    2.25
    """
    check_level(level)
    groups: list[tuple[Floats, Floats]] = []
    for name, after, before in (("a", after_a, before_a), ("b", after_b, before_b)):
        pair = _group(name, after, before)
        if isinstance(pair, Undefined):
            return pair
        groups.append(pair)
    slope = _slope(groups)
    left = [after - slope * before for after, before in groups]
    return _welch(left, level, unit)


def variance_left(correlation: float) -> float:
    """The share of variance that remains, 1 - correlation², so of the rows that are needed.

    Raises `ValueError` unless -1 < correlation < 1.

    Source: Deng, Xu, Kohavi & Walker (2013), WSDM '13, eq. 5.

    >>> variance_left(0.5)
    0.75
    """
    if not -1 < correlation < 1:
        raise ValueError(f"correlation is {correlation}, expected -1 < correlation < 1")
    return 1 - correlation**2


def _group(
    name: str, after: npt.ArrayLike, before: npt.ArrayLike
) -> tuple[Floats, Floats] | Undefined:
    values, known = finite(f"after_{name}", after), finite(f"before_{name}", before)
    if isinstance(values, Undefined):
        return values
    if isinstance(known, Undefined):
        return known
    if values.size != known.size:
        raise ValueError(
            f"group {name} has {values.size} values after and {known.size} before, "
            "expected the same number"
        )
    if values.size < 3:
        return Undefined(f"group {name} has fewer than 3 observations", n=values.size)
    return values, known


def _slope(groups: list[tuple[Floats, Floats]]) -> float:
    """Pooled slope of after on before; 0 where before never varies."""
    shared = sum(float((a - a.mean()) @ (b - b.mean())) for a, b in groups)
    spread = sum(float(np.square(b - b.mean()).sum()) for _, b in groups)
    return shared / spread if spread > 0 else 0.0


def _welch(groups: list[Floats], level: float, unit: str) -> Measured:
    n = sum(values.size for values in groups)
    errors = [float(values.var(ddof=1)) / values.size for values in groups]
    error = sum(errors)
    scale = max(float(np.abs(values).max()) for values in groups)
    if error <= (1e-14 * scale) ** 2:
        return Undefined("nothing is left to vary: no spread to judge the difference by", n=n)
    freedom = error**2 / sum(
        part**2 / (values.size - 1) for part, values in zip(errors, groups, strict=True)
    )
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(error)
    value = float(groups[1].mean() - groups[0].mean())
    return Estimate(value, value - reach, value + reach, level=level, n=n, unit=unit, method=CUPED)
