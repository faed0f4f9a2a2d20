"""Conditional power against multivariate normals, and what a test says of its hypothesis."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from gonogo.stats.group_sequential import Boundary, Look, boundaries, crossing
from gonogo.stats.plans.running_tests import (
    conditional_power,
    likelihood_ratio,
)

LAST = [Look(fraction=1.0, boundary=1.96, p_value=0.05, spent=0.05)]
THREE = boundaries(Boundary.OBRIEN_FLEMING, (1 / 3, 2 / 3, 1.0), 0.05)


def by_rectangle(looks: Sequence[Look], fraction: float, z: float, drift: float) -> float:
    """One minus the probability that no look crosses: the sums to come are jointly normal."""
    to_come = [look for look in looks if look.fraction > fraction]
    steps = np.array([look.fraction - fraction for look in to_come])
    mean = z * math.sqrt(fraction) + drift * steps
    edges = [look.boundary * math.sqrt(look.fraction) for look in to_come]
    stays = multivariate_normal(mean, np.minimum.outer(steps, steps)).cdf(edges)
    return 1 - float(stays)


class TestConditionalPower:
    def test_one_look_to_come_has_a_closed_form(self) -> None:
        """Lan & Wittes (1988): 1 - Phi((c - B - drift (1 - t)) / sqrt(1 - t))."""
        for fraction, z, drift in ((0.2, -0.5, 2.8), (0.5, 1.0, 0.0), (0.9, 2.4, 3.2)):
            left = 1.96 - z * math.sqrt(fraction) - drift * (1 - fraction)
            expected = norm.sf(left / math.sqrt(1 - fraction))
            assert conditional_power(LAST, fraction, z, drift) == pytest.approx(expected)

    @pytest.mark.parametrize(("z", "drift"), [(0.3, 2.8), (1.5, 0.0), (-1.0, 3.2)])
    def test_several_looks_agree_with_the_joint_normal(self, z: float, drift: float) -> None:
        found = conditional_power(THREE, 0.2, z, drift, two_sided=False)
        assert found == pytest.approx(by_rectangle(THREE, 0.2, z, drift), abs=1e-4)

    def test_before_the_first_observation_it_is_the_power_of_the_design(self) -> None:
        fractions, reaches = [look.fraction for look in THREE], [look.boundary for look in THREE]
        power = sum(crossing(fractions, reaches, 3.24))
        assert conditional_power(THREE, 0.0, 0.0, 3.24) == pytest.approx(power, abs=1e-6)

    @given(st.floats(0.05, 0.95), st.floats(-3, 3), st.floats(0, 5))
    def test_a_better_statistic_and_a_larger_effect_never_make_it_less_likely(
        self, fraction: float, z: float, drift: float
    ) -> None:
        found = conditional_power(THREE, fraction, z, drift)
        assert 0 <= found <= 1
        assert conditional_power(THREE, fraction, z + 0.2, drift) >= found - 1e-6
        assert conditional_power(THREE, fraction, z, drift + 0.2) >= found - 1e-6

    def test_a_test_that_is_over_has_none(self) -> None:
        with pytest.raises(ValueError, match="less than 1"):
            conditional_power(LAST, 1.0, 2.0, 2.8)


class TestLikelihoodRatio:
    def test_the_ratio_is_that_of_two_normal_densities(self) -> None:
        fraction, z, drift = 0.6, 1.1, 2.8
        with_effect = norm.pdf(z, loc=drift * math.sqrt(fraction))
        assert likelihood_ratio(fraction, z, drift) == pytest.approx(with_effect / norm.pdf(z))

    def test_on_average_the_probability_stays_where_it_was(self) -> None:
        """Bayes is fair: the prior is the mean of what one will believe."""
        rng = np.random.default_rng(7)
        true = rng.random(4000) < 0.3
        z = rng.standard_normal(4000) + np.where(true, 2.8 * math.sqrt(0.5), 0.0)
        ratios = np.array([likelihood_ratio(0.5, one, 2.8) for one in z])
        after = 0.3 * ratios / (0.3 * ratios + 0.7)
        assert after.mean() == pytest.approx(0.3, abs=0.02)
        assert after[true].mean() > 0.6
