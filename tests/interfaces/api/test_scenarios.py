"""Tests of REST for scenarios: compared in the same futures, kept, refused by field."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World

PLAN = """plan: Churn in production
goal: live
deadline: 2999-12-31
currency: USD
people: {analyst: {number: 1, rate: 100}}
steps:
  one: {days: {optimistic: 4, likely: 8, pessimistic: 20}, needs: {analyst: 1}}
  two: {days: {p10: 5, p90: 15}, needs: {analyst: 1}}
  try: {days: 3, after: [one, two], succeeds: 0.6, fails: stop}
  live: {milestone: true, after: try}
"""
SCENARIOS = """scenarios:
  more: {people: {analyst: 2}, budget: 1500}
  surer: {title: It surely works, prior: {try: 0.9}}
  less: {without: [two]}
  sooner: {deadline: 2998-01-01}
"""


@pytest.fixture(autouse=True)
def _planned(world: World) -> None:
    """The use case `churn` has a plan in force."""
    manager = world.api.by(Role.PRODUCT_MANAGER)
    done(manager.post("/cases/churn/plans", json={"text": PLAN}), 201)


def compare(world: World, **asked: Json) -> dict[str, Any]:
    officer = world.api.by(Role.RISK_OFFICER)
    path = "/cases/churn/scenarios/comparisons"
    told: dict[str, Any] = done(officer.post(path, json={"futures": 500, **asked}), 201)
    return told


class TestCompare:
    def test_scenarios_stand_beside_the_plan_as_it_is(self, world: World) -> None:
        found = compare(world, text=SCENARIOS, budget=2000)
        lines = {one["name"]: one for one in found["items"]}

        assert list(lines) == ["today", "more", "surer", "less", "sooner"]
        today, more, surer, less = (lines[name] for name in ("today", "more", "surer", "less"))
        assert today["later"] == []
        assert [one["share"] for one in more["later"]] == [0.5, 0.8]
        assert less["later"][0]["days"]["high"] < 0
        assert "not reached in 80 %" in less["later"][1]["days"]["undefined"]
        assert surer["likelier"]["low"] > 0.2
        assert more["likelier"]["value"] == 0
        assert (more["budget"], surer["budget"], today["budget"]) == (1500, 2000, 2000)
        assert more["within"]["value"] < today["within"]["value"]
        # The same work is paid for, whoever does it; what is left out is not.
        assert more["dearer"]["value"] == 0
        assert less["dearer"]["high"] < 0
        assert [one["role"] for one in today["overloaded"]] == ["analyst"]
        assert more["overloaded"] == []
        assert surer["title"] == "It surely works"
        assert more["says"] == "2 analyst; within 1,500"

    def test_the_same_seed_gives_the_same_answer(self, world: World) -> None:
        assert compare(world, text=SCENARIOS) == compare(world, text=SCENARIOS)
        assert compare(world, text=SCENARIOS) != compare(world, text=SCENARIOS, seed=5)

    def test_what_cannot_be_is_named_and_not_kept(self, world: World, everything: Written) -> None:
        manager = world.api.by(Role.PRODUCT_MANAGER)
        before = everything()
        text = "scenarios: {x: {people: {anlyst: 2}}}"

        for path in ("scenarios", "scenarios/comparisons"):
            answer = manager.post(f"/cases/churn/{path}", json={"text": text})
            refused(answer, 422, "scenarios.x.people.anlyst")

        assert everything() == before


class TestKeep:
    def test_what_it_says_is_evidence_of_each_scenario(self, world: World) -> None:
        found = compare(world, text=SCENARIOS, keep=True)
        viewer = world.api.by(Role.VIEWER)

        assert (found["kept"], list(found["evidence"])) == (1, ["more", "surer", "less", "sooner"])
        lines = {one["name"]: one for one in found["items"]}
        for name, (days, chance) in found["evidence"].items():
            said = {"later": days, "chance": chance}
            body = {key: done(viewer.get(f"/ledger/{one}"))["body"] for key, one in said.items()}
            assert body["later"]["check"] == "value.scenario_days_later"
            assert body["later"]["with"]["scenario"] == name
            assert body["later"]["with"]["changes"] == lines[name]["says"]
            assert body["later"]["measured"] == said_in(lines[name]["later"][1]["days"])
            assert body["chance"]["check"] == "value.scenario_on_time"
            assert body["chance"]["with"]["deadline"] == lines[name]["deadline"]
            assert body["chance"]["measured"] == said_in(lines[name]["chance"])
        entry = done(viewer.get(f"/ledger/{found['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("plan-comparison", "case:churn")
        path = "/cases/churn/scenarios/comparisons"
        assert done(viewer.get(f"{path}/1")) == found
        (listed,) = done(viewer.get(path))["items"]
        assert (listed["number"], listed["plan"], listed["entry"]) == (1, 1, found["entry"])

    def test_keeping_it_again_writes_nothing(self, world: World, everything: Written) -> None:
        first = compare(world, text=SCENARIOS, keep=True)
        before = everything()
        assert compare(world, text=SCENARIOS, keep=True) == first
        assert everything() == before
        assert compare(world, text=SCENARIOS, keep=True, seed=5)["kept"] == 2

    def test_what_is_only_told_is_not_kept(self, world: World, everything: Written) -> None:
        before = everything()
        found = compare(world, text=SCENARIOS)
        assert (found["kept"], found["evidence"]) == (None, {})
        assert everything() == before
        viewer = world.api.by(Role.VIEWER)
        refused(viewer.get("/cases/churn/scenarios/comparisons/1"), 404, "number")


class TestDrop:
    OTHER = """plan: Second
