"""Runs the jobs: woken by a write, and every few seconds in case another process wrote."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from gonogo.core.errors import GonogoError
from gonogo.core.times import Clock

log = logging.getLogger("gonogo.jobs")

EVERY_SECONDS = 5.0

Job = Callable[[], object]


class Seldom:
    """A job that runs at most once in a span, however often it is woken."""

    def __init__(self, job: Job, clock: Clock, span: timedelta) -> None:
        """It is due at once."""
        self._job = job
        self._clock = clock
        self._span = span
        self._last: datetime | None = None

    def __call__(self) -> object:
        """Run the job where it is due; one that failed is due again after the span."""
        now = self._clock()
        if self._last is not None and now - self._last < self._span:
            return None
        self._last = now
        return self._job()


class Runner:
    """One thread that runs every job in turn; a job that fails is tried again."""

    def __init__(
        self, jobs: Mapping[str, Job], every: float = EVERY_SECONDS, name: str = "gonogo-jobs"
    ) -> None:
        self._jobs = jobs
        self._name = name
        self._every = every
        self._woken = threading.Event()
        self._stop = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
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
        """Run every job once; whoever else runs them at this moment is waited for."""
        with self._one_at_a_time:
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
