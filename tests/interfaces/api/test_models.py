"""Tests of REST for models: sealed once, never changed, champion by a decision."""

from functools import cache
from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.tracking import TREES, sha256
from tests.fixtures.world import OTHERS, ROWS, VERSION, World, evidence, measured

PATH = "/models/caller/versions/1"


@cache
def trees() -> bytes:
    """A model in LightGBM's text that says yes to many calls."""
    import lightgbm

    rows = ROWS.loc[ROWS.index.repeat(20)]
    data = lightgbm.Dataset(rows[["calls"]], label=rows["left"])
    quiet = {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 1}
    return lightgbm.train(quiet, data, num_boost_round=3).model_to_string().encode()


class TestRegister:
    def test_seals_the_files_it_brings(self, world: World) -> None:
        """Each with its digest, kept here whatever becomes of the tracking server."""
        answer = world.api.by(Role.VIEWER).get(PATH)
        told = done(answer)
        content = TREES + b"1"
        assert told["files"] == [
            {"path": "model.lgb", "size": len(content), "sha256": sha256(content)}
        ]
        assert (told["subject"], told["stage"], told["format"]) == (VERSION, "sandbox", "lightgbm")
        assert told["author"] == world.api.user(Role.DATA_SCIENTIST)
        assert sha256(content) in set(world.api.installation.files.all())
        assert answer.headers["etag"] == f'"{told["entry"]}"'

    def test_the_author_is_who_ran_it(self, world: World) -> None:
        """Not who registers it afterwards."""
        world.tracking.add_version("caller", "2", run_id="a1b2")
        told = world.version("2")
        assert told["run"] == "a1b2"
        assert told["author"] == world.api.user(Role.DATA_SCIENTIST)

    def test_the_same_again_answers_200_and_writes_nothing(
        self, world: World, everything: Written
    ) -> None:
        """So a pipeline may repeat itself."""
        before = everything()
        again = world.api.by(Role.DATA_SCIENTIST).post(
            "/models/caller/versions", json={"version": "1", "case": "churn"}
        )
        assert done(again, 200)["subject"] == VERSION
        assert everything() == before

    def test_what_cannot_be_is_refused(self, world: World, everything: Written) -> None:
        """By field, and nothing is written, also no file."""
        world.case(slug="fraud")
        world.tracking.add_version("caller", "2")
        world.tracking.add_version("caller", "3", {"notes.txt": b"no model\n"})
        scientist = world.api.by(Role.DATA_SCIENTIST)
        good = {"version": "2", "case": "churn"}
        before = everything()
        cases: list[tuple[dict[str, Json], int, str]] = [
            ({"version": "9"}, 404, "version"),
            ({"version": "3"}, 422, "model"),
            ({"case": "none"}, 404, "case"),
            ({"data": "dataset:none@0123456789ab"}, 404, "data"),
            ({"data": "case:churn"}, 422, "data"),
            ({"data": world.train, "evaluation": world.train}, 422, "evaluation"),
            ({"threshold": 0}, 422, "threshold"),
            ({"colour": "red"}, 422, "colour"),
        ]
        for change, status, field in cases:
            answer = scientist.post("/models/caller/versions", json={**good, **change})
            refused(answer, status, field)
            assert everything() == before, change

    def test_a_model_is_for_one_use_case(self, world: World, everything: Written) -> None:
        """The one its first version was for."""
        world.case(slug="fraud")
        world.tracking.add_version("caller", "2")
        scientist = world.api.by(Role.DATA_SCIENTIST)
        before = everything()
        other = {"version": "2", "case": "fraud"}
        refused(scientist.post("/models/caller/versions", json=other), 409, "case")
        assert everything() == before


