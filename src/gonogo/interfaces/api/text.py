"""Text that every database and every reader can keep: no NUL, no half of a surrogate pair.

PostgreSQL refuses a NUL in text, UTF-8 has no word for half a pair; JSON can carry both. They are
refused here, by field, before anything is asked of a database.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from gonogo.core.errors import Invalid

# Raw, JSON has neither of them, so a body without these escapes need not be looked through.
SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
EXPECTED = "text without NUL characters and without halves of surrogate pairs"


def check_text(body: bytes, given: Mapping[str, Any]) -> None:
    """Raise `Invalid` naming the first field of a JSON `body`, or parameter, with such text."""
    for name, value in given.items():
        if isinstance(value, str):
            _check(value, name)
    if not SUSPECT.search(body):
        return
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        # Whoever parses it says what is wrong with it.
        return
    _walk(found, "")


def _walk(value: Any, place: str) -> None:
    if isinstance(value, str):
        _check(value, place or "body")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _walk(item, _below(place, str(number)))
    elif isinstance(value, dict):
        for name, item in value.items():
            _check(name, place or "body")
            _walk(item, _below(place, name))


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _check(text: str, place: str) -> None:
    if "\0" in text or not _is_whole(text):
        raise Invalid(field=place, value=text, expected=EXPECTED)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
