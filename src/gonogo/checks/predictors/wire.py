"""Where an ONNX model keeps its weights, read from its bytes: a runtime opens what it names.

An ONNX file is a protocol-buffer message; a tensor in it may say that its numbers lie in another
file. The few message fields that lead to tensors are followed, everything else is jumped over.

Source: onnx.proto of ONNX, IR version 3 and later; field numbers never change.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gonogo.core.errors import Invalid

Buffer = memoryview

TENSOR = "tensor"
LEADS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "graph": {1: "node", 5: TENSOR, 15: "sparse"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: TENSOR, 6: "graph", 10: TENSOR, 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: TENSOR, 2: TENSOR},
}
"""Message by message, the fields that lead to tensors, and the message they hold."""
EXTERNAL = 13
"""The field of a tensor that says where its numbers lie: pairs of key (1) and value (2)."""
DEEPEST = 64
"""Graphs within graphs: deeper ones are refused."""


def external_files(path: Path, folder: Path) -> tuple[Path, ...]:
    """The other files that the ONNX model at `path` reads, all within `folder`.

    Raises `Invalid` for a file outside the folder or absent, and for bytes that are no ONNX model.
    """
    if not path.stat().st_size:
        raise _no_model(path)
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as file:
        # A view must be gone before the file is closed; an error would keep it alive.
        view = memoryview(file)
        try:
            names = sorted(set(_locations(view, "model", 0)))
        except (IndexError, ValueError):
            names = None
        finally:
            view.release()
    if names is None:
        raise _no_model(path)
    return tuple(_within(name, path, folder) for name in names)


def _locations(message: Buffer, kind: str, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    for field, start, end in _fields(message):
        if kind == TENSOR:
            if field == EXTERNAL:
                yield from _location(message[start:end])
            continue
        inner = LEADS[kind].get(field)
        if inner is not None:
            yield from _locations(message[start:end], inner, depth + 1)


def _location(pair: Buffer) -> Iterator[str]:
    texts = {field: bytes(pair[start:end]).decode() for field, start, end in _fields(pair)}
    if texts.get(1) == "location":
        yield texts.get(2, "")


def _fields(message: Buffer) -> Iterator[tuple[int, int, int]]:
    """The fields with a length: number, start, end. Raises where the bytes are no message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        match tag & 7:
            case 0:
                _, at = _varint(message, at)
            case 1:
                at += 8
            case 2:
                length, at = _varint(message, at)
                if at + length > len(message):
                    raise ValueError("a field beyond the end")
                yield tag >> 3, at, at + length
                at += length
            case 5:
                at += 4
            case _:
                raise ValueError("no such kind of field")


def _varint(message: Buffer, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = message[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return found, at
        shift += 7
        if shift > 63:
            raise ValueError("a number too long")


def _within(name: str, path: Path, folder: Path) -> Path:
    posix = PurePosixPath(name)
    target = path.parent / posix
    sound = name and not posix.is_absolute() and "\\" not in name and "\0" not in name
    if not sound or not target.resolve().is_relative_to(folder.resolve()) or not target.is_file():
        raise Invalid(
            field="model",
            value=f"{path.name}: {name}",
            expected="weights within the model's own folder",
        )
    return target


def _no_model(path: Path) -> Invalid:
    return Invalid(field="model", value=path.name, expected="an ONNX model")
