"""Tests of REST for the ML Test Score: computed from the ledger, stated by people, kept."""

from typing import Any

from gonogo.core.roles import Role
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.world import VERSION, World, evidence, measured

PATH = "/models/caller/versions/1/test-score"
GOOD: dict[str, Json] = {"point": "infra-7", "how": "manual", "reference": "run book, section 3"}


def point(world: World, name: str) -> dict[str, Any]:
    told = done(world.api.by(Role.VIEWER).get(PATH))
    found: dict[str, Any] = next(one for one in told["points"] if one["id"] == name)
    return found


class TestShow:
    def test_nothing_measured_is_nothing(self, world: World) -> None:
        told = done(world.api.by(Role.VIEWER).get(PATH))
        assert (told["score"], len(told["points"]), told["entry"]) == (0, 28, None)
        assert "research" in told["meaning"]

    def test_what_the_policy_asks_of_every_version_is_automated(self, world: World) -> None:
        """Performance is a condition of this policy; fairness and slices are not."""
        world.record(
            evidence(data=world.test),
            evidence(
                "fairness.selection_rate_ratio", data=world.test, **{"with": {"group": "sex"}}
            ),
        )
        assert point(world, "infra-4")["how"] == "automated"
        assert point(world, "model-7")["how"] == "manual"
        assert point(world, "model-6")["how"] == "none"

    def test_what_could_not_be_measured_shows_nothing(self, world: World) -> None:
        world.record(evidence(measured={"undefined": "one class", "n": 6}, data=world.test))
        assert point(world, "infra-4")["score"] == 0

    def test_evidence_of_its_data_counts(self, world: World) -> None:
        world.record(
            {
                "subject": world.train,
                "check": "data.schema_violations",
                "measured": {**measured(0, 0), "level": 1.0},
            }
        )
        assert point(world, "data-1")["how"] == "manual"

    def test_a_version_there_is_not(self, world: World) -> None:
        refused(world.api.by(Role.VIEWER).get("/models/caller/versions/9/test-score"), 404)


class TestState:
    def test_a_point_is_stated_with_where_it_can_be_seen(self, world: World) -> None:
        told = done(world.api.by(Role.ML_ENGINEER).post(f"{PATH}/points", json=GOOD), 201)
        assert told["subject"] == VERSION
        found = point(world, "infra-7")
        assert (found["score"], found["stated"]) == (0.5, True)
        assert found["says"] == "stated: run book, section 3"
        assert found["evidence"] == [told["entry"]]

    def test_the_newest_statement_counts_and_one_of_the_case_holds_too(self, world: World) -> None:
        engineer = world.api.by(Role.ML_ENGINEER)
        for how, whole_case in (("manual", False), ("automated", True), ("none", False)):
            asked = {**GOOD, "how": how, "whole_case": whole_case}
            told = done(engineer.post(f"{PATH}/points", json=asked), 201)
            assert told["subject"] == ("case:churn" if whole_case else VERSION)
            assert point(world, "infra-7")["how"] == how

    def test_what_cannot_be_is_refused(self, world: World, everything: Written) -> None:
        engineer = world.api.by(Role.ML_ENGINEER)
        before = everything()
        cases: list[tuple[dict[str, Json], str]] = [
            ({"point": "infra-8"}, "point"),
            ({"how": "often"}, "how"),
            ({"reference": ""}, "reference"),
            ({"colour": "red"}, "colour"),
        ]
        for change, field in cases:
            refused(engineer.post(f"{PATH}/points", json={**GOOD, **change}), 422, field)
            assert everything() == before, change

    def test_a_number_the_rubric_does_not_know_counts_nothing(self, world: World) -> None:
        """Evidence can be recorded by hand, and then may say anything."""
        asked = {"with": {"point": "infra-7"}, "measured": {**measured(0.9, 0), "level": 1.0}}
        world.record(evidence("engineering.ml_test_point", **asked))
        assert point(world, "infra-7")["score"] == 0


class TestRecord:
    def test_is_evidence_that_the_server_counted(self, world: World) -> None:
        told = done(world.api.by(Role.ML_ENGINEER).post(PATH), 201)
        kept = done(world.api.by(Role.VIEWER).get(f"/evidence/{told['entry']}"))
        assert (kept["check"], kept["subject"]) == ("engineering.ml_test_score", VERSION)
        assert kept["reproduced"] is True
        assert kept["measured"]["value"] == told["score"] == 0
