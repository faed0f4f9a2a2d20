"""Weeks of a board: which count, how much each finished, whether goals were reached."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.domain.boards.rules import Card, CardText, Goal
from gonogo.domain.boards.weeks import Reached, goal_week, monday, reached, throughput

TODAY = date(2026, 11, 21)


def at(day: date) -> str:
    return f"{day}T10:00:00.000Z"


def card(
    number: int, begun: date | None = None, done: date | None = None, dropped: str = ""
) -> Card:
    return Card(
        case="churn",
        number=number,
        text=CardText("Any"),
        column="done" if done else "doing",
        since=at(TODAY),
        added_at=at(TODAY),
        added_by="user:x",
        begun_at=at(begun) if begun else None,
        done_at=at(done) if done else None,
        dropped=dropped,
        source="",
        entry="",
    )


class TestThroughput:
    def test_whole_weeks_alone_count_and_those_of_none_too(self) -> None:
        cards = [
            card(1, date(2026, 10, 21), date(2026, 10, 22)),
            card(2, date(2026, 10, 21), date(2026, 10, 27)),
            card(3, date(2026, 11, 10), date(2026, 11, 15)),
            card(4, date(2026, 11, 10), date(2026, 11, 17)),
            card(5, date(2026, 11, 10), date(2026, 11, 12), dropped="a mistake"),
            card(6, date(2026, 11, 10)),
        ]
        found = throughput(cards, TODAY, 26)

        assert [(one.monday.day, one.done) for one in found] == [(26, 1), (2, 0), (9, 1)]
        assert throughput(cards, TODAY, 2) == found[1:]

    def test_work_that_began_on_a_monday_began_with_a_whole_week(self) -> None:
        found = throughput([card(1, date(2026, 11, 9), date(2026, 11, 11))], TODAY, 26)
        assert [one.done for one in found] == [1]

    def test_nothing_begun_is_no_week(self) -> None:
        assert throughput([card(1)], TODAY, 26) == ()

    @given(st.lists(st.integers(0, 200), max_size=30))
    def test_every_card_of_a_whole_week_is_counted_once(self, ago: list[int]) -> None:
        days = [TODAY - timedelta(days=one) for one in ago]
        found = throughput([card(n, day, day) for n, day in enumerate(days)], TODAY, 104)

        mondays = {one.monday for one in found}
        assert sum(one.done for one in found) == sum(monday(day) in mondays for day in days)
        assert all(one.monday.weekday() == 0 for one in found)
        assert [one.monday for one in found] == sorted(mondays)


class TestGoals:
    def test_are_reached_by_sunday_or_missed(self) -> None:
        goal = Goal("churn", 1, "2026-11-16", "Any", (1, 2), "", "", "")
        saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
        after = saturday + timedelta(days=2)
        in_time = {1: card(1, done=date(2026, 11, 22)), 2: card(2, done=date(2026, 11, 3))}
        late = {**in_time, 1: card(1, done=date(2026, 11, 23))}

        assert reached(goal, in_time, saturday) is Reached.YES
        assert reached(goal, {**in_time, 1: card(1)}, saturday) is Reached.OPEN
        assert reached(goal, late, after) is Reached.NO
        assert reached(goal, {2: in_time[2]}, after) is Reached.NO

    def test_are_set_for_this_week_or_near_ones(self) -> None:
        assert goal_week("", TODAY) == date(2026, 11, 16)
        assert goal_week("2026-12-03", TODAY) == date(2026, 11, 30)
        for wrong in ("2026-11-15", "2027-06-01", "soon"):
            with pytest.raises(Invalid) as error:
                goal_week(wrong, TODAY)
            assert error.value.field == "week"
