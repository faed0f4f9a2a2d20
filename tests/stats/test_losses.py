"""Brier score and log loss, row by row and as means with intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.losses import brier, log_loss, log_losses, squared_errors, worst_log_loss
from gonogo.stats.means import mean_t

pytestmark = pytest.mark.filterwarnings("error")

rows = st.lists(st.tuples(st.booleans(), st.floats(1e-9, 1 - 1e-9)), min_size=2, max_size=50)


def known(found: Floats | Undefined) -> Floats:
    assert not isinstance(found, Undefined)
    return found


class TestSquaredErrors:
    def test_briers_own_example(self) -> None:
        """Brier (1950), table 1: ten forecasts of rain, P = 0.19 over both classes."""
        forecasts = [0.7, 0.9, 0.8, 0.4, 0.2, 0.0, 0.0, 0.0, 0.0, 0.1]
        rain = [0, 1, 1, 1, 0, 0, 0, 0, 0, 0]
        assert 2 * known(squared_errors(rain, forecasts)).mean() == pytest.approx(0.19)

    @given(rows)
    def test_their_mean_agrees_with_sklearn(self, rows: list[tuple[bool, float]]) -> None:
        label, score = [row[0] for row in rows], [row[1] for row in rows]
        theirs = brier_score_loss(label, score, pos_label=True)
        assert known(squared_errors(label, score)).mean() == pytest.approx(theirs)


class TestLogLosses:
    @given(rows)
    def test_their_mean_agrees_with_sklearn(self, rows: list[tuple[bool, float]]) -> None:
        label, score = [row[0] for row in rows], [row[1] for row in rows]
        theirs = sklearn_log_loss(label, score, labels=[False, True])
        assert known(log_losses(label, score)).mean() == pytest.approx(theirs)

    def test_small_probabilities_keep_their_digits(self) -> None:
        assert known(log_losses([0], [1e-20]))[0] == 1e-20

    def test_certainty_that_came_true_costs_nothing(self) -> None:
        found = known(log_losses([0, 1], [0.0, 1.0]))
        assert found.tolist() == [0.0, 0.0]
        assert not np.signbit(found).any()

    def test_certainty_that_did_not_is_infinitely_wrong(self) -> None:
        found = log_losses([0, 1, 1], [1.0, 0.0, 0.4])
        assert found == Undefined(
            "the loss is infinite: probability 0 was given to what happened in 2 of 3 rows", n=3
        )


class TestBrierAndLogLoss:
    def test_the_interval_is_that_of_the_mean(self) -> None:
        rng = np.random.default_rng(4)
        score = rng.random(500)
        label = rng.random(500) < score
        for ours, losses, unit in (
            (brier(label, score, 0.9), squared_errors(label, score), "score"),
            (log_loss(label, score, 0.9), log_losses(label, score), "nats"),
        ):
            assert ours == mean_t(known(losses), 0.9, unit)

    def test_of_few_rows_of_a_class_it_counts_what_was_not_seen(self) -> None:
        """By the losses alone nothing but a hundredth can be lost; one yes in thirty may come."""
        label, score = [0] * 30, [0.1] * 30
        found = brier(label, score, 0.95)
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(0.01)
        assert found.high > 0.05
        found = log_loss(label, score, 0.95)
        assert isinstance(found, Estimate)
        assert 0.2 < found.high < -math.log(0.1)

    def test_the_interval_stays_where_losses_can_be(self) -> None:
        found = log_loss([0, 1, 1], [0.01, 0.98, 0.4], 0.95)
        assert isinstance(found, Estimate)
        assert 0 < found.low < found.value < found.high <= -math.log(0.01)
        found = brier([0, 1], [0.9, 0.9], 0.95)
        assert isinstance(found, Estimate)
        assert 0 <= found.low < found.high <= 1

    def test_certain_scores_have_no_worst_loss(self) -> None:
        assert worst_log_loss([0.0, 1.0]) == 0
        assert worst_log_loss([0.0, 0.25, 1.0]) == pytest.approx(math.log(4))

    @pytest.mark.parametrize("measure", [brier, log_loss])
    @pytest.mark.parametrize(
        ("label", "score", "reason"),
        [
            ([], [], "no observations"),
            ([1, 0], [0.5, math.nan], "1 of 2 scores are missing or infinite"),
            ([1, 0], [0.5, 7.0], "the scores are no probabilities: 1 of 2 lie outside [0, 1]"),
        ],
    )
    def test_what_cannot_be_measured_says_why(
        self, measure: object, label: list[int], score: list[float], reason: str
    ) -> None:
        assert callable(measure)
        assert measure(label, score, 0.95) == Undefined(reason, n=len(label))
