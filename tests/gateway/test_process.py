"""The gateway as a process: killed, drained, overloaded, on a full disk, handed half a request."""

import asyncio
import json
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from gonogo.core.errors import Conflict
from gonogo.gateway.lock import held, holder
from gonogo.gateway.places import Places
from gonogo.gateway.wire.server import Server
from gonogo.records.record import Decision
from tests.fixtures.decided import stored
from tests.fixtures.gateway_processes import Process, publish, started
from tests.fixtures.gateways import BAD, CASE, GOOD, SECRET, Desk, Models, arm, route


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


def ids(home: Path) -> list[str]:
    """Of all decisions that are written down."""
    return [one.id for one in stored(Places(home).decisions) if isinstance(one, Decision)]


@contextmanager
def full(process: Process, room: int) -> Iterator[None]:
    """The kernel lets no file of the gateway grow any more: its segment has so many bytes left."""
    segment = max(Places(process.home).decisions.rglob("*.seg"))
    limits = resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE)
    size = segment.stat().st_size + room
    resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE, limits)


class TestFullDisk:
    def test_nothing_is_acknowledged_that_is_not_written_and_it_recovers(
        self, serving: Process
    ) -> None:
        acknowledged = []
        with httpx.Client() as client:
            serving.decide(client)
            with full(serving, room=2000):
                while (found := serving.decide(client)).status_code == 200:
                    acknowledged.append(found.json()["decision_id"])
                    assert len(acknowledged) < 100
                assert found.status_code == 503
                assert found.headers["retry-after"] == "1"
                assert found.json()["field"] == "decision log"
                assert client.get(f"{serving.url}/v2/health/ready").status_code == 503
                assert client.get(f"{serving.url}/v2/health/live").status_code == 200
            acknowledged.append(serving.decide(client).json()["decision_id"])
            assert client.get(f"{serving.url}/v2/health/ready").status_code == 200
        assert len(acknowledged) > 3
        kept = ids(serving.home)
        assert set(acknowledged) <= set(kept)
        assert len(kept) == len(set(kept))


class TestOverload:
    def test_what_does_not_fit_is_refused_at_once_and_the_rest_is_not_late(
        self, serving: Process
    ) -> None:
        """A hundred batches at a time, of which eight are some half a second's work."""
        before = set(ids(serving.home))
        found = asyncio.run(self.flood(serving, clients=100, rows=500, rounds=2))
        counts = Counter(status for status, _, _ in found)
        assert counts.keys() == {200, 503}
        assert counts[200] >= 8
        assert counts[503] >= 10
        taken = sorted(seconds for status, seconds, _ in found if status == 200)
        assert taken[int(len(taken) * 0.99)] < 15
        answered = [one for status, _, some in found if status == 200 for one in some]
        assert len(answered) == len(set(answered)) == 500 * counts[200]
        assert set(ids(serving.home)) - before == set(answered), "what is refused is not decided"
        with httpx.Client() as client:
            assert serving.decide(client).status_code == 200
            assert 'gonogo_shed_total{why="queue"}' in client.get(f"{serving.url}/metrics").text

    async def flood(
        self, process: Process, clients: int, rows: int, rounds: int
    ) -> list[tuple[int, float, list[str]]]:
        """Status, seconds and ids of every answer."""
        body = json.dumps([{"features": GOOD}] * rows).encode()
        head = f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {SECRET}\r\n"
        text = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
        gates = [asyncio.Barrier(clients) for _ in range(rounds)]

        async def ask() -> list[tuple[int, float, list[str]]]:
            reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
            found = []
            for gate in gates:
                await gate.wait()
                began = time.monotonic()
                writer.write(text)
                told = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                seconds = time.monotonic() - began
                length = int(told.partition("content-length: ")[2].partition("\r")[0])
                said = json.loads(await reader.readexactly(length))
                status = int(told[9:12])
                if status == 200:
                    some = [one["decision_id"] for one in said["decisions"]]
                else:
                    assert "retry-after: 1\r\n" in told
                    some = []
                found.append((status, seconds, some))
            writer.close()
            return found

        return [
            one for some in await asyncio.gather(*(ask() for _ in range(clients))) for one in some
        ]


