"""Releases from the gate to the route table: what moves them, what stops them, what is kept."""

import hashlib
import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gonogo.core import snapshot as shapes
from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.domain.models import reads as models
from gonogo.flows import publishing
from tests.fixtures.released import Released
from tests.fixtures.rest import done, refused


def table(released: Released) -> shapes.Snapshot:
    """The route table as a gateway finds it."""
    home = released.world.api.installation.settings.home
    return shapes.decode((home / "gateway" / "snapshot.json").read_bytes())


def shares(released: Released) -> dict[str, float]:
    return {arm.name: arm.share for arm in table(released).routes["churn"].arms}


def ledger(released: Released, digest: str) -> Any:
    with released.world.api.installation.open_work(SYSTEM, write=False) as work:
        return msgspec.json.decode(work.ledger.entry(digest).body)


class TestStart:
    def test_a_version_without_a_go_is_refused_with_what_is_missing(
        self, released: Released
    ) -> None:
        engineer = released.world.api.by(Role.ML_ENGINEER)
        asked = {"version": "caller@1", "strategy": "canary"}
        told = refused(engineer.post("/cases/churn/releases", json=asked), 409, "version")
        assert "gonogo gate review model:caller@1 production" in told["expected"]

    def test_the_route_table_names_the_version_with_its_files(self, released: Released) -> None:
        told = released.start("2")
        assert (told["state"], told["step"], told["share"]) == ("running", 1, 0.1)
        released.look()
        found = table(released)
        served = found.models["caller@2"]
        home = released.world.api.installation.settings.home
        assert (home / served.folder / "model.lgb").is_file()
        assert [one.name for one in served.features] == ["calls"]
        assert served.probe is not None
        assert len(served.probe.scores) == 5
        assert shares(released) == {"champion": 0.9, "challenger": 0.1}
        assert found.routes["churn"].arms[0].kind is shapes.Kind.RULES
        assert found.routes["churn"].decided_by == told["decision"]

    def test_only_one_at_a_time(self, released: Released) -> None:
        released.start("2")
        engineer = released.world.api.by(Role.ML_ENGINEER)
        asked = {"version": "caller@3", "strategy": "canary"}
        refused(engineer.post("/cases/churn/releases", json=asked), 409, "case")

    def test_a_policy_that_says_nothing_of_releases_says_what_to_add(
        self, released: Released
    ) -> None:
        released.world.policy()
        engineer = released.world.api.by(Role.ML_ENGINEER)
        asked = {"version": "caller@2", "strategy": "canary"}
        told = refused(engineer.post("/cases/churn/releases", json=asked), 422, "policy")
        assert "release" in told["expected"]

    @pytest.mark.parametrize("role", [Role.DATA_SCIENTIST, Role.RISK_OFFICER, Role.ADMIN])
    def test_not_by_everybody(self, released: Released, role: Role) -> None:
        asked = {"version": "caller@2", "strategy": "canary"}
        refused(released.world.api.by(role).post("/cases/churn/releases", json=asked), 403)


class TestAnywhere:
    def test_from_start_to_end_on_every_database(self, released_anywhere: Released) -> None:
        released = released_anywhere
        released.start("2", "shadow")
        released.look()
        released.decided(10, role="shadow")
        assert released.look() == 1
        assert released.shown()["state"] == "finished"
        assert table(released).number == 2


