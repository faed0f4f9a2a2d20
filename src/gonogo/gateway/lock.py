"""One gateway for a home: a lock that the kernel gives back however its holder ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

import msgspec

from gonogo.core.errors import Conflict
from gonogo.gateway.places import Places

PATIENCE_SECONDS = 1.0
"""How long to try: whoever only looks whether it is held has it for a moment."""


class Running(msgspec.Struct, frozen=True):
    """The gateway that serves a home."""

    pid: int
    url: str
    """Where it answers."""


@contextmanager
def held(places: Places) -> Iterator[None]:
    """The lock of the home's gateway; raises `Conflict` where another process has it."""
    with places.lock.open("a+") as lock:
        until = time.monotonic() + PATIENCE_SECONDS
        while not _taken(lock):
            if time.monotonic() > until:
                raise Conflict(
                    field="gateway",
                    value=str(places.home),
                    expected="a home whose gateway is not running yet",
                )
            time.sleep(0.05)
        # What one that was killed left behind is not true of this one.
        places.running.unlink(missing_ok=True)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            places.running.unlink(missing_ok=True)


def holder(places: Places) -> int | None:
    """The process that serves the home, None where none does."""
    try:
        with places.lock.open("r") as lock:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
            text = lock.read()
    except FileNotFoundError:
        return None
    return int(text) if text.isdigit() else None


def running(places: Places) -> Running | None:
    """The gateway that answers for the home, None where none does yet."""
    pid = holder(places)
    if pid is None:
        return None
    try:
        found = msgspec.json.decode(places.running.read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return found if found.pid == pid else None


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
