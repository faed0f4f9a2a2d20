"""The gateway as a process: killed, drained, handed half a request."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from gonogo.core.errors import Conflict
from gonogo.core.snapshot import Snapshot, encode
from gonogo.gateway.lock import held, holder, running
from gonogo.gateway.places import Places
from gonogo.gateway.watching import written
from gonogo.records.record import Decision
from tests.fixtures.decided import stored
from tests.fixtures.gateways import CASE, GOOD, SECRET, TOKEN, Models, arm, route

START_SECONDS = 60


@dataclass
class Process:
    """A gateway that runs."""

    home: Path
    child: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        found = running(Places(self.home))
        assert found is not None
        return found.url

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def decide(self, client: httpx.Client, **said: object) -> httpx.Response:
        return client.post(
            f"{self.url}/v1/decide/{CASE}",
            json={"features": GOOD, **said},
            headers={"authorization": f"Bearer {SECRET}"},
        )

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


def publish(home: Path, versions: Models, number: int, threshold: float = 0.5) -> None:
    model = versions.lightgbm()
    made = route(arm("champion", model, threshold=threshold))
    snapshot = Snapshot(number, "2026-11-21T10:30:00Z", {CASE: made}, {model.key: model}, (TOKEN,))
    written(Places(home).snapshot, encode(snapshot))


@contextmanager
def started(home: Path) -> Iterator[Process]:
    """`gonogo gateway` on a free port."""
    outside = {name: text for name, text in os.environ.items() if not name.startswith("GONOGO_")}
    with (home / "said.log").open("ab") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "gonogo.app.command", "gateway", "--port", "0"],
            env={**outside, "GONOGO_HOME": str(home)},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    until = time.monotonic() + START_SECONDS
    try:
        while running(Places(home)) is None:
            if child.poll() is not None or time.monotonic() > until:
                pytest.fail(f"no gateway:\n{(home / 'said.log').read_text()}")
            time.sleep(0.02)
        yield Process(home, child)
    finally:
        child.kill()
        child.wait(20)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory, versions: Models) -> Iterator[Process]:
    """One that tests share which leave it as it is."""
    home = tmp_path_factory.mktemp("gateway")
    publish(home, versions, 1)
    with started(home) as process:
        yield process


class TestServing:
    def test_a_new_snapshot_is_in_force_within_a_second(
        self, serving: Process, versions: Models
    ) -> None:
        with httpx.Client() as client:
            assert serving.decide(client).json()["outcome"] == "approve"
            publish(serving.home, versions, 2, threshold=2.0)
            until = time.monotonic() + 1.0
            while time.monotonic() < until:
                if serving.decide(client).json()["outcome"] == "decline":
                    break
            assert serving.decide(client).json()["outcome"] == "decline"
            publish(serving.home, versions, 3)

    def test_a_home_has_one_gateway(self, serving: Process) -> None:
        assert holder(Places(serving.home)) == serving.child.pid
        with pytest.raises(Conflict), held(Places(serving.home)):
            pass

    def test_a_huge_body_is_refused_without_being_read(self, serving: Process) -> None:
        with serving.connect() as client:
            client.sendall(
                f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\n"
                "content-length: 5000000000\r\n\r\n".encode()
            )
            assert client.recv(200).startswith(b"HTTP/1.1 413")

    def test_a_huge_body_in_pieces_is_refused_at_its_bound(self, serving: Process) -> None:
        piece = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
        with serving.connect() as client:
            client.sendall(
                f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\n"
                "transfer-encoding: chunked\r\n\r\n".encode()
            )
            with suppress(ConnectionError):
                for _ in range(8):
                    client.sendall(piece)
            assert client.recv(200).startswith(b"HTTP/1.1 413")

    def test_slow_and_broken_clients_keep_nobody_waiting(self, serving: Process) -> None:
        """Half a head, half a body, a body byte by byte: others are answered meanwhile."""
        head = f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {SECRET}\r\n"
        body = json.dumps({"features": GOOD}).encode()
        with serving.connect() as half_head, serving.connect() as half_body:
            half_head.sendall(head.encode())
            half_body.sendall(f"{head}content-length: 1000\r\n\r\n{{".encode())
            with serving.connect() as slow, httpx.Client() as client:
                slow.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode())
                for place in range(0, len(body), 10):
                    slow.sendall(body[place : place + 10])
                    assert serving.decide(client).status_code == 200
                assert slow.recv(200).startswith(b"HTTP/1.1 200")


class TestEnd:
    def test_no_acknowledged_decision_is_lost_and_a_drain_loses_nothing(
        self, tmp_path: Path, versions: Models
    ) -> None:
        """kill -9 under load: what was answered is in the log, once, and nothing is torn."""
        publish(tmp_path, versions, 1)
        answered: list[str] = []
        with started(tmp_path) as process:
            url = process.url
            stop = threading.Event()

            def load() -> None:
                body = {"features": GOOD}
                with httpx.Client(headers={"authorization": f"Bearer {SECRET}"}) as client:
                    while not stop.is_set():
                        try:
                            got = client.post(f"{url}/v1/decide/{CASE}", json=body)
                        except httpx.HTTPError:
                            return
                        answered.append(got.json()["decision_id"])

            threads = [threading.Thread(target=load) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.6)
            process.child.send_signal(signal.SIGKILL)
            process.child.wait(20)
            stop.set()
            for thread in threads:
                thread.join()
        assert len(answered) > 20
        found = stored(Places(tmp_path).decisions)
        written_down = [one.id for one in found if isinstance(one, Decision)]
        assert len(written_down) == len(set(written_down))
        assert set(answered) <= set(written_down)
        with started(tmp_path) as again:
            self.drained(again)

    def drained(self, process: Process) -> None:
        """Asked to stop amid a batch, it answers it, writes it down and ends with 0."""
        decisions = Places(process.home).decisions
        before = sum(1 for _ in stored(decisions))
        body = json.dumps([{"features": GOOD}] * 1000).encode()
        head = f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {SECRET}\r\n"
        with process.connect() as client:
            client.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
            size = _size(decisions)
            while _size(decisions) == size:
                time.sleep(0.001)
            process.child.send_signal(signal.SIGTERM)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert process.child.wait(30) == 0
        assert len(json.loads(answer.partition(b"\r\n\r\n")[2])["decisions"]) == 1000
        assert sum(1 for _ in stored(decisions)) == before + 1000
        assert holder(Places(process.home)) is None
        assert not Places(process.home).running.exists()
        assert SECRET not in (process.home / "said.log").read_text()


def _size(decisions: Path) -> int:
    return sum(path.stat().st_size for path in decisions.rglob("*.seg"))
