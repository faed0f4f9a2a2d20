"""Durations by reference class: conjugate formulas against integration, and shrinkage while few."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import invgamma, norm, t

from gonogo.stats.estimate import Estimate
from gonogo.stats.means import mean_t
from gonogo.stats.plans.reference_class import PRIOR, Ratios, learnt

ratios = st.lists(st.floats(0.2, 5), min_size=1, max_size=12)


class TestLearnt:
    def test_what_comes_next_is_the_integral_over_mean_and_variance(self) -> None:
        """The predictive density, from the posterior of mean and variance by quadrature."""
        found = PRIOR.after([1.2, 1.9, 0.8])

        def density(variance: float, at: float) -> float:
            over_mean = norm.pdf(at, found.location, math.sqrt(variance * (1 + 1 / found.weight)))
            return float(over_mean * invgamma.pdf(variance, found.shape, scale=found.scale))

        for at in (-0.5, 0.2, 0.9):
            by_hand = quad(density, 0, np.inf, args=(at,))[0]
            same = t(found.freedom, found.location, found.spread)
            assert same.pdf(at) == pytest.approx(by_hand, rel=1e-6)

    def test_with_a_prior_that_says_nothing_it_is_student(self) -> None:
        """As the prior fades the interval of the median is Student's, on the logarithms."""
        seen = [1.1, 1.6, 0.9, 2.2, 1.3]
        faint = Ratios(0.0, 1e-9, 1e-9, 1e-9).after(seen)
        # A flat prior of mean and log variance has one degree of freedom less.
        faint = Ratios(faint.location, faint.weight, faint.shape - 0.5, faint.scale)
        student = mean_t(np.log(seen), 0.9, "log ratio")
        assert isinstance(student, Estimate)
        found = faint.ratio(0.9)
        assert [found.low, found.value, found.high] == pytest.approx(
            [math.exp(end) for end in (student.low, student.value, student.high)], rel=1e-6
        )

    @given(ratios, ratios)
    def test_learning_at_once_or_in_turn_is_the_same(
        self, one: list[float], other: list[float]
    ) -> None:
        together, in_turn = PRIOR.after(one + other), PRIOR.after(one).after(other)
        assert together.n == in_turn.n == len(one) + len(other)
        assert (together.location, together.scale) == pytest.approx(
            (in_turn.location, in_turn.scale)
        )

    def test_few_are_drawn_to_the_prior_and_many_are_not(self) -> None:
        one, many = learnt([10], [20]), learnt([10] * 200, [20] * 200)
        assert 1.3 < one.ratio(0.8).value < 1.6
        assert many.ratio(0.8).value == pytest.approx(2.0, abs=0.01)

    def test_a_class_begins_where_the_team_stands(self) -> None:
        team = learnt([1] * 50, [1.5] * 25 + [3.0] * 25)
        start = team.as_prior(weight=3)
        assert start.ratio(0.8).value == pytest.approx(team.ratio(0.8).value)
        assert start.spread > team.spread
        assert start.after([1.0] * 100).ratio(0.8).value == pytest.approx(1.0, abs=0.05)

    @pytest.mark.parametrize(
        ("planned", "took"), [([1], [1, 2]), ([0], [1]), ([1], [-1]), ([1], [float("nan")])]
    )
    def test_what_is_no_duration_is_refused(self, planned: list[float], took: list[float]) -> None:
        with pytest.raises(ValueError, match="expected"):
            learnt(planned, took)


class TestQuantile:
    @given(ratios, st.floats(0.05, 0.95), st.floats(0.1, 100))
    def test_it_is_that_of_the_t_distribution(
        self, seen: list[float], share: float, estimate: float
    ) -> None:
        found = PRIOR.after(seen)
        same = t(found.freedom, found.location, found.spread).ppf(share)
        assert found.quantile(share, estimate) == pytest.approx(estimate * math.exp(same), rel=1e-6)

    @given(ratios, st.floats(0.05, 0.95), st.floats(0, 50), st.floats(0, 5))
    def test_waiting_longer_never_brings_the_end_nearer(
        self, seen: list[float], share: float, elapsed: float, more: float
    ) -> None:
        found = PRIOR.after(seen)
        sooner, later = (
            found.quantile(share, 10.0, elapsed=spent) for spent in (elapsed, elapsed + more)
        )
        assert elapsed <= sooner <= later * (1 + 1e-9)

    def test_half_of_what_is_left_after_the_median_is_the_third_quarter(self) -> None:
        median = PRIOR.quantile(0.5, 10.0)
        assert PRIOR.quantile(0.5, 10.0, elapsed=median) == pytest.approx(
            PRIOR.quantile(0.75, 10.0)
        )

    def test_draws_have_these_quantiles(self) -> None:
        drawn = PRIOR.draws(20_000, np.random.default_rng(7))
        assert np.quantile(drawn, 0.8) == pytest.approx(PRIOR.quantile(0.8), rel=0.03)