class TestVerify:
    def test_a_changed_file_is_told_by_name(self, world: World, everything: Written) -> None:
        """As soon as somebody asks, or offers it again; nothing is written."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        assert done(scientist.post(f"{PATH}/verify"))["files"] == 1
        world.tracking.contents["caller", "1"]["model.lgb"] += b"changed"
        before = everything()
        told = refused(scientist.post(f"{PATH}/verify"), 409, "model.lgb")
        assert told["type"] == "urn:gonogo:problem:broken"
        assert told["expected"] == sha256(TREES + b"1")
        again = {"version": "1", "case": "churn"}
        refused(scientist.post("/models/caller/versions", json=again), 409, "model.lgb")
        assert everything() == before


class TestCard:
    def test_may_be_written_and_written_again(self, world: World, everything: Written) -> None:
        """The ledger keeps each wording; the same again is none."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        card = {"card": {"purpose": "Whom to call", "limits": ["not for children"]}}
        told = done(scientist.put(f"{PATH}/card", json=card))
        assert told["card"] == card["card"]
        before = everything()
        assert done(scientist.put(f"{PATH}/card", json=card)) == told
        assert everything() == before
        refused(scientist.put(f"{PATH}/card", json={"card": "good"}), 422, "card")
        refused(scientist.put("/models/caller/versions/9/card", json=card), 404)


class TestReproduce:
    def test_the_server_measures_the_sealed_files(self, world: World) -> None:
        """On the evaluation data, by the groups that are protected there."""
        world.tracking.add_version("caller", "2", {"model.lgb": trees()})
        world.version("2", data=world.train, evaluation=world.test)
        engineer = world.api.by(Role.ML_ENGINEER)
        told = done(engineer.post("/models/caller/versions/2/reproduce", json={}), 201)
        found = done(engineer.get("/evidence", params={"subject": "model:caller@2", "limit": 200}))[
            "items"
        ]
        assert {one["digest"] for one in found} == set(told["entries"])
        assert all(one["reproduced"] and one["data"] == world.test for one in found[:-2])
        checks = {one["check"] for one in found}
        assert {"performance.roc_auc", "fairness.selection_rate_ratio"} <= checks

    def test_exactly_the_checks_that_are_asked_for(self, world: World) -> None:
        """By asking the model about changed rows, and by looking at its files."""
        world.tracking.add_version("caller", "2", {"model.lgb": trees()})
        world.version("2", data=world.train, evaluation=world.test)
        engineer = world.api.by(Role.ML_ENGINEER)
        asked: list[dict[str, Any]] = [
            {"check": "robustness.noise", "with": {"amount": 0.5}},
            {"check": "performance.roc_auc"},
            {"check": "security.unsafe_model_files"},
            {"check": "security.stored_model_integrity"},
            {"check": "operations.latency_p50_ms", "with": {"requests": 30}},
            {"check": "operations.model_size_bytes"},
            {"check": "engineering.model_card_completeness"},
        ]
        done(engineer.post("/models/caller/versions/2/reproduce", json={"checks": asked}), 201)
        listed = engineer.get("/evidence", params={"subject": "model:caller@2", "limit": 200})
        found = {one["check"]: one for one in done(listed)["items"]}
        assert set(found) == {one["check"] for one in asked}
        assert found["robustness.noise"]["with"]["amount"] == 0.5
        assert found["security.unsafe_model_files"]["measured"]["value"] == 0
        assert found["security.stored_model_integrity"]["measured"]["value"] == 1

    def test_a_version_trained_again_is_asked_beside_the_first(self, world: World) -> None:
        """Both from their sealed files, on the same rows: reproduced evidence that names both."""
        for number in ("2", "3"):
            world.tracking.add_version("caller", number, {"model.lgb": trees()})
            world.version(number, data=world.train, evaluation=world.test)
        engineer = world.api.by(Role.ML_ENGINEER)
        path = "/models/caller/versions/2/reproduce"

        def ask(**said: Any) -> Any:
            checks = [{"check": "engineering.reproducibility", "with": {"margin": 0.01, **said}}]
            return engineer.post(path, json={"checks": checks})

        digest = done(ask(against="model:caller@3"), 201)["entries"][0]
        found = done(engineer.get(f"/evidence/{digest}"))
        assert found["reproduced"]
        assert (found["measured"]["value"], found["with"]["against"]) == (0, "model:caller@3")
        assert found["detail"]["same_data"]
        for against, status in (("model:caller@2", 422), ("case:churn", 422), ("model:x@1", 404)):
            refused(ask(against=against), status)

    def test_a_file_that_changed_is_evidence_too(self, world: World) -> None:
        files = world.api.installation.files
        files.discard(sha256(TREES + b"1"))
        engineer = world.api.by(Role.ML_ENGINEER)
        asked = {"checks": [{"check": "security.stored_model_integrity"}], "data": world.test}
        done(engineer.post(f"{PATH}/reproduce", json=asked), 201)
        found = done(engineer.get("/evidence", params={"subject": VERSION, "limit": 1}))["items"][0]
        assert found["measured"]["value"] == 0
        assert found["detail"]["gone"] == ["model.lgb"]

    def test_what_cannot_be_measured_writes_nothing(
        self, world: World, everything: Written
    ) -> None:
        """The data it was trained on, a group that is not there, a file that is no model."""
        world.tracking.add_version("caller", "2", {"model.lgb": trees()})
        world.version("2", data=world.train, evaluation=world.test)
        engineer = world.api.by(Role.ML_ENGINEER)
        engineer.get("/me")
        before = everything()
        for version, asked, field in (
            ("2", {"data": world.train}, "data"),
            ("2", {"groups": ["colour"]}, "groups"),
            ("2", {"level": 1}, "level"),
            ("2", {"checks": [{"check": "robustness.luck"}]}, "check"),
            ("2", {"checks": [{"check": "robustness.noise", "with": {"x": 1}}]}, "with.x"),
            ("2", {"checks": [{"check": "data.schema_violations"}]}, "check"),
            ("1", {}, "model"),
        ):
            answer = engineer.post(f"/models/caller/versions/{version}/reproduce", json=asked)
            refused(answer, 422, field)
        refused(engineer.post("/models/caller/versions/9/reproduce", json={}), 404)
        assert everything() == before


