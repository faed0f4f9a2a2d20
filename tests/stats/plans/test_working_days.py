"""Working days against a calendar walked day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.stats.plans.working_days import (
    Calendar,
    day_of,
    days_of,
    days_through,
    days_until,
)

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
WEEKS = st.tuples(*[st.booleans()] * 7).filter(any)
CALENDARS = st.builds(Calendar, WEEKS, st.frozensets(DAYS, max_size=20))


def walked(calendar: Calendar, start: date, whole: int) -> date:
    """The day on which the `whole`-th working day passes, the first where it is 0."""
    day, left = start, max(whole, 1)
    while True:
        left -= calendar.works(day)
        if not left:
            return day
        day += timedelta(days=1)


class TestDayOf:
    @given(CALENDARS, DAYS, st.integers(0, 40))
    def test_a_number_of_days_ends_where_they_are_counted_off(
        self, calendar: Calendar, start: date, whole: int
    ) -> None:
        assert day_of(calendar, start, float(whole)) == walked(calendar, start, whole)

    def test_a_part_of_a_day_is_on_that_day(self) -> None:
        thursday = date(2026, 12, 24)
        calendar = Calendar(holidays=frozenset({date(2026, 12, 25)}))

        assert days_of(calendar, thursday, [0.0, 0.5, 1.0, 1.0 + 1e-12, 1.1]) == [
            thursday,
            thursday,
            thursday,
            thursday,
            date(2026, 12, 28),
        ]

    def test_what_is_never_finished_has_no_date(self) -> None:
        with pytest.raises(ValueError, match="days are inf"):
            day_of(Calendar(), date(2026, 12, 24), float("inf"))


class TestDaysUntil:
    @given(CALENDARS, DAYS, st.integers(0, 40))
    def test_a_deadline_is_kept_by_what_ends_on_its_day_and_not_by_more(
        self, calendar: Calendar, start: date, whole: int
    ) -> None:
        end = walked(calendar, start, whole + 1)

        assert days_through(calendar, start, end) == whole + 1
        assert days_until(calendar, start, end) == whole

    def test_before_the_start_it_is_negative(self) -> None:
        assert days_until(Calendar(), date(2026, 11, 26), date(2026, 11, 23)) == -3


class TestCalendar:
    def test_a_week_without_a_working_day_is_refused(self) -> None:
        with pytest.raises(ValueError, match="with a working one"):
            Calendar(week=(False, False, False, False, False, False, False))
