"""Following the snapshot: looked at five times a second, made ready beside the traffic, swapped."""

import gc
import importlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import msgspec

from gonogo.core.errors import GonogoError
from gonogo.core.snapshot import Snapshot, decode
from gonogo.gateway.incidents import Incidents
from gonogo.gateway.inforce import Columns, InForce, Load, made_ready, no_columns
from gonogo.gateway.ways.parts import Parts

EVERY_SECONDS = 0.2
LIBRARIES = ("pandas", "lightgbm", "onnxruntime")
"""What loads models, loaded itself before the first one: it takes longer than a model does."""

SOURCE = "source"
"""What is said of where snapshots are fetched, among the errors."""

Mark = tuple[int, int, int]
"""What of a file changes when another takes its place: inode, time and size."""


class Pull(Protocol):
    """Brings a newer snapshot to the file."""

    error: str | None
    """Why it could not, the last time."""

    def __call__(self) -> None:
        """Look whether there is one."""
        ...


@dataclass(slots=True, eq=False)
class Watcher:
    """Looks at the snapshot's file and puts what it says into force."""

    path: Path
    parts: Parts
    load: Load
    incidents: Incidents
    pull: Pull | None = None
    """Brings a newer snapshot to the file, where the control plane is elsewhere."""
    before: Path | None = None
    """A snapshot to begin with, where not all of the newest may be here yet."""
    besides: tuple[Callable[[], object], ...] = ()
    """What is looked at as often."""
    _seen: Mark | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def look(self) -> bool:
        """Look once; whether something new is in force."""
        try:
            status = self.path.stat()
            mark = (status.st_ino, status.st_mtime_ns, status.st_size)
            if mark == self._seen:
                return False
            text = self.path.read_bytes()
        except OSError:
            # Without the file the last snapshot goes on: the control plane is away, or not there.
            return False
        self._seen = mark
        try:
            snapshot = decode(text)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            self._keep(f"not a snapshot: {error}")
            return False
        self.put(snapshot)
        return True

    def put(self, snapshot: Snapshot) -> InForce:
        """Put `snapshot` into force."""
        wrong = self._follow(snapshot)
        found = made_ready(
            snapshot, self.parts.in_force, self.load, self.parts.stopwatch, self._columns(snapshot)
        )
        if wrong is not None:
            found = replace(found, errors={**found.errors, "windows": wrong})
        self.parts.in_force = found
        for what, why in found.errors.items():
            self.incidents.tell(what, "", None, "not-loaded", why, snapshot.number)
        # Models live as long as their route: the collector need not walk them at each turn.
        gc.collect()
        gc.freeze()
        return found

    def _follow(self, snapshot: Snapshot) -> str | None:
        """Have the windows of `snapshot` kept; why not, where they cannot be."""
        online = self.parts.deciding.online
        if online is None:
            return None
        try:
            online.follow(snapshot.windows)
        except (GonogoError, OSError) as error:
            return str(error)
        return None

    def _columns(self, snapshot: Snapshot) -> Columns:
        online = self.parts.deciding.online
        if online is None:
            return no_columns
        cases = {window.case for window in snapshot.windows}
        return lambda case: online.columns(case) if case in cases else None

    def start(self) -> None:
        """Go on looking in a thread; returns when the first look is done."""
        self._begin()
        if not self.look():
            self._warm()
        self._thread = threading.Thread(target=self._run, name="gateway-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            if self.pull is not None:
                self.pull()
            self.look()
            self.tell_source()
            for look in self.besides:
                look()

    def tell_source(self) -> None:
        """Say in what is in force why nothing newer can be had, or that it can."""
        if self.pull is None:
            return
        now, why = self.parts.in_force, self.pull.error
        if now.errors.get(SOURCE) == why:
            return
        errors = {name: said for name, said in now.errors.items() if name != SOURCE}
        self.parts.in_force = replace(
            now, errors=errors if why is None else {**errors, SOURCE: why}
        )
        if why is not None:
            self.incidents.tell(SOURCE, "", None, "not-fetched", why, now.snapshot.number)

    def _begin(self) -> None:
        """Begin with the last snapshot of which everything is here, then take the newest."""
        try:
            text = b"" if self.before is None else self.before.read_bytes()
            if text and text != self.path.read_bytes():
                self.put(decode(text))
        except (OSError, msgspec.DecodeError, ValueError, RecursionError):
            return

    def _keep(self, why: str) -> None:
        now = self.parts.in_force
        self.parts.in_force = replace(now, errors={**now.errors, "snapshot": why})
        self.incidents.tell("snapshot", "", None, "not-loaded", why, now.snapshot.number)

    def _warm(self) -> None:
        for name in LIBRARIES:
            importlib.import_module(name)


def written(path: Path, text: bytes) -> None:
    """Have `text` in the file at `path`, at once: whoever reads finds the old or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
