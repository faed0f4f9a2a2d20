"""Features by entity from Redis, against a server that speaks its protocol."""

import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from gonogo.gateway.online.redis_values import RedisValues, connected

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
            if parts[0].upper() == b"HGETALL" and isinstance(server, Server):
                server.asked += 1
                time.sleep(server.slow)
                found = HASHES.get(parts[1], ())
                told = b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in found)
                self.wfile.write(b"*%d\r\n%s" % (len(found), told))
            else:
                self.wfile.write(b"+OK\r\n")


class Server(socketserver.ThreadingTCPServer):
    """Counts what it is asked."""

    asked = 0
    slow = 0.0
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as found:
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
    found = connected(f"redis://127.0.0.1:{server.server_address[1]}/0", watch)
    yield found
    found.client.close()


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
        for _ in range(50):
            assert values.get("fraud", "c17") is None
        assert values.failures == 1
        assert values.error is not None
        server.slow, watch.now = 0.0, 1.1
        assert values.get("fraud", "c17") is not None
        assert values.error is None

    def test_without_a_redis_there_are_no_values(self, watch: Watch) -> None:
        values = connected("redis://127.0.0.1:1/0", watch)
        assert values.get("fraud", "c17") is None
        assert values.failures == 1
