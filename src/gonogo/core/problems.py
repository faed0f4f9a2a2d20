"""How a refusal is told over HTTP (RFC 9457): one table from kinds to statuses, one wording.

REST and the gateway are siblings and speak to the same clients: a kind that had two statuses would
be two things to them. The errors themselves know nothing of HTTP.
"""

from dataclasses import dataclass

from gonogo.core.errors import GonogoError, Kind, shown

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
"""The one place where a kind of refusal meets HTTP."""

PROBLEM_JSON = "application/problem+json"
LONGEST_VALUE = 200
"""Characters of a value that are told."""
EXACT = 2**53
"""From here on, a number in JSON is not the same to every reader."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A refusal as it stands in an answer."""

    type: str
    """A name of the kind of problem that stays the same."""
    title: str
    """The kind in words."""
    status: int
    """The HTTP status."""
    detail: str
    """What was wrong, in one text."""
    field: str
    """What was wrong, by its name."""
    value: str | int | float | bool | None
    """What was given, shortened."""
    expected: str
    """What would be right."""


def told(error: GonogoError, status: int | None = None) -> Telling:
    """`error` as it stands in an answer, with the status of its kind unless another is said."""
    return Telling(
        f"urn:gonogo:problem:{error.kind}",
        sendable(error.message),
        STATUS[error.kind] if status is None else status,
        sendable(str(error)),
        sendable(error.field),
        _value(error.value),
        sendable(error.expected),
    )


def _value(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < EXACT else str(value)
    if isinstance(value, str) and len(value) <= LONGEST_VALUE:
        return sendable(value)
    return shown(value, LONGEST_VALUE)


def sendable(text: str) -> str:
    r"""`text` as it can be written in UTF-8: half of a surrogate pair cannot.

    >>> print(sendable("a" + chr(0xD800)), len(sendable(chr(0xD800))))
    a\ud800 6
    """
    return text.encode("utf-8", "backslashreplace").decode()
