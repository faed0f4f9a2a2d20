"""Times as they are stored and read: UTC, to the millisecond, RFC 3339."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gonogo.core.errors import Invalid

Clock = Callable[[], datetime]
"""Where the time comes from; handed in, so that tests and replays can say what time it is."""

Microseconds = Callable[[], int]
"""The same where it is asked thousands of times a second: microseconds since 1970, UTC."""

DURATION = re.compile(r"(\d{1,5})(m|h|d|w)")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def system_clock() -> datetime:
    """The clock of this machine, in UTC. The only place that asks it."""
    return datetime.now(UTC)


def system_microseconds() -> int:
    """Microseconds since 1970, UTC, by the clock of this machine.

    Of records there are thousands a second, and an integer is many times as quick as a moment.
    """
    return time.time_ns() // 1000


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


def period(since: str, until: str) -> tuple[str | None, str | None]:
    """Beginning and end of a period as they are stored, None where nothing is said.

    What happened at the end is outside; a day as the end is meant with all of it. Raises `Invalid`.

    >>> period("2026-11-01", "2026-11-02")
    ('2026-11-01T00:00:00.000Z', '2026-11-03T00:00:00.000Z')
    >>> period("", "2026-11-02T08:00")
    (None, '2026-11-02T08:00:00.000Z')
    """
    begin = stamp(moment(since, "since")) if since else None
    if not until:
        return begin, None
    end = moment(until, "until")
    if DAY.fullmatch(until):
        try:
            end += timedelta(days=1)
        except OverflowError as error:
            raise Invalid(field="until", value=until, expected="an earlier day") from error
    return begin, stamp(end)


def duration(text: str, field: str) -> timedelta:
    """The span written as `text`; raises `Invalid`.

    >>> duration("30d", "max_age").days
    30
    """
    found = DURATION.fullmatch(text)
    if not found:
        raise Invalid(field=field, value=text, expected="a number and m, h, d or w, such as 30d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
