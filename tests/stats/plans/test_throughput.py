"""Throughput forecasts against closed forms, and what few weeks leave open."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.plans.throughput import Backlog, Finish, cycle_time, finish

histories = st.lists(st.integers(0, 9), min_size=3, max_size=12).filter(any)


def forecast(weeks: list[int], backlog: Backlog, seed: int = 7) -> Finish:
    found = finish(weeks, backlog, 0.8, seed=seed)
    assert isinstance(found, Finish)
    return found


class TestChance:
    def test_of_ten_items_by_weeks_of_one_or_none_is_a_negative_binomial(self) -> None:
        found = forecast([1, 0] * 500, Backlog(10))
        for weeks in (15, 20, 25):
            one = found.chance(weeks)
            exact = nbinom(10, 0.5).cdf(weeks - 10)
            assert one.value == pytest.approx(exact, abs=0.02)
            assert one.low <= exact <= one.high

    def test_few_weeks_leave_more_open_than_many(self) -> None:
        few, many = forecast([2, 6, 1, 7], Backlog(60)), forecast([2, 6, 1, 7] * 20, Backlog(60))
        widths = [found.chance(15).high - found.chance(15).low for found in (few, many)]
        assert widths[0] > 2 * widths[1]

    @settings(max_examples=20)
    @given(histories, st.integers(1, 40), st.floats(0, 60))
    def test_more_time_is_never_less_likely_and_a_date_of_80_percent_has_at_least_80(
        self, weeks: list[int], items: int, within: float
    ) -> None:
        found = forecast(weeks, Backlog(items))
        one = found.chance(within)
        assert 0 <= one.low <= one.value <= one.high <= 1
        assert one.value <= found.chance(within + 1).value
        late = found.quantiles[0.8]
        if isinstance(late, Estimate):
            assert found.chance(late.value - 1).value < 0.8 <= found.chance(late.value).value


class TestFinish:
    def test_weeks_of_one_item_or_none_are_a_negative_binomial(self) -> None:
        """The week of the tenth success, 0.5 each: 10 plus the failures before it."""
        found = forecast([1, 0] * 500, Backlog(10))
        same = nbinom(10, 0.5)
        for share in (0.1, 0.5, 0.8, 0.9):
            weeks = found.quantiles[share]
            assert isinstance(weeks, Estimate)
            assert weeks.value == pytest.approx(10 + same.ppf(share), abs=1)
        assert found.by(20) == pytest.approx(same.cdf(10), abs=0.02)

    def test_few_weeks_leave_more_open_than_many(self) -> None:
        few, many = forecast([2, 6, 1, 7], Backlog(60)), forecast([2, 6, 1, 7] * 20, Backlog(60))
        widths = []
        for found in (few, many):
            weeks = found.quantiles[0.8]
            assert isinstance(weeks, Estimate)
            widths.append(weeks.high - weeks.low)
        assert widths[0] > 2 * widths[1]

    @settings(max_examples=20)
    @given(histories, st.integers(0, 60))
    def test_a_larger_backlog_is_never_done_sooner_and_the_same_seed_says_the_same(
        self, weeks: list[int], items: int
    ) -> None:
        small, large = forecast(weeks, Backlog(items)), forecast(weeks, Backlog(items + 5))
        assert np.array_equal(small.weeks, forecast(weeks, Backlog(items)).weeks)
        assert (small.weeks <= large.weeks).mean() > 0.99
        assert small.by(8) >= large.by(8)

    def test_growth_is_counted(self) -> None:
        found = forecast([5, 5, 5], Backlog(20, grows_low=1.5, grows_high=2.0))
        assert found.by(5) == 0
        assert found.by(8) == 1

    def test_nothing_left_is_done_now(self) -> None:
        assert forecast([1, 2, 3], Backlog(0)).by(0) == 1

    def test_what_would_take_more_than_ten_years_has_no_week(self) -> None:
        found = forecast([0, 0, 1], Backlog(1000))
        assert isinstance(found.quantiles[0.5], Undefined)

    @pytest.mark.parametrize(
        ("weeks", "reason"),
        [([], "no observations"), ([1, 2], "2 weeks"), ([0, 0, 0], "nothing was finished")],
    )
    def test_without_a_history_it_says_why(self, weeks: list[int], reason: str) -> None:
        found = finish(weeks, Backlog(5), 0.8, seed=7)
        assert isinstance(found, Undefined)
        assert reason in found.reason

    def test_what_is_no_board_is_refused(self) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            finish([1, -1, 3], Backlog(5), 0.8, seed=7)
        with pytest.raises(ValueError, match="factors"):
            Backlog(5, grows_low=0.5)
        with pytest.raises(ValueError, match="above 0"):
            cycle_time(math.nan, 2)
