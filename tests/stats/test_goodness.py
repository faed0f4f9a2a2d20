"""Counts against given shares: published examples and SciPy as the oracle."""

import numpy as np
import pytest
from scipy.stats import chisquare, ncx2

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.goodness import ChiSquare, chi_square, cohen_w


class TestChiSquare:
    def test_as_scipy(self) -> None:
        rng = np.random.default_rng(1)
        for _ in range(20):
            shares = rng.dirichlet(np.ones(5))
            counts = rng.multinomial(200, shares)
            found, told = chi_square(counts, shares), chisquare(counts, 200 * shares)
            assert isinstance(found, ChiSquare)
            assert (found.statistic, found.p) == pytest.approx((told.statistic, told.pvalue))

    def test_mendels_peas(self) -> None:
        """Mendel (1866), 556 peas expected as 9:3:3:1; Fisher (1936), Annals of Science 1: 0.47."""
        found = chi_square([315, 101, 108, 32], np.array([9, 3, 3, 1]) / 16)
        assert isinstance(found, ChiSquare)
        assert found.statistic == pytest.approx(0.470, abs=5e-4)

    def test_what_has_no_test_says_why(self) -> None:
        assert chi_square([0, 0], [0.5, 0.5]) == Undefined("no observations", n=0)
        assert isinstance(chi_square([1, 1], [1, 0]), Undefined)
        assert isinstance(chi_square([9], [1]), Undefined)

    @pytest.mark.parametrize("shares", [[0.5, 0.4], [1.5, -0.5], [0.5, 0.25, 0.25]])
    def test_what_are_no_shares_is_refused(self, shares: list[float]) -> None:
        with pytest.raises(ValueError, match="expected"):
            chi_square([1, 2], shares)


class TestCohenW:
    def test_the_example_of_1988(self) -> None:
        """Cohen (1988), 7.2: 0.375 and three times 0.208 against a quarter each is w = 0.289."""
        found = cohen_w([9000, 5000, 5000, 5000], [0.25] * 4, 0.95)
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(0.289, abs=5e-4)

    def test_the_ends_are_where_scipy_has_them(self) -> None:
        counts = [375, 208, 209, 208]
        found, test = cohen_w(counts, [0.25] * 4, 0.9), chi_square(counts, [0.25] * 4)
        assert isinstance(found, Estimate)
        assert isinstance(test, ChiSquare)
        assert ncx2.cdf(test.statistic, 3, 1000 * found.low**2) == pytest.approx(0.95)
        assert ncx2.cdf(test.statistic, 3, 1000 * found.high**2) == pytest.approx(0.05)

    def test_shares_that_hold_reach_to_0(self) -> None:
        found = cohen_w([26, 24, 25, 25], [0.25] * 4, 0.95)
        assert isinstance(found, Estimate)
        assert found.low == 0
        assert found.high > found.value

    def test_exact_shares_are_no_proof(self) -> None:
        found = cohen_w([25, 25, 25, 25], [0.25] * 4, 0.95)
        assert isinstance(found, Estimate)
        assert found.value == found.low == 0
        assert found.high > 0.2

    @pytest.mark.parametrize("shares", [[0.25] * 4, [0.3, 0.25, 0.25, 0.2], [0.4, 0.3, 0.2, 0.1]])
    def test_coverage(self, shares: list[float]) -> None:
        """Of 600 samples of 300 rows at least 93 % hold the w of the population."""
        rng = np.random.default_rng(6)
        due, true = np.full(4, 0.25), np.array(shares)
        w = float(np.sqrt((np.square(true - due) / due).sum()))
        held = 0
        for _ in range(600):
            found = cohen_w(rng.multinomial(300, true), due, 0.95)
            assert isinstance(found, Estimate)
            held += found.low <= w <= found.high
        assert held >= 0.93 * 600
