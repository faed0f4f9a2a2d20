"""Confidence sequences: their formulas, their order, and that looking all the time is allowed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from gonogo.stats.confidence_sequences import (
    mixture_boundary,
    tightest,
)
from gonogo.stats.estimate import Estimate, Measured

pytestmark = pytest.mark.filterwarnings("error")

units = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


class TestMixtureBoundary:
    @given(st.floats(0.1, 1000), st.floats(0.1, 100), st.sampled_from([0.01, 0.05, 0.2]))
    def test_the_mixture_of_likelihoods_there_is_one_over_alpha(
        self, variance: float, precision: float, alpha: float
    ) -> None:
        """There exp(l s - l² v / 2), mixed over normal l, reaches 1 / alpha."""
        s = float(mixture_boundary(variance, precision, alpha))
        # Scaled by its largest value, so that nothing overflows.
        peak = s / (variance + precision)
        top = s**2 / (2 * (variance + precision))
        width = 1 / math.sqrt(variance + precision)

        def weight(bet: float) -> float:
            power = bet * s - bet**2 * (variance + precision) / 2 - top
            return math.exp(power) * math.sqrt(precision / (2 * math.pi))

        area, _ = quad(weight, peak - 10 * width, peak + 10 * width)
        assert math.log(area) + top == pytest.approx(math.log(1 / alpha), abs=1e-6)

    def test_one_side_is_nearer_than_two_and_farther_than_double_alpha(self) -> None:
        one = mixture_boundary(100.0, 10.0, 0.05, two_sided=False)
        assert mixture_boundary(100.0, 10.0, 0.1) <= one <= mixture_boundary(100.0, 10.0, 0.05)

    @pytest.mark.parametrize("variance", [1.0, 50.0, 1e4])
    def test_tightest_is_found_by_a_search_too(self, variance: float) -> None:
        found = minimize_scalar(
            lambda log: float(mixture_boundary(variance, math.exp(log), 0.05)),
            bounds=(math.log(variance) - 8, math.log(variance) + 4),
            method="bounded",
        )
        assert tightest(variance, 0.05) == pytest.approx(math.exp(found.x), rel=1e-2)


class TestWidth:
    def test_is_wider_than_a_fixed_interval_but_not_by_much(self) -> None:
        """At 400 observations, beside 1.96 standard errors."""
        reach = float(mixture_boundary(400.0, tightest(400.0, 0.05), 0.05)) / 400
        assert 1.3 < reach / (1.96 / 20) < 1.7


class TestLookingAllTheTime:
    """Small versions of tests/simulation/test_sequential.py."""

    def test_normal_mixture(self) -> None:
        missed = 0
        for seed in range(400):
            values = np.random.default_rng(seed).normal(size=500)
            reach = mixture_boundary(np.arange(1.0, 501.0), tightest(100.0, 0.05), 0.05)
            missed += bool((np.abs(np.cumsum(values)) > reach).any())
        assert missed / 400 <= 0.05
