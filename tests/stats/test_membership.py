"""Tests of membership inference by likelihood ratio: against SciPy, closed forms and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import norm

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.membership import (
    OWN_VARIANCE,
    caught,
    confidences,
    halves,
    likelihood_scores,
)


class TestConfidences:
    @given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=30))
    def test_are_logits_of_what_is_true(self, scores: list[float]) -> None:
        label = np.arange(len(scores)) % 2
        given_ = np.where(label == 1, scores, 1 - np.array(scores))
        found = confidences(label, scores)
        assert np.allclose(np.asarray(found), logit(given_))

    def test_certain_ones_stay_finite(self) -> None:
        assert np.isfinite(np.asarray(confidences([1, 1, 0], [0.0, 1.0, 1.0]))).all()

    @pytest.mark.parametrize("scores", [[], [2.0, 0.1], [math.nan, 0.1]])
    def test_no_probabilities_give_a_reason(self, scores: list[float]) -> None:
        assert isinstance(confidences([1, 0][: len(scores)], scores), Undefined)


class TestHalves:
    @given(st.integers(2, 60), st.sampled_from([2, 8, 64]), st.integers(0, 99))
    def test_every_row_is_left_out_by_half(self, n: int, shadows: int, seed: int) -> None:
        label = np.arange(n) % 3 == 0
        inside = halves(label, shadows, seed)
        assert (inside.sum(axis=0) == shadows // 2).all()
        for kind in (label, ~label):
            counted = inside[:, kind].sum(axis=1)
            assert (np.abs(counted - kind.sum() / 2) <= 0.5).all()
        assert (inside == halves(label, shadows, seed)).all()


class TestLikelihoodScores:
    def test_with_many_shadow_models_is_the_papers_gaussian_of_each_row(self) -> None:
        """Carlini et al. (2022), equation 4: 1 - Pr[Z > φ], Z of the models without the row."""
        rng = np.random.default_rng(1)
        inside = halves(np.arange(12) % 2, 2 * OWN_VARIANCE, 3)
        shadow = rng.normal(size=inside.shape) * np.arange(1, 13)
        target = rng.normal(size=12)
        found = np.asarray(likelihood_scores(target, shadow, inside))
        for row in range(12):
            out = shadow[~inside[:, row], row]
            ratio = norm.cdf(target[row], out.mean(), out.std(ddof=1))
            assert norm.cdf(found[row]) == pytest.approx(ratio)

    def test_with_few_the_variance_is_pooled(self) -> None:
        shadow = [[0.0, 5.0], [2.0, 7.0]]
        found = likelihood_scores([3.0, 6.0], shadow, np.zeros((2, 2)))
        assert np.asarray(found) == pytest.approx([2 / math.sqrt(2), 0])

    def test_models_that_agree_leave_nothing_to_judge_by(self) -> None:
        assert isinstance(likelihood_scores([1.0], [[2.0], [2.0]], [[0], [0]]), Undefined)

    def test_a_row_in_every_shadow_model_is_refused(self) -> None:
        with pytest.raises(ValueError, match="left out twice"):
            likelihood_scores([1.0], [[2.0], [1.0]], [[1], [0]])


class TestCaught:
    def test_is_the_closed_form_of_two_normals(self) -> None:
        """Members one deviation surer: Φ(1 - z), z the threshold of the others."""
        rng = np.random.default_rng(2)
        others, members = rng.normal(size=200_000), rng.normal(1, size=200_000)
        for share in (0.001, 0.01, 0.1):
            found = caught(members, others, share, 0.95)
            true = norm.cdf(1 - norm.ppf(1 - share))
            assert isinstance(found, Estimate)
            assert found.low <= true <= found.high
            assert found.value == pytest.approx(true, abs=0.005)

    @given(
        st.lists(st.floats(-5, 5), min_size=1, max_size=50),
        st.lists(st.floats(-5, 5), min_size=1, max_size=50),
        st.floats(0.001, 0.5),
    )
    def test_names_no_more_others_than_allowed(
        self, members: list[float], others: list[float], share: float
    ) -> None:
        found = caught(members, others, share, 0.9)
        assert isinstance(found, Estimate)
        assert 0 <= found.low <= found.value <= found.high <= 1
        # Named the same way, of the others themselves there are at most the share.
        again = caught(others, others, share, 0.9)
        assert isinstance(again, Estimate)
        assert again.value <= share + 1e-9

    def test_a_thousandth_of_few_is_known_badly(self) -> None:
        found = caught(np.ones(500), np.zeros(100), 0.001, 0.95)
        assert isinstance(found, Estimate)
        assert (found.value, found.low) == (1.0, 0.0)

    def test_nobody_gives_a_reason(self) -> None:
        assert isinstance(caught([], [1.0], 0.01, 0.95), Undefined)
        assert isinstance(caught([1.0], [], 0.01, 0.95), Undefined)

    @pytest.mark.slow
    @pytest.mark.parametrize(("n", "share"), [(100, 0.1), (1000, 0.01), (1000, 0.001)])
    def test_interval_holds_the_true_share(self, n: int, share: float) -> None:
        """2,000 times at 95 %; Bonferroni holds at least that."""
        rng = np.random.default_rng(3)
        true = norm.cdf(1 - norm.ppf(1 - share))
        held = []
        for _ in range(2000):
            found = caught(rng.normal(1, size=n), rng.normal(size=n), share, 0.95)
            assert isinstance(found, Estimate)
            held.append(found.low <= true <= found.high)
        assert np.mean(held) >= 0.95
