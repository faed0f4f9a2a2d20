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
