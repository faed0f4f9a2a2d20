"""Probabilities as people say them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.stats.risks.probabilities import Between, Percentiles, Point, fitted, mean, quantile


class TestFitted:
    @pytest.mark.parametrize(
        ("a", "b"), [(2, 8), (0.5, 0.5), (1, 1), (30, 3), (0.3, 4), (200, 900)]
    )
    def test_finds_the_shapes_again(self, a: float, b: float) -> None:
        """The percentiles of a known beta distribution lead back to it."""
        p10, p90 = stats.beta(a, b).ppf([0.1, 0.9])
        assert fitted(float(p10), float(p90)) == pytest.approx((a, b), rel=1e-4)

    @given(st.floats(0.001, 0.98), st.floats(0.01, 0.999))
    def test_percentiles_are_kept(self, low: float, width: float) -> None:
        """Whatever is accepted has exactly the percentiles that were said."""
        high = low + width * (0.999 - low)
        try:
            said = Percentiles(low, high)
        except ValueError:
            return
        assert quantile(said, np.array([0.1, 0.9])) == pytest.approx([low, high], rel=1e-4)

    def test_what_no_ordinary_beta_has_is_refused(self) -> None:
        """Two percentiles that nearly coincide are one number, and should be said as one."""
        with pytest.raises(ValueError, match="shapes from"):
            Percentiles(0.5, 0.500001)


class TestMean:
    @pytest.mark.parametrize(
        "said", [Point(0.3), Between(0.05, 0.2, 0.6), Between(0.2, 0.2, 0.2), Percentiles(0.1, 0.4)]
    )
    def test_is_that_of_the_quantiles(self, said: Point | Between | Percentiles) -> None:
        """The exact mean is the mean of what is drawn."""
        shares = (np.arange(20_000) + 0.5) / 20_000
        assert mean(said) == pytest.approx(float(quantile(said, shares).mean()), abs=1e-4)


class TestRefusals:
    @pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
    def test_outside_0_to_1(self, value: float) -> None:
        """No probability lies there."""
        with pytest.raises(ValueError, match="from 0 to 1"):
            Point(value)

    def test_three_points_out_of_order(self) -> None:
        """The least likely cannot be more than the most."""
        with pytest.raises(ValueError, match="in this order"):
            Between(0.5, 0.2, 0.9)

    def test_percentiles_out_of_order(self) -> None:
        """The tenth lies below the ninetieth."""
        with pytest.raises(ValueError, match="0 < p10 < p90 < 1"):
            Percentiles(0.4, 0.1)
