"""Tests of REST for technical debt: noted with what it costs, settled with what shows it."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import World

PATH = "/cases/churn/debts"
GOOD: dict[str, Json] = {
    "title": "features written twice",
    "principal": 10,
    "interest": {"low": 1, "value": 1.5, "high": 3},
    "owner_role": "ml-engineer",
}


def note(world: World, **more: Json) -> dict[str, Any]:
    answer = world.api.by(Role.ML_ENGINEER).post(PATH, json={**GOOD, **more})
    told: dict[str, Any] = done(answer, 201)
    return told


class TestNote:
    def test_is_on_the_register_with_what_it_costs(self, world: World, clock: FakeClock) -> None:
        """The dearest a month first; sums of what stands open; interest since it was noted."""
        note(world)
        note(world, title="dear", principal=2, interest={"low": 2, "value": 2.5, "high": 4})
        clock.advance(days=365.25 / 12 * 2)
        told = done(world.api.by(Role.VIEWER).get(PATH))
        assert [one["title"] for one in told["items"]] == ["dear", GOOD["title"]]
        assert (told["principal"], told["pays_back_in"]) == (12, 3)
        assert told["interest"] == {"low": 3, "value": 4, "high": 7}
        assert told["items"][1]["paid"] == pytest.approx(
            {"low": 2, "value": 3, "high": 6}, rel=1e-6
        )

    def test_the_ledger_says_it(self, world: World) -> None:
        made = note(world)
        entry = done(world.api.by(Role.VIEWER).get(f"/ledger/{made['entry']}"))
        assert (entry["kind"], entry["subject"]) == ("debt", "case:churn")

    def test_what_cannot_be_is_refused(self, world: World, everything: Written) -> None:
        engineer = world.api.by(Role.ML_ENGINEER)
        before = everything()
        cases: list[tuple[dict[str, Json], str]] = [
            ({"principal": -1}, "principal"),
            ({"principal": 1e9}, "principal"),
            ({"title": " "}, "title"),
            ({"owner_role": "nobody"}, "owner_role"),
            ({"interest": {"low": 2, "value": 1, "high": 3}}, "interest"),
            ({"interest": {"low": 0, "value": 4, "high": 3}}, "interest"),
            ({"colour": "red"}, "colour"),
        ]
        for change, field in cases:
            refused(engineer.post(PATH, json={**GOOD, **change}), 422, field)
            assert everything() == before, change
        refused(engineer.post("/cases/none/debts", json=GOOD), 404, "case")
        refused(engineer.get("/cases/none/debts"), 404, "case")


class TestSettle:
    def test_names_what_shows_it_and_costs_no_more(self, world: World, clock: FakeClock) -> None:
        made = note(world)
        shown = world.record()[0]
        asked = {"reason": "one module now", "evidence": shown}
        engineer = world.api.by(Role.ML_ENGINEER)
        told = done(engineer.post(f"{PATH}/{made['number']}/settle", json=asked))
        assert (told["evidence"], told["reason"]) == (shown, "one module now")
        clock.advance(days=40)
        register = done(engineer.get(PATH))
        assert (register["principal"], register["pays_back_in"]) == (0, None)
        assert register["items"][0]["paid"]["value"] == told["paid"]["value"]
        assert done(engineer.get(PATH, params={"opened": "true"}))["items"] == []
        refused(engineer.post(f"{PATH}/1/settle", json=asked), 409, "number")

    def test_what_nothing_shows_is_refused(self, world: World, everything: Written) -> None:
        note(world)
        before = everything()
        engineer = world.api.by(Role.ML_ENGINEER)
        for number, change, status in (
            ("1", {"evidence": "0" * 64}, 404),
            ("1", {"reason": " "}, 422),
            ("2", {}, 404),
            (str(2**31), {}, 404),
        ):
            asked = {"reason": "x", "evidence": "1", **change}
            refused(engineer.post(f"{PATH}/{number}/settle", json=asked), status)
            assert everything() == before, change
