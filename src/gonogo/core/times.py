"""Times as they are stored and read: UTC, to the millisecond, RFC 3339."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gonogo.core.errors import Invalid

Clock = Callable[[], datetime]
"""Where the time comes from; handed in, so that tests and replays can say what time it is."""

DURATION = re.compile(r"(\d{1,5})(m|h|d|w)")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def system_clock() -> datetime:
    """The clock of this machine, in UTC. The only place that asks it."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """`moment` as text of fixed width, so that text order is time order.

    >>> stamp(datetime(2026, 11, 21, 10, 31, 7, 120000, tzinfo=UTC))
    '2026-11-21T10:31:07.120Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str, field: str = "at") -> datetime:
    """The time written as `text` (RFC 3339; without a zone it is UTC); raises `Invalid`."""
    try:
        parsed = datetime.fromisoformat(text)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            field=field, value=text, expected="a time such as 2026-11-01T12:00 (UTC unless it says)"
        ) from error


def duration(text: str, field: str) -> timedelta:
    """The span written as `text`; raises `Invalid`.

    >>> duration("30d", "max_age").days
    30
    """
    found = DURATION.fullmatch(text)
    if not found:
        raise Invalid(field=field, value=text, expected="a number and m, h, d or w, such as 30d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
