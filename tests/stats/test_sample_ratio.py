"""Shares of traffic: the mixture against its definition, and what looking often does."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binom, chisquare, dirichlet_multinomial, multinomial

from gonogo.stats.arrays import Floats
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.goodness import ChiSquare
from gonogo.stats.sample_ratio import (
    log_bayes_factor,
    sample_ratio,
    share_bounds,
    share_interval,
)

pytestmark = pytest.mark.filterwarnings("error")


class TestLogBayesFactor:
    @given(st.lists(st.integers(0, 5000), min_size=3, max_size=3), st.floats(0.5, 2000))
    def test_it_is_the_ratio_of_two_likelihoods(self, counts: list[int], weight: float) -> None:
        """SciPy's Dirichlet-multinomial over its multinomial."""
        shares = np.array([0.2, 0.3, 0.5])
        mixed = dirichlet_multinomial.logpmf(counts, weight * shares, np.array(sum(counts)))
        theirs = mixed - multinomial.logpmf(counts, sum(counts), shares)
        found = log_bayes_factor(np.array(counts, dtype=float), shares, weight)
        assert float(found) == pytest.approx(theirs, abs=1e-6)

    def test_its_mean_is_one_where_the_shares_hold(self) -> None:
        """Over all counts there can be: so reaching 1/alpha is as rare as alpha."""
        yes = np.arange(101)
        counts: Floats = np.array([yes, 100 - yes], dtype=float)
        gains = np.exp(log_bayes_factor(counts, np.array([0.3, 0.7]), 50.0))
        assert float(gains @ binom.pmf(yes, 100, 0.3)) == pytest.approx(1)


class TestSampleRatio:
    def test_pearson_stands_beside(self) -> None:
        found = sample_ratio([5030, 4970], [0.5, 0.5], 0.01)
        assert isinstance(found.fixed, ChiSquare)
        assert found.fixed.p == pytest.approx(chisquare([5030, 4970]).pvalue)
        assert not found.mismatch

    def test_before_anything_came_nothing_is_known(self) -> None:
        found = sample_ratio([0, 0], [0.9, 0.1], 0.01)
        assert (found.mismatch, found.evidence, found.p_value) == (False, 0.0, 1.0)
        assert found.shares[0] == Undefined("no observations", n=0)

    def test_a_mismatch_shows_in_the_shares(self) -> None:
        found = sample_ratio([90_000, 11_000, 9000], [0.8, 0.1, 0.1], 0.001)
        assert found.mismatch
        first = found.shares[0]
        assert isinstance(first, Estimate)
        assert first.low > 0.8

    def test_looking_after_every_batch_keeps_alpha(self) -> None:
        """4,000 experiments, 200 looks each; Pearson at every look does not."""
        rng, shares = np.random.default_rng(1), np.array([0.5, 0.5])
        steps = rng.binomial(100, 0.5, size=(200, 4000)).cumsum(axis=0)
        n = 100 * np.arange(1, 201)[:, None]
        counts: Floats = np.array([steps, n - steps], dtype=float)
        found = (log_bayes_factor(counts, shares, 1000.0) >= math.log(20)).any(axis=0).mean()
        assert found <= 0.05 + 5 * math.sqrt(0.05 / 4000)
        naive = (np.abs(steps - n / 2) > 1.96 * np.sqrt(n / 4)).any(axis=0).mean()
        assert naive > 0.3

    @pytest.mark.parametrize(
        "wrong", [([1], [1.0]), ([1, -1], [0.5, 0.5]), ([1, 1], [0.5, 0.6]), ([1, 1], [0.0, 1.0])]
    )
    def test_what_is_no_share_is_refused(self, wrong: tuple[list[int], list[float]]) -> None:
        with pytest.raises(ValueError, match="expected"):
            sample_ratio(*wrong, alpha=0.01)


class TestShareInterval:
    @given(st.integers(1, 500), st.data())
    def test_its_ends_are_where_the_evidence_is(self, n: int, data: st.DataObject) -> None:
        yes = data.draw(st.integers(0, n))
        found = share_interval(yes, n, 0.5, 0.05)
        assert isinstance(found, Estimate)
        assert found.low <= found.value <= found.high
        for end in {found.low, found.high} - {0.0, 1.0}:
            against = betabinom.logpmf(yes, n, 1, 1) - binom.logpmf(yes, n, end)
            assert against == pytest.approx(math.log(20), abs=1e-5)

    def test_it_holds_the_share_at_all_looks(self) -> None:
        missed = 0
        rng = np.random.default_rng(5)
        for _ in range(150):
            yes = rng.binomial(20, 0.1, size=30).cumsum()
            looks = [share_interval(int(s), 20 * k, 0.5, 0.05) for k, s in enumerate(yes, start=1)]
            missed += any(not (isinstance(i, Estimate) and i.low <= 0.1 <= i.high) for i in looks)
        assert missed <= binom.ppf(1 - 1e-6, 150, 0.05)


class TestShareBounds:
    def test_they_hold_the_share_and_narrow(self) -> None:
        few, many = share_bounds(8, 10, 0.5, 0.05), share_bounds(800, 1000, 0.5, 0.05)
        assert few[0] < many[0] < 0.8 < many[1] < few[1]

    @pytest.mark.parametrize(("yes", "n", "end"), [(0, 100, 0), (100, 100, 1)])
    def test_all_alike_is_closed_on_one_side(self, yes: int, n: int, end: int) -> None:
        assert share_bounds(yes, n, 0.5, 0.05)[end] == end

    def test_counts_divided_by_a_design_effect_say_less(self) -> None:
        whole, fewer = share_bounds(80, 100, 0.5, 0.05), share_bounds(80 / 3, 100 / 3, 0.5, 0.05)
        assert fewer[0] < whole[0] < whole[1] < fewer[1]

    def test_nothing_seen_shuts_nothing_out(self) -> None:
        assert share_bounds(0, 0, 0.5, 0.05) == (0.0, 1.0)
