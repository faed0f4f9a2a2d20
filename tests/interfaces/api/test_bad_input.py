"""Bad input by REST: each is told by field, value and what would be right, and writes nothing."""

import json
import pickle
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import httpx
import psycopg
import pytest
from sqlalchemy import Connection, event

from gonogo.checks.inputs.tabular import to_parquet
from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from tests.fixtures.clocks import START, FakeClock
from tests.fixtures.rest import Json, Written, done, refused
from tests.fixtures.tracking import SimulatedTracking
from tests.fixtures.world import (
    ABOUT,
    HYPOTHESIS,
    POLICY,
    ROWS,
    World,
    evidence,
    measured,
)

CSV = ROWS.to_csv(index=False).encode()


@pytest.fixture
def ask(world: World, everything: Written) -> Callable[..., dict[str, Json]]:
    """`ask(role, method, path, status, field, ...)`: a refused request that wrote nothing.

    `recorded`: the refusal itself is kept in the ledger, as one entry.
    """

    def asked(
        role: Role,
        method: str,
        path: str,
        status: int,
        field: str | None,
        *,
        recorded: bool = False,
        **more: Json,
    ) -> dict[str, Json]:
        world.api.secret(role)
        before = everything()
        told = refused(world.api.by(role).request(method, path, **more), status, field)
        after = everything()
        if recorded:
            assert after["head"][0] == before["head"][0] + 1
            (last,) = done(world.api.operator.get("/ledger", params={"limit": 1}))["items"]
            assert last["kind"] == "refusal"
            for table in ("head", "ledger", "ledger_head"):
                before.pop(table)
                after.pop(table)
        assert after == before
        return told

    return asked


Ask = Callable[..., dict[str, Json]]


class TestUnknown:
    def test_use_case(self, ask: Ask) -> None:
        """Wherever one is named."""
        me = Role.DATA_SCIENTIST
        ask(me, "GET", "/cases/none", 404, "case")
        ask(me, "POST", "/cases/none/hypotheses", 404, "case", json=HYPOTHESIS)
        asked = {"version": "1", "case": "none"}
        ask(me, "POST", "/models/caller/versions", 404, "case", json=asked)
        ask(me, "POST", "/tokens", 404, "within", json={"name": "x", "within": "case:none"})

    def test_model_version(self, ask: Ask) -> None:
        """Evidence about what does not exist is evidence about nothing."""
        for subject in ("model:caller@9", "model:none@1"):
            told = ask(
                Role.DATA_SCIENTIST,
                "POST",
                "/evidence",
                404,
                "evidence.0.subject",
                json={"evidence": [evidence(subject=subject)]},
            )
            assert told["value"] == subject


class TestEvidence:
    def test_that_is_no_measurement(self, ask: Ask) -> None:
        """NaN, an interval upside down or beside its value, and half of it missing."""
        sound = measured()
        for wrong, field in (
            ({**sound, "value": float("nan")}, "evidence.1.measured.value"),
            ({**sound, "low": float("-inf")}, "evidence.1.measured.low"),
            ({**sound, "low": 0.9, "high": 0.7}, "evidence.1.measured"),
            ({**sound, "value": 0.99}, "evidence.1.measured"),
            ({**sound, "level": 0}, "evidence.1.measured.level"),
            ({**sound, "n": -1}, "evidence.1.measured.n"),
            ({**sound, "n": 2.5}, "evidence.1.measured.n"),
            ({**sound, "value": "0.8"}, "evidence.1.measured.value"),
            ({"value": 0.8, "n": 400}, "evidence.1.measured.low"),
            ({}, "evidence.1.measured.n"),
        ):
            asked = {"evidence": [evidence(), evidence(measured=wrong)]}
            told = ask(
                Role.DATA_SCIENTIST,
                "POST",
                "/evidence",
                422,
                field,
                content=json.dumps(asked).encode(),
                headers={"Content-Type": "application/json"},
            )
            assert "NaN" not in str(told["value"])

    def test_by_no_check_of_ours(self, ask: Ask) -> None:
        """Or by one asked with parameters it does not have."""
        for wrong, field in (
            (evidence("performance.luck"), "evidence.0.check"),
            (evidence("luck"), "evidence.0.check"),
            ({**evidence(), "with": {"colour": "red"}}, "evidence.0.with.colour"),
            ({**evidence(), "with": {"level": "high"}}, "evidence.0.with.level"),
            ({**evidence(), "with": {"level": 10**400}}, "evidence.0.with.level"),
            (evidence("fairness.selection_rate_ratio"), "evidence.0.with.group"),
            (evidence(data="case:churn"), "evidence.0.data"),
        ):
            asked = {"evidence": [wrong]}
            ask(Role.DATA_SCIENTIST, "POST", "/evidence", 422, field, json=asked)


