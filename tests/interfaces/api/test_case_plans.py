"""Tests of REST for plans: put into force, forecast, kept as evidence."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World

TEXT = """plan: Churn in production
goal: live
people: {data-scientist: 1}
steps:
  try:
    days: {optimistic: 2, likely: 4, pessimistic: 12}
    needs: {data-scientist: 1}
    succeeds: 0.7
    retries: 1
    fails: stop
  live: {milestone: true, after: try}
"""


def save(world: World, text: str = TEXT) -> dict[str, Any]:
    answer = world.api.by(Role.PRODUCT_MANAGER).post("/cases/churn/plans", json={"text": text})
    told: dict[str, Any] = done(answer, 201)
    return told


def forecast(world: World, **asked: Json) -> dict[str, Any]:
    viewer = world.api.by(Role.RISK_OFFICER)
    told: dict[str, Any] = done(
        viewer.post("/cases/churn/forecasts", json={"futures": 500, **asked}), 201
    )
    return told


class TestSave:
    def test_is_in_force_and_the_one_before_stays(self, world: World) -> None:
        first = save(world)
        again = save(world)
        second = save(world, TEXT.replace("likely: 4", "likely: 5"))

        viewer = world.api.by(Role.VIEWER)
        assert again["number"] == first["number"]
        assert done(viewer.get("/cases/churn/plan")) == second
        listed = done(viewer.get("/cases/churn/plans"))["items"]
        assert [one["number"] for one in listed] == [second["number"], first["number"]]
        entry = done(viewer.get(f"/ledger/{second['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("case-plan", "case:churn")

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("plan: x\nsteps: {a: {days: 1, after: b}, b: {days: 1, after: a}}", "steps"),
            ("plan: x\nsteps: {a: {days: 1, after: z}}", "steps.a.after (line 2)"),
            ("plan: x\nsteps: {a: {days: -1}}", "steps.a.days (line 2)"),
            ("plan: x\ndeadline: 2001-01-01\nsteps: {a: {days: 1}}", "deadline"),
            ("plan: [", "text"),
            ("plan: x\nsteps: {a: {days: 1, after: nowhere/live}}", "steps.a.after"),
            ("plan: x\nsteps: {a: {days: 1, after: churn/live}}", "steps.a.after"),
            (f"plan: x\nsteps: {{a: {{days: 1, title: {'x' * 201}}}}}", "steps.a.title"),
        ],
    )
    def test_what_is_wrong_is_not_saved(
        self, world: World, everything: Written, text: str, field: str
    ) -> None:
        manager = world.api.by(Role.PRODUCT_MANAGER)
        before = everything()

        problem = manager.post("/cases/churn/plans", json={"text": text})

        assert problem.status_code == 422
        assert field in problem.json()["field"]
        assert everything() == before

    def test_a_hypothesis_that_is_not_registered_is_not_there(
        self, world: World, everything: Written
    ) -> None:
        manager = world.api.by(Role.PRODUCT_MANAGER)
        before = everything()
        text = "plan: x\nsteps: {a: {days: 1, hypothesis: nobody-said-this}}"

        refused(manager.post("/cases/churn/plans", json={"text": text}), 404, "steps.a.hypothesis")

        assert everything() == before


class TestForecast:
    def test_says_when_and_is_kept_as_evidence(self, world: World, clock: FakeClock) -> None:
        save(world)
        found = forecast(world)

        assert found["reached"]["value"] == pytest.approx(0.91, abs=0.06)
        assert [one["share"] for one in found["dates"]] == [0.1, 0.5, 0.8, 0.9]
        assert found["p50"] == found["dates"][1]["date"] >= clock.now.date().isoformat()
        assert found["chance"] is None
        assert {one["kind"] for one in found["drivers"]} == {"step", "hypothesis", "pool"}
        viewer = world.api.by(Role.VIEWER)
        entry = done(viewer.get(f"/ledger/{found['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("evidence", "case:churn")
        assert entry["body"]["check"] == "value.plan_days"
        assert entry["body"]["reproduced"] is True
        listed = done(viewer.get("/cases/churn/forecasts"))["items"]
        assert listed[0]["entry"] == found["entry"]
        assert done(viewer.get(f"/cases/churn/forecasts/{found['number']}")) == found

    def test_the_same_seed_gives_the_same_dates(self, world: World) -> None:
        save(world)
        one, other, different = forecast(world), forecast(world), forecast(world, seed=5)

        assert (one["dates"], one["curve"]) == (other["dates"], other["curve"])
        assert one["curve"] != different["curve"]

    def test_the_chance_of_a_deadline_is_evidence_of_its_own(self, world: World) -> None:
        save(world, TEXT.replace("goal: live", "goal: live\ndeadline: 2999-12-31"))
        found = forecast(world)

        assert found["chance"]["value"] == found["on_time"] == found["reached"]["value"]

    def test_without_a_plan_there_is_none(self, world: World, everything: Written) -> None:
        manager = world.api.by(Role.MANAGER)
        before = everything()

        refused(manager.post("/cases/churn/forecasts", json={}), 404, "case")
        refused(manager.get("/cases/churn/forecasts/9"), 404, "number")

        assert everything() == before


class TestRead:
    def test_a_file_of_another_tool_becomes_a_plan_and_nothing_is_saved(
        self, world: World, everything: Written
    ) -> None:
        viewer = world.api.by(Role.VIEWER)
        before = everything()

        asked = {"text": "key,days\ntry,3\n", "format": "auto", "name": "Churn"}
        found = done(viewer.post("/cases/churn/plans/read", json=asked))

        assert found == {
            "format": "csv",
            "text": "plan: Churn\nsteps:\n  try: {days: 3}\n",
            "notes": [],
        }
        refused(viewer.post("/cases/none/plans/read", json=asked), 404, "case")
        wrong = {**asked, "text": "key,days\ntry,-3\n"}
        refused(viewer.post("/cases/churn/plans/read", json=wrong), 422, "days (row 2)")
        assert everything() == before

    def test_its_steps_take_the_place_of_those_in_force(self, world: World) -> None:
        save(world)
        manager = world.api.by(Role.PRODUCT_MANAGER)
        steps = manager.get("/cases/churn/plan/steps")
        assert steps.headers["content-type"].startswith("text/csv")

        text = steps.text.replace("try,try,", "try,Try trees,")
        asked = {"text": text, "format": "csv", "keep": True}
        told = done(manager.post("/cases/churn/plans", json=asked), 201)

        assert "people: {data-scientist: 1}" in told["text"]
        assert "Try trees" in told["text"]
        assert told["goal"] == "live"
