"""A gateway on another machine: its own folder, an address, a token, and nothing else of ours."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from gonogo.core.roles import Role
from gonogo.core.times import system_clock, system_microseconds
from gonogo.gateway.building import build
from gonogo.gateway.exchange import Request
from gonogo.gateway.fetching import Fetcher
from gonogo.gateway.logging import DecisionLog
from gonogo.gateway.places import Places
from gonogo.gateway.pulling import Puller
from gonogo.gateway.watching import SOURCE, Watcher
from gonogo.records.segments import Durability, Writer
from gonogo.sdk.inprocess import InProcess
from tests.fixtures.released import Released
from tests.fixtures.rest import BASE, done, refused

URL = f"{BASE}/gateway/snapshot"
Change = Callable[[httpx.Request, httpx.Response], httpx.Response]


class Line(httpx.BaseTransport):
    """The way to the control plane: it may be cut, and somebody may sit in between."""

    def __init__(self, app: Any) -> None:
        self.inner = InProcess(app, operator=False)
        self.cut = False
        self.change: Change | None = None
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("nobody is there", request=request)
        self.asked.append(request.url.path)
        found = self.inner.handle_request(request)
        return found if self.change is None else self.change(request, found)


class Elsewhere:
    """A gateway in a folder of its own; started anew it is another of these."""

    def __init__(self, home: Path, line: Line, token: str) -> None:
        places = Places(home)
        self.places = places
        self.writer = Writer(places.decisions, "gateway", Durability.PAGE_CACHE, system_clock)
        log = DecisionLog(self.writer, Durability.PAGE_CACHE)
        self.built = build(places, log, system_microseconds, time.perf_counter)
        self.now = 0.0

        def client() -> httpx.Client:
            return httpx.Client(transport=line)

        self.puller = Puller(
            URL,
            places.snapshot,
            lambda: self.now,
            token,
            Fetcher(URL.rpartition("/")[0], home, token, client),
            places.whole,
            _client=client(),
        )
        self.watcher: Watcher = self.built.watcher
        self.watcher.pull = self.puller
        self.watcher.before = places.whole
        self.watcher.start()
        self.watcher.stop()

    def turn(self) -> None:
        """What its thread does five times a second, until files that are under way are there."""
        self.now += 60
        self.puller()
        self.watcher.look()
        assert self.puller.fetched(60)
        self.puller()
        self.watcher.look()
        self.watcher.tell_source()

    def decide(self, secret: str) -> Any:
        body = json.dumps({"features": {"calls": 9}}).encode()
        headers = {"authorization": f"Bearer {secret}"}
        asked = Request("POST", "/v1/decide/churn", body, headers.get)
        found = asyncio.run(self.built.gateway.answer(asked))
        return msgspec.json.decode(found.body)

    @property
    def errors(self) -> dict[str, str]:
        return dict(self.built.gateway.parts.in_force.errors)

    def close(self) -> None:
        self.writer.close()
        self.puller.close()


@pytest.fixture
def line(live: Released) -> Iterator[Line]:
    made = Line(live.world.api.app)
    yield made
    made.inner.close()


@pytest.fixture
def start(live: Released, line: Line, tmp_path: Path) -> Iterator[Callable[[], Elsewhere]]:
    """Starts the gateway, anew each time."""
    asked = {"name": "edge", "only": ["gateway.read"]}
    token = done(live.world.api.by(Role.ADMIN).post("/tokens", json=asked), 201)["secret"]
    running: list[Elsewhere] = []

    def begin() -> Elsewhere:
        for one in running:
            one.close()
        running[:] = [Elsewhere(tmp_path / "edge", line, token)]
        return running[0]

    yield begin
    for one in running:
        one.close()


@pytest.fixture
def secret(live: Released) -> str:
    """A token that may ask for decisions."""
    asked = {"name": "app", "only": ["decide"], "within": "case:churn"}
    made = done(live.world.api.by(Role.ML_ENGINEER).post("/tokens", json=asked), 201)
    live.look()
    return str(made["secret"])


Start = Callable[[], Elsewhere]


class TestElsewhere:
    def test_it_decides_and_goes_on_without_the_control_plane(
        self, live: Released, line: Line, start: Start, secret: str
    ) -> None:
        gateway = start()
        gateway.turn()
        first = gateway.decide(secret)
        assert (first["kind"], first["model"]) == ("model", "caller@2")
        assert gateway.errors == {}
        line.cut = True
        gateway.turn()
        assert "ConnectError" in gateway.errors[SOURCE]
        assert gateway.decide(secret)["model"] == "caller@2"
        again = start()
        assert again.decide(secret)["score"] == first["score"]
        again.turn()
        assert again.decide(secret)["kind"] == "model"

    def test_files_are_fetched_once(self, line: Line, start: Start, secret: str) -> None:
        start().turn()
        asked = [path for path in line.asked if "/gateway/models/" in path]
        assert len(asked) == 2
        start().turn()
        assert [path for path in line.asked if "/gateway/models/" in path] == asked

    def test_other_bytes_than_were_sealed_are_never_kept(
        self, live: Released, line: Line, start: Start, secret: str
    ) -> None:
        """Whoever sits in between can withhold a version, not put another in its place."""

        def other(request: httpx.Request, found: httpx.Response) -> httpx.Response:
            if "/files/" not in request.url.path:
                return found
            body = found.read()
            return httpx.Response(200, content=body.replace(b"leaf_value=-1 1", b"leaf_value=1 -1"))

        line.change = other
        gateway = start()
        gateway.turn()
        assert gateway.decide(secret)["kind"] == "fallback"
        assert "Broken" in gateway.errors[SOURCE]
        assert list((gateway.places.home / "gateway" / "models").iterdir()) == []
        line.change = None
        gateway.turn()
        assert gateway.decide(secret)["model"] == "caller@2"
        assert SOURCE not in gateway.errors

    def test_while_a_new_version_is_on_its_way_the_one_before_answers(
        self, live: Released, line: Line, start: Start, secret: str
    ) -> None:
        """Also after a restart in the middle of it, without anybody to ask."""
        start().turn()

        def withheld(request: httpx.Request, found: httpx.Response) -> httpx.Response:
            return httpx.Response(503) if "/gateway/models/" in request.url.path else found

        line.change = withheld
        live.start("3", "blue-green")
        gateway = start()
        gateway.turn()
        assert gateway.built.gateway.parts.in_force.snapshot.number > 1
        assert gateway.decide(secret)["model"] == "caller@2"
        line.cut = True
        assert start().decide(secret)["model"] == "caller@2"
        line.cut, line.change = False, None
        last = start()
        last.turn()
        assert last.decide(secret)["model"] == "caller@3"

    def test_files_that_no_route_names_any_more_are_removed(
        self, live: Released, line: Line, start: Start, secret: str, tmp_path: Path
    ) -> None:
        """Once everything of the new table is here; what was not fetched stays."""
        gateway = start()
        gateway.turn()
        models = tmp_path / "edge" / "gateway" / "models"
        (before,) = (one for one in models.iterdir() if one.is_dir())
        (models / "of-somebody-else").mkdir()
        live.start("3", "blue-green")
        live.order("advance")
        gateway.turn()
        assert gateway.decide(secret)["model"] == "caller@3"
        assert gateway.errors == {}
        left = {one.name for one in models.iterdir() if one.is_dir()}
        named = {
            one.digest for one in gateway.built.gateway.parts.in_force.snapshot.models.values()
        }
        assert left == {*named, "of-somebody-else"}
        assert (before.name in left) is (before.name in named)

    def test_the_kill_switch_waits_for_no_file(
        self, live: Released, line: Line, start: Start, secret: str
    ) -> None:
        gateway = start()
        gateway.turn()
        line.change = lambda request, found: (
            httpx.Response(503) if "/gateway/models/" in request.url.path else found
        )
        live.start("3", "blue-green")
        asked = {"reason": "it is wrong"}
        engineer = live.world.api.by(Role.ML_ENGINEER)
        done(engineer.post("/cases/churn/route/kill", json=asked))
        gateway.turn()
        assert gateway.decide(secret)["kind"] == "fallback"


class TestScope:
    def test_only_versions_in_force_are_handed_out(self, live: Released) -> None:
        """To who may read the route table, and to nobody else."""
        api = live.world.api
        engineer, admin = api.by(Role.ML_ENGINEER), api.by(Role.ADMIN)
        inside = done(engineer.get("/models/caller/versions/2"))
        outside = done(engineer.get("/models/caller/versions/1"))
        place = f"/gateway/models/{inside['digest']}"
        refused(engineer.get(place), 403)
        assert done(admin.get(place))["items"] == inside["files"]
        sha256 = inside["files"][0]["sha256"]
        refused(engineer.get(f"{place}/files/{sha256}"), 403)
        assert len(admin.get(f"{place}/files/{sha256}").content) == inside["files"][0]["size"]
        refused(admin.get(f"/gateway/models/{outside['digest']}"), 404, "digest")
        other = outside["files"][0]["sha256"]
        refused(admin.get(f"{place}/files/{other}"), 404, "sha256")

    def test_a_token_for_something_else_fetches_nothing(
        self, live: Released, line: Line, tmp_path: Path, secret: str
    ) -> None:
        gateway = Elsewhere(tmp_path / "edge", line, secret)
        gateway.turn()
        assert "403" in gateway.errors[SOURCE]
        assert not gateway.places.snapshot.exists()
        gateway.close()
