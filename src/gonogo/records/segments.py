"""Writing the decision log: what is acknowledged is written.

Records are appended to segments by one thread, as many in one write as came while the last write
was going on (group commit). A new segment begins when one is large or old; after a restart always.
"""

import asyncio
import queue
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from gonogo.core.errors import Invalid, TooLarge, Unavailable
from gonogo.core.subjects import SLUG
from gonogo.core.times import Clock
from gonogo.records import places
from gonogo.records.frames import LARGEST, Damage, framed
from gonogo.records.record import Record
from gonogo.records.segment_file import SegmentFile, sync_folder
from gonogo.records.sequence import Sequence, recovered

LATEST = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""


class Durability(StrEnum):
    """What an acknowledged record survives."""

    FSYNC = "fsync"
    """A loss of power: it is on the disk."""
    PAGE_CACHE = "page-cache"
    """A kill of the process at any moment: the kernel has it."""


@dataclass(slots=True)
class _Batch:
    """Records that are written together."""

    payloads: list[bytes]
    size: int
    waiting: "list[asyncio.Future[None]]"
    """Of one event loop."""
    loop: asyncio.AbstractEventLoop | None
    done: threading.Event | None = None
    """Where a thread waits instead of a loop."""
    error: Exception | None = None
    handed_over: bool = False