class TestMovingOn:
    def test_steps_by_what_the_log_shows_each_citing_its_evidence(self, live: Released) -> None:
        live.start("3")
        live.look()
        live.decided(20, release="churn-2")
        live.decided(180, "champion", release="churn-2")
        assert live.look() == 1
        told = live.shown()
        assert (told["step"], told["share"], told["state"]) == (2, 0.5, "running")
        body = ledger(live, told["decision"])
        kinds = {ledger(live, one).get("check") for one in body["cites"]}
        assert "operations.error_rate" in kinds
        assert shares(live) == {"champion": 0.5, "challenger": 0.5}
        assert live.look() == 0, "the second step lasts an hour"
        live.world.tracking.clock.advance(hours=1)
        assert live.look() == 0, "and wants decisions of its own"
        live.decided(20, release="churn-2")
        assert live.look() == 1
        assert live.shown()["state"] == "finished"
        assert [arm.members[0].model for arm in table(live).routes["churn"].arms] == ["caller@3"]

    def test_errors_roll_back_by_themselves_and_it_stays(self, live: Released) -> None:
        live.start("3")
        live.look()
        live.decided(200, "champion", release="churn-2")
        live.decided(200, errors=100, release="churn-2")
        assert live.look() == 1
        told = live.shown()
        assert told["state"] == "rolled-back"
        assert "beyond the margin" in told["reason"]
        assert [arm.members[0].model for arm in table(live).routes["churn"].arms] == ["caller@2"]
        with live.world.api.installation.open_work(SYSTEM, write=False) as work:
            champion = models.champion(work, "caller")
        assert champion is not None
        assert champion.number == "2"
        live.decided(1000, release="churn-2")
        assert live.look() == 0
        assert live.order("resume")["state"] == "running"
        live.look()
        assert live.shown()["arms"] == [], "what was seen before counts no more"

    def test_nothing_is_counted_twice(self, live: Released) -> None:
        live.start("3", "shadow")
        live.look()
        live.decided(5, role="shadow", release="churn-2")
        for _ in range(3):
            live.look()
        assert live.shown()["decided"] == 5

    def test_a_shadow_changes_nothing_that_is_live(self, live: Released) -> None:
        live.start("3", "shadow")
        live.look()
        route = table(live).routes["churn"]
        assert [arm.members[0].model for arm in route.shadows] == ["caller@3"]
        live.decided(10, role="shadow", release="churn-2")
        live.look()
        assert live.shown()["state"] == "finished"
        assert [arm.members[0].model for arm in table(live).routes["churn"].arms] == ["caller@2"]

    def test_an_uneven_split_stops_a_test(self, live: Released) -> None:
        live.start("3", "ab")
        live.look()
        live.decided(60, release="churn-2")
        live.decided(200, "champion", release="churn-2")
        live.look()
        told = live.shown()
        assert told["state"] == "stopped"
        assert "not by chance" in told["reason"]

    def test_a_test_ends_with_a_person(self, live: Released) -> None:
        live.start("3", "ab")
        live.look()
        live.decided(110, release="churn-2")
        live.decided(100, "champion", release="churn-2")
        live.look()
        assert live.shown()["state"] == "held"
        assert live.order("advance", Role.PRODUCT_MANAGER)["state"] == "finished"

    def test_a_bandit_learns_from_outcomes(self, live: Released) -> None:
        live.start("3", "bandit")
        live.look()
        made = live.decided(10, release="churn-2")
        live.outcomes(made[:6], 1.0)
        live.outcomes(made[6:], 0.0)
        live.look()
        live.outcomes(made[6:], 1.0)
        live.look()
        bandit = table(live).routes["churn"].bandit
        assert bandit is not None
        assert bandit.arms["challenger"] == {"successes": 6.0, "failures": 4.0}


class TestReturning:
    """As many decisions, of as many entities or of few: only the first say what they seem to."""

    @pytest.mark.parametrize(("entities", "state"), [(None, "rolled-back"), (40, "running")])
    def test_a_few_entities_that_err_again_and_again_are_few(
        self, live: Released, entities: int | None, state: str
    ) -> None:
        live.start("3")
        live.look()
        live.decided(400, "champion", release="churn-2", entities=entities)
        live.decided(400, errors=80, release="churn-2", entities=entities)
        live.look()
        assert live.shown()["state"] == state

    def test_many_entities_that_err_again_and_again_are_found(self, live: Released) -> None:
        live.start("3")
        live.look()
        live.decided(400, "champion", release="churn-2", entities=40)
        live.decided(400, errors=300, release="churn-2", entities=40)
        live.look()
        assert live.shown()["state"] == "rolled-back"

    @pytest.mark.parametrize(("entities", "state"), [(None, "stopped"), (20, "running")])
    def test_a_split_is_of_entities(self, live: Released, entities: int | None, state: str) -> None:
        live.start("3", "ab")
        live.look()
        live.decided(60, release="churn-2", entities=entities)
        live.decided(200, "champion", release="churn-2", entities=entities)
        live.look()
        assert live.shown()["state"] == state

    def test_an_entity_counts_as_a_whole_from_look_to_look(self, live: Released) -> None:
        """Ten looks at the same forty entities, eight of which always err."""
        live.start("3")
        live.look()
        for _ in range(10):
            live.decided(40, "champion", release="churn-2", entities=40)
            live.decided(40, errors=8, release="churn-2", entities=40)
            live.look()
        assert live.shown()["state"] == "running"


