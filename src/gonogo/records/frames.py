"""How records stand in a segment: frames that are found again behind damage.

A segment begins with a header (magic, version, when it was made, 16 random bytes). Each frame is a
mark, the length of its payload, a CRC32 of stamp and payload, the stamp (when the log wrote it,
microseconds since 1970, never going back within a worker) and the payload in MessagePack. All
numbers are little-endian. Where a frame is damaged, reading goes on at the next mark that a
matching CRC follows.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from zlib import crc32

MAGIC = b"gonogolg"
VERSION = 1
MARK = b"\xf7\xa9GN"
LARGEST = 16 * 2**20
"""Bytes of one record at most."""

_HEADER = struct.Struct("<8sIQ16s")
_FRAME = struct.Struct("<4sIIQ")
_STAMP = struct.Struct("<Q")
HEADER_SIZE = _HEADER.size
FRAME_SIZE = _FRAME.size


class Frame(NamedTuple):
    """One record as it stands in a segment."""

    offset: int
    written: int
    """When the log wrote it, microseconds since 1970; never goes back within a worker."""
    payload: bytes


class Damage(NamedTuple):
    """Bytes of a segment that are no frames."""

    offset: int
    size: int
    tail: bool
    """Whether nothing readable follows: what a kill in the middle of a write leaves behind."""


def header(made: int, mark: bytes) -> bytes:
    """The beginning of a segment made at `made`, microseconds since 1970; `mark` is 16 bytes."""
    return _HEADER.pack(MAGIC, VERSION, made, mark)


def framed(payloads: Iterable[bytes], written: int) -> bytes:
    """The frames of `payloads`, one after the other, all with the same stamp."""
    stamp = _STAMP.pack(written)
    seed = crc32(stamp)
    pack, pieces = _FRAME.pack, []
    for payload in payloads:
        pieces.append(pack(MARK, len(payload), crc32(payload, seed), written))
        pieces.append(payload)
    return b"".join(pieces)


def version_of(data: bytes) -> int | None:
    """The version in a segment's header; None where the header itself is damaged."""
    if len(data) < HEADER_SIZE:
        return None
    magic, version, _, _ = _HEADER.unpack_from(data)
    return int(version) if magic == MAGIC else None


def scan(data: bytes) -> Iterator[Frame | Damage]:
    """What stands in a segment, in its order; damage is told and skipped."""
    size = len(data)
    if version_of(data) is None:
        offset = _next(data, 0)
        yield Damage(0, offset, tail=offset == size)
    else:
        offset = HEADER_SIZE
    unpack, header_size, mark = _FRAME.unpack_from, FRAME_SIZE, MARK
    while offset < size:
        body = offset + header_size
        if body <= size:
            found, length, crc, written = unpack(data, offset)
            end = body + length
            if found == mark and end <= size:
                payload = data[body:end]
                if crc32(payload, crc32(data[body - 8 : body])) == crc:
                    yield Frame(offset, written, payload)
                    offset = end
                    continue
        after = _next(data, offset + 1)
        yield Damage(offset, after - offset, tail=after == size)
        offset = after


def frame_at(data: bytes, offset: int) -> Frame:
    """The frame at `offset`, where `scan` found one."""
    _, length, _, written = _FRAME.unpack_from(data, offset)
    body = offset + FRAME_SIZE
    return Frame(offset, written, data[body : body + length])


def _next(data: bytes, start: int) -> int:
    """Offset of the next whole frame from `start` on; the size where there is none."""
    offset = data.find(MARK, start)
    while offset >= 0:
        if _whole(data, offset):
            return offset
        offset = data.find(MARK, offset + 1)
    return len(data)


def _whole(data: bytes, offset: int) -> bool:
    body = offset + FRAME_SIZE
    if body > len(data):
        return False
    _, length, crc, _ = _FRAME.unpack_from(data, offset)
    end = body + length
    if end > len(data) or length > LARGEST:
        return False
    return bool(crc32(data[body:end], crc32(data[body - 8 : body])) == crc)
