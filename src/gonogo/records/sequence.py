"""A worker's place in the log: its next number and its last stamp, kept over restarts."""

import fcntl
import os
import re
from pathlib import Path

from gonogo.core.errors import Conflict
from gonogo.records import places
from gonogo.records.frames import Damage, scan

WIDTH = 48
KEPT = re.compile(rb"(\d{20}) (\d{20}) *")


class Sequence:
    """The numbers of a worker's segments and the stamps of its records: neither ever goes back.

    Kept in a small file that is locked while the worker lives, so that two processes cannot write
    under one name, and that is written in place, so that a full disk does not stop it.
    """

    def __init__(self, folder: Path, worker: str) -> None:
        """Take it; raises `Conflict` where another process has it."""
        path = folder / f"{worker}.next"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise Conflict(
                field="worker", value=worker, expected="a name that no other process writes under"
            ) from None
        # What cannot be read is as good as nothing: the folder is asked besides (`recovered`).
        kept = KEPT.fullmatch(os.pread(self._descriptor, WIDTH, 0))
        self.number, self.stamp = (int(kept[1]), int(kept[2])) if kept else (0, 0)

    def seen(self, number: int, stamp: int) -> None:
        """A number and a stamp that were found in the folder: go on behind them."""
        self.number, self.stamp = max(self.number, number), max(self.stamp, stamp)

    def next_number(self) -> int:
        """The number of a new segment, kept before it is used; raises `OSError`."""
        self._keep(self.number + 1)
        self.number += 1
        return self.number

    def next_stamp(self, now: int) -> int:
        """The stamp of what is written at `now`, microseconds since 1970."""
        self.stamp = max(now, self.stamp + 1)
        return self.stamp

    def close(self) -> None:
        """Keep the last stamp and let the name go."""
        try:
            self._keep(self.number)
        finally:
            os.close(self._descriptor)

    def _keep(self, number: int) -> None:
        os.pwrite(self._descriptor, f"{number:020} {self.stamp:020}".ljust(WIDTH).encode(), 0)
        os.fsync(self._descriptor)


def recovered(folder: Path, worker: str, sequence: Sequence) -> dict[str, list[Damage]]:
    """Have `sequence` go on behind the worker's segments in `folder` (the log's).

    Returns damage by name of the segment: of the last one only, as all others were closed in order.
    """
    for draft in places.segments_folder(folder).glob(f"{worker}-*.draft"):
        draft.unlink()
    own = [path for path in places.segments(folder) if places.worker_of(path.name) == worker]
    if not own:
        return {}
    damages, stamp = [], 0
    for found in scan(own[-1].read_bytes()):
        if isinstance(found, Damage):
            damages.append(found)
        else:
            stamp = found.written
    sequence.seen(places.number_of(own[-1].name), stamp)
    return {own[-1].name: damages} if damages else {}
