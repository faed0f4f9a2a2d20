"""A request and its answer as the gateway sees them, whatever server is in front of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.errors import GonogoError, Kind, TooMany, shown

STATUS = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
    Kind.BROKEN: 409,
}
"""The one place where a kind of refusal meets HTTP here."""

RETRY_AFTER = "1"
"""Seconds after which a gateway that was too busy may be asked again."""

Headers = list[tuple[str, str]]
JSON: Headers = [("content-type", "application/json")]
PROBLEM: Headers = [("content-type", "application/problem+json")]
TEXT: Headers = [("content-type", "text/plain; version=0.0.4; charset=utf-8")]


@dataclass(slots=True, eq=False)
class Request:
    """What was asked."""

    method: str
    path: str
    body: bytes
    header: Callable[[str], str | None]
    """A header by its name in lower case."""


@dataclass(slots=True, eq=False)
class Response:
    """What is answered."""

    status: int
    body: bytes
    headers: Headers


class _Problem(msgspec.Struct):
    type: str
    title: str
    status: int
    detail: str
    field: str
    value: str | int | float | bool | None
    expected: str


_encode = msgspec.json.Encoder().encode


def answered(found: Any, status: int = 200, headers: Headers | None = None) -> Response:
    """`found` as JSON."""
    return Response(status, _encode(found), JSON if headers is None else [*JSON, *headers])


def problem(error: GonogoError) -> Response:
    """The answer that tells of `error`, as problem details (RFC 9457)."""
    status = STATUS[error.kind]
    headers = list(PROBLEM)
    if error.kind is Kind.UNAUTHENTICATED:
        headers.append(("www-authenticate", "Bearer"))
    if isinstance(error, TooMany):
        headers.append(("retry-after", str(error.retry_after)))
    elif error.kind is Kind.UNAVAILABLE:
        headers.append(("retry-after", RETRY_AFTER))
    return Response(status, _encode(told(error)), headers)


def told(error: GonogoError) -> _Problem:
    """`error` as it stands in an answer."""
    return _Problem(
        f"urn:gonogo:problem:{error.kind}",
        _sendable(error.message),
        STATUS[error.kind],
        _sendable(str(error)),
        _sendable(error.field),
        _value(error.value),
        _sendable(error.expected),
    )


def _value(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < 2**53 else str(value)
    return _sendable(value) if isinstance(value, str) and len(value) <= 200 else shown(value, 200)


def _sendable(text: str) -> str:
    """Text as UTF-8 can hold it: half of a surrogate pair it cannot."""
    return text.encode("utf-8", "backslashreplace").decode()
