"""One process at a time rolls, erases or deletes."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gonogo.core.errors import Conflict


@contextmanager
def maintaining(folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold the log at `folder` for as long as the block takes; a killed holder lets go.

    Raises `Conflict` where another process has it, unless told to `wait`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "maintenance.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    except BlockingIOError:
        raise Conflict(
            field="decision log", value=str(folder), expected="one that nobody is rolling"
        ) from None
    finally:
        os.close(descriptor)
