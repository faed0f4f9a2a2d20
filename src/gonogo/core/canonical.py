"""Canonical JSON (RFC 8785) and digests of it: the same value is the same bytes everywhere.

Nearly every value of ours is one that the standard library's encoder, written in C, already writes
canonically: those go that way, several times as fast, and all others the long way.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence

import rfc8785

from gonogo.core.errors import Invalid

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""A value that JSON can carry; NaN and infinities are not among them."""

LARGEST = 2**53 - 1
"""The largest integer that every reader of JSON takes exactly."""

ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def canonical(value: Json) -> bytes:
    """`value` as RFC 8785 bytes.

    Raises `Invalid` where JSON has no word for a value: NaN, an infinity, an integer beyond 2**53.

    >>> canonical({"b": 1.0, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    try:
        try:
            return ENCODER.encode(_common(value)).encode()
        except _Uncommon:
            return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise Invalid(
            field="body", value=str(error), expected="text, finite numbers, lists and objects"
        ) from error


class _Uncommon(Exception):
    """A value that the standard library might write in another way than RFC 8785."""


def _common(value: Json) -> Json:
    """`value` in the words that both write alike; raises `_Uncommon`."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if isinstance(value, dict):
        for name in value:
            # Other letters might be ordered differently: by code point, not as UTF-16.
            if type(name) is not str or not name.isascii():
                raise _Uncommon
        return {name: _common(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_common(item) for item in value]
    if kind is int and isinstance(value, int) and -LARGEST <= value <= LARGEST:
        return value
    if kind is float and isinstance(value, float):
        return _number(value)
    raise _Uncommon


def _number(value: float) -> float:
    """`value` if Python writes it as JavaScript does: with a fraction and without an exponent."""
    size = abs(value)
    if size <= LARGEST and value.is_integer():
        return int(value)
    # Beyond it a double has no fraction, but Python writes ".0".
    if 1e-4 <= size < LARGEST:
        return value
    raise _Uncommon


def digest(value: Json) -> str:
    """SHA-256 of the canonical JSON of `value`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def finite_or_none(number: float) -> float | None:
    """An open end of an interval travels as null: JSON has no infinity."""
    return number if math.isfinite(number) else None
