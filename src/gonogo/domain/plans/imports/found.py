"""Reading JSON that another tool wrote: members that may or may not be there; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gonogo.domain.plans.imports.items import refuse

Found = Any
"""Whatever JSON has; `text` and `listed` take nothing of it for granted."""


def decoded(text: str) -> Found:
    """The JSON in `text`; raises `Invalid` saying where it is none."""
    try:
        return msgspec.json.decode(text.removeprefix("\ufeff").encode())
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        refuse("text", "", str(error)[:200], "JSON as the tool exports it")


def member(found: Found, *path: str) -> Found:
    """What stands at the end of a path of names; None where it is not there."""
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def text(found: Found, *path: str) -> str:
    """A text or a number as text; "" for anything else."""
    value = member(found, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def listed(found: Found, *path: str) -> Iterator[Found]:
    """The members of a list that are objects; none where there is no list."""
    value = member(found, *path)
    for one in value if isinstance(value, list) else ():
        if isinstance(one, Mapping):
            yield one
