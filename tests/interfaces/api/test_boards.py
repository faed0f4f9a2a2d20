"""Tests of REST for boards: cards within limits, blockers, goals, forecasts, pivots."""

from datetime import timedelta
from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World, evidence

PLAN = """plan: Churn in production
goal: live
people: {data-scientist: 1}
steps:
  collect: {days: 4}
  try: {days: {optimistic: 2, likely: 4, pessimistic: 12}, after: collect, succeeds: 0.7}
  rules: {days: 3, if_fails: try}
  live: {milestone: true, after: [try, rules]}
"""
HERE = "/cases/churn"


def post(
    world: World, path: str, asked: Json, status: int = 200, role: Role = Role.ML_ENGINEER
) -> Any:
    """What a post below the use case answers."""
    return done(world.api.by(role).post(f"{HERE}{path}", json=asked), status)


def plan(world: World, text: str = PLAN) -> None:
    post(world, "/plans", {"text": text}, 201)


def card(world: World, title: str = "Join the data", **more: Json) -> int:
    """The number of a new card."""
    number: int = post(world, "/cards", {"title": title, **more}, 201)["number"]
    return number


def move(world: World, number: int, *columns: str) -> None:
    for to in columns:
        post(world, f"/cards/{number}/move", {"to": to})


def board(world: World) -> dict[str, Any]:
    found: dict[str, Any] = done(world.api.by(Role.VIEWER).get(f"{HERE}/board"))
    return found


def finished(world: World, clock: FakeClock, weeks: tuple[int, ...], **more: Json) -> None:
    """Cards done in each of so many weeks; then it is Monday of the next."""
    clock.now += timedelta(days=7 - clock.now.weekday())
    for number in weeks:
        for _ in range(number):
            move(world, card(world, **more), "doing", "done")
        clock.now += timedelta(days=7)


class TestCards:
    def test_move_from_column_to_column_and_every_move_is_in_the_ledger(
        self, world: World, clock: FakeClock
    ) -> None:
        plan(world)
        number = card(world, step="collect", role="data-scientist", size=2)
        clock.now += timedelta(days=2)
        move(world, number, "doing")
        clock.now += timedelta(days=1)
        move(world, number, "done")

        found = board(world)
        one = found["cards"][0]
        assert (one["title"], one["step"], one["column"]) == ("Join the data", "collect", "done")
        assert one["added_at"] < one["begun_at"] < one["done_at"] == one["since"]
        assert [column["cards"] for column in found["columns"]] == [0, 0, 1]
        viewer = world.api.by(Role.VIEWER)
        entry = done(viewer.get(f"/ledger/{one['entry']}"))
        assert entry["kind"] == "card-moved"
        assert (entry["body"]["from"], entry["body"]["to"]) == ("doing", "done")
        move(world, number, "to-do")
        again = board(world)["cards"][0]
        assert (again["begun_at"], again["done_at"]) == (None, None)

    def test_a_limit_refuses_unless_there_is_a_reason_which_is_kept(
        self, world: World, everything: Written
    ) -> None:
        for _ in range(3):
            move(world, card(world), "doing")
        number = card(world)
        engineer = world.api.by(Role.ML_ENGINEER)
        before = everything()

        answer = engineer.post(f"{HERE}/cards/{number}/move", json={"to": "doing"})

        refused(answer, 409, "to")
        assert "Doing holds 3 of at most 3" in answer.json()["expected"]
        assert everything() == before
        moved = post(world, f"/cards/{number}/move", {"to": "doing", "reason": "an outage"})
        entry = done(world.api.by(Role.VIEWER).get(f"/ledger/{moved['entry']}"))
        assert (entry["body"]["over_limit"], entry["body"]["reason"]) == (True, "an outage")

    @pytest.mark.parametrize(
        ("path", "asked", "status", "field"),
        [
            ("/cards/1/move", {"to": "nowhere"}, 422, "to"),
            ("/cards/1/move", {"to": "to-do"}, 409, "to"),
            ("/cards/7/move", {"to": "doing"}, 404, "card"),
            ("/cards/1/block", {"reason": "x", "owner_role": "nobody"}, 422, "owner_role"),
            ("/cards/1/unblock", {"how": "x"}, 409, "card"),
            ("/cards", {"title": "x", "step": "colect"}, 422, "step"),
            ("/cards", {"title": "x", "size": -1}, 422, "size"),
            ("/goals", {"text": "x", "cards": [9]}, 404, "card"),
            ("/goals", {"text": "x", "cards": [1], "week": "2001-01-01"}, 422, "week"),
            ("/board/forecasts", {"step": "live"}, 409, "step"),
            ("/board/forecasts", {"grows_low": 2, "grows_high": 1}, 422, "grows_high"),
            ("/board/forecasts", {"by": "soon"}, 422, "by"),
            ("/board/forecasts", {"by": "2001-01-01"}, 422, "by"),
            ("/board/forecasts", {"by": "9999-01-01"}, 422, "by"),
            ("/cards/import", {"text": "plan: x"}, 422, "text"),
            ("/cards/import", {"text": "key,days\na,-1"}, 422, "days (row 2)"),
        ],
    )
    def test_what_is_wrong_is_refused_and_nothing_written(
        self, world: World, everything: Written, path: str, asked: Json, status: int, field: str
    ) -> None:
        plan(world)
        card(world)
        before = everything()

        refused(world.api.by(Role.ML_ENGINEER).post(f"{HERE}{path}", json=asked), status, field)

        assert everything() == before

    def test_a_dropped_card_leaves_the_board_and_stays_dropped(self, world: World) -> None:
        number = card(world)
        post(world, f"/cards/{number}/drop", {"reason": "bought instead"})

        assert board(world)["cards"] == []
        engineer = world.api.by(Role.ML_ENGINEER)
        refused(engineer.post(f"{HERE}/cards/{number}/move", json={"to": "doing"}), 409, "card")