class Writer:
    """Appends records to the log of one worker; one for each process.

    `append` belongs to an event loop, `append_all` to any thread. Both raise `Unavailable` where
    the disk takes no more: nothing of that call is acknowledged, and the next one is tried again.
    """

    def __init__(
        self,
        folder: Path,
        worker: str,
        durability: Durability,
        clock: Clock,
        *,
        largest: int = 16 * 2**20,
        oldest: float = 900.0,
        most_queued: int = 64 * 2**20,
    ) -> None:
        """Begin to write below `folder`, the log's, as `worker`: letters, digits and `_`.

        `largest`: bytes of a segment; `oldest`: seconds until it is closed; `most_queued`: bytes
        that may wait to be written before `append` refuses. Raises `Conflict` where another
        process writes as the same worker, and `OSError` where the folder cannot be written.
        """
        if not places.WORKER.fullmatch(worker):
            raise Invalid(field="worker", value=worker, expected="up to 40 letters, digits and _")
        if oldest <= 0:
            raise Invalid(field="oldest", value=oldest, expected="seconds, more than 0")
        self._folder = places.segments_folder(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._worker, self._synced = worker, durability is Durability.FSYNC
        self._clock, self._largest, self._oldest = clock, largest, oldest
        self._most_queued, self._queued = most_queued, 0
        if self._synced:
            sync_folder(folder.parent)
            sync_folder(folder)
        self._sequence = Sequence(self._folder, worker)
        self.damage: dict[str, list[Damage]] = recovered(folder, worker, self._sequence)
        """What the worker's last process left unreadable at its end, by name of the segment."""
        self._encode = msgspec.msgpack.Encoder().encode
        self._cases: set[str] = set()
        self._open: _Batch | None = None
        self._segment: SegmentFile | None = None
        self._began = 0
        self._counting = threading.Lock()
        self._writing = threading.Lock()
        self._queue: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"log-{worker}", daemon=True)
        self._thread.start()

    def append(self, *records: Record) -> "asyncio.Future[None]":
        """Have `records` written together; done once they are.

        Raises `Invalid` or `TooLarge` for a record that cannot be kept and `Unavailable` where
        too much waits already; the future raises `Unavailable` where the disk takes no more.
        """
        payloads = [self._payload(record) for record in records]
        loop = asyncio.get_running_loop()
        self._check_open()
        batch = self._open
        if batch is None or batch.loop is not loop:
            batch = self._open = _Batch([], 0, [], loop)
            # What else is appended in this turn of the loop goes along.
            loop.call_soon(self._hand_over, batch)
        batch.payloads += payloads
        batch.size += sum(map(len, payloads))
        future = loop.create_future()
        batch.waiting.append(future)
        return future

    def write_now(self, *records: Record) -> None:
        """Write `records` before it returns, from any thread.

        For the page cache a write is a copy, quicker than handing it to another thread; with fsync
        it waits for the disk. Raises as `append` does.
        """
        payloads = [self._payload(record) for record in records]
        try:
            with self._writing:
                self._check_open()
                self._write(payloads)
        except OSError as error:
            raise _refused(error) from error

    def append_all(self, records: Iterable[Record]) -> int:
        """Write `records` and wait until they are written; how many there were.

        Raises as `append` does. Blocks: not for an event loop.
        """
        payloads = [self._payload(record) for record in records]
        if not payloads:
            return 0
        self._check_open()
        batch = _Batch(payloads, sum(map(len, payloads)), [], None, threading.Event())
        self._hand_over(batch)
        if batch.done is not None:
            batch.done.wait()
        if batch.error is not None:
            raise _refused(batch.error)
        return len(payloads)

    def close(self) -> None:
        """Write what waits, close the segment and end; a second time it does nothing.

        Futures are done one turn of their loop later.
        """
        if not self._closed:
            self._closed = True
            if self._open is not None:
                self._hand_over(self._open)
            self._queue.put(None)
            self._thread.join()

    def _payload(self, record: Record) -> bytes:
        if record.case not in self._cases:
            if not SLUG.fullmatch(record.case):
                raise Invalid(field="case", value=record.case, expected="the name of a use case")
            self._cases.add(record.case)
        if not 0 <= record.at <= LATEST:
            raise Invalid(field="at", value=record.at, expected="microseconds since 1970, UTC")
        try:
            payload = self._encode(record)
        except (TypeError, ValueError, OverflowError) as error:
            raise Invalid(field="record", value=str(error), expected="plain values") from error
        if len(payload) > LARGEST:
            raise TooLarge(field="record", value=len(payload), expected=f"at most {LARGEST} bytes")
        return payload

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(field="decision log", value="closed", expected="one that is open")
        waiting = self._queued + (self._open.size if self._open else 0)
        if waiting > self._most_queued:
            raise Unavailable(
                field="decision log",
                value=f"{waiting} bytes wait",
                expected=f"at most {self._most_queued} bytes that wait to be written",
            )

    def _hand_over(self, batch: _Batch) -> None:
        if batch.handed_over:
            return
        batch.handed_over = True
        if batch is self._open:
            self._open = None
        with self._counting:
            self._queued += batch.size
        self._queue.put(batch)

    def _run(self) -> None:
        ended = False
        while not ended:
            batches: list[_Batch] = []
            try:
                batch = self._queue.get(timeout=self._oldest / 4)
                while batch is not None:
                    batches.append(batch)
                    batch = self._queue.get_nowait()
                ended = True
            except queue.Empty:
                pass
            if batches:
                self._commit(batches)
            with self._writing:
                self._close_when_due()
        with self._writing:
            self._end_segment()
        self._sequence.close()

    def _commit(self, batches: list[_Batch]) -> None:
        error = None
        try:
            with self._writing:
                self._write([payload for batch in batches for payload in batch.payloads])
        except Exception as refused:  # noqa: BLE001  # whoever waits is told, whatever it was
            error = refused
        with self._counting:
            self._queued -= sum(batch.size for batch in batches)
        for batch in batches:
            batch.error = error
            if batch.done is not None:
                batch.done.set()
            elif batch.loop is not None and not batch.loop.is_closed():
                batch.loop.call_soon_threadsafe(_answer, batch.waiting, error)

    def _write(self, payloads: list[bytes]) -> None:
        if not payloads:
            return
        now = int(self._clock().timestamp() * 1e6)
        if self._segment is None:
            number = self._sequence.next_number()
            made = self._sequence.next_stamp(now)
            self._segment = SegmentFile(
                self._folder, self._worker, number, made, synced=self._synced
            )
            self._began = now
        try:
            self._segment.append(framed(payloads, self._sequence.next_stamp(now)))
        finally:
            if self._segment.spent or self._segment.size >= self._largest:
                self._end_segment()

    def _close_when_due(self) -> None:
        if self._segment is not None:
            age = self._clock().timestamp() - self._began / 1e6
            # A clock that went back says nothing of the age.
            if not 0 <= age < self._oldest:
                self._end_segment()

    def _end_segment(self) -> None:
        if self._segment is not None:
            self._segment.close()
            self._segment = None


def _answer(waiting: "list[asyncio.Future[None]]", error: Exception | None) -> None:
    for future in waiting:
        if not future.done():
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(_refused(error))


def _refused(error: Exception) -> Unavailable:
    said = error.strerror if isinstance(error, OSError) else None
    return Unavailable(
        field="decision log",
        value=said or str(error),
        expected="a disk that takes what is written",
    )