currency: USD
people: {analyst: {number: 1, rate: 100}}
steps:
  work: {days: 30, needs: {analyst: 1}}
"""
    TEXT = """scenarios:
  alone: {drop: [second]}
  both: {drop: [second], people: {analyst: 2}}
  more: {people: {analyst: 2}}
"""

    @pytest.fixture(autouse=True)
    def _second(self, world: World) -> None:
        """The use case `second` has a plan that needs the same analyst."""
        manager = world.api.by(Role.PRODUCT_MANAGER)
        told = done(manager.get("/cases/churn"))
        told = {name: told[name] for name in ("title", "problem", "risk_tier", "owner_role")}
        manager.post("/cases", json={**told, "slug": "second"})
        done(manager.post("/cases/second/plans", json={"text": self.OTHER}), 201)

    def test_without_the_other_its_people_are_free(self, world: World) -> None:
        officer = world.api.by(Role.RISK_OFFICER)
        done(
            world.api.by(Role.MANAGER).post(
                "/plans/staffing",
                json={
                    "text": "staffing: Us\npeople: {analyst: {number: 1, rate: 100}}\n"
                    "priority: [second, churn]\n"
                },
            ),
            201,
        )
        found = compare(world, text=self.TEXT, keep=True)
        today, alone, both, more = found["items"]

        assert found["together"] == ["churn", "second"]
        assert alone["says"] == "without the use case second"
        # The other one goes first for thirty days.
        assert alone["later"][0]["days"]["value"] == pytest.approx(-30, abs=1e-6)
        assert both["later"][0]["days"]["value"] <= more["later"][0]["days"]["value"] <= 0
        # The work of this use case costs what it costs, whoever shares its people.
        assert alone["dearer"]["value"] == 0
        alone_plan = done(officer.post("/cases/churn/forecasts", json={"futures": 500}), 201)
        assert alone["cost"]["mean"]["value"] == pytest.approx(
            alone_plan["cost"]["mean"]["value"], rel=0.1
        )
        assert today["cost"]["mean"]["value"] < 4000
        (days, _) = found["evidence"]["alone"]
        body = done(officer.get(f"/ledger/{days}"))["body"]
        assert body["with"]["plans"] == "churn second"

    def test_as_all_plans_together_say(self, world: World) -> None:
        """With the same futures the columns are those of the plans forecast together."""
        officer = world.api.by(Role.RISK_OFFICER)
        asked = {"futures": 500, "seed": 3}
        found = compare(world, text="scenarios: {x: {drop: [second]}}", seed=3)
        shared = done(officer.post("/plans/forecasts", json={**asked, "drop": ["second"]}), 201)
        churn, (gone,) = shared["cases"][0], shared["dropped"][0]["others"]
        assert found["items"][0]["dates"] == churn["dates"]
        assert [one for one in found["items"][1]["dates"] if one["share"] in (0.5, 0.8)] == gone[
            "dates"
        ]

    def test_what_cannot_be_dropped_is_named(self, world: World, everything: Written) -> None:
        manager = world.api.by(Role.PRODUCT_MANAGER)
        before = everything()
        for one in ("churn", "third"):
            text = f"scenarios: {{x: {{drop: [{one}]}}}}"
            for path in ("scenarios", "scenarios/comparisons"):
                answer = manager.post(f"/cases/churn/{path}", json={"text": text})
                refused(answer, 422, "scenarios.x.drop")
        text = "scenarios: {x: {drop: [second]}}"
        many = {"text": text, "futures": 50_000}
        answer = manager.post("/cases/churn/scenarios/comparisons", json=many)
        refused(answer, 422, "futures")
        assert everything() == before


def said_in(told: Json) -> Json:
    """A measurement as the ledger keeps it: without what it is not."""
    assert isinstance(told, dict)
    return {name: value for name, value in told.items() if value not in (None, "")}


class TestSave:
    def test_what_is_kept_is_compared_again(self, world: World) -> None:
        manager = world.api.by(Role.PRODUCT_MANAGER)
        refused(manager.get("/cases/churn/scenarios"), 404, "case")
        refused(manager.post("/cases/churn/scenarios/comparisons", json={}), 404, "case")

        first = done(manager.post("/cases/churn/scenarios", json={"text": SCENARIOS}), 201)
        again = done(manager.post("/cases/churn/scenarios", json={"text": SCENARIOS}), 201)

        assert first == again == done(manager.get("/cases/churn/scenarios"))
        assert len(compare(world)["items"]) == 5
        entry = done(world.api.by(Role.VIEWER).get(f"/ledger/{first['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("plan-scenarios", "case:churn")
