"""The decision log as the gateway writes it: acknowledged means written, and why it takes nothing.

With fsync records go to the log's own thread, many to a write. For the page cache a write is a copy
into memory: it is made at once, which costs less than waking another thread.
"""

import asyncio
from collections.abc import Awaitable, Generator
from dataclasses import dataclass

from gonogo.core.errors import Unavailable
from gonogo.records.record import Record
from gonogo.records.segments import Durability, Writer


class _Done:
    """What is awaited without waiting."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


DONE = _Done()


@dataclass(slots=True, eq=False)
class DecisionLog:
    """Writes through `writer`."""

    writer: Writer
    durability: Durability
    error: str | None = None
    """Why the last record was not taken; None since one was."""

    def append(self, *records: Record) -> Awaitable[None]:
        """Write records together; done once they are written, raises `Unavailable`."""
        try:
            if self.durability is Durability.PAGE_CACHE:
                self.writer.write_now(*records)
                self.error = None
                return DONE
            future = self.writer.append(*records)
        except Unavailable as error:
            self.error = str(error)
            raise
        future.add_done_callback(self._look)
        return future

    def _look(self, future: "asyncio.Future[None]") -> None:
        failed = None if future.cancelled() else future.exception()
        self.error = None if failed is None else str(failed)
