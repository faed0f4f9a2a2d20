"""Designs on means and rates of two independent groups, and their non-inferiority."""

import math
from dataclasses import dataclass

from scipy.special import nctdtr, stdtrit

from gonogo.stats.design import (
    check_alpha,
    check_positive,
    check_share,
    critical,
    normal_power,
)

TWO_PROPORTIONS = "normal test of two proportions, pooled under no effect (Fleiss 1981)"
TWO_MEANS = "Student's t test of two means, noncentral t (Cohen 1988)"
MARGIN_PROPORTIONS = "non-inferiority of two proportions, unpooled (Chow, Shao & Wang 2008)"
MARGIN_MEANS = "non-inferiority of two means, noncentral t (Chow, Shao & Wang 2008)"
LARGE = 1e6
"""Degrees of freedom from which Student's t is the normal distribution to every digit shown."""


@dataclass(frozen=True, slots=True)
class TwoProportions:
    """A rate of `base` in the first group against `base + effect` in the second.

    Source: Fleiss (1981), Statistical Methods for Rates and Proportions, 2nd ed., eq. 3.14, without
    continuity correction; R's power.prop.test.

    >>> round(TwoProportions(base=0.5).power(50, 0.25), 3)
    0.74
    """

    base: float
    """Rate of the first group, in (0, 1)."""
    alpha: float = 0.05
    two_sided: bool = True
    ratio: float = 1.0
    """Observations of the second group for each of the first."""

    def __post_init__(self) -> None:
        check_share(base=self.base)
        check_alpha(self.alpha)
        check_positive(ratio=self.ratio)

    @property
    def least(self) -> int:
        return 2

    @property
    def ends(self) -> tuple[float, float]:
        return -self.base, 1 - self.base

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`; a one-sided test looks into the direction of the effect."""
        other = min(1.0, max(0.0, self.base + effect))
        share = 1 / (1 + self.ratio)
        pooled = self.base * share + other * (1 - share)
        null = _variance(pooled) * (1 + 1 / self.ratio) / n
        true = (_variance(self.base) + _variance(other) / self.ratio) / n
        return normal_power(
            abs(effect), math.sqrt(null), math.sqrt(true), self.alpha, two_sided=self.two_sided
        )

    def total(self, n: int) -> int:
        """As `Design.total`."""
        return n + math.ceil(n * self.ratio)


@dataclass(frozen=True, slots=True)
class TwoMeans:
    """Two means of a quantity with standard deviation `sd` in both groups.

    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., ch. 2;
    R's power.t.test (strict), statsmodels' TTestIndPower.

    >>> round(TwoMeans(sd=1.0).power(20, 1.0), 3)
    0.869
    """

    sd: float
    """Standard deviation within a group, in the unit of the effect."""
    alpha: float = 0.05
    two_sided: bool = True
    ratio: float = 1.0
    """Observations of the second group for each of the first."""

    def __post_init__(self) -> None:
        check_positive(sd=self.sd, ratio=self.ratio)
        check_alpha(self.alpha)

    @property
    def least(self) -> int:
        return max(2, math.ceil(2 / self.ratio))

    @property
    def ends(self) -> tuple[float, float]:
        return -math.inf, math.inf

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`."""
        error = self.sd * math.sqrt((1 + 1 / self.ratio) / n)
        freedom = n * (1 + self.ratio) - 2
        return t_power(abs(effect) / error, freedom, self.alpha, two_sided=self.two_sided)

    def total(self, n: int) -> int:
        """As `Design.total`."""
        return n + math.ceil(n * self.ratio)


@dataclass(frozen=True, slots=True)
class MarginProportions:
    """That a new rate is worse than `base` by less than a margin, which is the effect here.

    Always one-sided: power is the probability that the lower end of the interval of new less base
    lies above minus the margin, where the new rate truly is `base + difference`.

    Source: Chow, Shao & Wang (2008), Sample Size Calculations in Clinical Research, 2nd ed., 4.2.2.
    """

    base: float
    difference: float = 0.0
    """How much better the new rate truly is; negative where it is worse."""
    alpha: float = 0.05
    ratio: float = 1.0
    """Observations of the second group for each of the first."""

    def __post_init__(self) -> None:
        check_share(base=self.base)
        check_share(**{"base + difference": self.base + self.difference})
        check_alpha(self.alpha)
        check_positive(ratio=self.ratio)

    @property
    def least(self) -> int:
        return 2

    @property
    def ends(self) -> tuple[float, float]:
        return 0.0, 1.0

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`; the effect is the margin, in (0, 1]."""
        new = _variance(self.base + self.difference)
        error = math.sqrt((_variance(self.base) + new / self.ratio) / n)
        return normal_power(self.difference + effect, error, error, self.alpha, two_sided=False)

    def total(self, n: int) -> int:
        """As `Design.total`."""
        return n + math.ceil(n * self.ratio)


@dataclass(frozen=True, slots=True)
class MarginMeans:
    """That a new mean is worse by less than a margin, which is the effect here; more is better.

    Source: Chow, Shao & Wang (2008), Sample Size Calculations in Clinical Research, 2nd ed., 3.2.2.
    """

    sd: float
    difference: float = 0.0
    """How much better the new mean truly is; negative where it is worse."""
    alpha: float = 0.05
    ratio: float = 1.0
    """Observations of the second group for each of the first."""

    def __post_init__(self) -> None:
        check_positive(sd=self.sd, ratio=self.ratio)
        check_alpha(self.alpha)
        if not math.isfinite(self.difference):
            raise ValueError(f"difference is {self.difference}, expected a finite number")

    @property
    def least(self) -> int:
        return max(2, math.ceil(2 / self.ratio))

    @property
    def ends(self) -> tuple[float, float]:
        return 0.0, math.inf

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`; the effect is the margin, above 0."""
        error = self.sd * math.sqrt((1 + 1 / self.ratio) / n)
        freedom = n * (1 + self.ratio) - 2
        return t_power((self.difference + effect) / error, freedom, self.alpha, two_sided=False)

    def total(self, n: int) -> int:
        """As `Design.total`."""
        return n + math.ceil(n * self.ratio)


def t_power(away: float, freedom: float, alpha: float, *, two_sided: bool) -> float:
    """Power of Student's t test on an estimate `away` standard errors from no effect.

    >>> round(t_power(0.0, 10, 0.05, two_sided=True), 9)
    0.05
    """
    if freedom > LARGE:
        return normal_power(away, 1.0, 1.0, alpha, two_sided=two_sided)
    reach = float(stdtrit(freedom, 1 - (alpha / 2 if two_sided else alpha)))
    if away - reach > max(10.0, 8 * critical(alpha, two_sided=two_sided)):
        # The noncentral t loses its digits there; whatever it were, it is 1.
        return 1.0
    found = 1 - float(nctdtr(freedom, away, reach))
    return min(1.0, found + float(nctdtr(freedom, away, -reach))) if two_sided else found


def _variance(rate: float) -> float:
    return rate * (1 - rate)
