"""Sample size, power and detectable effect of any fixed design: one is the inverse of the other."""

import math
from dataclasses import dataclass
from typing import Protocol

from scipy.special import ndtr, ndtri

MOST = 10**12
"""Sample sizes beyond this are no number of observations anyone could collect."""
GRID = 400
"""Steps in which an effect is looked for before its root is found within one of them."""


class Design(Protocol):
    """A comparison to be made: what it can find, with so many observations."""

    @property
    def least(self) -> int:
        """Fewest observations (n as in `power`) with which the test exists."""
        ...

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest effect there can be; 0 lies between them."""
        ...

    def power(self, n: float, effect: float) -> float:
        """Probability, in [0, 1], of finding `effect` with n observations in the first group."""
        ...

    def total(self, n: int) -> int:
        """Observations in all where the first group has n."""
        ...


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The answer where no sample, or no effect, would do: the reason, never a huge number."""

    reason: str
    """Why, in words a reader can act on."""


def sample_size(design: Design, effect: float, power: float) -> int | Unreachable:
    """The smallest n with which `design` finds `effect` with probability `power` or more.

    `power` in (0, 1), else `ValueError`. `Unreachable` for an effect of 0, for one outside the
    design's ends, and where more than 10¹² observations were needed. Found by bisection: power
    must not fall as n rises, which holds for every design here once it exceeds one half.
    """
    check_power(power)
    low, high = design.ends
    if effect == 0:
        return Unreachable("there is no effect to find")
    if not low <= effect <= high:
        return Unreachable(f"an effect of {effect:g} lies outside [{low:g}, {high:g}]")
    top = design.least
    while design.power(top, effect) < power:
        if top >= MOST:
            return Unreachable("more than 10^12 observations would be needed")
        top = min(2 * top, MOST)
    bottom = max(top // 2, design.least) - 1
    while top - bottom > 1:
        middle = (top + bottom) // 2
        if design.power(middle, effect) >= power:
            top = middle
        else:
            bottom = middle
    return top


def detectable_effect(
    design: Design, n: int, power: float, *, down: bool = False
) -> float | Unreachable:
    """The minimum detectable effect: the smallest that n observations find with `power`.

    Looked for above 0, with `down` below it. `power` in (0, 1), else `ValueError`. `Unreachable`
    where n is too small for the test, or where no effect between the design's ends is found.

    Source: Bloom (1995), Evaluation Review 19, 547-556, for the name and the use of it.
    """
    check_power(power)
    if n < design.least:
        return Unreachable(f"{n} observations are too few for this test, {design.least} the least")
    low, high = design.ends
    sign, far = (-1.0, -low) if down else (1.0, high)
    if math.isinf(far):
        far = 1.0
        while design.power(n, sign * far) < power:
            far *= 2
    before = 0.0
    for step in range(1, GRID + 1):
        after = far * step / GRID
        if design.power(n, sign * after) >= power:
            return sign * _crossing(design, n, power, sign, before, after)
        before = after
    return Unreachable(f"no effect up to {sign * far:g} is found with power {power:g}")


def normal_power(
    distance: float, null_error: float, error: float, alpha: float, *, two_sided: bool
) -> float:
    """Power of a test on a normal estimate that lies `distance` from what is to be rejected.

    `null_error` is the standard error the test uses, `error` the one the estimate has, both above
    0. A two-sided test counts both tails, so that at distance 0 and equal errors power is alpha.
    """
    away = abs(distance) if two_sided else distance
    reach = critical(alpha, two_sided=two_sided) * null_error
    found = float(ndtr((away - reach) / error))
    return found + float(ndtr((-away - reach) / error)) if two_sided else found


def critical(alpha: float, *, two_sided: bool) -> float:
    """The normal quantile beyond which a test of `alpha` rejects.

    >>> round(critical(0.05, two_sided=True), 6)
    1.959964
    """
    return -float(ndtri(alpha / 2 if two_sided else alpha))


def check_alpha(alpha: float) -> None:
    """Raise `ValueError` unless `alpha` is in (0, 0.5]."""
    if not 0 < alpha <= 0.5:
        raise ValueError(f"alpha is {alpha}, expected a number above 0, at most 0.5")


def check_power(power: float) -> None:
    """Raise `ValueError` unless `power` is in (0, 1)."""
    if not 0 < power < 1:
        raise ValueError(f"power is {power}, expected a number strictly between 0 and 1")


def check_positive(**given: float) -> None:
    """Raise `ValueError`, by name, for a number that is not finite and above 0."""
    for name, value in given.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}, expected a number above 0")


def check_share(**given: float) -> None:
    """Raise `ValueError`, by name, for a number that is not strictly between 0 and 1."""
    for name, value in given.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}, expected a number strictly between 0 and 1")


def _crossing(
    design: Design, n: int, power: float, sign: float, below: float, above: float
) -> float:
    """The effect between `below` and `above` at which the power is reached, to a last digit."""
    for _ in range(60):
        middle = (below + above) / 2
        if design.power(n, sign * middle) >= power:
            above = middle
        else:
            below = middle
    return above
