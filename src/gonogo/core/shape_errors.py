"""What a shape refused, as a refusal of ours: which field, what was given, what would be right.

Shapes say what they found wrong in words of their library, and name alternatives of theirs as if
they were fields. Here both become the words that people filled the field in by.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from gonogo.core.errors import Invalid

Found = Mapping[str, Any]
"""One thing found wrong: its `type`, where (`loc`), what was given (`input`), and its `ctx`."""
MISSING, UNKNOWN = "missing", "extra_forbidden"
FILLED_IN = "this to be filled in"
NUMBER, WHOLE, SWITCH = "a number", "a whole number", "true or false"
DATE, TIME = "a date such as 2026-11-23", "a time such as 2026-11-23T12:00:00Z"
LIST, FIELDS = "a list", "fields with values"
SAYS: dict[str, str] = {
    MISSING: FILLED_IN,
    UNKNOWN: "no field of this name",
    "string_type": "text",
    "string_unicode": "text",
    "string_pattern_mismatch": "text of the form {pattern}",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": WHOLE,
    "int_parsing_size": "a whole number of fewer digits",
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": "a finite number",
    "bool_type": SWITCH,
    "bool_parsing": SWITCH,
    "list_type": LIST,
    "tuple_type": LIST,
    "dict_type": FIELDS,
    "model_type": FIELDS,
    "model_attributes_type": FIELDS,
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of {ge} or more",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "string_too_long": "at most {max_length} characters",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "date_type": DATE,
    "date_parsing": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": DATE,
    "datetime_type": TIME,
    "datetime_parsing": TIME,
    "datetime_from_date_parsing": TIME,
    "json_invalid": "JSON",
}
"""By type; what stands in braces is told by the shape."""
SHOULD = re.compile(r"^(Value error, |Input should be |Value should have |String should have )")


def invalid(
    errors: Sequence[Found], root: object = None, *, within: str = "", otherwise: str = "input"
) -> Invalid:
    """The refusal of what a shape found wrong with `root`, of which one thing is told.

    Where a field may be one of several kinds, it is that of the kind that came nearest. `within`
    stands before the field, `otherwise` in its place where it is none but the whole.
    """
    first = nearest(errors, root)
    missing = first["type"] == MISSING
    places = [within] if within else []
    return Invalid(
        field=".".join([*places, *map(str, path_of(first, root))]) or otherwise,
        value=None if missing else first.get("input"),
        expected=expected(first),
    )


def expected(found: Found) -> str:
    """What would be right, in plain words."""
    kind, said = str(found["type"]), dict(found.get("ctx") or {})
    if kind == "string_too_short":
        least = said.get("min_length", 1)
        return "text, not nothing" if least == 1 else f"at least {least} characters"
    if kind in SAYS:
        return SAYS[kind].format_map(_Said(said))
    return SHOULD.sub("", str(found["msg"])) or "something else"


def nearest(errors: Sequence[Found], root: object) -> Found:
    """That of `errors` that is told: the first, or of several kinds of value that came nearest.

    Near is what has fewest mistakes, and where its own kind is not the mistake.
    """
    first = errors[0]
    path = path_of(first, root)
    own = first["loc"]
    at = next((n for n, part in enumerate(own) if n >= len(path) or path[n] != part), None)
    if at is None or root is None:
        return first
    kinds: dict[object, list[Found]] = {}
    for one in errors:
        if one["loc"][:at] == own[:at] and len(one["loc"]) > at:
            kinds.setdefault(one["loc"][at], []).append(one)
    return min(
        kinds.values(),
        key=lambda found: (
            len(path_of(found[0], root)) <= at and found[0]["type"] != MISSING,
            len(found),
        ),
    )[0]


def path_of(found: Found, root: object) -> tuple[str | int, ...]:
    """The fields that lead to what is wrong, without the kinds that a shape tried there."""
    parts: tuple[str | int, ...] = tuple(found["loc"])
    if root is None:
        return parts
    here, path = root, []
    for at, part in enumerate(parts):
        if _holds(here, part):
            here = here[part]  # type: ignore[index]  # as `_holds` says
        elif at < len(parts) - 1 or found["type"] != MISSING:
            continue
        path.append(part)
    return tuple(path)


def _holds(here: object, part: str | int) -> bool:
    if isinstance(here, Mapping):
        return part in here
    return isinstance(here, list | tuple) and isinstance(part, int) and part < len(here)


def loaded(text: str | bytes) -> object:
    """What a text of JSON says; None where it says nothing that can be read."""
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


class _Said(dict[str, Any]):
    """What a shape told; what it did not is left as it stands."""

    def __missing__(self, key: str) -> str:
        return key
