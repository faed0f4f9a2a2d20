"""Universal Binary JSON as XGBoost writes it, read without XGBoost (ubjson.org, draft 12)."""

from typing import Any

import numpy as np

NUMBERS = {
    b"i": ">i1",
    b"U": ">u1",
    b"I": ">i2",
    b"l": ">i4",
    b"L": ">i8",
    b"d": ">f4",
    b"D": ">f8",
}
"""By marker how a number is written, the greatest byte first."""
WORDS = {b"T": True, b"F": False, b"Z": None}
WHOLE = frozenset("iUIlL")
DEEPEST = 64
"""Objects within objects; a model has about ten."""


class Reader:
    """Reads values one after the other; raises `ValueError` for bytes that are no such value."""

    def __init__(self, given: bytes) -> None:
        self._given = memoryview(given)
        self._at = 0

    def value(self, depth: int = 0) -> Any:
        """The next value; arrays of one type of number come as NumPy's."""
        if depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} levels")
        marker = self._take(1)
        if marker == b"{":
            return self._object(depth)
        if marker == b"[":
            return self._array(depth)
        return self._plain(marker)

    def end(self) -> None:
        """Raise `ValueError` where something follows."""
        if self._at != len(self._given):
            raise ValueError(f"{len(self._given) - self._at} bytes after the end")

    def _plain(self, marker: bytes) -> Any:
        if marker in WORDS:
            return WORDS[marker]
        if marker == b"S":
            return self._take(self._length()).decode()
        return self._number(marker)

    def _number(self, marker: bytes) -> int | float:
        kind = NUMBERS.get(marker)
        if kind is None:
            raise ValueError(f"{marker!r} at {self._at - 1}, which begins no value")
        dtype = np.dtype(kind)
        found: int | float = np.frombuffer(self._take(dtype.itemsize), dtype)[0].item()
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._peek() != b"}":
            name = self._take(self._length()).decode()
            if name in found:
                raise ValueError(f"{name} twice")
            found[name] = self.value(depth + 1)
        self._at += 1
        return found

    def _array(self, depth: int) -> Any:
        kind = None
        if self._peek() == b"$":
            self._at += 1
            kind = NUMBERS.get(self._take(1))
            if kind is None or self._peek() != b"#":
                raise ValueError(f"an array of no known numbers at {self._at}")
        if self._peek() == b"#":
            self._at += 1
            n = self._length()
            if kind is not None:
                dtype = np.dtype(kind)
                raw = np.frombuffer(self._take(n * dtype.itemsize), dtype)
                return raw.astype(dtype.newbyteorder("="))
            # Every value takes a byte: a length that cannot be is not believed.
            if n > len(self._given) - self._at:
                raise ValueError(f"an array of {n:,} values at {self._at}")
            return [self.value(depth + 1) for _ in range(n)]
        values = []
        while self._peek() != b"]":
            values.append(self.value(depth + 1))
        self._at += 1
        return values

    def _length(self) -> int:
        marker = self._take(1)
        if marker.decode("latin-1") not in WHOLE:
            raise ValueError(f"no length at {self._at - 1}")
        found = self._number(marker)
        if found < 0:
            raise ValueError(f"a length of {found}")
        return int(found)

    def _peek(self) -> bytes:
        return bytes(self._given[self._at : self._at + 1])

    def _take(self, n: int) -> bytes:
        taken = bytes(self._given[self._at : self._at + n])
        if len(taken) != n:
            raise ValueError(f"the end after {len(self._given):,} bytes")
        self._at += n
        return taken


def read_universal_binary(given: bytes) -> Any:
    r"""The one value that `given` holds; raises `ValueError`.

    >>> read_universal_binary(b"{L\x00\x00\x00\x00\x00\x00\x00\x01aSU\x02hi}")
    {'a': 'hi'}
    """
    reader = Reader(given)
    try:
        found = reader.value()
        reader.end()
    except UnicodeDecodeError as error:
        raise ValueError(str(error)) from error
    return found
