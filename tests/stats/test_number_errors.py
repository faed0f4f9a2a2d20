"""Errors of numbers: row by row, and what makes them undefined."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from gonogo.stats.estimate import Undefined
from gonogo.stats.number_errors import (
    absolute_errors,
    mean_loss,
    paired_numbers,
    pinball_losses,
    r2_of,
    relative_errors,
    rmse_of,
    symmetric_errors,
)

numbers = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=30)


class TestLosses:
    @given(numbers, st.floats(0.01, 0.99))
    def test_their_means_agree_with_scikit_learn(
        self, pairs: list[tuple[float, float]], q: float
    ) -> None:
        truth, predicted = map(np.array, zip(*pairs, strict=True))
        losses = absolute_errors(truth, predicted), pinball_losses(truth, predicted, q)
        wanted = (
            sklearn.mean_absolute_error(truth, predicted),
            sklearn.mean_pinball_loss(truth, predicted, alpha=q),
        )
        for found, value in zip(losses, wanted, strict=True):
            assert not isinstance(found, Undefined)
            assert (found >= 0).all()
            assert found.mean() == pytest.approx(value, abs=1e-9)

    @given(numbers)
    def test_symmetric_errors_stay_below_2_and_turn_round(
        self, pairs: list[tuple[float, float]]
    ) -> None:
        truth, predicted = map(np.array, zip(*pairs, strict=True))
        one, other = symmetric_errors(truth, predicted), symmetric_errors(predicted, truth)
        assert not isinstance(one, Undefined)
        assert not isinstance(other, Undefined)
        assert (one == other).all()
        assert ((one >= 0) & (one <= 2 + 1e-12)).all()

    def test_half_the_absolute_error_is_the_median_s(self) -> None:
        found = pinball_losses([1.0, 5.0], [3.0, 1.0], 0.5)
        assert not isinstance(found, Undefined)
        assert found.tolist() == [1.0, 2.0]

    @pytest.mark.parametrize("q", [0.0, 1.0, math.nan])
    def test_a_quantile_outside_0_and_1_is_refused(self, q: float) -> None:
        with pytest.raises(ValueError, match="strictly between"):
            pinball_losses([1.0], [1.0], q)

    def test_lengths_that_differ_are_refused(self) -> None:
        with pytest.raises(ValueError, match="as many of each"):
            paired_numbers([1.0], [1.0, 2.0])

    def test_missing_numbers_are_undefined(self) -> None:
        for ask in (absolute_errors, relative_errors, symmetric_errors):
            assert isinstance(ask([1.0, math.nan], [1.0, 2.0]), Undefined)
            assert isinstance(ask([1.0, 2.0], [1.0, math.inf]), Undefined)
        assert isinstance(pinball_losses([], [], 0.5), Undefined)

    def test_the_mean_of_nothing_has_a_reason(self) -> None:
        assert mean_loss(absolute_errors([], []), 0.95, "target") == Undefined(
            "no observations", n=0
        )


class TestOfRows:
    @given(numbers)
    def test_many_at_once_agree_with_scikit_learn(self, pairs: list[tuple[float, float]]) -> None:
        truth, predicted = (np.array([part, part]) for part in zip(*pairs, strict=True))
        assert rmse_of(truth, predicted) == pytest.approx(
            [sklearn.root_mean_squared_error(truth[0], predicted[0])] * 2, abs=1e-9
        )
        if np.ptp(truth) > 1e-3:
            wanted = sklearn.r2_score(truth[0], predicted[0])
            assert r2_of(truth, predicted) == pytest.approx([wanted] * 2, rel=1e-6, abs=1e-9)

    def test_no_variance_to_explain(self) -> None:
        assert math.isnan(r2_of(np.array([[2.0, 2.0]]), np.array([[1.0, 3.0]]))[0])
