"""A request and its answer as the gateway sees them, whatever server is in front of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.errors import GonogoError, Kind, TooMany
from gonogo.core.problems import PROBLEM_JSON, told

RETRY_AFTER = "1"
"""Seconds after which a gateway that was too busy may be asked again."""

Headers = list[tuple[str, str]]
JSON: Headers = [("content-type", "application/json")]
PROBLEM: Headers = [("content-type", PROBLEM_JSON)]
TEXT: Headers = [("content-type", "text/plain; version=0.0.4; charset=utf-8")]


@dataclass(slots=True, eq=False)
class Request:
    """What was asked."""

    method: str
    path: str
    body: bytes
    header: Callable[[str], str | None]
    """A header by its name in lower case."""
    peer: str | None = None
    """Address and port of the other end of the connection."""


@dataclass(slots=True, eq=False)
class Response:
    """What is answered."""

    status: int
    body: bytes
    headers: Headers


_encode = msgspec.json.Encoder().encode


def answered(found: Any, status: int = 200, headers: Headers | None = None) -> Response:
    """`found` as JSON."""
    return Response(status, _encode(found), JSON if headers is None else [*JSON, *headers])


def problem(error: GonogoError) -> Response:
    """The answer that tells of `error`, as problem details (RFC 9457)."""
    telling = told(error)
    headers = list(PROBLEM)
    if error.kind is Kind.UNAUTHENTICATED:
        headers.append(("www-authenticate", "Bearer"))
    if isinstance(error, TooMany):
        headers.append(("retry-after", str(error.retry_after)))
    elif error.kind is Kind.UNAVAILABLE:
        headers.append(("retry-after", RETRY_AFTER))
    return Response(telling.status, _encode(telling), headers)
