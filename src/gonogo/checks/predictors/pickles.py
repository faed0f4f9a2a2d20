"""Files that are pickles, found by their bytes and without loading them.

A pickle is a program that runs when it is loaded. Nothing here or elsewhere loads one; a file that
is one is refused all the same, so that nobody downstream loads it either. Looked into are plain
and compressed files, zips (skops and torch models are zips), tars and NumPy's arrays of objects.
"""

import bz2
import gzip
import io
import lzma
import pickletools
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ENOUGH = 1 << 20
"""Bytes of a file or member that are looked at: a pickle shows at its start."""
DEPTH = 3
"""How deep archives within archives are looked into."""
MEMBERS = 10_000
"""Members of an archive that are looked at; one with more is refused by `suspicious`."""
SUFFIXES = frozenset(
    {".pkl", ".pickle", ".p", ".joblib", ".jbl", ".cloudpickle", ".dill", ".pt", ".pth"}
)
"""Endings under which loaders expect a pickle, whatever the bytes look like."""

PROTOCOL = re.compile(rb"\x80[\x02-\x0f]")
HEADER = re.compile(rb"\x93NUMPY[\x01-\x03].", re.DOTALL)
OBJECTS = re.compile(rb"['\"][|<>=]?O\d*['\"]")
NAMED = re.compile(r"[A-Za-z_][\w.]* [A-Za-z_][\w.]*")
IMPORTS = frozenset({"GLOBAL", "STACK_GLOBAL", "INST"})
CALLS = frozenset({"REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"})


def suspicious(path: Path) -> str | None:
    """Why the file at `path` passes for a pickle, or None where it does not."""
    if path.suffix.lower() in SUFFIXES:
        return f"a file ending in {path.suffix}, which loaders unpickle"
    with path.open("rb") as stream:
        return _why(stream, DEPTH)


def is_pickle(head: bytes) -> bool:
    r"""Whether bytes begin as a pickle of any protocol.

    >>> is_pickle(b"cos\nsystem\n(S'true'\ntR."), is_pickle(b"click\ncolorama\nRich\n")
    (True, False)
    """
    return PROTOCOL.match(head) is not None or _is_text_pickle(head)


def _why(stream: IO[bytes], depth: int) -> str | None:
    head = stream.read(ENOUGH)
    if is_pickle(head):
        return "a pickle"
    if HEADER.match(head) and OBJECTS.search(head[:4096]):
        return "a NumPy array of objects, which is a pickle"
    if depth == 0:
        return None
    unpacked = _decompressed(head)
    if unpacked is not None:
        inner = _why(io.BytesIO(unpacked), depth - 1)
        return f"compressed: {inner}" if inner else None
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        return _why_archive(_zip_members(stream), depth)
    stream.seek(0)
    if head[257:262] == b"ustar":
        return _why_archive(_tar_members(stream), depth)
    return None


def _why_archive(members: Iterator[tuple[str, IO[bytes] | None]], depth: int) -> str | None:
    for place, (name, member) in enumerate(members):
        if place >= MEMBERS:
            return f"an archive of more than {MEMBERS:,} files"
        if member is None:
            return f"an archive whose {name} cannot be read"
        found = _why(io.BytesIO(member.read(ENOUGH)), depth - 1)
        if found:
            return f"{found}, in its {name}"
    return None


def _zip_members(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes] | None]]:
    try:
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                with archive.open(info) as member:
                    yield info.filename, io.BytesIO(member.read(ENOUGH))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        yield "contents", None


def _tar_members(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes] | None]]:
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for info in archive:
                if info.isfile():
                    yield info.name, archive.extractfile(info)
    except tarfile.TarError:
        yield "contents", None


def _decompressed(head: bytes) -> bytes | None:
    """The start of what was compressed, None where nothing was."""
    try:
        if head.startswith(b"\x1f\x8b"):
            return gzip.GzipFile(fileobj=io.BytesIO(head)).read1(ENOUGH)
        if head.startswith(b"BZh"):
            return bz2.BZ2Decompressor().decompress(head, ENOUGH)
        if head.startswith((b"\xfd7zXZ\x00", b"\x5d\x00\x00")):
            return lzma.LZMADecompressor().decompress(head, ENOUGH)
        if re.match(rb"\x78[\x01\x5e\x9c\xda]", head):
            return zlib.decompressobj().decompress(head, ENOUGH)
    except (OSError, EOFError, lzma.LZMAError, zlib.error, ValueError):
        return None
    return None


def _is_text_pickle(head: bytes) -> bool:
    """Whether opcodes of protocol 0 or 1 follow one another soundly up to a call or the end.

    Ordinary text may begin with letters that are opcodes, so they are followed on a stack of marks
    (True) and values (False): text soon takes from it what is not there.
    """
    stack: list[bool] = []
    imported = False
    try:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(head)):
            if not _takes(stack, opcode):
                return False
            if opcode.name in IMPORTS:
                if argument is not None and not NAMED.fullmatch(str(argument)):
                    return False
                imported = True
            if imported and opcode.name in CALLS:
                return True
            if opcode.name == "STOP":
                return not stack and (imported or not head[head.rindex(b".") + 1 :].strip())
    except (ValueError, UnicodeDecodeError, OverflowError):
        return False
    return False


def _takes(stack: list[bool], opcode: pickletools.OpcodeInfo) -> bool:
    """Take what `opcode` takes and put what it gives; whether that could be done."""
    before = list(opcode.stack_before)
    if pickletools.markobject in before:
        if True not in stack:
            return False
        while not stack.pop():
            pass
        before = before[: before.index(pickletools.markobject)]
    if len(before) > len(stack) or True in stack[len(stack) - len(before) :]:
        return False
    del stack[len(stack) - len(before) :]
    stack.extend(given is pickletools.markobject for given in opcode.stack_after)
    return True
