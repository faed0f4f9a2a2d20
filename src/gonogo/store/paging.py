"""Pages of a list: a bounded number of items and a cursor to what follows."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gonogo.core.errors import Invalid

Item = TypeVar("Item")
Key = TypeVar("Key", str, int)

MOST = 200
"""Items on one page at most."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items, and where the rest begins."""

    items: tuple[Item, ...]
    next: str | None
    """Cursor of the next page; None on the last one."""


def page_of(rows: Sequence[Item], limit: int, key: Callable[[Item], str | int]) -> Page[Item]:
    """A page from `rows`, of which one more than `limit` was asked for."""
    items = tuple(rows[:limit])
    more = len(rows) > limit
    return Page(items, write_cursor(key(items[-1])) if more else None)


def write_cursor(key: str | int) -> str:
    """The place after `key`, opaque to whoever holds it."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, kind: type[Key]) -> Key | None:
    """The key a cursor stands for; raises `Invalid` for one that was not given out here."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _not_ours(cursor) from error
    if type(key) is not kind or (kind is int and abs(int(key)) >= 2**63):
        raise _not_ours(cursor)
    return key


def _not_ours(cursor: str) -> Invalid:
    return Invalid(field="cursor", value=cursor, expected="a cursor from the page before")
