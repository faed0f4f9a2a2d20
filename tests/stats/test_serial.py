"""Means of dependent values against SciPy, statsmodels and a simulation."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from scipy.fft import dct

from gonogo.stats.arrays import Floats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.proportions import wilson
from gonogo.stats.serial import (
    COSINES,
    DIEBOLD_MARIANO,
    diebold_mariano,
    long_run_variance,
    mean_serial,
    share_serial,
)

pytestmark = pytest.mark.filterwarnings("error")


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def walk(n: int, keep: float, seed: int = 1) -> Floats:
    """A stationary series in which each value keeps a part of the one before."""
    rng = np.random.default_rng(seed)
    found = np.empty(n)
    found[0] = rng.normal() / math.sqrt(1 - keep**2)
    for at in range(1, n):
        found[at] = keep * found[at - 1] + rng.normal()
    return found


class TestMeanSerial:
    @pytest.mark.parametrize("n", [2, 3, 30, 101])
    def test_the_variance_is_that_of_scipys_cosine_transform(self, n: int) -> None:
        """Lazarus et al. (2018), equation 11: the mean square of the first B of type II."""
        values = walk(n, 0.6)
        found, count = long_run_variance(values)
        assert count == min(n - 1, max(1, round(0.4 * n ** (2 / 3))))
        parts = math.sqrt(2 / n) * dct(values, type=2)[1 : count + 1] / 2
        assert found == pytest.approx(float(np.mean(parts**2)))

    def test_the_interval_is_students_with_so_many_degrees(self) -> None:
        values = walk(100, 0.5)
        found = estimated(mean_serial(values, 0.9, "ms"))
        variance, count = long_run_variance(values)
        assert count == 9
        low, high = scipy_stats.t.interval(
            0.9, df=count, loc=values.mean(), scale=math.sqrt(variance / 100)
        )
        assert (found.low, found.high) == pytest.approx((low, high))
        assert (found.n, found.unit, found.method) == (100, "ms", COSINES)

    def test_time_read_backwards_changes_nothing(self) -> None:
        values = walk(60, 0.5)
        one, two = (estimated(mean_serial(v, 0.95, "ms")) for v in (values, values[::-1]))
        assert (one.low, one.high) == pytest.approx((two.low, two.high))

    def test_what_says_nothing_is_undefined(self) -> None:
        for values in ([], [1.0], [2.0, 2.0], [1.0, math.nan], [1e200, -1e200]):
            assert isinstance(mean_serial(values, 0.95, "ms"), Undefined)

    @given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
    def test_the_interval_holds_the_mean_within_the_range(self, values: list[float]) -> None:
        found = mean_serial(values, 0.95, "ms", within=(-2e6, 2e6))
        if isinstance(found, Estimate):
            assert -2e6 <= found.low <= found.value <= found.high <= 2e6

    @pytest.mark.slow
    @pytest.mark.parametrize("n", [50, 200])
    def test_covers_the_mean_of_dependent_values(self, n: int) -> None:
        """2,000 series that keep half of the value before: Student's interval misses often."""
        held = {"cosines": 0, "student": 0}
        for seed in range(2000):
            values = walk(n, 0.5, seed)
            found = estimated(mean_serial(values, 0.95, "ms"))
            held["cosines"] += found.low <= 0 <= found.high
            low, high = scipy_stats.t.interval(
                0.95, df=n - 1, loc=values.mean(), scale=values.std(ddof=1) / math.sqrt(n)
            )
            held["student"] += low <= 0 <= high
        assert held["cosines"] >= 0.91 * 2000
        assert held["student"] < 0.8 * 2000


class TestShareSerial:
    def test_dependent_answers_count_less(self) -> None:
        yes = np.repeat([True, False, True, True, False, True, True, False, True, True], 10)
        found = estimated(share_serial(yes, 0.95))
        plain = estimated(wilson(Counts(int(yes.sum()), yes.size), 0.95))
        assert found.value == plain.value
        assert found.high - found.low > 1.5 * (plain.high - plain.low)

    def test_is_never_narrower_than_of_independent_answers(self) -> None:
        """Also where answers alternate, whose mean would vary less."""
        yes = np.arange(100) % 2 == 0
        found = estimated(share_serial(yes, 0.95))
        plain = estimated(wilson(Counts(50, 100), 0.95))
        assert found.low <= plain.low
        assert plain.high <= found.high

    def test_all_alike_is_said_to_show_no_dependence(self) -> None:
        found = estimated(share_serial(np.ones(30, dtype=bool), 0.95))
        assert found.low == estimated(wilson(Counts(30, 30), 0.95)).low
        assert "independent" in found.method

    def test_nothing_is_undefined(self) -> None:
        assert isinstance(share_serial(np.array([], dtype=bool), 0.95), Undefined)

    @given(st.lists(st.booleans(), min_size=1, max_size=60))
    def test_the_interval_holds_the_share(self, yes: list[bool]) -> None:
        found = estimated(share_serial(np.array(yes), 0.95))
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low < found.high


class TestDieboldMariano:
    @pytest.mark.parametrize("horizon", [1, 2, 4])
    def test_the_variance_is_that_of_statsmodels(self, horizon: int) -> None:
        """Its heteroscedasticity- and autocorrelation-consistent one, with a uniform kernel."""
        differences = walk(80, 0.4, seed=5)
        fitted = sm.OLS(differences, np.ones(80)).fit(
            cov_type="HAC",
            cov_kwds={
                "maxlags": horizon - 1,
                "kernel": "uniform",
                "use_correction": False,
            },
        )
        # Harvey, Leybourne & Newbold (1997), equation 9, and Student's t with n - 1 degrees.
        correction = (80 + 1 - 2 * horizon + horizon * (horizon - 1) / 80) / 80
        error = float(fitted.bse[0]) / math.sqrt(correction)
        low, high = scipy_stats.t.interval(0.95, df=79, loc=differences.mean(), scale=error)
        found = estimated(diebold_mariano(differences, horizon, 0.95))
        assert (found.low, found.high) == pytest.approx((low, high))
        assert found.method == DIEBOLD_MARIANO

    def test_one_step_ahead_is_nearly_the_paired_t_interval(self) -> None:
        """With the correction it is exactly that: n - 1 in place of n in the variance."""
        differences = walk(20, 0.0, seed=3)
        found = estimated(diebold_mariano(differences, 1, 0.95))
        low, high = scipy_stats.t.interval(
            0.95, df=19, loc=differences.mean(), scale=differences.std(ddof=1) / math.sqrt(20)
        )
        assert (found.low, found.high) == pytest.approx((low, high))

    def test_a_variance_that_is_not_positive_is_taken_otherwise_and_told(self) -> None:
        found = estimated(diebold_mariano([1.0, -1.0] * 10 + [0.5], 2, 0.95))
        assert found.method == COSINES

    def test_swapping_the_forecasts_turns_the_sign(self) -> None:
        differences = walk(40, 0.3)
        one = estimated(diebold_mariano(differences, 2, 0.95))
        two = estimated(diebold_mariano(-differences, 2, 0.95))
        assert (one.low, one.value, one.high) == pytest.approx((-two.high, -two.value, -two.low))

    def test_what_says_nothing_is_undefined(self) -> None:
        for values, horizon in (([], 1), ([1.0], 1), ([1.0, 1.0], 1), ([1.0, 2.0, 3.0], 3)):
            assert isinstance(diebold_mariano(values, horizon, 0.95), Undefined)
        with pytest.raises(ValueError, match="horizon"):
            diebold_mariano([1.0, 2.0], 0, 0.95)
