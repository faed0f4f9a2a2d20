"""A client for benchmarks: HTTP/1.1 over a few connections, each with one request under way.

Written for as little work of its own as possible: it shares a machine with what it measures.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of requests found."""

    requests: int
    """Answers with status 200."""
    others: int
    """Answers with another status."""
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Answered requests a second."""
        return self.requests / self.seconds


class Connection(asyncio.Protocol):
    """Sends a request as soon as the last one is answered."""

    def __init__(self, run: "Run") -> None:
        self._run, self._buffer, self._sent = run, b"", 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._next()

    def data_received(self, data: bytes) -> None:
        """Take an answer, whole or in pieces."""
        self._buffer = self._buffer + data if self._buffer else data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        start = self._buffer.lower().find(b"content-length: ", 0, head) + 16
        end = self._buffer.find(b"\r\n", start)
        if len(self._buffer) < head + 4 + int(self._buffer[start:end]):
            return
        status = self._buffer[9:12]
        self._buffer = b""
        self._run.answered(status, time.perf_counter() - self._sent)
        if self._run.pause:
            asyncio.get_running_loop().call_later(self._run.pause, self._next)
        else:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # as asyncio calls it
        """End."""
        self._run.left()

    def _next(self) -> None:
        if self._transport is None:
            return
        text = self._run.next()
        if text is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(text)


class Run:
    """Requests until the time is over."""

    def __init__(self, texts: Sequence[bytes], connections: int, pause: float = 0.0) -> None:
        self.pause = pause
        self._texts = cycle(texts)
        self._left = connections
        self.taken: list[float] = []
        self.others = 0
        self.until = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def next(self) -> bytes | None:
        """The next request, None when the time is over."""
        return None if time.perf_counter() > self.until else next(self._texts)

    def answered(self, status: bytes, seconds: float) -> None:
        """Count an answer."""
        if status == b"200":
            self.taken.append(seconds)
        else:
            self.others += 1

    def left(self) -> None:
        """Count a connection that ended."""
        self._left -= 1
        if not self._left and not self.done.done():
            self.done.set_result(None)


def request(path: str, body: bytes, token: str = "") -> bytes:
    """A request as it is sent."""
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    if token:
        head += f"authorization: Bearer {token}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


async def load(
    port: int, texts: Sequence[bytes], connections: int, seconds: float, pause: float = 0.0
) -> Load:
    """Keep `connections` busy with the requests `texts` for a while.

    Each pauses for `pause` seconds before its next request.
    """
    run = Run(texts, connections, pause)
    began = time.perf_counter()
    run.until = began + seconds
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(run), "127.0.0.1", port)
    await asyncio.wait_for(run.done, seconds + 30)
    took = time.perf_counter() - began
    taken = sorted(run.taken) or [0.0]
    return Load(
        len(run.taken),
        run.others,
        took,
        taken[len(taken) // 2] * 1e3,
        taken[int(len(taken) * 0.99)] * 1e3,
    )


def main(arguments: list[str]) -> None:
    """Read requests from a file of JSON lines, send them, print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("bodies", type=Path)
    parser.add_argument("--token", default="")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--pause", type=float, default=0.0)
    asked = parser.parse_args(arguments)
    bodies = asked.bodies.read_bytes().splitlines()
    texts = [request(asked.path, body, asked.token) for body in bodies]
    found = asyncio.run(load(asked.port, texts, asked.connections, asked.seconds, asked.pause))
    json.dump({**asdict(found), "per_second": found.per_second}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