class TestOrders:
    def test_rollback_of_what_is_live_goes_back_to_the_one_before(self, live: Released) -> None:
        live.start("3", "blue-green")
        live.decided(10, release="churn-2")
        live.look()
        assert live.shown()["state"] == "finished"
        assert live.order("rollback", Role.RISK_OFFICER)["state"] == "rolled-back"
        live.look()
        assert [arm.members[0].model for arm in table(live).routes["churn"].arms] == ["caller@2"]

    def test_held_is_not_moved_on(self, live: Released) -> None:
        live.start("3")
        assert live.order("hold", Role.MANAGER)["state"] == "held"
        live.decided(100, release="churn-2")
        live.decided(100, "champion", release="churn-2")
        assert live.look() == 0
        assert live.order("resume")["state"] == "running"
        assert live.look() == 1

    def test_killed_and_revived(self, live: Released) -> None:
        officer = live.world.api.by(Role.RISK_OFFICER)
        engineer = live.world.api.by(Role.ML_ENGINEER)
        why = {"reason": "it declines everybody"}
        told = done(officer.post("/cases/churn/route/kill", json=why))
        assert told["standings"][0]["version"] is None
        live.look()
        assert table(live).routes["churn"].killed
        refused(officer.post("/cases/churn/route/revive", json=why), 403)
        done(engineer.post("/cases/churn/route/revive", json=why))
        live.look()
        assert not table(live).routes["churn"].killed

    def test_a_drill_is_timed_and_leaves_the_route(self, live: Released) -> None:
        before = shares(live)
        number = table(live).number
        told = done(live.world.api.by(Role.RISK_OFFICER).post("/cases/churn/release/drill"))
        assert told["snapshot"] == number + 1 == table(live).number
        assert shares(live) == before
        assert ledger(live, told["evidence"])["check"] == "operations.rollback_seconds"

    def test_what_was_live_when_and_by_which_decision(self, live: Released) -> None:
        clock = live.world.tracking.clock
        first = clock.now
        clock.advance(hours=2)
        started = live.start("3")
        viewer = live.world.api.by(Role.VIEWER)
        then = done(viewer.get("/cases/churn/live", params={"at": first.isoformat()}))
        now = done(viewer.get("/cases/churn/live"))
        assert [one["version"] for one in then["standings"]] == ["caller@2"]
        assert {one["version"]: one["share"] for one in now["standings"]} == {
            "caller@2": 0.9,
            "caller@3": 0.1,
        }
        assert now["decision"] == started["decision"]
        assert (now["since"], then["until"]) == (started["started_at"], started["started_at"])
        refused(viewer.get("/cases/churn/live", params={"at": "2020-01-01"}), 404, "at")


class TestRoute:
    def test_rules_flags_and_limits_come_into_force(self, live: Released) -> None:
        settings = {
            "before": [
                {
                    "name": "minors",
                    "when": [{"column": "calls", "op": ">", "value": 100}],
                    "outcome": "decline",
                    "reason": "too many calls",
                }
            ],
            "holdout": 0.1,
            "flags": [
                {
                    "key": "advice",
                    "variants": [
                        {"name": "ai", "value": True, "share": 0.5},
                        {"name": "plain", "value": False, "share": 0.5},
                    ],
                }
            ],
        }
        engineer = live.world.api.by(Role.ML_ENGINEER)
        done(engineer.put("/cases/churn/route", json={"settings": settings, "reason": "asked"}))
        live.look()
        found = table(live)
        assert found.routes["churn"].before[0].name == "minors"
        assert shares(live) == {"champion": 0.9, "holdout": 0.1}
        assert found.flags[0].key == "advice"

    def test_what_is_wrong_is_named(self, live: Released) -> None:
        engineer = live.world.api.by(Role.ML_ENGINEER)
        for settings, field in (
            ({"holdout": 2}, "holdout"),
            (
                {"before": [{"name": "x", "when": [], "outcome": "d", "reason": ""}]},
                "before.0.when",
            ),
            ({"unknown": 1}, "settings"),
        ):
            refused(engineer.put("/cases/churn/route", json={"settings": settings}), 422, field)

    def test_tokens_reach_the_gateway_and_leave_it(self, live: Released) -> None:
        engineer = live.world.api.by(Role.ML_ENGINEER)
        asked = {"name": "scoring", "only": ["decide"], "within": "case:churn"}
        made = done(engineer.post("/tokens", json=asked), 201)
        live.look()
        assert [(one.id, one.cases) for one in table(live).tokens] == [(made["id"], ("churn",))]
        done(engineer.delete(f"/tokens/{made['id']}"))
        live.look()
        assert table(live).tokens == ()

    def test_the_table_is_served_to_gateways_elsewhere(self, live: Released) -> None:
        admin = live.world.api.by(Role.ADMIN)
        answer = admin.get("/gateway/snapshot")
        assert shapes.decode(answer.content) == table(live)
        known = {"If-None-Match": answer.headers["etag"]}
        assert admin.get("/gateway/snapshot", headers=known).status_code == 304
        refused(live.world.api.by(Role.ML_ENGINEER).get("/gateway/snapshot"), 403)


