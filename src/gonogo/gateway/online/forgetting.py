"""Forgets whom it is told to: windows and values of an entity that was erased from the log."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.core.errors import GonogoError
from gonogo.core.times import Microseconds
from gonogo.gateway.online.features import OnlineFeatures
from gonogo.records import forgetting

EVERY_SECONDS = 0.5


@dataclass(slots=True, eq=False)
class Forgetting:
    """Follows the orders that are placed in the decision log's folder, in a thread of its own."""

    folder: Path
    online: OnlineFeatures
    clock: Microseconds
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def once(self) -> int:
        """Do what is ordered; how many orders. One that the disk hinders is done the next time."""
        done = 0
        for path, one in forgetting.ordered(self.folder).items():
            try:
                self.online.forget(one.case, one.entity, self.clock())
                path.unlink(missing_ok=True)
            except (GonogoError, OSError):
                continue
            done += 1
        return done

    def start(self) -> None:
        """Do what was ordered while nothing ran, then go on looking."""
        forgetting.followed(self.folder)
        self.once()
        self._thread = threading.Thread(target=self._run, name="gateway-forget", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self.once()
