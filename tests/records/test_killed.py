"""kill -9 at any moment of what writes and what rolls: nothing acknowledged is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gonogo.records import places
from gonogo.records.log import Period, opened
from gonogo.records.rolling import damaged, roll
from gonogo.records.segments import Durability

WRITES = """
import asyncio, os, sys
from pathlib import Path
from gonogo.core.times import system_clock
from gonogo.records.segments import Durability, Writer
from tests.fixtures.decided import decision

folder, prefix, durability = sys.argv[1:]
writer = Writer(Path(folder), "w1", Durability(durability), system_clock, largest=200_000)

async def ask(client):
    for number in range(1_000_000):
        id_ = f"{prefix}-{client}-{number}"
        await writer.append(decision(id_))
        os.write(1, id_.encode() + b"\\n")

async def ask_all():
    await asyncio.gather(*(ask(client) for client in range(20)))

asyncio.run(ask_all())
"""

ROLLS = """
import os, random, signal, sys, time
from pathlib import Path
from gonogo.records.rolling import roll

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)
os.write(1, b"ready\\n")
while True:
    child = os.fork()
    if child == 0:
        while True:
            roll(folder)
    time.sleep(chance.uniform(0, 0.15))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


@contextmanager
def running(script: str, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is killed where the block ends; its children die with it."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def acknowledged(process: subprocess.Popen[bytes], least: int, seconds: float) -> set[str]:
    """Ids that it said were written, until it was killed after `seconds` and `least` of them."""
    if process.stdout is None:
        raise RuntimeError("its output is not read")
    descriptor = process.stdout.fileno()
    said = b""
    while said.count(b"\n") < least:
        some = os.read(descriptor, 1 << 16)
        if not some:
            raise RuntimeError(process.stderr.read().decode() if process.stderr else "ended")
        said += some
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        said += os.read(descriptor, 1 << 16)
    os.kill(process.pid, signal.SIGKILL)
    while some := os.read(descriptor, 1 << 16):
        said += some
    return set(said.decode().splitlines())


def counted(folder: Path) -> list[str]:
    with opened(folder, Period("fraud")) as log:
        return [id_ for (id_,) in log.connection.execute("SELECT id FROM decisions").fetchall()]


@pytest.mark.parametrize("durability", list(Durability))
def test_nothing_acknowledged_is_lost_and_nothing_counts_twice(
    tmp_path: Path, durability: Durability
) -> None:
    """Written, killed, written on; rolled and killed all the while; then rolled to the end."""
    chance = random.Random(7)  # noqa: S311  # moments to kill, no secrets
    said: set[str] = set()
    with running(ROLLS, tmp_path, 7) as rolling:
        if rolling.stdout is None or rolling.stdout.readline() != b"ready\n":
            pytest.fail("the roller does not start")
        for life in range(2):
            with running(WRITES, tmp_path, f"life{life}", durability.value) as writing:
                said |= acknowledged(writing, 300, chance.uniform(0.1, 0.4))
            found = counted(tmp_path)
            assert said <= set(found)
            assert len(found) == len(set(found))
        assert rolling.poll() is None
    roll(tmp_path)
    assert places.segments(tmp_path) == []
    found = counted(tmp_path)
    assert len(said) > 600
    assert said <= set(found)
    assert len(found) == len(set(found))
    assert all(one.tail for one in damaged(tmp_path))