class TestList:
    def test_names_each_model_with_its_champion(self, world: World) -> None:
        """None before a decision."""
        viewer = world.api.by(Role.VIEWER)
        line = {"name": "caller", "case": "churn", "versions": 1, "champion": None}
        assert done(viewer.get("/models")) == {"items": [line], "next": None}
        (version,) = done(viewer.get("/models/caller"))["items"]
        assert version["subject"] == VERSION
        refused(viewer.get("/models/none"), 404, "model")
        refused(viewer.get("/models/caller/versions/9"), 404)


class TestChampionAt:
    def test_tells_what_was_champion_then_and_by_which_decision(
        self, world: World, clock: FakeClock
    ) -> None:
        """And sets MLflow's alias."""
        world.ready()
        risk = world.api.by(Role.RISK_OFFICER)
        done(risk.post(f"/reviews/{world.review}/decision", json={"rationale": "as polled"}), 201)
        clock.advance(hours=1)
        production = world.open("production")["id"]
        world.sign(production, Role.RISK_OFFICER)
        decided = done(
            risk.post(f"/reviews/{production}/decision", json={"rationale": "as polled"}), 201
        )
        clock.advance(hours=1)
        viewer = world.api.by(Role.VIEWER)
        now = done(viewer.get("/models/caller/at", params={"time": "2026-11-21T12:00"}))
        assert (now["version"], now["subject"]) == ("1", VERSION)
        assert now["decision"] == decided["decision"]
        assert now["since"] == "2026-11-21T11:30:00.000Z"
        before = done(viewer.get("/models/caller/at", params={"time": "2026-11-21T11:00"}))
        assert (before["version"], before["decision"]) == (None, None)
        assert world.tracking.aliases == {("caller", "champion"): "1"}
        assert done(viewer.get(PATH))["stage"] == "production"

    @pytest.mark.parametrize("time", ["yesterday", "", "2026-11-31", "0001-01-01T00:00+14:00"])
    def test_a_time_that_is_none_is_refused(self, world: World, time: str) -> None:
        """By field."""
        answer = world.api.operator.get("/models/caller/at", params={"time": time})
        refused(answer, 422, "time")

    def test_an_unknown_model_had_no_champion_to_tell(self, world: World) -> None:
        """Not found, rather than none."""
        answer = world.api.operator.get("/models/none/at", params={"time": "2026-11-21"})
        refused(answer, 404, "model")


class TestData:
    def test_what_was_measured_on_other_data_does_not_count(self, world: World) -> None:
        """A gate asks of the evaluation data the version names."""
        other = world.dataset("other", OTHERS.assign(calls=[9, 8, 7, 6, 5, 4]))["subject"]
        world.record(evidence(data=other, measured=measured(0.99)))
        told = done(world.api.operator.get(f"/reviews/{world.review}"))
        assert told["conditions"][0]["verdict"] == "no data"
