"""Designs on the area under the ROC curve, on pairs of yes and no, and on clusters."""

import math
from dataclasses import dataclass

from gonogo.stats.design import (
    Design,
    check_alpha,
    check_positive,
    check_share,
    normal_power,
)

ONE_AUC = "one AUC against a value, exponential variance (Hanley & McNeil 1982)"
TWO_AUCS = "two AUCs on the same rows, exponential variance (Hanley & McNeil 1982, 1983)"
MCNEMAR = "McNemar's test of paired answers, normal (Connor 1987)"
MARGIN_PAIRED = "non-inferiority of paired answers, normal (Lu & Bean 1995)"


def hanley_mcneil_variance(auc: float, yes: float, no: float) -> float:
    """Variance of an AUC in (0, 1) from `yes` and `no` rows, of exponential scores.

    Source: Hanley & McNeil (1982), Radiology 143, 29-36, eq. 2 with Q1 and Q2 of an exponential
    model, which they found close for scores of other shapes, and rather too large than too small.

    >>> round(math.sqrt(hanley_mcneil_variance(0.893, 51, 58)), 4)
    0.0325
    """
    two_yes, two_no = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (yes - 1) * (two_yes - auc**2) + (no - 1) * (two_no - auc**2)
    return max(0.0, spread / (yes * no))


@dataclass(frozen=True, slots=True)
class OneAuc:
    """An AUC of `base + effect` against the fixed value `base`; n counts the rows labelled yes."""

    base: float
    """The value to be beaten, in (0, 1): 0.5 for a score that ranks nothing."""
    alpha: float = 0.05
    two_sided: bool = True
    ratio: float = 1.0
    """Rows labelled no for each labelled yes."""

    def __post_init__(self) -> None:
        _check_auc(self.base, self.alpha, self.ratio)

    @property
    def least(self) -> int:
        return max(2, math.ceil(2 / self.ratio))

    @property
    def ends(self) -> tuple[float, float]:
        return -self.base, 1 - self.base

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`; 1 at the ends, where a perfect score has no variance."""
        null = hanley_mcneil_variance(self.base, n, n * self.ratio)
        true = hanley_mcneil_variance(_inside(self.base + effect), n, n * self.ratio)
        return normal_power(
            abs(effect), math.sqrt(null), math.sqrt(true), self.alpha, two_sided=self.two_sided
        )

    def total(self, n: int) -> int:
        """As `Design.total`."""
        return n + math.ceil(n * self.ratio)


@dataclass(frozen=True, slots=True)
class TwoAucs:
    """AUCs of `base` and `base + effect`; n counts the rows labelled yes that each score ranks.

    Scores of two models on the same rows are correlated, and so are their areas: with `correlation`
    0 this is the design of two separate samples of n each, of Hanley & McNeil (1982), table III.

    Source: Hanley & McNeil (1982), Radiology 143, 29-36; (1983), Radiology 148, 839-843.
    """

    base: float
    """AUC of the first score, in (0, 1)."""
    correlation: float
    """Correlation of the two areas, in [0, 1)."""
    alpha: float = 0.05
    two_sided: bool = True
    ratio: float = 1.0
    """Rows labelled no for each labelled yes."""

    def __post_init__(self) -> None:
        _check_auc(self.base, self.alpha, self.ratio)
        if not 0 <= self.correlation < 1:
            raise ValueError(f"correlation is {self.correlation}, expected 0 <= correlation < 1")

    @property
    def least(self) -> int:
        return max(2, math.ceil(2 / self.ratio))

    @property
    def ends(self) -> tuple[float, float]:
        return -self.base, 1 - self.base

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`."""
        first = hanley_mcneil_variance(self.base, n, n * self.ratio)
        second = hanley_mcneil_variance(_inside(self.base + effect), n, n * self.ratio)
        shared = 2 * self.correlation * math.sqrt(first * second)
        null, true = 2 * first * (1 - self.correlation), first + second - shared
        return normal_power(
            abs(effect), math.sqrt(null), math.sqrt(true), self.alpha, two_sided=self.two_sided
        )

    def total(self, n: int) -> int:
        """As `Design.total`; separate samples are twice as many."""
        return n + math.ceil(n * self.ratio)


@dataclass(frozen=True, slots=True)
class PairedProportions:
    """Two models answer the same rows: the effect is the difference of their shares of yes.

    Only the rows on which they differ, a share `discordant` of all, tell them apart.

    Source: Connor (1987), Biometrics 43, 207-211, eq. 2.
    """

    discordant: float
    """Share of rows on which exactly one of the two is right, in (0, 1)."""
    alpha: float = 0.05
    two_sided: bool = True

    def __post_init__(self) -> None:
        check_share(discordant=self.discordant)
        check_alpha(self.alpha)

    @property
    def least(self) -> int:
        return 2

    @property
    def ends(self) -> tuple[float, float]:
        return -self.discordant, self.discordant

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`."""
        null = math.sqrt(self.discordant / n)
        true = math.sqrt((self.discordant - effect**2) / n)
        return normal_power(abs(effect), null, true, self.alpha, two_sided=self.two_sided)

    def total(self, n: int) -> int:
        """As `Design.total`: every row is a pair."""
        return n