class TestHypothesis:
    def test_edited_after_registration(self, ask: Ask) -> None:
        """Whoever asks, and however."""
        for method in ("PUT", "PATCH"):
            for role in (Role.DATA_SCIENTIST, Role.ADMIN):
                path = "/hypotheses/churn/trees"
                told = ask(role, method, path, 409, "hypothesis", json=HYPOTHESIS)
                assert "register a new one" in told["expected"]

    def test_run_that_started_before_its_registration(
        self, ask: Ask, tracking: SimulatedTracking
    ) -> None:
        """Both times are told."""
        tracking.add_run("early", started=START - timedelta(milliseconds=1))
        path, asked = "/hypotheses/churn/trees/runs", {"run_id": "early"}
        told = ask(Role.DATA_SCIENTIST, "POST", path, 422, "run_id", json=asked)
        assert "2026-11-21T10:29:59.999Z" in told["expected"]
        assert "2026-11-21T10:30:00.000Z" in told["expected"]


class TestPolicy:
    @pytest.mark.parametrize("path", ["/policies", "/policies/check"])
    def test_that_cannot_be_in_force(self, ask: Ask, path: str) -> None:
        """An unknown check, a threshold of the wrong type, a ring: by line and field."""
        for text, line, said in (
            (POLICY.replace("performance.roc_auc, at_least: 0.7}", "performance.luck}"), 5, "luck"),
            (POLICY.replace("at_least: 0.5", "at_least: half"), 6, "half"),
            (POLICY.replace("at_least: 0.5", "at_least: true"), 6, "true"),
            (POLICY.replace("policy: house", "policy: house\nextends: house"), 2, "house"),
            (POLICY.replace("policy: house", "policy: house\nextends: none"), 2, "none"),
            (POLICY.replace("[ml-engineer, risk-officer]", "[king]"), 7, "king"),
            (POLICY.replace("gates:", "gates: ["), 4, ""),
            (POLICY.replace("at_least: 0.5", "at_least: 1e999"), 6, ""),
            (POLICY.replace("at_least: 0.5", f"at_least: {10**400}"), 6, ""),
        ):
            told = ask(Role.RISK_OFFICER, "POST", path, 422, None, json={"text": text})
            assert f"line {line}" in told["detail"], told
            assert said in told["detail"]

    def test_ring_through_another_policy(self, ask: Ask, world: World) -> None:
        """The ring is told, not walked."""
        world.policy(POLICY.replace("policy: house", "policy: inner\nextends: house"))
        ring = POLICY.replace("policy: house", "policy: house\nextends: inner")
        told = ask(Role.RISK_OFFICER, "POST", "/policies", 422, None, json={"text": ring})
        assert "line 2" in told["detail"]
        assert "inner" in told["detail"]


