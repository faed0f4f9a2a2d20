"""Bodies of requests as they come, in pieces: of a length that was said, in chunks, or skipped."""

import re
from typing import Protocol

from gonogo.gateway.wire.heads import Refused

LONGEST_LINE = 1024
"""Bytes of the line before a chunk, and of all lines after the last one."""
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?")


class TooMuch(Exception):
    """More bytes than may be; `size`: those that came so far."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Body(Protocol):
    """A body on its way."""

    @property
    def whole(self) -> bytes:
        """All of it."""
        ...

    def feed(self, data: bytes) -> bytes | None:
        """Take what belongs to it; what is left over, None while more of it is to come."""
        ...


class Sized:
    """A body of a known length."""

    def __init__(self, length: int, *, keep: bool = True) -> None:
        """`keep`: whether it is wanted, or only passed over."""
        self._left, self._keep = length, keep
        self._pieces: list[bytes] = []

    @property
    def whole(self) -> bytes:
        """All of it."""
        return b"".join(self._pieces)

    def feed(self, data: bytes) -> bytes | None:
        """Take what belongs to it; what is left over, None while more of it is to come."""
        mine = data[: self._left]
        self._left -= len(mine)
        if self._keep:
            self._pieces.append(mine)
        return None if self._left else data[len(mine) :]


class Chunked:
    """A body in chunks, of at most `largest` bytes; what trails it is read and forgotten."""

    def __init__(self, largest: int) -> None:
        self._largest, self._size = largest, 0
        self._rest, self._pieces = b"", list[bytes]()
        self._next = self._length
        """What the line is that comes next."""
        self._left = 0
        """Bytes of a chunk that are still to come."""
        self._trailers = 0
        self._done = False

    @property
    def whole(self) -> bytes:
        """All of it."""
        return b"".join(self._pieces)

    def feed(self, data: bytes) -> bytes | None:
        """Take what belongs to it; raises `Refused` for no chunks and `TooMuch` beyond the bound.

        Returns what is left over, None while more of it is to come.
        """
        data, at = self._rest + data, 0
        while not self._done:
            if self._left:
                piece = data[at : at + self._left]
                self._pieces.append(piece)
                self._left -= len(piece)
                at += len(piece)
                if self._left:
                    self._rest = b""
                    return None
            end = data.find(b"\r\n", at, at + LONGEST_LINE)
            if end < 0:
                if len(data) - at >= LONGEST_LINE:
                    raise Refused(400, f"lines below {LONGEST_LINE} bytes beside chunks")
                self._rest = data[at:]
                return None
            self._next(data[at:end])
            at = end + 2
        return data[at:]

    def _length(self, line: bytes) -> None:
        said = _SIZE.fullmatch(line)
        if said is None:
            raise Refused(400, "the size of a chunk in hexadecimal digits")
        self._left = int(said[1], 16)
        self._size += self._left
        if self._size > self._largest:
            raise TooMuch(self._size)
        self._next = self._gap if self._left else self._trailer

    def _gap(self, line: bytes) -> None:
        if line:
            raise Refused(400, "CR LF behind a chunk")
        self._next = self._length

    def _trailer(self, line: bytes) -> None:
        self._trailers += len(line)
        if self._trailers > LONGEST_LINE:
            raise Refused(400, f"trailers of at most {LONGEST_LINE} bytes")
        self._done = not line
