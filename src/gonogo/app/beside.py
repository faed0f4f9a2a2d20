"""The decision gateway beside `gonogo up`: started, watched, found again, drained at the end.

It is a process of its own session: what kills the console does not reach it, and it goes on
deciding. Whoever starts the console again finds it by its lock.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from gonogo.app.settings import Settings
from gonogo.gateway.lock import Running, holder, running
from gonogo.gateway.places import Places

LOOK_SECONDS = 0.5
START_SECONDS = 60.0
STOP_SECONDS = 20.0
MOST_BACKOFF = 30.0
"""Longest wait before a gateway that keeps dying is started again."""
STEADY_SECONDS = 30.0
"""A gateway that lived so long did not die of how it was started."""
LARGEST_LOG = 5 * 2**20


@dataclass(slots=True, eq=False)
class Keeper:
    """Sees to it that the home has a gateway."""

    settings: Settings
    starts: int = 0
    """How often one was started."""
    _child: "subprocess.Popen[bytes] | None" = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def places(self) -> Places:
        """Where the gateway keeps what."""
        return Places(self.settings.home)

    def start(self) -> None:
        """Begin to watch, in a thread."""
        self._thread = threading.Thread(target=self._run, name="gonogo-gateway", daemon=True)
        self._thread.start()

    def answering(self) -> Running:
        """The gateway, once it answers; raises `TimeoutError`."""
        until = time.monotonic() + START_SECONDS
        while (found := running(self.places)) is None:
            if time.monotonic() > until:
                raise TimeoutError("the gateway does not answer")
            time.sleep(0.05)
        return found

    def stop(self) -> None:
        """Stop watching, and have the gateway finish what is under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        pid = holder(self.places)
        until = time.monotonic() + STOP_SECONDS
        if self._child is not None and self._child.poll() is None:
            # Also one that has not come as far as taking the lock.
            self._child.terminate()
        elif pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGTERM)
        while self._lives() and time.monotonic() < until:
            time.sleep(0.05)
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait(timeout=5)

    def _run(self) -> None:
        backoff, began = 0.0, 0.0
        while not self._stop.is_set():
            if not self._lives():
                if time.monotonic() - began > STEADY_SECONDS:
                    backoff = 0.0
                if self._stop.wait(backoff):
                    return
                backoff = min(MOST_BACKOFF, max(0.5, backoff * 2))
                began = time.monotonic()
                self._spawn()
            self._stop.wait(LOOK_SECONDS)

    def _lives(self) -> bool:
        if self._child is not None and self._child.poll() is None:
            return True
        return holder(self.places) is not None

    def _spawn(self) -> None:
        settings, folder = self.settings, self.places.folder
        folder.mkdir(parents=True, exist_ok=True)
        said = folder / "gateway.log"
        if said.exists() and said.stat().st_size > LARGEST_LOG:
            said.replace(folder / "gateway.1.log")
        told = {
            "GONOGO_HOME": str(settings.home),
            "GONOGO_GATEWAY_HOST": settings.gateway_host,
            "GONOGO_GATEWAY_PORT": str(settings.gateway_port),
            "GONOGO_LOG_DURABILITY": str(settings.log_durability),
        }
        with said.open("ab") as target:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "gonogo.app.command", "gateway"],
                env={**os.environ, **told},
                stdin=subprocess.DEVNULL,
                stdout=target,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.starts += 1


@contextmanager
def gateway_beside(settings: Settings) -> Iterator[Keeper | None]:
    """A gateway for the home until the block ends; none where the settings do not want one."""
    if not settings.gateway:
        yield None
        return
    keeper = Keeper(settings)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()
