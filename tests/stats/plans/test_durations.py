"""Durations against SciPy's distributions and the textbook's formulas."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gonogo.stats.plans.durations import (
    Duration,
    Estimated,
    Fixed,
    Lognormal,
    Pert,
    Remaining,
    Triangular,
    mean,
    quantile,
    scaled,
    share_below,
    variance,
)
from gonogo.stats.plans.tables import PER_DEVIATION, STEPS, look_up, table_of

THREE_POINTS = st.tuples(*[st.floats(0, 1000)] * 3).map(sorted)
SHARES = np.linspace(0.001, 0.999, 41)


def estimates() -> st.SearchStrategy[Estimated]:
    return st.one_of(
        st.floats(0, 1000).map(Fixed),
        THREE_POINTS.map(lambda points: Triangular(*points)),
        THREE_POINTS.map(lambda points: Pert(*points)),
        st.tuples(st.floats(0.1, 50), st.floats(1, 10)).map(
            lambda drawn: Lognormal(drawn[0], drawn[0] * drawn[1])
        ),
    )


class TestQuantile:
    def test_pert_is_scipy_s_beta(self) -> None:
        oracle = stats.beta(1 + 4 * 3 / 10, 1 + 4 * 7 / 10, loc=2, scale=10)

        assert quantile(Pert(2, 5, 12), SHARES) == pytest.approx(oracle.ppf(SHARES), rel=1e-9)

    def test_triangular_is_scipy_s(self) -> None:
        oracle = stats.triang(0.3, loc=2, scale=10)

        assert quantile(Triangular(2, 5, 12), SHARES) == pytest.approx(oracle.ppf(SHARES))

    def test_lognormal_has_the_percentiles_that_were_said(self) -> None:
        said = Lognormal(3, 11, low_share=0.2, high_share=0.95)

        assert quantile(said, [0.2, 0.95]) == pytest.approx([3, 11])

    @given(estimates())
    def test_it_rises_and_stays_within_the_points(self, duration: Estimated) -> None:
        found = quantile(duration, SHARES)

        assert (np.diff(found) >= -1e-9).all()
        if isinstance(duration, Triangular | Pert):
            assert found[0] >= duration.optimistic - 1e-9
            assert found[-1] <= duration.pessimistic + 1e-9


class TestMoments:
    def test_the_textbook_s_mean(self) -> None:
        # Hillier & Lieberman, Introduction to Operations Research: activity C of Reliable
        # Construction, 6, 9 and 18 weeks, has the mean 10.
        assert mean(Pert(6, 9, 18)) == 10

    def test_the_textbook_s_variance_is_that_of_the_symmetric_one_with_range_over_six(self) -> None:
        # (range/6)^2 belongs to a beta distribution with shapes 4, as 3 + sqrt(2), 3 - sqrt(2)
        # does; with the weight 6 a symmetric one has exactly these shapes.
        assert variance(Pert(0, 3, 6, weight=6)) == pytest.approx(1.0)

    @settings(max_examples=30)
    @given(estimates())
    def test_they_are_those_of_the_quantile_function(self, duration: Estimated) -> None:
        grid = (np.arange(20_000) + 0.5) / 20_000
        drawn = quantile(duration, grid)
        spread = math.sqrt(variance(duration))

        assert mean(duration) == pytest.approx(drawn.mean(), rel=5e-3, abs=1e-6)
        assert spread == pytest.approx(drawn.std(), rel=5e-2, abs=1e-4 * (1 + mean(duration)))


class TestTable:
    @pytest.mark.parametrize(
        "duration",
        [
            Pert(2, 2, 12),
            Pert(2, 5, 12),
            Pert(2, 12, 12),
            Pert(0, 1, 100, weight=2),
            Triangular(2, 5, 12),
            Lognormal(2, 12),
            Remaining(Pert(2, 5, 12), 6),
            Remaining(Lognormal(2, 12), 20),
        ],
    )
    def test_it_is_the_quantile_function(self, duration: Duration) -> None:
        normal = np.linspace(-4, 4, 1001)
        exactly = quantile(duration, stats.norm.cdf(normal))
        table = table_of(duration)

        assert not isinstance(table, float)
        found = look_up(table, STEPS / 2 + PER_DEVIATION * normal)
        assert found == pytest.approx(exactly, rel=2e-4, abs=1e-4)

    def test_what_does_not_vary_needs_none(self) -> None:
        assert table_of(Fixed(3)) == 3
        assert table_of(Pert(3, 3, 3)) == 3
        assert table_of(Lognormal(3, 3)) == 3

    def test_the_farthest_numbers_stay_in_the_table(self) -> None:
        table = table_of(Pert(2, 5, 12))

        assert not isinstance(table, float)
        found = look_up(table, STEPS / 2 + PER_DEVIATION * np.array([-50.0, 50.0]))
        assert found == pytest.approx([2, 12], abs=0.1)


class TestRemaining:
    def test_it_is_the_rest_of_those_that_are_not_done_yet(self) -> None:
        whole = quantile(Pert(2, 5, 12), (np.arange(100_000) + 0.5) / 100_000)
        left = whole[whole > 6] - 6

        assert quantile(Remaining(Pert(2, 5, 12), 6), [0.1, 0.5, 0.9]) == pytest.approx(
            np.quantile(left, [0.1, 0.5, 0.9]), abs=1e-3
        )

    def test_a_step_that_should_be_done_wants_a_new_estimate(self) -> None:
        with pytest.raises(ValueError, match="elapsed is 12, expected less than the longest"):
            Remaining(Pert(2, 5, 12), 12)

    @given(estimates(), st.floats(0, 1000))
    def test_share_below_undoes_the_quantile(self, duration: Estimated, days: float) -> None:
        share = share_below(duration, days)

        assert 0 <= share <= 1
        if 0.001 < share < 0.999 and variance(duration) > 1e-6:
            assert quantile(duration, share) == pytest.approx(days, rel=1e-5, abs=1e-5)


class TestScaled:
    @given(estimates(), st.floats(0.1, 10))
    def test_every_percentile_is_scaled(self, duration: Estimated, factor: float) -> None:
        found = quantile(scaled(duration, factor), SHARES)

        assert found == pytest.approx(factor * quantile(duration, SHARES), rel=1e-6, abs=1e-6)


class TestRefused:
    @pytest.mark.parametrize("points", [(3, 2, 4), (1, 5, 4), (-1, 2, 3), (1, 2, math.inf)])
    def test_three_points_out_of_order(self, points: tuple[float, float, float]) -> None:
        for kind in (Triangular, Pert):
            with pytest.raises(ValueError, match="expected 0 <= optimistic <= likely"):
                kind(*points)

    @pytest.mark.parametrize("days", [-1.0, math.nan, math.inf])
    def test_days_that_are_none(self, days: float) -> None:
        with pytest.raises(ValueError, match="expected 0 or more working days"):
            Fixed(days)

    def test_percentiles_that_fall(self) -> None:
        with pytest.raises(ValueError, match="expected 0 < low <= high"):
            Lognormal(5, 4)
        with pytest.raises(ValueError, match="two rising numbers"):
            Lognormal(4, 5, low_share=0.9, high_share=0.1)
        with pytest.raises(ValueError, match="weight is 0"):
            Pert(1, 2, 3, weight=0)
        with pytest.raises(ValueError, match="factor is 0"):
            scaled(Fixed(1), 0)