class TestColumns:
    def test_are_chosen_and_those_that_hold_cards_stay(
        self, world: World, everything: Written
    ) -> None:
        number = card(world)
        move(world, number, "doing")
        names = ("to-do", "doing", "review", "done")
        wanted = [
            {"key": one, "title": one, "limit": 2 if one == "review" else None} for one in names
        ]
        manager = world.api.by(Role.PRODUCT_MANAGER)

        told = done(manager.put(f"{HERE}/board/columns", json={"columns": wanted}))

        assert [(one["key"], one["limit"]) for one in told["columns"]] == [
            ("to-do", None),
            ("doing", None),
            ("review", 2),
            ("done", None),
        ]
        before = everything()
        for columns, status, field in (
            ([wanted[0], wanted[3]], 409, "columns"),
            ([wanted[0], wanted[3], wanted[1]], 409, "columns"),
            ([wanted[0], wanted[0]], 422, "columns.1.key"),
            ([wanted[1], wanted[2]], 422, "columns.1.limit"),
        ):
            answer = manager.put(f"{HERE}/board/columns", json={"columns": columns})
            refused(answer, status, field)
        assert everything() == before


class TestBlockers:
    def test_have_an_age_and_an_owner_and_keep_a_card_from_being_done(
        self, world: World, clock: FakeClock
    ) -> None:
        number = card(world)
        asked = {"reason": "no access", "owner_role": "manager"}
        post(world, f"/cards/{number}/block", asked, 201)
        clock.now += timedelta(days=3)

        one = board(world)["blockers"][0]
        assert (one["reason"], one["owner_role"], one["days"]) == ("no access", "manager", 3)
        engineer = world.api.by(Role.ML_ENGINEER)
        refused(engineer.post(f"{HERE}/cards/{number}/move", json={"to": "done"}), 409, "card")
        post(world, f"/cards/{number}/unblock", {"how": "access was given"})
        assert board(world)["blockers"] == []
        move(world, number, "done")


class TestGoals:
    def test_are_reached_by_their_cards_alone(self, world: World, clock: FakeClock) -> None:
        first, second = card(world), card(world)
        made = post(world, "/goals", {"text": "Data are joined", "cards": [first, second]}, 201)
        assert made["reached"] == "open"

        move(world, first, "done")
        assert board(world)["goals"][0]["reached"] == "open"
        move(world, second, "done")
        assert board(world)["goals"][0]["reached"] == "reached"


