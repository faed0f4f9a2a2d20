"""Time since something began, in the unit that suits how long it has lasted."""

from collections.abc import Sequence
from datetime import datetime

SPANS = (
    (2 * 86_400, 86_400, "Days"),
    (7_200, 3_600, "Hours"),
    (120, 60, "Minutes"),
    (0, 1, "Seconds"),
)
"""From so many seconds on, in units of so many, called so."""


def elapsed(began: datetime, moments: Sequence[datetime]) -> tuple[list[float], str]:
    """How long after `began` each of `moments`, oldest first, was, and the name of the unit.

    A moment before the beginning, where a clock was put back, counts as the beginning.

    >>> from datetime import timedelta
    >>> began = datetime(2026, 11, 21)
    >>> elapsed(began, [began, began + timedelta(hours=3)])
    ([0.0, 3.0], 'Hours')
    """
    seconds = [max(0.0, (one - began).total_seconds()) for one in moments]
    longest = max(seconds, default=0.0)
    size, name = next((size, name) for least, size, name in SPANS if longest >= least)
    return [one / size for one in seconds], name
