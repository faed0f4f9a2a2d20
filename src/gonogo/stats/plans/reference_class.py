"""How long such work took against its estimates, and what a new estimate therefore means."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.design import check_positive, check_share
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.levels import check_level

LOGNORMAL = "lognormal ratio of actual to estimate, normal-inverse-gamma prior (Murphy 2007)"


@dataclass(frozen=True, slots=True)
class Ratios:
    """What is known of ln(actual / estimate): normal, mean and variance themselves uncertain.

    The variance is inverse gamma of `shape` and `scale`; the mean is normal about `location` with
    the variance over `weight`. Numbers beyond these say what the next ratio will be: Student's t.
    """

    location: float
    """Logarithm of the ratio to expect: 0 where estimates are right on the median."""
    weight: float
    """How many observations the location is worth; above 0."""
    shape: float
    """Half of what the variance is worth in observations; above 0."""
    scale: float
    """Half the sum of squares that the variance stands for; above 0."""
    n: int = 0
    """Finished pieces of work it rests on."""

    def __post_init__(self) -> None:
        check_positive(weight=self.weight, shape=self.shape, scale=self.scale)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the next ratio's logarithm."""
        return 2 * self.shape

    @property
    def spread(self) -> float:
        """Scale of the t distribution of the next ratio's logarithm."""
        return math.sqrt(self.scale * (self.weight + 1) / (self.shape * self.weight))

    def after(self, ratios: npt.ArrayLike) -> Self:
        """What is known with `ratios` besides: actual over estimate, each above 0.

        `ValueError` for any that is not.

        Source: Murphy (2007), Conjugate Bayesian analysis of the Gaussian distribution, section 6.
        """
        found = finite("ratios", ratios)
        if isinstance(found, Undefined):
            if not found.n:
                return self
            raise ValueError(found.reason)
        if found.min() <= 0:
            raise ValueError(f"a ratio is {found.min():g}, expected numbers above 0")
        logs = np.log(found)
        n, mean = logs.size, float(logs.mean())
        weight = self.weight + n
        away = mean - self.location
        squares = float(np.square(logs - mean).sum()) + self.weight * n * away**2 / weight
        return type(self)(
            location=(self.weight * self.location + n * mean) / weight,
            weight=weight,
            shape=self.shape + n / 2,
            scale=self.scale + squares / 2,
            n=self.n + n,
        )

    def as_prior(self, weight: float) -> Self:
        """The same centre and spread, but worth no more than `weight` observations.

        What the whole team's work says of one class of it, until that class speaks for itself.
        """
        check_positive(weight=weight)
        kept = min(1.0, weight / self.weight)
        return type(self)(
            self.location, self.weight * kept, self.shape * kept, self.scale * kept, 0
        )

    def ratio(self, level: float) -> Estimate:
        """The median ratio, unit ratio, with the credible interval of `level`.

        The median and not the mean: with a variance to be learnt the mean of a lognormal is
        infinite, and a plan's dates are quantiles anyway.
        """
        tail = float(stdtrit(self.freedom, (1 + check_level(level)) / 2))
        reach = tail * math.sqrt(self.scale / (self.shape * self.weight))
        ends = (math.exp(self.location + side * reach) for side in (0, -1, 1))
        value, low, high = ends
        return Estimate(value, low, high, level, self.n, "ratio", LOGNORMAL)

    def quantile(self, share: float, estimate: float = 1.0, elapsed: float = 0.0) -> float:
        """What the work will have taken with probability `share`, in the unit of `estimate`.

        `elapsed` is what it has taken already without being done: durations below are out. `share`
        in (0, 1), `estimate` above 0, `elapsed` 0 or more, else `ValueError`.

        >>> round(PRIOR.quantile(0.8, estimate=10.0), 1)
        16.0
        """
        check_share(share=share)
        check_positive(estimate=estimate)
        if elapsed < 0:
            raise ValueError(f"elapsed is {elapsed}, expected 0 or more")
        left = 1 - self._before(elapsed / estimate)
        # By the upper tail: what is left after long may be less than 1 minus it can tell.
        upper = max(left * (1 - share), 1e-300)
        away = -float(stdtrit(self.freedom, upper))
        return max(estimate * math.exp(self.location + self.spread * away), elapsed)

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """`count` ratios as the next ones may be, shape (count,)."""
        logs = self.location + self.spread * rng.standard_t(self.freedom, size=count)
        found: Floats = np.exp(logs)
        return found

    def _before(self, ratio: float) -> float:
        if ratio <= 0:
            return 0.0
        away = (math.log(ratio) - self.location) / self.spread
        return float(stdtr(self.freedom, away))


PRIOR = Ratios(location=0.0, weight=1.0, shape=2.0, scale=0.25)
"""Before anything was finished: estimates right on the median, four in five from 0.46 to 2.2."""


def learnt(estimates: npt.ArrayLike, actuals: npt.ArrayLike, prior: Ratios = PRIOR) -> Ratios:
    """What finished work, `estimates` and `actuals` of shape (n,) in the same unit, says.

    Only work that was finished is counted; while much of a class is under way, the finished is the
    quicker part of it, and the ratio is too low. Raises `ValueError` for lengths that differ and
    for durations that are not above 0.

    Source: Kahneman & Tversky (1979), TIMS Studies in Management Science 12, 313-327, and Flyvbjerg
    (2006), Project Management Journal 37, 5-15, for the reference class.

    >>> found = learnt([10, 10, 5], [15, 12, 9])
    >>> 1.1 < found.ratio(0.8).value < 1.5, found.n
    (True, 3)
    """
    planned, took = np.asarray(estimates, dtype=float), np.asarray(actuals, dtype=float)
    if planned.shape != took.shape or planned.ndim != 1:
        raise ValueError(
            f"there are {planned.size} estimates and {took.size} actuals, expected as many"
        )
    if not ((planned > 0).all() and (took > 0).all()):
        raise ValueError("a duration is 0 or less, expected numbers above 0")
    return prior.after(took / planned)