class TestSlow:
    def test_a_client_that_is_too_slow_is_told_so(self, desk: Desk, versions: Models) -> None:
        """Half a head, half a body and half a chunk: none of them is waited for without end."""
        model = versions.lightgbm()
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        head = f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {SECRET}\r\n"
        halves = [
            head,
            f"{head}content-length: 1000\r\n\r\n{{",
            f"{head}transfer-encoding: chunked\r\n\r\n1\r\n{{\r\n",
        ]

        async def answers() -> list[bytes]:
            server = Server(desk.built.gateway, body_seconds=0.3, head_seconds=0.3)
            port = await server.start("127.0.0.1", 0)
            try:
                return await asyncio.gather(*(self.told(port, half.encode()) for half in halves))
            finally:
                await server.stop(1)

        half_head, half_body, half_chunk = desk.runner.run(answers())
        assert half_head.startswith(b"HTTP/1.1 408")
        for answer in (half_body, half_chunk):
            assert answer.startswith(b"HTTP/1.1 422")
            assert b"not there after 0.3 s" in answer
        assert desk.decisions() == []

    async def told(self, port: int, half: bytes) -> bytes:
        """What comes back; empty where it only hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(half)
        async with asyncio.timeout(20):
            found = await reader.read(1000)
        writer.close()
        return found


class TestEnd:
    def test_no_acknowledged_decision_is_lost_and_a_drain_loses_nothing(
        self, tmp_path: Path, versions: Models
    ) -> None:
        """kill -9 under load: what was answered is in the log, once, and nothing is torn."""
        publish(tmp_path, versions, 1)
        with started(tmp_path) as process, loaded(process) as answered:
            with httpx.Client() as client:
                mine = asked_by_id(process, client)
                until = time.monotonic() + 60
                while len(answered) <= 20 and time.monotonic() < until:
                    time.sleep(0.001)
                process.child.send_signal(signal.SIGKILL)
            process.child.wait(20)
        written_down = ids(tmp_path)
        assert len(answered) > 20
        assert len(written_down) == len(set(written_down))
        assert set(answered) <= set(written_down)
        with started(tmp_path) as again:
            self.knows_ids(again, mine)
            self.drained(again)

    def knows_ids(self, process: Process, mine: list[str]) -> None:
        """An id that a client gave before the kill is answered and not decided again."""
        before = len(ids(process.home))
        with httpx.Client() as client:
            said = [process.decide(client, features=BAD, id=one).json() for one in mine]
        assert {one["outcome"] for one in said} == {"approve"}
        assert len(ids(process.home)) == before

    def drained(self, process: Process) -> None:
        """Asked to stop amid a batch, it answers it, writes it down and ends with 0."""
        decisions = Places(process.home).decisions
        before = set(ids(process.home))
        body = json.dumps([{"features": GOOD}] * 1000).encode()
        head = f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {SECRET}\r\n"
        with loaded(process) as answered:
            with process.connect() as client:
                client.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
                size = _size(decisions)
                while _size(decisions) < size + 10_000:
                    time.sleep(0.001)
                process.child.send_signal(signal.SIGTERM)
                answer = b"".join(iter(lambda: client.recv(65536), b""))
            assert process.child.wait(30) == 0
        batch = [
            one["decision_id"] for one in json.loads(answer.partition(b"\r\n\r\n")[2])["decisions"]
        ]
        assert len(batch) == 1000
        kept = ids(process.home)
        assert len(kept) == len(set(kept))
        assert set(kept) - before == {*batch, *answered}, "what is decided is answered"
        assert holder(Places(process.home)) is None
        assert not Places(process.home).running.exists()
        said = (process.home / "said.log").read_text()
        assert SECRET not in said
        assert "leaked" not in said


@contextmanager
def loaded(process: Process, clients: int = 4) -> Iterator[list[str]]:
    """Clients that ask again and again until the gateway is gone; ids that they were told."""
    url, answered = process.url, []

    def load() -> None:
        with httpx.Client(headers={"authorization": f"Bearer {SECRET}"}) as client:
            while True:
                try:
                    got = client.post(f"{url}/v1/decide/{CASE}", json={"features": GOOD})
                except httpx.HTTPError:
                    return
                if got.status_code == 200:
                    answered.append(got.json()["decision_id"])
                else:
                    assert (got.status_code, got.headers["retry-after"]) == (503, "1")

    threads = [threading.Thread(target=load) for _ in range(clients)]
    for thread in threads:
        thread.start()
    yield answered
    for thread in threads:
        thread.join()


def asked_by_id(process: Process, client: httpx.Client) -> list[str]:
    """Ids of a client that were answered amid the load."""
    mine = [f"mine-{number}" for number in range(20)]
    for one in mine:
        assert process.decide(client, id=one, entity="somebody").status_code == 200
    return mine


def _size(decisions: Path) -> int:
    return sum(path.stat().st_size for path in decisions.rglob("*.seg"))
