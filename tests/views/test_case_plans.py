"""The page of a plan in numbers: dates, drivers, what is never reached, how much it asks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from gonogo.core.roles import Role
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.forecasting import Asked, forecast
from gonogo.views import case_plans, plan_form
from gonogo.views.charts.numbers import table
from gonogo.views.drawn import case_plans as drawn
from gonogo.views.plan_steps import listed
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World
from tests.interfaces.api.test_case_plans import TEXT, save
from tests.interfaces.api.test_case_plans import forecast as forecast_now
from tests.views.test_queries import counted

FRIDAY = date(2026, 11, 20)
PLAN = """plan: x
people: {a: {number: 1, rate: 100}}
steps:
  long: {title: Long, days: {optimistic: 2, likely: 6, pessimistic: 30}, needs: {a: 1}}
  short: {title: Short, days: {optimistic: 1, likely: 2, pessimistic: 3}, needs: {a: 1}}
  risky: {title: Risky, after: [long, {step: short, lag: 2}], days: 4, succeeds: 0.7, fails: stop}
  live: {title: Live, milestone: true, after: risky}
"""


def told(text: str = PLAN) -> dict[str, Any]:
    plan = parse(text)
    return dict(forecast(plan, FRIDAY, {}, Asked(futures=400, seed=1, level=0.95)).told)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What a forecast of `PLAN` says."""
    return told()


class TestDrawn:
    def test_the_finish_rises_within_its_band_up_to_those_that_reach_it(
        self, found: dict[str, Any]
    ) -> None:
        chart = drawn.finish(found, 20.0)
        assert chart is not None
        (line,) = chart.lines
        shares = [point.y for point in line.points]
        assert shares == sorted(shares)
        assert 0.6 < shares[-1] < 0.8
        assert all(
            point.low is not None and point.high is not None and point.low < point.y < point.high
            for point in line.points
        )
        assert [(one.at, one.says) for one in chart.uprights] == [(20.0, "deadline")]

    def test_a_deadline_far_beyond_leaves_room_for_the_rest(self, found: dict[str, Any]) -> None:
        chart, steps = drawn.finish(found, 5000.0), drawn.timeline(found, 5000.0)
        assert chart is not None
        assert steps is not None
        assert (chart.uprights, steps.bounds) == ((), ())

    def test_steps_stand_in_the_order_of_their_start(self, found: dict[str, Any]) -> None:
        chart = drawn.timeline(found, None)
        assert chart is not None
        begins = [row.begins for row in chart.rows]
        assert begins == sorted(begins)
        assert {row.label for row in chart.rows} == {"Long", "Short", "Risky", "Live"}
        assert all(row.begins <= row.ends for row in chart.rows)
        assert all(row.late is None or row.ends <= row.late for row in chart.rows)
        live = next(row for row in chart.rows if row.label == "Live")
        assert live.late is None
        assert live.says.endswith("P90 never")

    def test_what_swings_most_stands_first_in_the_tornado(self, found: dict[str, Any]) -> None:
        chart = drawn.tornado(found)
        assert chart is not None
        swings = [abs(row.ends - row.begins) for row in chart.rows]
        assert swings == sorted(swings, reverse=True)
        assert {"Long", "one more a"} <= {row.label for row in chart.rows}
        assert table(chart).columns == ("", "good", "bad", "besides")

    def test_what_never_moves_is_not_drawn(self) -> None:
        fixed = told("plan: x\nsteps: {a: {days: 2}}")
        assert drawn.tornado(fixed) is None
        assert drawn.load(fixed) is None
        chart = drawn.finish(fixed, None)
        assert chart is not None
        assert [(one.x, one.y) for one in chart.lines[0].points] == [(2.0, 0.99)]

    def test_what_no_future_reaches_is_not_drawn(self) -> None:
        never = told(
            "plan: x\nsteps: {a: {days: 2, succeeds: 0, fails: stop}, b: {days: 1, after: a}}"
        )
        assert drawn.finish(never, 3.0) is None
        assert drawn.critical(never) is None


