"""One segment on the disk while it is being written: locked, appended to, cut back on failure."""

import fcntl
import os
import secrets
from pathlib import Path

from gonogo.records.frames import header

SYNC = getattr(os, "fdatasync", os.fsync)
"""Data and size, without times, where the system knows that."""


class SegmentFile:
    """A segment that this process appends to; nobody else takes it for closed while it lives.

    The kernel gives the lock back when the process dies, however it dies: that is how the others
    know. It appears under its name only once it is locked and has its header.
    """

    def __init__(self, folder: Path, worker: str, number: int, made: int, *, synced: bool) -> None:
        """Make it; raises `OSError` and leaves nothing behind where that fails."""
        mark = secrets.token_bytes(16)
        self.path = folder / f"{worker}-{number:012}-{mark[:4].hex()}.seg"
        self.made = made
        self.spent = False
        """Whether nothing more may be appended: what is on the disk is not known for sure."""
        self._synced = synced
        self.size = 0
        draft = self.path.with_suffix(".draft")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(draft, flags, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.append(header(made, mark))
            draft.rename(self.path)
            if synced:
                sync_folder(folder)
        except OSError:
            os.close(self._descriptor)
            draft.unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)
            raise

    def append(self, data: bytes) -> None:
        """Write all of `data` or none of it; raises `OSError`."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._cut()
            raise
        if self._synced:
            try:
                SYNC(self._descriptor)
            except OSError:
                # After a failed sync the kernel may forget what it could not write: asking again
                # would say yes about bytes that are lost. The next record goes into a new file.
                self.spent = True
                self._cut()
                raise
        self.size += len(data)

    def _cut(self) -> None:
        try:
            os.ftruncate(self._descriptor, self.size)
        except OSError:
            self.spent = True

    def close(self) -> None:
        """Let the lock go: from now on it is closed, and may be rolled."""
        os.close(self._descriptor)


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def closed(path: Path) -> bool:
    """Whether no living process appends to the segment at `path`; raises `FileNotFoundError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
