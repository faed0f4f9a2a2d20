"""Tests of REST for plans together: shared people, what sharing costs, what dropping gives."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.core.subjects import ORGANISATION
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World

PLAN = """plan: {name}
deadline: 2999-12-31
currency: USD
people: {{analyst: 1}}
steps:
  collect: {{days: {{optimistic: 4, likely: 8, pessimistic: 20}}, needs: {{analyst: 1}}}}
  live: {{milestone: true, after: {after}}}
"""
STAFFING = """staffing: Analytics
people: {analyst: {number: 1, rate: 500, away: [{from: 2990-01-01, to: 2990-02-01}]}}
priority: [churn, second]
"""


def plan(world: World, case: str, after: str = "collect", text: str = PLAN) -> None:
    manager = world.api.by(Role.PRODUCT_MANAGER)
    text = text.format(name=case, after=after)
    done(manager.post(f"/cases/{case}/plans", json={"text": text}), 201)


@pytest.fixture(autouse=True)
def _planned(world: World) -> None:
    """The use cases `churn` and `second` have plans that need the same analyst."""
    manager = world.api.by(Role.PRODUCT_MANAGER)
    told = done(manager.get("/cases/churn"))
    told = {name: told[name] for name in ("title", "problem", "risk_tier", "owner_role")}
    manager.post("/cases", json={**told, "slug": "second"})
    plan(world, "churn")
    plan(world, "second")


def together(world: World, **asked: Json) -> dict[str, Any]:
    officer = world.api.by(Role.RISK_OFFICER)
    told: dict[str, Any] = done(
        officer.post("/plans/forecasts", json={"futures": 400, **asked}), 201
    )
    return told


def days(dates: list[dict[str, Any]], share: float = 0.8) -> float:
    return float(next(one["days"]["value"] for one in dates if one["share"] == share))


class TestForecast:
    def test_says_what_sharing_costs_and_who_is_short(self, world: World) -> None:
        found = together(world, drop=["churn"])
        one, other = found["cases"]

        assert (one["case"], other["case"]) == ("churn", "second")
        for case in found["cases"]:
            assert days(case["alone"]) <= days(case["dates"])
            shared = case["sharing"][1]["days"]
            assert shared["value"] == pytest.approx(days(case["dates"]) - days(case["alone"]))
        assert max(case["sharing"][1]["days"]["value"] for case in found["cases"]) > 5
        assert found["roles"][0]["role"] == "analyst"
        assert found["roles"][0]["busy"]["value"] == pytest.approx(1)
        (gone,) = found["dropped"]
        (left,) = gone["others"]
        assert left["case"] == "second"
        assert left["later"][1]["days"]["value"] <= 0
        assert found["stated"] is False
        viewer = world.api.by(Role.VIEWER)
        assert done(viewer.get(f"/plans/forecasts/{found['number']}")) == found
        assert done(viewer.get("/plans/forecasts"))["items"][0]["cases"] == ["churn", "second"]
        entry = done(viewer.get(f"/ledger/{found['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("plans-together", str(ORGANISATION))

    def test_is_evidence_about_each_use_case_and_asking_again_writes_nothing(
        self, world: World, everything: Written
    ) -> None:
        found = together(world)
        viewer = world.api.by(Role.VIEWER)
        for case in found["cases"]:
            days_, chance = found["evidence"][case["case"]]
            entry = done(viewer.get(f"/ledger/{days_}"))
            assert entry["subject"] == f"case:{case['case']}"
            assert entry["body"]["check"] == "value.shared_plan_days"
            assert entry["body"]["with"]["plans"] == "churn second"
            assert entry["body"]["measured"]["value"] == days(case["dates"])
            on_time = done(viewer.get(f"/ledger/{chance}"))["body"]
            assert on_time["check"] == "value.shared_plan_on_time"
            assert on_time["measured"]["value"] == case["chance"]["value"]

        before = everything()
        assert together(world) == found
        assert everything() == before

    def test_a_milestone_has_the_chance_of_its_own_deadline(self, world: World) -> None:
        due = "{{milestone: true, deadline: 2999-12-01, after: collect}}"
        due += "\n  end: {{days: 1, after: live}}"
        text = PLAN.replace("{{milestone: true, after: {after}}}", due)
        plan(world, "second", text=text)
        (one,) = together(world)["cases"][1]["milestones"]
        assert (one["step"], one["deadline"], one["chance"]["value"]) == ("live", "2999-12-01", 1)
        assert one["chance_alone"]["value"] == 1

    def test_the_same_seed_gives_the_same_dates(self, world: World) -> None:
        one, other = together(world), together(world)
        assert one["cases"] == other["cases"]
        assert one["cases"] != together(world, seed=5)["cases"]

    def test_who_goes_first_is_the_staffing_s_to_say(self, world: World) -> None:
        manager = world.api.by(Role.MANAGER)
        found: dict[str, Any] = {}
        for first, then in (("churn", "second"), ("second", "churn")):
            text = STAFFING.replace("[churn, second]", f"[{first}, {then}]")
            done(manager.post("/plans/staffing", json={"text": text}), 201)
            found = together(world)
            by = {one["case"]: one for one in found["cases"]}
            assert by[first]["sharing"][1]["days"]["value"] == 0
            assert by[then]["sharing"][1]["days"]["value"] > 5
        assert (found["staffing"], found["stated"]) == ("Analytics", True)
        assert found["cost"]["mean"]["value"] > 0

    def test_what_waits_across_use_cases_comes_after(self, world: World) -> None:
        plan(world, "second", after="[collect, {step: churn/live, lag: 30}]")
        found = together(world)
        by = {one["case"]: one for one in found["cases"]}

        assert days(by["second"]["dates"]) >= days(by["churn"]["dates"]) + 30
        alone = together(world, cases=["second"])["cases"][0]
        assert days(alone["dates"]) < 25

    def test_what_cannot_be_is_named(self, world: World, everything: Written) -> None:
        before = everything()
        manager = world.api.by(Role.MANAGER)
        wrong: list[tuple[dict[str, Json], str]] = [
            ({"cases": ["third"]}, "cases"),
            ({"drop": ["third"]}, "drop"),
            ({"cases": ["churn"], "drop": ["churn"]}, "drop"),
        ]
        for asked, field in wrong:
            refused(manager.post("/plans/forecasts", json=asked), 422, field)
        assert everything() == before

    def test_plans_that_do_not_fit_are_not_forecast(self, world: World) -> None:
        manager = world.api.by(Role.MANAGER)
        plan(world, "second", text=PLAN.replace("currency: USD", "currency: EUR"))
        refused(manager.post("/plans/forecasts", json={}), 422, "currency")
        plan(world, "churn", text=PLAN + "  later: {{days: 1}}\n")
        plan(world, "second", after="churn/later")
        plan(world, "churn")
        refused(manager.post("/plans/forecasts", json={}), 422, "second.steps.live.after")

    def test_a_step_that_the_other_plan_lacks_is_not_waited_for(
        self, world: World, everything: Written
    ) -> None:
        before = everything()
        text = PLAN.format(name="second", after="churn/nothing")
        manager = world.api.by(Role.PRODUCT_MANAGER)
        problem = manager.post("/cases/second/plans", json={"text": text})
        told = refused(problem, 422, "steps.live.after")
        assert told["value"] == "churn/nothing"
        assert everything() == before

    def test_a_ring_across_use_cases_is_named(self, world: World) -> None:
        plan(world, "churn", after="second/live")
        plan(world, "second", after="churn/live")
        manager = world.api.by(Role.MANAGER)
        problem = refused(manager.post("/plans/forecasts", json={}), 422, "steps")
        assert "churn/live → second/live → churn/live" in str(problem)


class TestStaffing:
    def test_is_in_force_once_it_is_right(self, world: World) -> None:
        manager = world.api.by(Role.MANAGER)
        refused(manager.get("/plans/staffing"), 404, "staffing")
        saved = done(manager.post("/plans/staffing", json={"text": STAFFING}), 201)

        assert done(manager.get("/plans/staffing")) == saved
        assert done(manager.post("/plans/staffing", json={"text": STAFFING}), 201) == saved
        refused(world.api.by(Role.VIEWER).post("/plans/staffing", json={"text": STAFFING}), 403)

    def test_what_is_wrong_is_not_saved(self, world: World, everything: Written) -> None:
        manager = world.api.by(Role.MANAGER)
        before = everything()
        for change, to, field in (
            ("analyst:", "scientist:", "staffing.people.analyst"),
            (
                "number: 1, rate: 500, away: [{from",
                "number: 0.5, away: [{number: 0.5, from",
                "staffing.people.analyst",
            ),
            ("number: 1,", "number: 0,", "people.analyst.away"),
            ("[churn, second]", "[churn, churn]", "priority[1] (line 3)"),
            ("priority", "precedence", "precedence (line 3)"),
            ("staffing: Analytics\n", "", "staffing (line 1)"),
        ):
            problem = manager.post("/plans/staffing", json={"text": STAFFING.replace(change, to)})
            assert problem.status_code == 422
            assert field in problem.json()["field"]
        assert everything() == before
