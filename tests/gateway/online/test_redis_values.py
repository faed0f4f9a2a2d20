"""Features by entity from Redis, against a server that speaks its protocol."""

import socketserver
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gonogo.core.times import system_clock
from gonogo.gateway.online.features import OnlineFeatures
from gonogo.gateway.online.forgetting import Forgetting
from gonogo.gateway.online.kept import KeptWindows
from gonogo.gateway.online.redis_values import RedisValues, connected
from gonogo.records import forgetting

HASHES = {b"gonogo:fraud:c17": (b"limit", b"2500", b"kind", b'"gold"', b"note", b"as it is")}


class Handler(socketserver.StreamRequestHandler):
    """Answers HGETALL from `HASHES`, anything else with OK."""

    def handle(self) -> None:
        server = self.server
        while line := self.rfile.readline():
            parts = []
            for _ in range(int(line[1:])):
                length = int(self.rfile.readline()[1:])
                parts.append(self.rfile.read(length))
                self.rfile.read(2)
            if parts[0].upper() == b"SCAN":
                # All in one go: it is the client that keeps to what it asked for.
                keys = b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in self.keys())
                self.wfile.write(b"*2\r\n$1\r\n0\r\n*%d\r\n%s" % (len(self.keys()), keys))
            elif parts[0].upper() == b"DEL" and isinstance(server, Server):
                server.deleted += parts[1:]
                self.wfile.write(b":%d\r\n" % len(parts[1:]))
            elif parts[0].upper() == b"HGETALL" and isinstance(server, Server):
                server.asked += 1
                time.sleep(server.slow)
                found = HASHES.get(parts[1], ())
                told = b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in found)
                self.wfile.write(b"*%d\r\n%s" % (len(found), told))
            else:
                self.wfile.write(b"+OK\r\n")

    def keys(self) -> list[bytes]:
        """Of the entity c17 in two use cases, and of others whose keys end alike."""
        return [*HASHES, b"gonogo:loans:c17", b"gonogo:loans:a:c17", b"gonogo:loans:c1"]


class Server(socketserver.ThreadingTCPServer):
    """Counts what it is asked."""

    asked = 0
    slow = 0.0
    deleted: list[bytes]
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as found:
        found.deleted = []
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def values(server: Server, watch: Watch) -> Iterator[RedisValues]:
    # A request waits for no such time; a busy machine may need it.
    found = connected(f"redis://127.0.0.1:{server.server_address[1]}/0", watch, seconds=20)
    yield found
    found.client.close()
    found.patient.close()


class TestGet:
    def test_values_are_json_and_what_is_none_is_text(self, values: RedisValues) -> None:
        wanted = {"limit": 2500, "kind": "gold", "note": "as it is"}
        assert values.get("fraud", "c17") == wanted

    def test_an_entity_nobody_wrote_has_none(self, values: RedisValues) -> None:
        assert values.get("fraud", "c18") is None
        assert values.error is None

    def test_values_are_asked_again_after_a_second(
        self, values: RedisValues, server: Server, watch: Watch
    ) -> None:
        for watch.now in (0.0, 0.9, 1.1):
            values.get("fraud", "c17")
        assert server.asked == 2

    def test_a_slow_redis_costs_a_request_little_and_the_next_ones_nothing(
        self, values: RedisValues, server: Server, watch: Watch
    ) -> None:
        server.slow = 0.3
        hurried = connected(f"redis://127.0.0.1:{server.server_address[1]}/0", watch)
        for _ in range(50):
            assert hurried.get("fraud", "c17") is None
        assert hurried.failures == 1
        assert hurried.error is not None
        hurried.client.close()
        server.slow, watch.now = 0.0, 1.1
        hurried.client = values.client
        assert hurried.get("fraud", "c17") is not None
        assert hurried.error is None

    def test_without_a_redis_there_are_no_values(self, watch: Watch) -> None:
        values = connected("redis://127.0.0.1:1/0", watch)
        assert values.get("fraud", "c17") is None
        assert values.failures == 1


class TestForget:
    def test_an_entity_is_deleted_and_not_remembered(
        self, values: RedisValues, server: Server
    ) -> None:
        assert values.get("fraud", "c17") is not None
        values.forget("fraud", "c17")
        assert server.deleted == [b"gonogo:fraud:c17"]
        asked = server.asked
        values.get("fraud", "c17")
        assert server.asked == asked + 1

    def test_in_all_use_cases_it_alone_is_deleted(
        self, values: RedisValues, server: Server
    ) -> None:
        values.forget(None, "c17")
        assert server.deleted == [b"gonogo:fraud:c17", b"gonogo:loans:c17"]

    def test_a_redis_that_does_not_answer_leaves_the_order_standing(
        self, values: RedisValues, server: Server, tmp_path: Path
    ) -> None:
        """Who is to be forgotten is forgotten once it answers again."""
        online = OnlineFeatures(KeptWindows(tmp_path / "w"), tmp_path, system_clock, values)
        forgetting.followed(tmp_path)
        forgetting.order(tmp_path, "c17", "fraud")
        follower = Forgetting(tmp_path, online, lambda: 7)
        url, values.patient = values.patient, Gone()
        assert follower.once() == 0
        values.patient = url
        assert follower.once() == 1
        assert server.deleted == [b"gonogo:fraud:c17"]
        assert forgetting.ordered(tmp_path) == {}


class Gone:
    def delete(self, *_: str) -> None:
        raise ConnectionError("nobody is there")

    def close(self) -> None:
        """Nothing is open."""
