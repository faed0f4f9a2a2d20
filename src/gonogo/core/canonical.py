"""Canonical JSON (RFC 8785) and digests of it: the same value is the same bytes everywhere."""

import hashlib
import math
from collections.abc import Mapping, Sequence

import rfc8785

from gonogo.core.errors import Invalid

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""A value that JSON can carry; NaN and infinities are not among them."""


def canonical(value: Json) -> bytes:
    """`value` as RFC 8785 bytes.

    Raises `Invalid` where JSON has no word for a value: NaN, an infinity, an integer beyond 2**53.

    >>> canonical({"b": 1.0, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise Invalid(
            field="body", value=str(error), expected="text, finite numbers, lists and objects"
        ) from error


def digest(value: Json) -> str:
    """SHA-256 of the canonical JSON of `value`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def finite_or_none(number: float) -> float | None:
    """An open end of an interval travels as null: JSON has no infinity."""
    return number if math.isfinite(number) else None