class TestSignOff:
    def test_by_the_author(self, world: World, ask: Ask) -> None:
        """Also one who has the role; the attempt is recorded."""
        scientist = world.api.user(Role.DATA_SCIENTIST)
        asked = {"role": "ml-engineer"}
        done(world.api.operator.post(f"/users/{scientist[5:]}/grants", json=asked), 201)
        path = f"/reviews/{world.review}/sign-offs"
        told = ask(
            Role.DATA_SCIENTIST,
            "POST",
            path,
            403,
            "caller",
            recorded=True,
            json={"role": "ml-engineer", "outcome": "go"},
        )
        assert "author" in told["expected"]

    def test_twice(self, world: World, ask: Ask) -> None:
        """Neither the same again nor the other way round."""
        world.sign(world.review, Role.ML_ENGINEER)
        path = f"/reviews/{world.review}/sign-offs"
        for outcome in ("go", "no-go"):
            asked = {"role": "ml-engineer", "outcome": outcome}
            ask(Role.ML_ENGINEER, "POST", path, 409, None, json=asked)

    def test_by_the_wrong_role(self, world: World, ask: Ask) -> None:
        """One that may not sign at all, and one that signs for another."""
        path = f"/reviews/{world.review}/sign-offs"
        asked = {"role": "ml-engineer", "outcome": "go"}
        for role in (Role.VIEWER, Role.ADMIN, Role.RISK_OFFICER):
            ask(role, "POST", path, 403, "caller", recorded=True, json=asked)

    def test_waiver_by_the_wrong_role(self, world: World, ask: Ask) -> None:
        """Refused and recorded."""
        rows = done(world.api.operator.get(f"/reviews/{world.review}"))["conditions"]
        asked = {
            "condition": rows[0]["key"],
            "role": "risk-officer",
            "reason": "we are late",
            "expires": "2026-12-21T00:00:00Z",
        }
        path = f"/reviews/{world.review}/waivers"
        for role in (Role.DATA_SCIENTIST, Role.MANAGER):
            ask(role, "POST", path, 403, "caller", recorded=True, json=asked)


class TestDataset:
    def test_whose_file_changed(self, world: World, ask: Ask) -> None:
        """After its version was fixed: whoever reads it is told."""
        name, _, version = world.train.removeprefix("dataset:").partition("@")
        path = f"/datasets/{name}/versions/{version}"
        told = done(world.api.operator.get(path))
        place = world.api.installation.files.local_path(told["sha256"])
        assert place is not None
        content = Path(place).read_bytes()
        Path(place).chmod(0o600)
        Path(place).write_bytes(content.replace(b"1", b"2", 1))
        for verb in ("verify", "measure"):
            broken = ask(Role.DATA_SCIENTIST, "POST", f"{path}/{verb}", 409, None, json={})
            assert broken["type"] == "urn:gonogo:problem:broken"
            assert told["sha256"] in broken["expected"]

    def test_that_is_no_table(self, ask: Ask) -> None:
        """Ragged, in another encoding, empty, too wide, binary: by line where there is one."""
        wide = ",".join(f"c{n}" for n in range(300)).encode() + b"\n" + b",".join([b"1"] * 300)
        nul = to_parquet(ROWS.assign(sex=["f\0"] * 6))
        for content, said in (
            (CSV + b"7,f\n", "line 8 has 2 values"),
            (CSV.replace(b"m", b"\xe9", 1), "line 3"),
            (CSV.splitlines()[0] + b"\n", "0 rows"),
            (CSV.splitlines()[0], "0 rows"),
            (b"", "0 rows"),
            (wide, "300"),
            (pickle.dumps(ROWS), "byte 0x80"),
            (CSV.replace(b"f", b"\0", 1), "byte 0x00"),
            (b"PAR1 and then nothing", "Parquet"),
            (nul, "NUL"),
            (CSV.replace(b"calls", b"left", 1), "columns 1 and 3"),
            (CSV.replace(b",", b";"), "delimiter"),
        ):
            told = ask(
                Role.DATA_SCIENTIST,
                "POST",
                "/datasets/bad/versions",
                422,
                None,
                data={"about": json.dumps(ABOUT)},
                files={"file": ("rows.csv", content, "text/csv")},
            )
            assert said in told["detail"], told

    def test_of_which_nothing_right_is_said(self, ask: Ask) -> None:
        """No JSON, a NUL, no file."""
        file = {"file": ("rows.csv", CSV, "text/csv")}
        for about, files, field in (
            ("{", file, "about"),
            (json.dumps({**ABOUT, "description": "a\0"}), file, "description"),
            (json.dumps({**ABOUT, "colour": "red"}), file, "about.colour"),
            (json.dumps(ABOUT), {"other": ("x", b"", "text/csv")}, "file"),
        ):
            path = "/datasets/bad/versions"
            more = {"data": {"about": about}, "files": files}
            ask(Role.DATA_SCIENTIST, "POST", path, 422, field, **more)


