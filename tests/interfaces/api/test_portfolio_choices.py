"""Tests of REST for choices that are decided: they cite what they rest on and tell what changed."""

from typing import Any

import pytest

from gonogo.core.roles import ALLOWED, Action, Role
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World
from tests.interfaces.api.test_value import state, text, three

PATH = "/portfolio/choices"
WHY = "Most for the money of this year"


def decide(world: World, **asked: Json) -> dict[str, Any]:
    manager = world.api.by(Role.MANAGER)
    told: dict[str, Any] = done(manager.post(PATH, json={"reason": WHY, **asked}), 201)
    return told


class TestDecide:
    def test_is_a_decision_that_cites_the_worth_of_all_there_was_to_choose_from(
        self, world: World
    ) -> None:
        three(world)
        made = decide(world, budget=3000)
        assert [(one["case"], one["quarter"]) for one in made["done"]] == [
            ("churn", 1),
            ("search", 1),
        ]
        assert [one["case"] for one in made["left"]] == ["fraud"]
        assert made["worth"]["value"] == pytest.approx(2000)
        viewer = world.api.by(Role.VIEWER)
        entry = done(viewer.get(f"/ledger/{made['entry']}"))
        body = entry["body"]
        assert (entry["kind"], entry["subject"]) == ("decision", "org:gonogo")
        assert (body["outcome"], body["rationale"]) == ("chosen", WHY)
        assert body["portfolio"]["limits"] == {"budget": 3000}
        parts = [*made["done"], *made["left"]]
        assert sorted(body["cites"]) == sorted(one["entry"] for one in parts)
        for one in parts:
            cited = done(viewer.get(f"/ledger/{one['entry']}"))["body"]
            assert cited["check"] == "value.risk_adjusted_npv"
            assert cited["measured"]["value"] == one["then"]["value"]
        assert made["entry"] in {one["entry"] for one in done(viewer.get("/decisions"))["items"]}

    def test_a_share_that_is_limited_at_one_end_is_kept_with_both(self, world: World) -> None:
        three(world)
        made = decide(world, budget=3000, shares={"exploration": {"most": 0.5}, "other": {}})
        shares = {"exploration": {"least": 0, "most": 0.5}, "other": {"least": 0, "most": 1}}
        assert made["limits"] == {"budget": 3000, "shares": shares}

    def test_what_changed_since_is_told(self, world: World) -> None:
        three(world)
        made = decide(world, budget=3000)
        assert (made["changed"], made["new"]) == ([], [])
        state(world, text(4, 500))
        world.case(slug="later")
        state(world, text(1, 100), "later")
        again = decide(world, budget=400, without=["search"])
        assert [one["case"] for one in again["done"]] == ["later"]
        viewer = world.api.by(Role.VIEWER)
        first = done(viewer.get(f"{PATH}/{made['entry']}"))
        assert (first["changed"], first["new"]) == (["churn"], ["later"])
        now = {one["case"]: one["now"] for one in [*first["done"], *first["left"]]}
        assert now["churn"]["value"] == pytest.approx(7500)
        assert now["search"] is None
        listed = done(viewer.get(PATH))["items"]
        assert [one["entry"] for one in listed] == [again["entry"], made["entry"]]

    def test_without_a_reason_and_under_limits_that_conflict_nothing_is_written(
        self, world: World, everything: Written
    ) -> None:
        three(world)
        manager = world.api.by(Role.MANAGER)
        before = everything()
        refused(manager.post(PATH, json={"budget": 10}), 422, "reason")
        refused(manager.post(PATH, json={"budget": 10, "reason": "  "}), 422, "reason")
        asked = {"budget": 10, "must": ["churn"], "reason": WHY}
        refused(manager.post(PATH, json=asked), 422, "limits")
        assert everything() == before

    def test_nothing_to_choose_from_is_no_choice(self, world: World) -> None:
        asked = {"budget": 10, "reason": WHY}
        refused(world.api.by(Role.MANAGER).post(PATH, json=asked), 422, "cases")

    @pytest.mark.parametrize("role", Role)
    def test_who_may_decide(self, world: World, role: Role) -> None:
        state(world, text(1, 500))
        answer = world.api.by(role).post(PATH, json={"budget": 600, "reason": WHY})
        may = role in ALLOWED[Action.PORTFOLIO_DECIDE]
        assert answer.status_code == (201 if may else 403)

    def test_no_such_choice_is_not_found(self, world: World) -> None:
        state(world, text(1, 500))
        viewer = world.api.by(Role.VIEWER)
        for name in ("1", "abc", "..%2e"):
            assert viewer.get(f"{PATH}/{name}").status_code == 404
