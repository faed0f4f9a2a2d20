"""Errors of forecasts against published figures and scikit-learn."""

import math

import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from gonogo.stats.estimate import Undefined
from gonogo.stats.forecast_errors import interval_scores, naive_scale


class TestNaiveScale:
    def test_the_example_of_sktime(self) -> None:
        """Documentation of `mean_absolute_scaled_error`: 0.18333 of these five forecasts."""
        scale = naive_scale([5, 0.5, 4, 6, 3, 5, 2], season=1)
        missed = np.abs(np.array([3, -0.5, 2, 7, 2]) - np.array([2.5, 0.0, 2, 8, 1.25]))
        assert not isinstance(scale, Undefined)
        assert missed.mean() / scale == pytest.approx(0.18333333333333335)

    def test_of_a_season_it_looks_as_far_back(self) -> None:
        assert naive_scale([1, 10, 2, 12, 3, 14], season=2) == pytest.approx(1.5)

    def test_what_gives_no_scale_is_undefined(self) -> None:
        for history, season in (
            ([], 1),
            ([1.0], 1),
            ([1, 2], 2),
            ([3, 3, 3], 1),
            ([1, math.nan], 1),
            ([-1.7e308, 1.7e308], 1),
        ):
            assert isinstance(naive_scale(history, season), Undefined)
        with pytest.raises(ValueError, match="season"):
            naive_scale([1, 2], 0)


class TestIntervalScores:
    @pytest.mark.parametrize("nominal", [0.5, 0.8, 0.95])
    def test_is_the_pinball_loss_of_both_ends(self, nominal: float) -> None:
        """Gneiting & Raftery (2007), section 6.2: the sum of both, times 2 / (1 - nominal)."""
        rng = np.random.default_rng(2)
        truth, low = rng.normal(size=50), rng.normal(-1, 0.3, size=50)
        high = low + rng.uniform(0.5, 3, size=50)
        tail = (1 - nominal) / 2
        both = mean_pinball_loss(truth, low, alpha=tail) + mean_pinball_loss(
            truth, high, alpha=1 - tail
        )
        found = interval_scores(truth, low, high, nominal)
        assert found.mean() == pytest.approx(2 / (1 - nominal) * both)

    def test_a_nominal_level_of_none_is_refused(self) -> None:
        with pytest.raises(ValueError, match="nominal"):
            interval_scores(np.zeros(1), np.zeros(1), np.ones(1), 1.0)