class Bomb:
    """Loading its pickle would say so."""

    went_off: ClassVar[list[str]] = []

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Bomb.went_off.append, ("loaded",)


class TestPickle:
    def test_is_refused_and_never_loaded(self, ask: Ask, tracking: SimulatedTracking) -> None:
        """Under any name, and within an archive; nothing of it is kept."""
        content = pickle.dumps(Bomb())
        for number, files in enumerate(
            ({"model.pkl": content}, {"model.lgb": content}, {"model.skops": content}), 2
        ):
            tracking.add_version("caller", str(number), files)
            told = ask(
                Role.DATA_SCIENTIST,
                "POST",
                "/models/caller/versions",
                422,
                "model",
                json={"version": str(number), "case": "churn"},
            )
            assert "pickle" in told["expected"]
        assert Bomb.went_off == []


class TestToken:
    def test_expired_revoked_or_malformed(
        self, world: World, clock: FakeClock, everything: Written
    ) -> None:
        """401 with what would be right, and how to sign in."""
        operator = world.api.operator
        short = done(operator.post("/tokens", json={"name": "short", "expires": "1h"}), 201)
        ended = done(operator.post("/tokens", json={"name": "ended"}), 201)
        done(operator.delete(f"/tokens/{ended['id']}"))
        clock.advance(hours=1)
        before = everything()
        for secret, said in (
            (short["secret"], "expired"),
            (ended["secret"], "revoked"),
            (short["secret"][:-1] + "x", ""),
            ("gng_000000000000_" + "x" * 43, ""),
            ("gng_short", ""),
            ("x" * 10_000, ""),
        ):
            answer = world.api.bearing(secret).post("/cases", json={})
            told = refused(answer, 401)
            assert said in told["detail"]
            assert answer.headers["www-authenticate"] == "Bearer"
            assert secret not in answer.text
        assert everything() == before


class TestBody:
    def test_of_50_mb(self, world: World, everything: Written) -> None:
        """413 from its declared length: not a byte of it is read."""
        taken = 0

        def body() -> Iterator[bytes]:
            nonlocal taken
            while True:
                taken += 1
                yield b" " * 1024 * 1024

        before = everything()
        answer = world.api.by(Role.DATA_SCIENTIST).post(
            "/evidence",
            content=body(),
            headers={"Content-Type": "application/json", "Content-Length": str(50 * 1024**2)},
        )
        refused(answer, 413, "body")
        assert taken == 0
        assert everything() == before

    def test_that_is_no_text_of_ours(self, ask: Ask) -> None:
        """No JSON, too deep, NUL, half of a surrogate pair, wrong type, wrong encoding."""
        deep = "[" * 100_000 + "]" * 100_000
        typed = {"Content-Type": "application/json"}
        for content, field in (
            (b"{", None),
            (b"\xff", "body"),
            (deep.encode(), "body"),
            (b"[]", "body"),
            (b"1" * 5000, "body"),
            (rb'{"name": "a\u0000"}', "name"),
            (rb'{"name": "\ud800"}', "name"),
            (rb'{"\ud800": 1, "name": "x"}', None),
        ):
            ask(Role.ADMIN, "POST", "/tokens", 422, field, content=content, headers=typed)
        ask(Role.ADMIN, "GET", "/users/%00", 422, "user")
        ask(Role.ADMIN, "GET", "/cases?cursor=%00", 422, "cursor")


