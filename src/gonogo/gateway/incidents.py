"""What went wrong while serving, for the control plane to open incidents by: one JSON a line."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from gonogo.core.times import Microseconds
from gonogo.core.troubles import BEFORE, Trouble

EVERY_US = 60_000_000
"""The same thing is told again after so many microseconds, with how often it happened."""
LARGEST = 4 * 2**20
"""Bytes of the file; the next line begins a new one, and this one is put aside."""
MOST_KEPT = 1000
"""Kinds of incidents whose last time is remembered; beyond that all of them are told again."""


@dataclass(slots=True, eq=False)
class Incidents:
    """Appends them to a file, each kind at most once a minute."""

    path: Path
    clock: Microseconds
    largest: int = LARGEST
    _last: dict[tuple[str, ...], int] = field(default_factory=dict)
    _times: dict[tuple[str, ...], int] = field(default_factory=dict)
    _encode: Callable[[Trouble], bytes] = field(default=msgspec.json.Encoder().encode)

    def tell(
        self, case: str, arm: str, model: str | None, why: str, detail: str, snapshot: int
    ) -> None:
        """Write it down; a disk that takes nothing is not what a decision waits for."""
        key = (case, arm, model or "", why)
        times = self._times.get(key, 0) + 1
        now, last = self.clock(), self._last.get(key)
        if last is not None and 0 <= now - last < EVERY_US:
            self._times[key] = times
            return
        if len(self._last) >= MOST_KEPT:
            self._last.clear()
            self._times.clear()
        self._last[key], self._times[key] = now, 0
        said = Trouble(now, case, arm, model, why, detail[:500], times, snapshot)
        try:
            self._append(self._encode(said) + b"\n")
        except OSError:
            del self._last[key]
            self._times[key] = times

    def _append(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size + len(line) > self.largest:
            self.path.replace(self.path.with_name(BEFORE))
        with self.path.open("ab", buffering=0) as stream:
            size = stream.seek(0, os.SEEK_END)
            try:
                if stream.write(line) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # cut back
                os.fsync(stream.fileno())
            except OSError:
                # Half a line would spoil the next one.
                stream.truncate(size)
                raise
