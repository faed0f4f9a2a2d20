"""Tests of how much models disagree: by SciPy's distances, a jackknife by hand, and simulation."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import pdist
from scipy.stats import norm, t

from gonogo.stats.churn import pairwise_churn, spreads
from gonogo.stats.estimate import Estimate, Undefined

DECISIONS = arrays(np.bool_, st.tuples(st.integers(3, 8), st.integers(1, 20)))


class TestPairwiseChurn:
    @given(DECISIONS)
    def test_is_the_mean_distance_of_pairs(self, decisions: npt.NDArray[np.bool_]) -> None:
        found = pairwise_churn(decisions, 0.95)
        assert isinstance(found, Estimate)
        assert found.value == pytest.approx(pdist(decisions, "hamming").mean())
        assert 0 <= found.low <= found.value <= found.high <= 1

    def test_the_jackknife_leaves_out_each_model_in_turn(self) -> None:
        """Arvesen (1969), by its definition."""
        decisions = np.random.default_rng(1).uniform(size=(6, 400)) < 0.4
        value = pdist(decisions, "hamming").mean()
        without = np.array(
            [pdist(np.delete(decisions, at, axis=0), "hamming").mean() for at in range(6)]
        )
        of_models = 5 / 6 * np.square(without - without.mean()).sum()
        said = decisions.sum(axis=0)
        rows = (said * (6 - said) / 15).var(ddof=1) / 400
        reach = t.ppf(0.975, 5) * math.sqrt(of_models + rows)
        found = pairwise_churn(decisions, 0.95)
        assert isinstance(found, Estimate)
        assert (found.low, found.high) == pytest.approx((value - reach, value + reach))

    @given(DECISIONS, st.randoms(use_true_random=False))
    def test_no_order_has_a_say(self, decisions: npt.NDArray[np.bool_], random: object) -> None:
        mixed = decisions[::-1, ::-1]
        one, two = pairwise_churn(decisions, 0.9), pairwise_churn(mixed, 0.9)
        assert isinstance(one, Estimate)
        assert isinstance(two, Estimate)
        assert (one.value, one.low) == pytest.approx((two.value, two.low))

    def test_without_any_change_the_bound_is_that_of_the_rows(self) -> None:
        found = pairwise_churn(np.ones((5, 300)), 0.95)
        assert isinstance(found, Estimate)
        assert (found.value, found.low) == (0, 0)
        assert found.high == pytest.approx(1 - 0.025 ** (1 / 300))
        assert "among these models" in found.method

    @pytest.mark.parametrize("shape", [(3, 0), (2, 10), (1, 10), (0, 10)])
    def test_too_little_gives_a_reason(self, shape: tuple[int, int]) -> None:
        assert isinstance(pairwise_churn(np.ones(shape), 0.95), Undefined)

    @pytest.mark.slow
    @pytest.mark.parametrize("shift", [0.0, 0.3])
    @pytest.mark.parametrize(("models", "rows"), [(5, 200), (10, 200), (10, 1000)])
    def test_interval_holds_the_true_churn(self, models: int, rows: int, shift: float) -> None:
        """2,000 times at 95 %, over fresh models and fresh rows; models shifted as a whole or not.

        Scores are z + shift b + 0.5 e with b of the model: the true churn by integration.
        """
        rng = np.random.default_rng(4)
        b, z = rng.normal(size=(2, 200_000)) * shift, rng.normal(size=200_000)
        one, two = (norm.cdf((z + part) / 0.5) for part in b)
        true = float(np.mean(one * (1 - two) + two * (1 - one)))
        held = []
        for _ in range(2000):
            scores = (
                rng.normal(size=rows)
                + shift * rng.normal(size=(models, 1))
                + 0.5 * rng.normal(size=(models, rows))
            )
            found = pairwise_churn(scores >= 0, 0.95)
            assert isinstance(found, Estimate)
            held.append(found.low <= true <= found.high)
        assert np.mean(held) >= 0.93


class TestSpreads:
    def test_are_the_deviations_of_each_row(self) -> None:
        scores = np.random.default_rng(5).uniform(size=(4, 7))
        assert spreads(scores) == pytest.approx(
            [np.std(scores[:, row], ddof=1) for row in range(7)]
        )