class TestNetwork:
    def test_each_step_stands_right_of_those_it_waits_for(self) -> None:
        text = PLAN + "  instead: {title: Instead, if_fails: risky, days: 1, done: 2026-11-19}\n"
        chart = drawn.network(parse(text))
        assert chart is not None
        assert [(one.label, one.layer, one.after, one.only_if) for one in chart.nodes] == [
            ("Long", 0, (), None),
            ("Short", 0, (), None),
            ("Risky", 1, (0, 1), None),
            ("Live", 2, (2,), None),
            ("Instead", 2, (), 2),
        ]
        assert chart.nodes[4].says == "done 2026-11-19"

    def test_what_nobody_could_see_is_not_drawn(self) -> None:
        many = "".join(f"  s{at}: {{days: 1}}\n" for at in range(drawn.ROWS + 1))
        assert drawn.network(parse(f"plan: x\nsteps:\n{many}")) is None


class TestSteps:
    def test_say_what_they_wait_for_and_rest_on(self, found: dict[str, Any]) -> None:
        lines, more = listed(parse(PLAN), found)
        assert more == 0
        risky = next(line for line in lines if line.step == "risky")
        assert [(one.title, one.says) for one in risky.waits] == [
            ("Long", ""),
            ("Short", "2 days later"),
        ]
        assert risky.rests == "succeeds in 70 %, else the plan ends"
        assert lines[0].needs == "1 a"
        assert lines[0].days == "2 to 30, likely 6"


@pytest.fixture
def questions(work_as: WorkAs, engine: Engine) -> Callable[[Callable[..., object]], int]:
    """How many questions a page asks."""

    def asked(view: Callable[..., object]) -> int:
        with work_as(Role.PRODUCT_MANAGER, write=False) as work, counted(engine) as found:
            view(work)
        return len(found)

    return asked


class TestPlan:
    def test_shows_the_forecast_of_the_plan_in_force(self, world: World, work_as: WorkAs) -> None:
        save(world)
        forecast_now(world)
        with work_as(Role.VIEWER, write=False) as work:
            page = case_plans.plan(work, "churn")
            assert page.forecast is not None
            assert page.headline.startswith("Four of five futures reach live by 2")
            assert [line.goal for line in page.forecast.milestones] == [True]
            assert not page.may_edit
            assert case_plans.in_one_line(work, "churn").startswith("Churn in production, P80 2")
        save(world, TEXT.replace("likely: 4", "likely: 5"))
        with work_as(Role.VIEWER, write=False) as work:
            now, before = case_plans.plan(work, "churn"), case_plans.plan(work, "churn", 1)
            assert now.forecast is None
            assert case_plans.in_one_line(work, "churn") == "Churn in production, not forecast yet"
            assert before.plan is not None
            assert before.forecast == page.forecast
            assert (before.plan.number, before.in_force) == (1, 2)

    def test_asks_the_same_however_much_there_is(
        self, world: World, questions: Callable[[Callable[..., object]], int]
    ) -> None:
        views: dict[str, Callable[..., object]] = {
            "plan": lambda work: case_plans.plan(work, "churn"),
            "line": lambda work: case_plans.in_one_line(work, "churn"),
            "form": lambda work: plan_form.form(work, "churn"),
        }
        save(world)
        forecast_now(world)
        few = {name: questions(view) for name, view in views.items()}
        manager = world.api.by(Role.MANAGER)
        for seed in range(3):
            asked = {"futures": 100, "seed": seed}
            done(manager.post("/cases/churn/forecasts", json=asked), 201)
        many = {name: questions(view) for name, view in views.items()}
        assert many == few
        assert all(
            many[name] <= most for name, most in {"plan": 7, "line": 2, "form": 4}.items()
        ), many
