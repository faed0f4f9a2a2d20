"""What the throughput of a board says: weeks with their interval, or why there are none."""

from datetime import date, timedelta

import pytest

from gonogo.checks.boards import board_on_time, board_weeks, drawn
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined


class TestBoardWeeks:
    def test_the_same_every_week_is_a_division(self) -> None:
        found = board_weeks(drawn([4, 4, 4, 4], 20, {"step": "live"}))

        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.unit) == (5, "weeks")
        assert found.parameters["cards"] == 20
        assert found.parameters["history"] == 4
        assert found.parameters["share"] == 0.8

    def test_a_share_that_is_asked_is_measured(self) -> None:
        history = [0, 1, 5, 2, 8, 3]
        early, late = (
            board_weeks(drawn(history, 30, {"share": share})).measured for share in (0.1, 0.9)
        )

        assert isinstance(early, Estimate)
        assert isinstance(late, Estimate)
        assert early.value < late.value
        assert late.low <= late.value <= late.high

    def test_growth_makes_it_later(self) -> None:
        grown = board_weeks(drawn([4, 4, 4], 20, {"grows_low": 1.5, "grows_high": 1.5})).measured
        assert isinstance(grown, Estimate)
        assert grown.value == 8

    @pytest.mark.parametrize("history", [[], [3, 3], [0, 0, 0, 0]])
    def test_too_little_history_is_no_number(self, history: list[int]) -> None:
        assert isinstance(board_weeks(drawn(history, 5, {})).measured, Undefined)

    def test_what_it_does_not_know_is_refused(self) -> None:
        with pytest.raises(Invalid):
            drawn([1, 2, 3], 5, {"speed": 2})


class TestBoardOnTime:
    TODAY = date(2026, 11, 23)

    def test_a_future_takes_whole_weeks_as_dates_do(self) -> None:
        futures = drawn([4, 4, 4, 4], 20, {"step": "live"})
        due = self.TODAY + timedelta(weeks=5)
        for day, value in ((due - timedelta(days=1), 0.0), (due, 1.0)):
            found = board_on_time(futures, self.TODAY, day)
            assert isinstance(found.measured, Estimate)
            assert (found.measured.value, found.measured.unit) == (value, "share")
            assert found.parameters["deadline"] == day.isoformat()
            assert "share" not in found.parameters

    def test_without_a_history_it_is_no_number(self) -> None:
        found = board_on_time(drawn([3, 3], 5, {}), self.TODAY, self.TODAY)
        assert isinstance(found.measured, Undefined)