class TestGate:
    def test_two_that_decide_at_once(self, world: World) -> None:
        """Two reviews of one gate, under an old wording and a new: one wins, the other is told."""
        first = world.review
        world.ready()
        world.policy(POLICY.replace("at_least: 0.7}", "at_least: 0.72}"))
        second = world.open()["id"]
        world.sign(second, Role.ML_ENGINEER, Role.RISK_OFFICER)
        before = done(world.api.operator.get("/decisions"))["items"]
        answers = at_once(
            lambda: decide(world, Role.RISK_OFFICER, first, "no-go"),
            lambda: decide(world, Role.MANAGER, second, "go"),
        )
        assert sorted(answer.status_code for answer in answers) in ([201, 409], [201, 412])
        lost = next(answer for answer in answers if answer.is_error)
        refused(lost, lost.status_code)
        after = done(world.api.operator.get("/decisions"))["items"]
        assert len(after) == len(before) + 1
        states = [
            done(world.api.operator.get(f"/reviews/{one}"))["state"] for one in (first, second)
        ]
        assert sorted(states) == ["decided", "open"]

    def test_two_that_decide_one_review_at_once(self, world: World) -> None:
        """The second finds it decided."""
        world.ready()
        answers = at_once(
            lambda: decide(world, Role.RISK_OFFICER, world.review, "go"),
            lambda: decide(world, Role.MANAGER, world.review, "no-go"),
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert len(done(world.api.operator.get("/decisions"))["items"]) == 1


def decide(world: World, role: Role, review: str, outcome: str) -> httpx.Response:
    """A decision in somebody's name."""
    asked = {"rationale": f"by the {role}", "outcome": outcome}
    return world.api.by(role).post(f"/reviews/{review}/decision", json=asked)


def at_once(*asked: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The answers to requests that were sent at the same moment."""
    ready = threading.Barrier(len(asked))
    answers: list[httpx.Response] = []

    def run(one: Callable[[], httpx.Response]) -> None:
        ready.wait()
        answers.append(one())

    threads = [threading.Thread(target=run, args=(one,)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class TestDatabase:
    def test_locked_by_another_writer(
        self, world: World, everything: Written, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """503 with when to try again; afterwards the same request is done."""
        scientist = world.api.by(Role.DATA_SCIENTIST)
        asked = {"evidence": [evidence()]}
        done(scientist.post("/evidence", json=asked), 201)
        before = everything()
        open_work = world.api.installation.open_work
        impatient = world.api.app.state.needs._replace(
            open_work=lambda caller, **more: open_work(caller, **{"patience": 0.05, **more})
        )
        monkeypatch.setattr(world.api.app.state, "needs", impatient)
        with open_work(SYSTEM):
            answer = scientist.post("/evidence", json=asked)
        refused(answer, 503, "database")
        assert int(answer.headers["retry-after"]) >= 1
        assert everything() == before
        done(scientist.post("/evidence", json=asked), 201)

    def test_gone_before_the_request(self, world: World, everything: Written) -> None:
        """503; when it is back, nothing is missing and the same request is done."""
        engine = world.api.installation.engine
        scientist = world.api.by(Role.DATA_SCIENTIST)
        asked = {"evidence": [evidence()]}
        done(scientist.post("/evidence", json=asked), 201)
        before = everything()

        @event.listens_for(engine, "do_connect")
        def gone(*_: object) -> None:
            message = "unable to open database file: connection refused"
            raise engine.dialect.loaded_dbapi.OperationalError(message)

        engine.dispose()
        answer = scientist.post("/evidence", json=asked)
        event.remove(engine, "do_connect", gone)
        refused(answer, 503, "database")
        assert int(answer.headers["retry-after"]) >= 1
        assert everything() == before
        done(scientist.post("/evidence", json=asked), 201)

    def test_gone_in_the_middle_of_a_write(
        self, world: World, everything: Written, database_url: str
    ) -> None:
        """What was written before is undone: all or nothing."""
        engine = world.api.installation.engine
        if engine.dialect.name != "postgresql":
            # A file is not gone from under an open connection; PostgreSQL can go away.
            return
        scientist = world.api.by(Role.DATA_SCIENTIST)
        asked = {"evidence": [evidence()] * 3}
        before = everything()
        ended: list[int] = []

        @event.listens_for(engine, "after_cursor_execute")
        def end(connection: Connection, _: object, statement: str, *__: object) -> None:
            if statement.startswith("INSERT INTO ledger ") and not ended:
                ended.append(backend_of(connection))
                terminate(database_url, ended[0])

        answer = scientist.post("/evidence", json=asked)
        event.remove(engine, "after_cursor_execute", end)
        assert ended
        refused(answer, 503, "database")
        assert everything() == before
        done(scientist.post("/evidence", json=asked), 201)


def backend_of(connection: Connection) -> int:
    """The process of PostgreSQL that serves a connection."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.info.backend_pid


def terminate(database_url: str, process: int) -> None:
    """End it, as an operator or a crash would."""
    url = database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
