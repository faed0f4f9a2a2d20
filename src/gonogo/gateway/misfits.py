"""What does not fit the shape of a request, as a refusal: the field, what was given, what fits."""

import json
import re
from typing import Any

import msgspec

from gonogo.core.errors import Invalid

AT = re.compile(r" - at `\$(.*)`$")
PLACES = re.compile(r"[^.\[\]]+")
NAMED = re.compile(r"^Object (missing required|contains unknown) field `([^`]+)`")
KINDS = re.compile(r"^Expected `([^`]+)`")
WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "fields with values",
    "null": "nothing",
}
LONGEST = 200


def misfit(
    error: msgspec.ValidationError, body: bytes, expected: str, *, within: str = ""
) -> Invalid:
    """The refusal of `body`, told by the field as far as `error` knows it.

    `expected` is said where it is no one field; `within` stands before each field.
    """
    said = str(error)
    found = AT.search(said)
    path = [one for one in PLACES.findall(found[1] if found else "") if one != "..."]
    value, fits = _at(body, path), expected
    named, kinds = NAMED.match(said), KINDS.match(said)
    if named:
        path.append(named[2])
        missing = named[1].startswith("missing")
        value = None if missing else _at(body, path)
        fits = "this to be filled in" if missing else "no field of this name"
    elif kinds and path:
        fits = " or ".join(WORDS.get(one, one) for one in kinds[1].split(" | "))
    field = ".".join([within, *path] if within and path else path) or "body"
    return Invalid(field=field, value=_short(value), expected=fits)


def _at(body: bytes, path: list[str]) -> Any:
    """What stands there; None where nothing can be read."""
    try:
        here: Any = json.loads(body)
        for part in path:
            here = here[int(part)] if isinstance(here, list) else here[part]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return here


def _short(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:LONGEST]
