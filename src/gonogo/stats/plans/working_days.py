"""Working days as dates: which days count, and what a number of working days from now is called."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

Week = tuple[bool, bool, bool, bool, bool, bool, bool]
WEEK: Week = (True, True, True, True, True, False, False)
"""Monday to Sunday: whether people work."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked on.

    `ValueError` for a week without a working day.
    """

    week: Week = WEEK
    """Monday to Sunday."""
    holidays: frozenset[date] = frozenset()
    """Days that nobody works on, whatever day of the week."""

    def __post_init__(self) -> None:
        if not any(self.week):
            raise ValueError(f"week is {self.week}, expected seven days with a working one")

    def works(self, day: date) -> bool:
        """Whether `day` is worked on.

        >>> Calendar().works(date(2026, 11, 21))
        False
        """
        return self.week[day.weekday()] and day not in self.holidays


def day_of(calendar: Calendar, start: date, days: float) -> date:
    """The date on which what takes `days` working days from the morning of `start` is finished.

    What takes one day is finished on the day it begins, in the evening; what takes none, on the
    first working day as well.

    >>> day_of(Calendar(), date(2026, 11, 19), 2.0), day_of(Calendar(), date(2026, 11, 19), 2.5)
    (datetime.date(2026, 11, 20), datetime.date(2026, 11, 23))
    """
    return days_of(calendar, start, [days])[0]


def days_of(calendar: Calendar, start: date, days: Iterable[float]) -> list[date]:
    """`day_of` for many; raises `ValueError` for a number that is negative or not finite."""
    whole = []
    for number in days:
        if not (number >= 0 and math.isfinite(number)):
            raise ValueError(f"days are {number}, expected 0 or more")
        # A sum of days that should be 3 may be a last digit more, which is no day more.
        whole.append(max(0, math.ceil(number - 1e-9) - 1))
    found = np.busday_offset(
        np.datetime64(start),
        np.array(whole, dtype=np.int64),
        roll="forward",
        weekmask=list(calendar.week),
        holidays=_holidays(calendar),
    )
    return list(found.tolist())


def days_until(calendar: Calendar, start: date, day: date) -> int:
    """The working days from the morning of `start` to the morning of `day`; negative before it.

    >>> days_until(Calendar(), date(2026, 11, 19), date(2026, 11, 24))
    3
    """
    return int(
        np.busday_count(
            np.datetime64(start),
            np.datetime64(day),
            weekmask=list(calendar.week),
            holidays=_holidays(calendar),
        )
    )


def days_through(calendar: Calendar, start: date, day: date) -> int:
    """The working days from the morning of `start` to the evening of `day`: for a deadline.

    >>> days_through(Calendar(), date(2026, 11, 19), date(2026, 11, 20))
    2
    """
    return days_until(calendar, start, day) + calendar.works(day)


def _holidays(calendar: Calendar) -> np.ndarray:
    return np.array(sorted(calendar.holidays), dtype="datetime64[D]")
