"""What looking at the data before the end changes of a plan."""

import math
from dataclasses import dataclass

from scipy.special import ndtr, ndtri

from gonogo.checks.experiments.plan import Asked, PlannedLook
from gonogo.stats.confidence_sequences import mixture_boundary, tightest
from gonogo.stats.design import Design, critical
from gonogo.stats.group_sequential import (
    Boundary,
    Look,
    boundaries,
    crossing,
    drift_for,
    expected_share,
    inflation,
)

ALWAYS = "always-valid"
SURE = 20.0
"""Standard errors at which an effect is found for certain."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What planned looks change: how many more observations there must be at the end."""

    reach: float
    """The z of a fixed test of the same alpha."""
    factor: float
    """How many times more observations there must be at the end."""
    looks: tuple[Look, ...]
    two_sided: bool

    def power(self, design: Design, n: int, effect: float) -> float:
        """The power of `design` with n observations in the first group at the end."""
        if not self.looks:
            return design.power(n, effect)
        # A single look takes fewer by the factor; from what it finds, the looks are followed.
        fixed = design.power(max(n / self.factor, design.least), effect)
        drift = max(-SURE, min(SURE, self.reach + float(ndtri(fixed)))) * math.sqrt(self.factor)
        at = [look.fraction for look in self.looks]
        reaches = [look.boundary for look in self.looks]
        return min(1.0, sum(crossing(at, reaches, drift, two_sided=self.two_sided)))

    def expected(self, n: int | None, power: float | None) -> int | None:
        """Observations used on average where the effect is there; None without planned looks."""
        if n is None or power is None or not self.looks:
            return None
        drift = drift_for(self.looks, min(power, 0.999), two_sided=self.two_sided)
        return math.ceil(n * expected_share(self.looks, drift, two_sided=self.two_sided))

    def planned(self, design: Design, n: int | None) -> tuple[PlannedLook, ...]:
        """The looks, in observations."""
        return tuple(
            PlannedLook(
                n=math.ceil(n * look.fraction),
                total=design.total(math.ceil(n * look.fraction)),
                boundary=look.boundary if math.isfinite(look.boundary) else None,
                p_value=look.p_value,
                spent=look.spent,
            )
            for look in (self.looks if n is not None else ())
            if n is not None
        )


def watched(asked: Asked, alpha: float) -> Watched:
    """How the looks of `asked` spend `alpha`, and by how much they make the design larger."""
    both = asked.two_sided
    reach = critical(alpha, two_sided=both)
    if asked.analysis in ("fixed", ALWAYS):
        return Watched(reach, 1.0, (), both)
    at = [(k + 1) / asked.looks for k in range(asked.looks)]
    looks = tuple(boundaries(Boundary(asked.analysis), at, alpha, two_sided=both))
    factor = inflation(looks, alpha, asked.power, two_sided=both)
    return Watched(reach, factor, looks, both)


def always(alpha: float, *, two_sided: bool) -> float:
    """The alpha of a single test as strict as the last look of a confidence sequence.

    It is tightest there. Power is then a lower bound: who passed earlier and fell back is not
    counted.
    """
    precision = tightest(1.0, alpha if two_sided else 2 * alpha)
    reach = float(mixture_boundary(1.0, precision, alpha, two_sided=two_sided))
    return float(ndtr(-reach)) * (2 if two_sided else 1)


def wider(alpha: float, tested: float, asked: Asked) -> float:
    """How many times more observations the stricter alpha of a confidence sequence takes."""
    needed = float(ndtri(asked.power))
    reaches = [critical(one, two_sided=asked.two_sided) for one in (tested, alpha)]
    return ((reaches[0] + needed) / (reaches[1] + needed)) ** 2
