"""Sends decisions in batches over a few connections, and writes down every id that it was told.

python -m benchmarks.sending PORT PATH BODIES TOLD --token T --batches N --seconds S

What is refused for want of time is sent again. At the end it prints what it did as JSON.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import BinaryIO

from benchmarks.load import request

ID = re.compile(rb'"decision_id":"([^"]+)"')
CONNECTIONS = 4
SLOWEST = 60.0
"""Seconds that an answer may take."""


class Sender:
    """Sends so many batches, or as many as come within the time."""

    def __init__(self, texts: list[bytes], told: BinaryIO, batches: int, until: float) -> None:
        self._texts, self._told = cycle(texts), told
        self._left, self._until = batches, until
        self.answered = self.refused = self.decided = 0

    async def run(self, port: int) -> None:
        """On one connection, until nothing is left."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        while self._left > 0 and time.perf_counter() < self._until:
            self._left -= 1
            writer.write(next(self._texts))
            async with asyncio.timeout(SLOWEST):
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
                body = await reader.readexactly(length)
            if head[9:12] == b"200":
                self._note(ID.findall(body))
            else:
                self.refused += 1
                self._left += 1
                await asyncio.sleep(1)
        writer.close()

    def _note(self, ids: list[bytes]) -> None:
        self.answered += 1
        self.decided += len(ids)
        self._told.write(b"\n".join(ids) + b"\n")


async def send(
    port: int, texts: list[bytes], told: Path, batches: int, seconds: float
) -> dict[str, float]:
    """Send them; what came of it."""
    began = time.perf_counter()
    with told.open("wb", buffering=2**20) as stream:
        sender = Sender(texts, stream, batches, began + seconds)
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(sender.run(port))
    return {
        "decided": sender.decided,
        "batches": sender.answered,
        "refused": sender.refused,
        "seconds": time.perf_counter() - began,
    }


def main(arguments: list[str]) -> None:
    """Read bodies from a file of JSON lines, send them, print what was done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("bodies", type=Path)
    parser.add_argument("told", type=Path)
    parser.add_argument("--token", default="")
    parser.add_argument("--batches", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    asked = parser.parse_args(arguments)
    bodies = asked.bodies.read_bytes().splitlines()
    texts = [request(asked.path, body, asked.token) for body in bodies]
    found = asyncio.run(send(asked.port, texts, asked.told, asked.batches, asked.seconds))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
