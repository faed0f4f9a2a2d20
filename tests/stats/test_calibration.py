"""Calibration error: bins of equal mass, the bias taken off, and the interval."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, foldnorm
from sklearn.calibration import calibration_curve

from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.calibration import (
    CalibrationError,
    calibration_error,
    calibration_interval,
)
from gonogo.stats.estimate import Estimate, Measured, Undefined

pytestmark = pytest.mark.filterwarnings("error")

rows = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=80)


def known(found: CalibrationError | Undefined) -> CalibrationError:
    assert isinstance(found, CalibrationError), found
    return found


def estimated(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def calibrated(seed: int, n: int) -> tuple[Bools, Floats]:
    """Labels that are yes exactly as often as their scores say."""
    rng = np.random.default_rng(seed)
    score = rng.beta(2, 3, n)
    return rng.random(n) < score, score


class TestCalibrationError:
    def test_worked_by_hand(self) -> None:
        """Four rows at 0.2 with one yes, four at 0.8 with two: gaps -0.05 and 0.3."""
        found = known(calibration_error([0, 1, 0, 0, 1, 1, 0, 0], [0.2] * 4 + [0.8] * 4, 2))
        assert [b.counts.yes for b in found.bins] == [1, 2]
        assert [b.gap for b in found.bins] == pytest.approx([-0.05, 0.3])
        assert found.plain == pytest.approx((0.05 + 0.3) / 2)

    def test_bins_agree_with_sklearn(self) -> None:
        label, score = calibrated(1, 1000)
        found = known(calibration_error(label, score, 10))
        observed, forecast = calibration_curve(label, score, n_bins=10, strategy="quantile")
        assert [b.counts.n for b in found.bins] == [100] * 10
        assert [b.observed for b in found.bins] == pytest.approx(list(observed))
        assert [b.forecast for b in found.bins] == pytest.approx(list(forecast))

    def test_the_bias_is_that_of_the_folded_normal(self) -> None:
        """In each bin |gap| is taken as folded normal about the gap found; SciPy has its mean."""
        label, score = calibrated(2, 400)
        found = known(calibration_error(label, score, 8))
        expected = 0.0
        for b in found.bins:
            error = np.sqrt(b.observed * (1 - b.observed) / (b.counts.n - 1))
            mean = foldnorm.mean(abs(b.gap) / error, scale=error)
            expected += b.counts.n / found.n * (2 * abs(b.gap) - mean)
        assert found.debiased == pytest.approx(max(0.0, expected))

    def test_of_chance_two_fifths_are_taken_off(self) -> None:
        """Where forecasts are right, E|Z| shrinks to 2 E|Z| - E|Z + Z'| = (2 - sqrt 2) E|Z|."""
        found = [known(calibration_error(*calibrated(seed, 500), 15)) for seed in range(100)]
        left = sum(one.debiased for one in found) / sum(one.plain for one in found)
        assert left == pytest.approx(2 - np.sqrt(2), abs=0.05)

    @given(rows, st.integers(1, 20))
    def test_bins_hold_every_row_once_and_ties_together(
        self, rows: list[tuple[bool, float]], bins: int
    ) -> None:
        label, score = [row[0] for row in rows], [row[1] for row in rows]
        found = known(calibration_error(label, score, bins))
        assert 1 <= len(found.bins) <= bins
        assert sum(b.counts.n for b in found.bins) == found.n == len(rows)
        assert sum(b.counts.yes for b in found.bins) == sum(label)
        edges = [(b.lowest, b.highest) for b in found.bins]
        assert all(a[1] < b[0] for a, b in pairwise(edges))
        assert all(b.lowest <= b.forecast <= b.highest for b in found.bins)
        assert 0 <= found.debiased <= found.plain <= 1
        turned = known(calibration_error(label[::-1], score[::-1], bins))
        assert turned.plain == pytest.approx(found.plain)

    def test_a_constant_score_is_one_bin(self) -> None:
        found = known(calibration_error([0, 1, 1, 1], [0.5] * 4, 10))
        assert len(found.bins) == 1
        assert found.plain == pytest.approx(0.25)

    def test_one_class_can_be_missed_by_all(self) -> None:
        assert known(calibration_error([1, 1, 1], [0.0] * 3, 5)).debiased == 1

    @pytest.mark.parametrize(
        ("label", "score", "reason"),
        [
            ([], [], "no observations"),
            ([1, 0], [0.5, 1.5], "the scores are no probabilities: 1 of 2 lie outside [0, 1]"),
        ],
    )
    def test_what_is_no_forecast_says_why(
        self, label: list[int], score: list[float], reason: str
    ) -> None:
        nothing = Undefined(reason, n=len(label))
        assert calibration_error(label, score, 10) == nothing
        assert calibration_interval(label, score, 10, 0.95, seed=1, draws=100) == nothing

    def test_bins_and_draws_must_be_some(self) -> None:
        with pytest.raises(ValueError, match="bins is 0"):
            calibration_error([1], [0.5], 0)
        with pytest.raises(ValueError, match="draws is 0"):
            calibration_interval([1], [0.5], 1, 0.9, seed=1, draws=0)


class TestCalibrationInterval:
    @given(rows, st.integers(1, 20), st.sampled_from([0.05, 0.5, 0.95]))
    def test_holds_the_value_within_0_and_1(
        self, rows: list[tuple[bool, float]], bins: int, level: float
    ) -> None:
        label, score = [row[0] for row in rows], [row[1] for row in rows]
        found = estimated(calibration_interval(label, score, bins, level, seed=3, draws=200))
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low < found.high
        again = calibration_interval(label, score, bins, level, seed=3, draws=200)
        assert found == again

    @pytest.mark.parametrize("shift", [0.0, 0.1])
    def test_covers_the_true_error_as_often_as_it_says(self, shift: float) -> None:
        """Scores too high by `shift` at ten known values, so the true binned error is `shift`."""
        rng = np.random.default_rng(41)
        values = np.linspace(0.2, 0.8, 10)
        covered = 0
        for _ in range(200):
            score = np.repeat(values, 60)
            label = rng.random(600) < score - shift
            found = estimated(calibration_interval(label, score, 10, 0.95, seed=1, draws=2000))
            covered += found.low <= shift <= found.high
        assert covered >= binom.ppf(1e-6, 200, 0.95)
