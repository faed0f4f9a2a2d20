"""Tests of decisions a month: against Student's interval, and what it covers in simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.volume import MONTH, per_month

DAYS = st.lists(st.integers(0, 10_000), max_size=70)


def found(days: list[int], level: float = 0.95) -> Estimate:
    measured = per_month(days, level)
    assert isinstance(measured, Estimate)
    return measured


class TestPerMonth:
    def test_of_four_weeks_it_is_students_interval_of_the_weeks(self) -> None:
        """Where weeks vary more than by chance alone, that is all there is to it."""
        weeks = [[100 * n] * 7 for n in (1, 2, 3, 5)]
        measured = found([day for week in weeks for day in week])
        sums = [700, 1400, 2100, 3500]
        mean = float(np.mean(sums))
        low, high = stats.t.interval(0.95, 3, loc=mean, scale=stats.sem(sums))
        assert measured.value == pytest.approx(mean * MONTH / 7)
        assert measured.low == pytest.approx(max(low, 0) * MONTH / 7)
        assert measured.high == pytest.approx(high * MONTH / 7)

    def test_counts_that_hardly_vary_are_no_surer_than_chance_allows(self) -> None:
        """Seven equal days: the spread is that of a Poisson, not none."""
        measured = found([100] * 7)
        half = stats.t.ppf(0.975, 6) * (100 / 7) ** 0.5
        assert measured.high - measured.value == pytest.approx(half * MONTH)

    def test_only_the_last_whole_weeks_count(self) -> None:
        assert found([9_999, *[10] * 7]).value == pytest.approx(10 * MONTH)
        assert found([9_999] * 7 + [10] * 56).n == 56
        assert found([9_999] * 7 + [10] * 56).value == pytest.approx(10 * MONTH)

    def test_too_few_days_and_no_decisions_have_a_reason(self) -> None:
        for days, reason in (
            ([1] * 6, "decisions of 6 whole days, at least 7 are needed"),
            ([0] * 14, "no decisions on 14 whole days"),
        ):
            measured = per_month(days, 0.95)
            assert isinstance(measured, Undefined)
            assert measured.reason == reason

    def test_less_than_no_decisions_cannot_be(self) -> None:
        with pytest.raises(ValueError, match="fewer than 0"):
            per_month([-1] * 7, 0.95)

    @given(DAYS)
    def test_the_interval_holds_the_number_and_is_never_below_none(self, days: list[int]) -> None:
        measured = per_month(days, 0.9)
        if isinstance(measured, Estimate):
            assert 0 <= measured.low <= measured.value <= measured.high

    @given(DAYS.filter(lambda days: len(days) >= 7), st.integers(2, 9))
    def test_a_higher_level_is_wider(self, days: list[int], tenths: int) -> None:
        narrow, wide = per_month(days, tenths / 20), per_month(days, tenths / 10)
        if isinstance(narrow, Estimate) and isinstance(wide, Estimate):
            assert wide.low <= narrow.low
            assert narrow.high <= wide.high

    def test_it_covers_what_it_says_where_days_vary_together(self) -> None:
        """Negative binomial days with weekends a third as busy: 95 % of intervals hold the mean."""
        rng = np.random.default_rng(5)
        weekly = np.array([1, 1, 1, 1, 1, 1 / 3, 1 / 3]) * 60
        truth = weekly.mean() * MONTH
        held = 0
        for _ in range(800):
            rates = np.tile(weekly, 8) * rng.gamma(4, 1 / 4, 56)
            one = found(rng.poisson(rates).tolist())
            held += one.low <= truth <= one.high
        assert 0.925 <= held / 800 <= 0.975
