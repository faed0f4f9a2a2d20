"""Every refusal gonogo can give, as one tree; no error knows HTTP, exit codes or pages.

GonogoError
├── Invalid            the input is wrong: field, value, what would be right
│   └── UncitedDecision
├── Unauthenticated    nobody is signed in, or the token is no good
├── Forbidden          signed in, but may not; names the roles that may
├── NotFound
├── Conflict           right by itself, but not in the present state
│   └── Stale          edited by someone else since it was read
├── TooLarge
├── TooMany            slowed down; says when to try again
├── Unavailable        a part that is needed does not answer; nothing was written
└── Broken             what is stored contradicts the ledger
"""

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """The kinds of refusal; each interface maps them once (status, exit code, page)."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


class GonogoError(Exception):
    """A refusal that names the field, the value that was given and what would be right."""

    kind: ClassVar[Kind]
    title: ClassVar[str]

    def __init__(
        self, *, field: str, value: object = None, expected: str, message: str | None = None
    ) -> None:
        self.field = field
        self.value = value
        self.expected = expected
        self.message = message or self.title
        super().__init__(field, value, expected)

    def __str__(self) -> str:
        given = "" if self.value is None else f" is {shown(self.value)}"
        return f"{self.message}: {self.field}{given}, expected {self.expected}"


class Invalid(GonogoError):
    kind = Kind.INVALID
    title = "The input is wrong"


class UncitedDecision(Invalid):
    title = "A decision cites what it rests on"


class Unauthenticated(GonogoError):
    kind = Kind.UNAUTHENTICATED
    title = "Sign in first"


class Forbidden(GonogoError):
    """Signed in, but not allowed; `action` and `subject` say what was tried."""

    kind = Kind.FORBIDDEN
    title = "You may not do this"

    def __init__(
        self,
        *,
        field: str,
        value: object = None,
        expected: str,
        message: str | None = None,
        action: str = "",
        subject: str = "",
    ) -> None:
        super().__init__(field=field, value=value, expected=expected, message=message)
        self.action = action
        self.subject = subject


class NotFound(GonogoError):
    kind = Kind.NOT_FOUND
    title = "There is no such thing here"


class Conflict(GonogoError):
    kind = Kind.CONFLICT
    title = "This does not fit the present state"


class Stale(Conflict):
    kind = Kind.STALE
    title = "Someone changed this since you read it"


class TooLarge(GonogoError):
    kind = Kind.TOO_LARGE
    title = "This is too large"


class TooMany(GonogoError):
    """Slowed down; `retry_after` is the number of seconds to wait."""

    kind = Kind.TOO_MANY
    title = "Too many attempts"

    def __init__(
        self,
        *,
        field: str,
        value: object = None,
        expected: str,
        message: str | None = None,
        retry_after: int = 1,
    ) -> None:
        super().__init__(field=field, value=value, expected=expected, message=message)
        self.retry_after = retry_after


class Unavailable(GonogoError):
    kind = Kind.UNAVAILABLE
    title = "A part that is needed does not answer, and nothing was written"


class Broken(GonogoError):
    kind = Kind.BROKEN
    title = "What is stored is not what the ledger says"


def shown(value: object, most: int = 80) -> str:
    """`value` as it can stand in a message: short, on one line.

    >>> shown("a" * 100)[-6:]
    "aa...'"
    """
    text = repr(value)
    if len(text) <= most:
        return text
    quote = text[-1] if text[-1] in "'\"" else ""
    return f"{text[: most - 3 - len(quote)]}...{quote}"
