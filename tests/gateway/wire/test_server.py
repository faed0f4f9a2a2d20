"""The gateway's HTTP, byte by byte, over a real connection."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from gonogo.core.errors import Unavailable
from gonogo.gateway.wire.server import Server
from tests.fixtures.gateways import CASE, GOOD, SECRET, Desk, Models, arm, route

HEAD = f"POST /v1/decide/{CASE} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {SECRET}\r\n".encode()
BODY = json.dumps({"features": GOOD}).encode()
LENGTH = f"content-length: {len(BODY)}\r\n\r\n".encode()
ASKED = HEAD + LENGTH + BODY
LIVE = b"GET /v2/health/live HTTP/1.1\r\nhost: g\r\n"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


@pytest.fixture
def ready(desk: Desk, versions: Models) -> Desk:
    """A gateway that decides."""
    model = versions.lightgbm()
    desk.publish(routes=[route(arm("champion", model))], models=[model])
    return desk


def talked(desk: Desk, talk: Talk, **how: float) -> bytes:
    """What `talk` says of a connection to a server that is there as long."""

    async def run() -> bytes:
        server = Server(desk.built.gateway, **how)  # type: ignore[arg-type]  # seconds, a number
        port = await server.start("127.0.0.1", 0)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            async with asyncio.timeout(30):
                found = await talk(reader, writer)
            writer.close()
            return found
        finally:
            await server.stop(5)

    found = desk.runner.run(run())
    assert isinstance(found, bytes)
    return found


def told(*pieces: bytes, end: bool = True) -> Talk:
    """Says these pieces, one after the other, then no more; hears all that comes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if end:
            writer.write_eof()
        return await reader.read()

    return talk


class TestAnswers:
    def test_requests_sent_at_once_are_answered_in_their_order(self, ready: Desk) -> None:
        found = talked(ready, told(ASKED + LIVE + b"\r\n" + ASKED))
        assert found.count(b"HTTP/1.1 200 OK\r\n") == 3
        assert found.index(b"decision_id") < found.index(b'"live"') < found.rindex(b"decision_id")
        assert len(ready.decisions()) == 2

    def test_cut_anywhere_it_is_the_same_request(self, ready: Desk) -> None:
        for size in (1, 7, 64):
            cuts = [ASKED[at : at + size] for at in range(0, len(ASKED), size)]
            assert talked(ready, told(*cuts)).startswith(b"HTTP/1.1 200")

    def test_chunks_are_put_together(self, ready: Desk) -> None:
        chunks = b"5\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (BODY[:5], len(BODY) - 5, BODY[5:])
        found = talked(ready, told(HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunks + ASKED))
        assert found.count(b"HTTP/1.1 200") == 2

    def test_who_asks_whether_to_go_on_is_told_to(self, ready: Desk) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            writer.write(HEAD + b"expect: 100-continue\r\n" + LENGTH)
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            writer.write(BODY)
            return await reader.readuntil(b"\r\n\r\n")

        assert talked(ready, talk).startswith(b"HTTP/1.1 200")

    def test_a_head_is_asked_for_alone(self, ready: Desk) -> None:
        found = talked(ready, told(LIVE.replace(b"GET", b"HEAD") + b"connection: close\r\n\r\n"))
        assert found.endswith(b"content-length: 13\r\nconnection: close\r\n\r\n")
        assert b"date: " in found

    def test_an_answer_that_is_waited_for_leaves_the_next_request_waiting(
        self, ready: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where the log is written by its own thread, as with fsync."""
        write = ready.built.gateway.parts.log.append

        async def later(*records: object) -> None:
            await asyncio.sleep(0.01)
            await write(*records)  # type: ignore[arg-type]  # handed on as they came

        monkeypatch.setattr(ready.built.gateway.parts, "log", _Log(later))
        found = talked(ready, told(ASKED * 3))
        assert found.count(b"HTTP/1.1 200") == 3
        found = talked(ready, told(ASKED * 2 + b"nothing of the kind\r\n\r\n", end=False))
        assert found.count(b"HTTP/1.1 200") == 2
        assert b"HTTP/1.1 400" in found[found.rindex(b"HTTP/1.1 200") :]


class _Log:
    def __init__(self, append: Callable[..., Awaitable[None]]) -> None:
        self.append = append


class TestRefusals:
    def test_what_is_no_request_is_refused_and_the_connection_ends(self, ready: Desk) -> None:
        found = talked(ready, told(b"GET / HTTP/1.1\r\n\r\n" + LIVE + b"\r\n", end=False))
        assert found.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert b"connection: close" in found
        assert b"a field Host" in found
        assert found.count(b"HTTP/1.1") == 1

    def test_an_endless_head_is_refused(self, ready: Desk) -> None:
        found = talked(ready, told(LIVE + b"a: " + b"b" * 70_000, end=False))
        assert found.startswith(b"HTTP/1.1 431")

    def test_who_is_refused_before_the_body_may_ask_again(self, ready: Desk) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            ready.built.gateway.lag = 99.0
            writer.write(HEAD + LENGTH + BODY[:4])
            found = await reader.readuntil(b"}")
            ready.built.gateway.lag = 0.0
            writer.write(BODY[4:] + ASKED)
            return found + await reader.readuntil(b"decision_id")

        found = talked(ready, talk)
        assert found.startswith(b"HTTP/1.1 503")
        assert b"HTTP/1.1 200" in found
        assert len(ready.decisions()) == 1

    def test_more_connections_than_may_be_are_told_so(self, ready: Desk) -> None:
        found = talked(ready, told(LIVE + b"\r\n"), most=0)
        assert found.startswith(b"HTTP/1.1 503")
        assert b"retry-after" in found

    def test_a_port_that_is_taken_is_named(self, ready: Desk) -> None:
        async def run() -> None:
            first, second = Server(ready.built.gateway), Server(ready.built.gateway)
            port = await first.start("127.0.0.1", 0)
            try:
                with pytest.raises(Unavailable) as found:
                    await second.start("127.0.0.1", port)
                assert (found.value.field, found.value.value) == ("GONOGO_GATEWAY_PORT", port)
            finally:
                await first.stop(1)

        ready.runner.run(run())


class TestStop:
    def test_a_silent_connection_is_hung_up_at_once(self, ready: Desk) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            writer.write(LIVE + b"\r\n")
            await reader.readuntil(b"}")
            ready.built.gateway.draining = True
            writer.write(LIVE + b"\r\n")
            return await reader.read()

        assert b"connection: close" in talked(ready, talk)
