"""Runs the jobs: woken by a write, and every few seconds in case another process wrote."""

import logging
import threading
from collections.abc import Callable, Mapping

from gonogo.core.errors import GonogoError

log = logging.getLogger("gonogo.jobs")

EVERY_SECONDS = 5.0

Job = Callable[[], object]


class Runner:
    """One thread that runs every job in turn; a job that fails is tried again."""

    def __init__(self, jobs: Mapping[str, Job], every: float = EVERY_SECONDS) -> None:
        self._jobs = jobs
        self._every = every
        self._woken = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._thread = threading.Thread(target=self._run, name="gonogo-jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was written: look now; without a thread, in this one."""
        if self._thread is None:
            self.once()
        else:
            self._woken.set()

    def stop(self) -> None:
        """Finish the job at hand and end."""
        self._stop.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def once(self) -> None:
        """Run every job once."""
        for name, job in self._jobs.items():
            try:
                job()
            except GonogoError as error:
                log.warning("job %s waits: %s", name, error)
            except Exception:
                # A job must not end the thread that runs the others.
                log.exception("job %s failed", name)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.once()
            self._woken.wait(self._every)
            self._woken.clear()
