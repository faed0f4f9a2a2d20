"""Values as windows know them: by a short keyed hash, the same for a request and a table's cell.

Windows need to tell values apart and to find them again, never to know them: what is kept and
written down of an entity or a card is 8 bytes of BLAKE2, by a secret of the installation.
"""

import math
from functools import lru_cache
from hashlib import blake2b
from numbers import Real
from typing import Any

SIZE = 8
"""Bytes: among a million values two meet by chance once in 37 million installations."""
REMEMBERED = 65_536
"""Values whose hash is remembered."""


def text_of(value: Any) -> str | None:
    """What `value` is told apart by, None where there is none: whole numbers are as integers.

    So that a card that is 12 in a request, 12.0 in a table with gaps and "12" as an entity is one.

    >>> text_of(12.0), text_of("12"), text_of(True), text_of(float("nan"))
    ('12', '12', 'true', None)
    """
    if isinstance(value, str):
        return value
    if value is None or value != value:  # noqa: PLR0124  # only NaN and its kin differ from themselves
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int) and isinstance(value, Real):
        number = float(value)
        return str(int(number)) if number.is_integer() else str(number)
    return str(value)


def number_of(value: Any) -> float | None:
    """What `value` adds to a sum, None where it is no finite number.

    >>> number_of(True), number_of("1"), number_of(float("inf"))
    (1.0, None, None)
    """
    if not isinstance(value, float | int) and not isinstance(value, Real):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


class Marks:
    """Makes the hashes of one installation."""

    def __init__(self, secret: bytes = b"") -> None:
        """By `secret`, up to 64 bytes; none for windows that are written nowhere."""
        # Typed, as 1, 1.0 and True are equal and not the same text.
        self.of = lru_cache(maxsize=REMEMBERED, typed=True)(_hasher(secret))
        """The hash of a value, None where there is none."""


def _hasher(secret: bytes) -> Any:
    from_text = _hash_of(secret)

    def of(value: Any) -> bytes | None:
        text = text_of(value)
        return None if text is None else from_text(text)

    return of


def _hash_of(secret: bytes) -> Any:
    start = blake2b(digest_size=SIZE, key=secret)

    def from_text(text: str) -> bytes:
        one = start.copy()
        one.update(text.encode("utf-8", "surrogatepass"))
        return one.digest()

    return from_text
