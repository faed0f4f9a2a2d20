"""Type I error under continuous looking, by simulation; run by `make simulate`."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binom

from gonogo.stats.arrays import Floats
from gonogo.stats.confidence_sequences import mixture_boundary, tightest
from gonogo.stats.group_sequential import Boundary, boundaries

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("error")]

ALPHA = 0.05
TIMES = 2000
DRAWS: dict[str, tuple[Callable[[np.random.Generator, int], Floats], float]] = {
    "rate 0.01": (lambda rng, n: (rng.random(n) < 0.01).astype(float), 0.01),
    "rate 0.1": (lambda rng, n: (rng.random(n) < 0.1).astype(float), 0.1),
    "rate 0.5": (lambda rng, n: (rng.random(n) < 0.5).astype(float), 0.5),
    "uniform": (lambda rng, n: rng.random(n), 0.5),
    "beta(2, 8)": (lambda rng, n: rng.beta(2, 8, n), 0.2),
}


def most(times: int) -> float:
    """More than this come by chance once in a million where the error is alpha."""
    return float(binom.ppf(1 - 1e-6, times, ALPHA))


def strays(values: Floats, sigma: float, tight_at: int) -> bool:
    """Whether the sum of values about 0 ever leaves the boundary."""
    variance = sigma**2 * np.arange(1, values.size + 1)
    reach = mixture_boundary(variance, tightest(sigma**2 * tight_at, ALPHA), ALPHA)
    return bool((np.abs(np.cumsum(values)) > reach).any())


class TestContinuousLooking:
    """Each walk is looked at after every observation; one miss anywhere counts."""

    @pytest.mark.parametrize("tight_at", [30, 1000])
    def test_normal_mixture_of_normal_values(self, tight_at: int) -> None:
        missed = 0
        for seed in range(TIMES):
            values = np.random.default_rng(seed).normal(size=5000)
            missed += strays(values, 1.0, tight_at)
        assert missed <= most(TIMES)
        assert missed > 0.2 * ALPHA * TIMES  # it is no idle bound either

    @pytest.mark.parametrize("name", DRAWS)
    def test_normal_mixture_of_values_in_a_range(self, name: str) -> None:
        draw, mean = DRAWS[name]
        missed = 0
        for seed in range(TIMES):
            values = draw(np.random.default_rng(seed), 2000)
            missed += strays(values - mean, 0.5, 200)
        assert missed <= most(TIMES)

    def test_one_sided_boundary(self) -> None:
        rng, crossed = np.random.default_rng(0), 0
        reach = mixture_boundary(np.arange(1, 5001), tightest(500.0, ALPHA), ALPHA, two_sided=False)
        for _ in range(TIMES):
            crossed += bool((np.cumsum(rng.normal(size=5000)) >= reach).any())
        assert crossed <= most(TIMES)

    def test_a_fixed_interval_does_not_stand_it(self) -> None:
        """What all this is for: looking at 1.96 standard errors misses in most walks."""
        missed = 0
        for seed in range(TIMES):
            walk = np.cumsum(np.random.default_rng(seed).normal(size=5000))
            missed += bool((np.abs(walk) > 1.96 * np.sqrt(np.arange(1, 5001)))[10:].any())
        assert missed > 0.4 * TIMES


class TestPlannedLooks:
    @pytest.mark.parametrize("kind", Boundary)
    @pytest.mark.parametrize("looks", [2, 5, 20])
    def test_group_sequential(self, kind: Boundary, looks: int) -> None:
        at = [(k + 1) / looks for k in range(looks)]
        reaches = np.array([one.boundary for one in boundaries(kind, at, ALPHA)])
        steps = np.random.default_rng(1).normal(size=(200_000, looks))
        z = np.cumsum(steps, axis=1) / np.sqrt(np.arange(1, looks + 1))
        share = (np.abs(z) >= reaches).any(axis=1).mean()
        assert share == pytest.approx(ALPHA, abs=5 * math.sqrt(ALPHA / 200_000))