class TestRetirement:
    def test_refused_while_it_is_needed(self, live: Released) -> None:
        engineer = live.world.api.by(Role.ML_ENGINEER)
        why = {"reason": "old"}
        place = "/models/caller/versions/2"
        told = done(engineer.get(f"{place}/callers"))
        assert told["depends"][0] == "it is live in churn"
        refused(engineer.post(f"{place}/retirement", json=why), 409, "version")

    def test_gone_for_good(self, live: Released) -> None:
        live.start("3", "blue-green")
        live.decided(10, release="churn-2")
        live.look()
        live.order("rollback")
        engineer = live.world.api.by(Role.ML_ENGINEER)
        told = done(engineer.post("/models/caller/versions/3/retirement", json={"reason": "bad"}))
        assert told["stage"] == "retired"
        live.look()
        assert "caller@3" not in table(live).models
        asked = {"version": "caller@3", "strategy": "canary"}
        refused(engineer.post("/cases/churn/releases", json=asked), 409, "version")

    def test_its_dossier_is_kept_as_it_was(self, live: Released) -> None:
        live.start("3", "blue-green")
        live.order("rollback")
        engineer, viewer = (live.world.api.by(role) for role in (Role.ML_ENGINEER, Role.VIEWER))
        place = "/models/caller/versions/3"
        live.world.tracking.clock.advance(minutes=1)
        made = live.asked_for("caller@3", 2)
        assert "asked for it 2 times" in done(viewer.get(f"{place}/callers"))["migration"][0]
        told = refused(engineer.post(f"{place}/retirement", json={"reason": "x"}), 409, "version")
        assert "asked for it 2 times" in told["expected"]
        done(engineer.post(f"{place}/retirement", json={"reason": "x", "forced": True}))
        decision = ledger(live, live.last_decision())
        assert decision["overruled"] == ["token unknown asked for it 2 times"]
        answer = viewer.get(f"{place}/dossier")
        assert hashlib.sha256(answer.content).hexdigest() == decision["dossier"]
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        pairs = (line.split("  ") for line in files["SHA256SUMS"].decode().splitlines())
        sums = {name: digest for digest, name in pairs}
        assert sums == {
            name: hashlib.sha256(content).hexdigest()
            for name, content in files.items()
            if name != "SHA256SUMS"
        }
        entries = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
        assert {"model-version", "evidence", "review", "sign-off", "decision"} <= {
            one["kind"] for one in entries
        }
        assert json.loads(files["version.json"])["digest"]
        assert [one["id"] for one in json.loads(files["releases.json"])] == ["churn-2"]
        assert json.loads(files["routes.json"])[0]["standings"][0]["version"] == "caller@3"
        assert json.loads(files["callers.json"])["decisions"] == len(made)
        origin = json.loads(files["made_from.json"])
        (own,) = origin["versions"]
        said = json.loads(files["version.json"])
        assert (own["version"], own["code"]) == ("model:caller@3", said["code"])
        assert own["trained_on"]["version"] == said["data"]
        assert re.fullmatch("[0-9a-f]{64}", own["evaluated_on"]["digest"])
        assert sum(origin["decisions_by_code"].values()) == len(made)

    def test_who_calls_it_is_read_from_the_log(self, live: Released) -> None:
        live.decided(3, "champion", release="churn-1")
        told = done(live.world.api.by(Role.VIEWER).get("/models/caller/versions/1/callers"))
        assert (told["decisions"], told["tokens"]) == (3, {"unknown": 3})


class TestPlan:
    def test_size_and_duration_before_it_starts(self, released: Released) -> None:
        asked: dict[str, str | float] = {
            "strategy": "canary",
            "per_day": 1000,
            "rate": 0.1,
            "to_detect": 0.02,
        }
        told = done(
            released.world.api.by(Role.VIEWER).get("/cases/churn/release-plan", params=asked)
        )
        assert [one["by"] for one in told["steps"]] == ["decisions", "dwell"]
        assert 4000 < told["needed"] < 5500
        asked["per_day"] = -1
        answer = released.world.api.by(Role.VIEWER).get("/cases/churn/release-plan", params=asked)
        refused(answer, 422, "per_day")


def test_the_file_is_whole_or_not_there(tmp_path: Path) -> None:
    publishing._write(tmp_path, b"{}")
    publishing._write(tmp_path, json.dumps({"n": 1}).encode())
    assert [one.name for one in tmp_path.iterdir()] == ["snapshot.json"]