@dataclass(frozen=True, slots=True)
class MarginPaired:
    """That a new model is right less often by less than a margin, on the same rows.

    Source: Lu & Bean (1995), Statistics in Medicine 14, 1831-1839, unconditional.
    """

    discordant: float
    """Share of rows on which exactly one of the two is right, in (0, 1)."""
    difference: float = 0.0
    """How much more often the new one truly is right; negative where it is worse."""
    alpha: float = 0.05

    def __post_init__(self) -> None:
        check_share(discordant=self.discordant)
        check_alpha(self.alpha)
        if not abs(self.difference) <= self.discordant:
            raise ValueError(
                f"difference is {self.difference}, expected at most the discordant share "
                f"{self.discordant}, either way"
            )

    @property
    def least(self) -> int:
        return 2

    @property
    def ends(self) -> tuple[float, float]:
        return 0.0, 1.0

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`; the effect is the margin, in (0, 1]."""
        error = math.sqrt((self.discordant - self.difference**2) / n)
        return normal_power(self.difference + effect, error, error, self.alpha, two_sided=False)

    def total(self, n: int) -> int:
        """As `Design.total`: every row is a pair."""
        return n


@dataclass(frozen=True, slots=True)
class Clustered:
    """A design whose observations come in clusters (people of a branch, images of a patient).

    n observations say as much as n / deff independent ones; n stays a number of observations.
    """

    design: Design
    """The design of independent observations."""
    size: float
    """Observations in a cluster, on average; 1 or more."""
    icc: float
    """Intracluster correlation, in [0, 1]."""
    variation: float = 0.0
    """Coefficient of variation of the clusters' sizes, 0 where all are equal."""

    def __post_init__(self) -> None:
        design_effect(self.size, self.icc, self.variation)

    @property
    def least(self) -> int:
        """As `Design.least`."""
        effect = design_effect(self.size, self.icc, self.variation)
        return math.ceil(self.design.least * effect)

    @property
    def ends(self) -> tuple[float, float]:
        return self.design.ends

    def power(self, n: float, effect: float) -> float:
        """As `Design.power`."""
        return self.design.power(n / design_effect(self.size, self.icc, self.variation), effect)

    def total(self, n: int) -> int:
        """As `Design.total`."""
        return self.design.total(n)


def design_effect(size: float, icc: float, variation: float = 0.0) -> float:
    """How many times more observations clusters ask for: 1 + ((cv² + 1) m - 1) ICC.

    Raises `ValueError` unless size >= 1, 0 <= icc <= 1 and variation >= 0.

    Source: Kish (1965), Survey Sampling; Eldridge, Ashby & Kerry (2006), Int. J. Epidemiol. 35,
    1292-1300, for clusters of unequal sizes.

    >>> round(design_effect(size=20, icc=0.05), 2)
    1.95
    """
    if not size >= 1:
        raise ValueError(f"cluster size is {size}, expected 1 or more")
    if not 0 <= icc <= 1:
        raise ValueError(f"icc is {icc}, expected 0 <= icc <= 1")
    if not variation >= 0:
        raise ValueError(f"variation is {variation}, expected 0 or more")
    # Clusters of one observation have no variation of size to speak of, and no effect.
    return max(1.0, 1 + ((variation**2 + 1) * size - 1) * icc)


def _inside(auc: float) -> float:
    """An AUC strictly within its range: at 0 and 1 the model has no variance at all."""
    return min(1 - 1e-9, max(1e-9, auc))


def _check_auc(base: float, alpha: float, ratio: float) -> None:
    check_share(base=base)
    check_alpha(alpha)
    check_positive(ratio=ratio)
