"""What happened since a state was last written down, and that state: enough to know it again.

Each thing is appended before the request that did it is answered, so a killed process has lost
nothing that was acknowledged; a loss of power takes at most what came since the last `sync`. From
time to time the whole state is written beside the traffic, and journals from before it go.
"""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from gonogo.records.frames import Damage, Frame, framed, header, scan
from gonogo.records.places import SEGMENT, number_of
from gonogo.records.segment_file import SegmentFile, sync_folder

WORKER = "online"
STATE = "state"
WRITTEN_AT_ONCE = 256
"""Entries of a state that are written together."""


@dataclass(slots=True)
class Loaded:
    """What a journal's folder holds."""

    state: list[bytes]
    """Entries of the last state that was written down."""
    since: list[bytes]
    """What was appended since, in its order; the first ones may be part of the state already."""
    damages: int
    """Places that cannot be read: mostly the torn end that a loss of power leaves."""


class Journal:
    """Appends to one folder; one process at a time."""

    def __init__(self, folder: Path) -> None:
        """Of `folder`, which is made where it is not there."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._file: SegmentFile | None = None
        self._next = max((number_of(path.name) for path in self._files()), default=0) + 1

    @property
    def size(self) -> int:
        """Bytes appended since the last state, as far as they are in the open file."""
        return 0 if self._file is None else self._file.size

    @property
    def state_size(self) -> int:
        """Bytes of the last state."""
        path = self.folder / STATE
        return path.stat().st_size if path.exists() else 0

    def load(self) -> Loaded:
        """What is there."""
        path = self.folder / STATE
        state, damages = _payloads(path) if path.exists() else ([], 0)
        first = msgspec.msgpack.decode(state[0], type=int) if state else 0
        since: list[bytes] = []
        for one in self._files():
            if number_of(one.name) >= first:
                found, more = _payloads(one)
                since += found
                damages += more
        return Loaded(state[1:], since, damages)

    def append(self, payload: bytes, at: int) -> None:
        """Write `payload` of the time `at`; raises `OSError` where the disk takes no more."""
        file = self._file
        if file is None or file.spent:
            self.rotate(at)
            file = self._file
        if file is not None:
            file.append(framed((payload,), max(at, 0)))

    def rotate(self, at: int) -> int:
        """Begin a new file; its number."""
        number, self._next = self._next, self._next + 1
        made = SegmentFile(self.folder, WORKER, number, max(at, 0), synced=False)
        if self._file is not None:
            self._file.close()
        self._file = made
        return number

    def write_state(self, first: int, entries: Iterable[bytes]) -> None:
        """Write a whole state down that knows all that was appended before the file `first`.

        Then those files go. Killed in between, the last state and all files are still there.
        """
        draft = self.folder / f"{STATE}.draft"
        try:
            with draft.open("wb") as stream:
                _write(stream, first, entries)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.folder / STATE)
        except OSError:
            # On a full disk half a state would take what room there is.
            draft.unlink(missing_ok=True)
            raise
        sync_folder(self.folder)
        for path in self._files():
            if number_of(path.name) < first:
                path.unlink()

    def sync(self) -> None:
        """Have what was appended survive a loss of power; raises `OSError`."""
        file = self._file
        if file is None:
            return
        descriptor = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """End; what is there stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _files(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if SEGMENT.fullmatch(path.name))


def _write(stream: BinaryIO, first: int, entries: Iterable[bytes]) -> None:
    stream.write(header(0, bytes(16)))
    stream.write(framed((msgspec.msgpack.encode(first),), 0))
    some: list[bytes] = []
    for entry in entries:
        some.append(entry)
        if len(some) >= WRITTEN_AT_ONCE:
            stream.write(framed(some, 0))
            some.clear()
    stream.write(framed(some, 0))


def _payloads(path: Path) -> tuple[list[bytes], int]:
    found: list[bytes] = []
    damages = 0
    for one in scan(path.read_bytes()):
        match one:
            case Frame(payload=payload):
                found.append(payload)
            case Damage():
                damages += 1
    return found, damages


def secret_of(folder: Path) -> bytes:
    """The secret that values of this folder are hashed by; made where there is none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "secret"
    if not path.exists():
        replaced(path, secrets.token_bytes(32))
    return path.read_bytes()


def replaced(path: Path, data: bytes) -> None:
    """Have `data` in the file at `path`, whole or not at all, for its owner alone."""
    draft = path.with_name(f"{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
