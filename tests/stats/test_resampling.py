"""The corrected resampled t interval of Nadeau and Bengio."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.means import mean_t
from gonogo.stats.resampling import nadeau_bengio

pytestmark = pytest.mark.filterwarnings("error")

DIFFERENCES = [0.031, 0.012, 0.027, -0.004, 0.019, 0.022, 0.008, 0.035, 0.011, 0.016]


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


class TestNadeauBengio:
    def test_the_statistic_of_the_paper(self) -> None:
        """Nadeau & Bengio (2003), section 4.1: mean / sqrt((1/J + n2/n1) s²), J - 1 df."""
        found = estimated(nadeau_bengio(DIFFERENCES, 90, 10, 0.95, "difference"))
        error = math.sqrt((1 / 10 + 10 / 90) * np.var(DIFFERENCES, ddof=1))
        low, high = scipy_stats.t.interval(0.95, df=9, loc=np.mean(DIFFERENCES), scale=error)
        assert (found.low, found.high) == pytest.approx((low, high))
        assert found.n == 10

    def test_repeated_cross_validation_uses_all_differences(self) -> None:
        """Bouckaert & Frank (2004), section 3.2: r k differences, n2/n1 = 1/9, r k - 1 df."""
        rng = np.random.default_rng(3)
        differences = rng.normal(0.01, 0.02, 100)
        found = estimated(nadeau_bengio(differences, 900, 100, 0.95, "difference"))
        error = math.sqrt((1 / 100 + 1 / 9) * differences.var(ddof=1))
        reach = scipy_stats.t.ppf(0.975, 99) * error
        assert found.high - found.value == pytest.approx(reach)

    @given(st.integers(1, 1000), st.integers(1, 1000))
    def test_always_wider_than_the_naive_interval(self, n_train: int, n_test: int) -> None:
        naive = estimated(mean_t(DIFFERENCES, 0.95, "difference"))
        found = estimated(nadeau_bengio(DIFFERENCES, n_train, n_test, 0.95, "difference"))
        assert found.low < naive.low <= found.value == naive.value <= naive.high < found.high

    @pytest.mark.parametrize(
        ("differences", "reason"),
        [
            ([], "no observations"),
            ([0.1], "one value: no spread to judge the mean by"),
            ([0.0] * 5, "all 5 values are equal: no spread to judge the mean by"),
            ([0.1, math.inf], "1 of 2 values are missing or infinite"),
        ],
    )
    def test_without_spread_there_is_no_interval(
        self, differences: list[float], reason: str
    ) -> None:
        found = nadeau_bengio(differences, 90, 10, 0.95, "difference")
        assert found == Undefined(reason, n=len(differences))

    @pytest.mark.parametrize(("n_train", "n_test"), [(0, 10), (90, 0)])
    def test_splits_without_rows_are_refused(self, n_train: int, n_test: int) -> None:
        with pytest.raises(ValueError, match="expected 1 or more of both"):
            nadeau_bengio(DIFFERENCES, n_train, n_test, 0.95, "difference")

    def test_covers_where_the_naive_interval_does_not(self) -> None:
        """Random subsampling of one sample: the mean of its test rows against the true mean.

        The statistic is the test rows' mean, whose correlation between splits is n2/(n1 + n2);
        the paper's correction n2/n1 is slightly larger.
        """
        rng = np.random.default_rng(5)
        corrected = naive = 0
        for _ in range(400):
            sample = rng.normal(0, 1, 50)
            means = [rng.permutation(sample)[:10].mean() for _ in range(30)]
            wide = estimated(nadeau_bengio(means, 40, 10, 0.95, "difference"))
            narrow = estimated(mean_t(means, 0.95, "difference"))
            corrected += wide.low <= 0 <= wide.high
            naive += narrow.low <= 0 <= narrow.high
        assert corrected >= scipy_stats.binom.ppf(1e-6, 400, 0.95)
        assert naive < scipy_stats.binom.ppf(1e-6, 400, 0.95)