class TestForecast:
    def test_stands_beside_the_network_s_and_is_kept_as_evidence(
        self, world: World, clock: FakeClock
    ) -> None:
        plan(world)
        finished(world, clock, (2, 2, 2, 2), step="collect")
        for step in ("try", "rules", None, "collect"):
            card(world, step=step)
        post(world, "/forecasts", {"futures": 500}, 201)

        found = post(world, "/board/forecasts", {"step": "live"}, 201)

        assert [one["done"] for one in found["history"]] == [2, 2, 2, 2]
        assert (found["cards"], found["weeks"], found["measured"]["value"]) == (3, 4, 2)
        in_two_weeks = (clock.now.date() + timedelta(days=14)).isoformat()
        assert found["p80"] == in_two_weeks
        assert found["network"]["p80"] == found["network_p80"] is not None
        viewer = world.api.by(Role.VIEWER)
        entry = done(viewer.get(f"/ledger/{found['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("evidence", "case:churn")
        assert (entry["body"]["check"], entry["body"]["reproduced"]) == ("value.board_weeks", True)
        listed = done(viewer.get(f"{HERE}/board/forecasts"))["items"]
        assert listed[0]["entry"] == found["entry"]
        assert done(viewer.get(f"{HERE}/board/forecasts/{found['number']}")) == found
        refused(viewer.get(f"{HERE}/board/forecasts/9"), 404, "number")
        whole = post(world, "/board/forecasts", {}, 201)
        assert whole["cards"] == 4

    def test_tells_the_chance_of_the_deadline_beside_the_network_s_and_keeps_it(
        self, world: World, clock: FakeClock
    ) -> None:
        finished(world, clock, (1, 3, 2, 0, 4))
        weeks = timedelta(days=7)
        due = (clock.now + 3 * weeks).date().isoformat()
        plan(world, f"deadline: {due}\n{PLAN}")
        for _ in range(5):
            card(world, step="try")
        post(world, "/forecasts", {"futures": 500}, 201)

        found = post(world, "/board/forecasts", {"step": "live"}, 201)

        chance, beside = found["chance"], found["network_chance"]
        assert found["deadline"] == due
        assert 0 < chance["low"] < chance["value"] < chance["high"] < 1
        assert (chance["unit"], chance["n"]) == ("share", 5)
        plans = done(world.api.by(Role.VIEWER).get(f"{HERE}/forecasts/1"))
        assert beside["value"] == plans["on_time"]
        assert "on_time" not in found["network"]
        assert (found["on_time"], found["network_on_time"]) == (chance["value"], beside["value"])
        entries = done(world.api.by(Role.VIEWER).get("/ledger", params={"kind": "evidence"}))
        kept = {one["digest"]: one["body"] for one in entries["items"]}
        one = next(each for each in kept.values() if each["check"] == "value.board_on_time")
        assert one["measured"]["value"] == chance["value"]
        assert (one["with"]["deadline"], one["with"]["step"]) == (due, "live")

        later = (clock.now + 8 * weeks).date().isoformat()
        longer = post(world, "/board/forecasts", {"step": "live", "by": later}, 201)
        assert (longer["deadline"], longer["percentiles"]) == (later, found["percentiles"])
        assert longer["on_time"] > found["on_time"]
        assert longer["network_chance"]["value"] >= beside["value"]
        own = (clock.now + 2 * weeks).date().isoformat()
        plan(world, PLAN.replace("milestone: true", f"milestone: true, deadline: {own}"))
        sooner = post(world, "/board/forecasts", {"step": "live"}, 201)
        assert (sooner["deadline"], sooner["network_chance"]) == (own, None)
        assert sooner["on_time"] < found["on_time"]
        post(world, "/forecasts", {"futures": 500}, 201)
        step = post(world, "/board/forecasts", {"step": "try"}, 201)
        assert "no milestone" in step["network_chance"]["undefined"]

    def test_says_why_there_is_no_date(self, world: World) -> None:
        card(world)
        found = post(world, "/board/forecasts", {}, 201)

        assert "no whole week" in found["measured"]["undefined"]
        assert (found["p80"], found["percentiles"], found["network"]) == (None, [], None)
        assert (found["deadline"], found["chance"], found["network_chance"]) == (None, None, None)


class TestPivot:
    def test_is_a_decision_that_cites_evidence_and_drops_what_is_given_up(
        self, world: World, everything: Written
    ) -> None:
        plan(world)
        kept, gone = card(world, step="rules"), card(world, step="try")
        scientist = world.api.by(Role.DATA_SCIENTIST)
        told = done(scientist.post("/evidence", json={"evidence": [evidence()]}), 201)
        measured = told["entries"][0]["digest"]
        asked: dict[str, Any] = {
            "left": "try",
            "to": "rules",
            "rationale": "Trees gain nothing",
            "evidence": [measured],
        }
        manager = world.api.by(Role.PRODUCT_MANAGER)
        before = everything()
        for change, status, field in (
            ({"evidence": ["1"]}, 422, "evidence"),
            ({"evidence": ["f" * 64]}, 404, "evidence"),
            ({"to": "try"}, 422, "to"),
            ({"left": "nothing"}, 422, "from"),
        ):
            answer = manager.post(f"{HERE}/pivots", json={**asked, **change})
            refused(answer, status, field)
        assert everything() == before
        assert (
            world.api.by(Role.DATA_SCIENTIST).post(f"{HERE}/pivots", json=asked).status_code == 403
        )

        made = done(manager.post(f"{HERE}/pivots", json=asked), 201)

        entry = done(manager.get(f"/ledger/{made['entry']}"))
        assert (entry["kind"], entry["body"]["outcome"]) == ("decision", "pivoted")
        assert entry["body"]["cites"] == [measured]
        found = board(world)
        assert made["dropped"] == [gone]
        assert [one["number"] for one in found["cards"]] == [kept]
        assert found["pivots"][0]["rationale"] == "Trees gain nothing"


class TestImport:
    def test_brings_cards_in_once_and_what_is_done_meanwhile(self, world: World) -> None:
        plan(world)
        head = "Issue key,Summary,Status,Status Category,Resolved,Original estimate\n"
        first = "PAY-1,Join,Done,Done,02/Nov/25,\nPAY-2,Clean,Building,In Progress,,\n"
        told = post(
            world, "/cards/import", {"text": f"{head}{first}PAY-3,Try,To Do,To Do,,\n"}, 201
        )

        assert [one["column"] for one in told["added"]] == ["done", "doing", "to-do"]
        assert told["added"][0]["done_at"] == "2025-11-02T12:00:00.000Z"
        later = first.replace("Building,In Progress,", "Done,Done,03/Nov/25")
        told = post(
            world, "/cards/import", {"text": f"{head}{later}PAY-3,Try,To Do,To Do,,\n"}, 201
        )
        assert (told["added"], [one["source"] for one in told["done"]]) == ([], ["pay-2"])
        assert len(board(world)["cards"]) == 3
