"""Large libraries are imported one at a time, where several threads may want them first."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.RLock()


@contextmanager
def alone() -> Iterator[None]:
    """Import within it: nobody else who does so imports meanwhile.

    Two threads that import libraries with rings among their modules can come to wait for each
    other. Python then breaks the ring: one of them gets a module that is half loaded, or an error.
    """
    with _LOCK:
        yield
