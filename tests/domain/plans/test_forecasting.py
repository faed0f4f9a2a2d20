"""Forecasts of plans: dates on their calendar, work under way, hypotheses that were settled."""

from datetime import date
from typing import Any

import pytest

from gonogo.core.errors import Invalid
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, Forecast, forecast
from gonogo.domain.plans.rules import Chance, network
from gonogo.stats.estimate import Estimate

FRIDAY = date(2026, 11, 20)


def made(steps: str, today: date = FRIDAY, more: str = "", **chances: Chance) -> Forecast:
    plan = parse(f"plan: x\n{more}\nsteps:\n{steps}")
    return forecast(plan, today, chances, Asked(futures=400, seed=1, level=0.95))


def told(found: Forecast, step: str) -> dict[str, Any]:
    steps: Any = found.told["steps"]
    return next(one for one in steps if one["step"] == step)


class TestForecast:
    def test_days_are_dates_on_the_calendar_of_the_plan(self) -> None:
        found = made(
            "  a: {days: 3}\n  b: {days: 2, after: a}",
            more="deadline: 2026-11-26\ncalendar: {holidays: [2026-11-24]}",
        )

        assert isinstance(found.days.measured, Estimate)
        assert found.days.measured.value == 5
        # Friday, Monday, Wednesday, Thursday, Friday: Tuesday is a holiday.
        assert found.percentiles[0.8] == date(2026, 11, 27)
        assert told(found, "a")["dates"][1]["date"] == "2026-11-25"
        assert found.on_time is not None
        assert isinstance(found.on_time.measured, Estimate)
        assert found.on_time.measured.value == 0

    def test_a_start_later_than_today_is_the_first_day(self) -> None:
        found = made("  a: {days: 1}", more="start: 2026-11-30\ndeadline: 2026-11-30")

        assert found.percentiles[0.5] == date(2026, 11, 30)
        assert found.on_time is not None
        assert isinstance(found.on_time.measured, Estimate)
        assert found.on_time.measured.value == 1

    @pytest.mark.parametrize(
        ("number", "finished"),
        # Monday and Tuesday nobody works on it, or the other one does.
        [(1, date(2026, 11, 26)), (2, date(2026, 11, 24))],
    )
    def test_work_rests_while_nobody_is_there(self, number: int, finished: date) -> None:
        away = "away: [{from: 2026-11-21, to: 2026-11-24}, {from: 2026-01-05, to: 2026-01-09}]"
        found = made(
            "  a: {days: 3, needs: {x: 1}}",
            more=f"people: {{x: {{number: {number}, {away}}}}}",
        )

        assert found.percentiles[0.8] == finished

    def test_done_work_takes_no_more_time_and_lags_go_on_from_it(self) -> None:
        found = made("  a: {days: 9, done: 2026-11-18}\n  b: {days: 1, after: [{step: a, lag: 4}]}")

        # The lag's four days are Thursday to Tuesday.
        assert told(found, "b")["begins"]["days"]["value"] == 3
        assert found.percentiles[0.5] == date(2026, 11, 25)

    def test_work_under_way_takes_what_is_left(self) -> None:
        found = made("  a: {days: 5, begun: 2026-11-18}")

        assert isinstance(found.days.measured, Estimate)
        assert found.days.measured.value == 3

    def test_work_that_should_be_done_wants_a_new_estimate(self) -> None:
        three = "{optimistic: 1, likely: 2, pessimistic: 3}"
        with pytest.raises(Invalid, match=r"steps\.a\.days.*a new estimate"):
            made(f"  a: {{days: {three}, begun: 2026-11-10}}")

    def test_a_settled_hypothesis_is_certain(self) -> None:
        steps = "  a: {days: 2, hypothesis: h}\n  b: {days: 5, if_fails: a}"

        open_ = made(steps, h=Chance(0.5))
        held = made(steps, h=Chance(0.5, settled=True))
        fell = made(steps, h=Chance(0.5, settled=False))

        assert 0.3 < told(open_, "b")["happens"] < 0.7
        assert isinstance(held.days.measured, Estimate)
        assert isinstance(fell.days.measured, Estimate)
        assert (held.days.measured.value, fell.days.measured.value) == (2, 7)

    def test_a_hypothesis_that_nobody_knows_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"steps\.a\.hypothesis"):
            made("  a: {days: 2, hypothesis: h}")

    def test_the_same_seed_says_the_same(self) -> None:
        steps = "  a: {days: {p10: 2, p90: 9}}"

        assert made(steps).told == made(steps).told


class TestNetwork:
    def test_people_in_quarters_and_teams_are_limits(self) -> None:
        plan = parse(
            "plan: x\npeople: {a: {number: 1.5, rate: 400, team: t}, b: {number: 1, team: t}}\n"
            "teams: {t: 2}\nsteps: {s: {days: 1, needs: {a: 0.5, b: 1}}}"
        )

        found = network(plan, FRIDAY, {})

        assert found.pools == {"a": 6, "b": 4, "team t": 8}
        assert dict(found.steps[0].needs) == {"a": 2, "b": 4, "team t": 6}
        assert found.rates["a"] == 100


class TestMilestoneDeadline:
    TEXT = """plan: x
goal: end
steps:
  a: {days: {optimistic: 2, likely: 5, pessimistic: 20}}
  half: {milestone: true, after: a, deadline: 2026-11-26}
  end: {milestone: true, after: half, deadline: 2026-12-31}
  old: {done: 2026-11-02}
"""

    def test_each_milestone_has_the_chance_of_its_own(self) -> None:
        made = forecast(parse(self.TEXT), FRIDAY, {}, Asked(futures=400, seed=1, level=0.95))
        steps = made.told["steps"]
        assert isinstance(steps, list)
        by = {one["step"]: one for one in steps}

        # Five working days from Friday to Thursday evening.
        assert (by["half"]["deadline"], by["half"]["until"]) == ("2026-11-26", 5)
        assert 0.2 < by["half"]["on_time"]["value"] < 0.6
        assert made.told["deadline"] == by["end"]["deadline"] == "2026-12-31"
        assert by["end"]["on_time"] == made.told["on_time"]
        assert "on_time" not in by["a"]

    def test_it_says_how_many_steps_teach_nothing(self) -> None:
        made = forecast(parse(self.TEXT), FRIDAY, {}, Asked(futures=100, seed=1, level=0.95))
        pace = made.told["pace"]
        assert isinstance(pace, dict)
        assert pace["left_out"] == 1
        assert "1 finished step says no estimate here" in str(pace["says"])
