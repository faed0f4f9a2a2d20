"""Rules about a dataset through REST: proposed, accepted by another, then measured."""

from typing import Any

import httpx
import pytest

from gonogo.core.roles import Role
from tests.fixtures.rest import done, refused
from tests.fixtures.world import World

STRICT = """rules: test
description: What every version keeps
rows: [{at_least: 1000000, reason: fewer say nothing}]
columns:
  calls:
    - {at_least: 0, reason: a count}
    - {type: integer, severity: warning, reason: a count}
"""


@pytest.fixture
def proposer(world: World) -> httpx.Client:
    return world.api.by(Role.DATA_SCIENTIST)


@pytest.fixture
def accepter(world: World) -> httpx.Client:
    return world.api.by(Role.ML_ENGINEER)


def propose(client: httpx.Client, text: str = STRICT) -> Any:
    return done(client.post("/datasets/test/rules", json={"text": text}), 201)


def measure(world: World, **asked: Any) -> list[dict[str, Any]]:
    path = f"/datasets/test/versions/{world.test.partition('@')[2]}/measure"
    made = done(world.api.by(Role.ML_ENGINEER).post(path, json=asked), 201)
    found = done(world.api.operator.get("/evidence", params={"subject": world.test, "limit": 200}))
    return [one for one in found["items"] if one["digest"] in made["entries"]]


class TestPropose:
    def test_waits_until_another_person_accepts_it(
        self, proposer: httpx.Client, accepter: httpx.Client
    ) -> None:
        made = propose(proposer)
        assert (made["number"], made["state"], made["in_force"]) == (1, "proposed", False)
        assert [one["asks"] for one in made["rules"]] == [
            "there are at least 1,000,000 rows",
            "calls is at least 0",
            "calls holds values of type integer",
        ]
        told = refused(proposer.post("/datasets/test/rules/1/accept", json={}), 403)
        assert "another person" in told["expected"]
        found = done(accepter.post("/datasets/test/rules/1/accept", json={"reason": "read"}))
        assert (found["state"], found["in_force"], found["reason"]) == ("accepted", True, "read")

    def test_the_same_again_answers_200(self, proposer: httpx.Client) -> None:
        made = propose(proposer)
        again = done(proposer.post("/datasets/test/rules", json={"text": STRICT + "# again\n"}))
        assert again == made

    def test_a_mistake_is_named_with_its_line(self, proposer: httpx.Client) -> None:
        wrong = STRICT.replace("at_least: 0", "at_least: zero")
        for path in ("/datasets/test/rules", "/datasets/test/rules/check"):
            told = refused(proposer.post(path, json={"text": wrong}), 422)
            assert told["field"] == "columns.calls[0].at_least (line 6)"
            assert told["value"] == "zero"

    def test_of_an_unknown_dataset_it_is_not_found(self, proposer: httpx.Client) -> None:
        refused(proposer.post("/datasets/nothing/rules", json={"text": STRICT}), 404)
        refused(proposer.get("/datasets/nothing/rules"), 404)


class TestDecline:
    def test_what_was_in_force_stays(self, proposer: httpx.Client, accepter: httpx.Client) -> None:
        propose(proposer)
        done(accepter.post("/datasets/test/rules/1/accept", json={}))
        propose(proposer, STRICT.replace("1000000", "7"))
        done(accepter.post("/datasets/test/rules/2/decline", json={"reason": "too weak"}))
        found = done(accepter.get("/datasets/test/rules"))["items"]
        assert [(one["number"], one["state"], one["in_force"]) for one in found] == [
            (2, "declined", False),
            (1, "accepted", True),
        ]
        refused(accepter.post("/datasets/test/rules/2/accept", json={}), 409)

    def test_needs_a_reason(self, proposer: httpx.Client, accepter: httpx.Client) -> None:
        propose(proposer)
        told = refused(accepter.post("/datasets/test/rules/1/decline", json={"reason": " "}), 422)
        assert told["field"] == "reason"


class TestMeasure:
    def test_a_proposal_is_not_measured_by(self, world: World, proposer: httpx.Client) -> None:
        propose(proposer)
        assert "data.rule_violations" not in {one["check"] for one in measure(world)}

    def test_the_server_holds_versions_to_what_is_in_force(
        self, world: World, proposer: httpx.Client, accepter: httpx.Client
    ) -> None:
        propose(proposer)
        accepted = done(accepter.post("/datasets/test/rules/1/accept", json={}))
        (found,) = [one for one in measure(world) if one["check"] == "data.rule_violations"]
        assert found["reproduced"] is True
        assert found["with"] == {"rules": accepted["name"], "severity": "error"}
        assert found["measured"]["value"] == 1
        assert [one["violated"] for one in found["detail"]["rules"]][:2] == [True, False]

    def test_warnings_count_where_asked(
        self, world: World, proposer: httpx.Client, accepter: httpx.Client
    ) -> None:
        propose(proposer, STRICT.replace("reason: fewer", "severity: warning, reason: fewer"))
        done(accepter.post("/datasets/test/rules/1/accept", json={}))
        asked = [
            {"check": "data.rule_violations", "with": {"severity": severity}}
            for severity in ("error", "warning")
        ]
        assert [one["measured"]["value"] for one in measure(world, checks=asked)] in (
            [0, 1],
            [1, 0],
        )

    def test_without_rules_in_force_it_is_refused(self, world: World) -> None:
        path = f"/datasets/test/versions/{world.test.partition('@')[2]}/measure"
        asked = {"checks": [{"check": "data.rule_violations"}]}
        told = refused(world.api.by(Role.ML_ENGINEER).post(path, json=asked), 422)
        assert told["field"] == "rules"
