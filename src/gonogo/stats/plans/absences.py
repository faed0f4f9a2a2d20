"""Who is away, and when: how many of a pool are missing, and when work rests for want of them.

While fewer of a pool are there than a step needs, it rests. It has the choice of whom it is done
by: the more of the others it leaves for the absences, the fewer of them stop it, and the later so
many may be free. A step done by those who stay while x of the pool are away needs x more to be free
when it begins, and rests only while more than x are away. It takes what finishes first.

So no more work is ever done at once than there are people for it: of the steps that are done while
a of k are away, the one placed last found a people free whom it did not take. And as all of it
rises with durations and with absences and falls with people, there are no anomalies here either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from gonogo.stats.arrays import Floats

SLACK = 1e-6
"""Working days by which two times may differ and still be the same: the time of a blink."""


@dataclass(frozen=True, slots=True)
class Absence:
    """So many of a pool are away, from one time to another, in working days from now.

    `ValueError` unless 0 <= begins < ends and the number is 1 or more.
    """

    begins: float
    ends: float
    units: int

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends:
            raise ValueError(f"away from {self.begins} to {self.ends}, expected rising times")
        if self.units < 1:
            raise ValueError(f"away are {self.units}, expected 1 or more")


Profile = tuple[Absence, ...]
"""Absences that follow one another without overlap."""


def profile_of(absences: Iterable[Absence]) -> Profile:
    """How many are away in all, from when to when.

    >>> [
    ...     (one.begins, one.ends, one.units)
    ...     for one in profile_of([Absence(2, 6, 1), Absence(4, 9, 2)])
    ... ]
    [(2, 4, 1), (4, 6, 3), (6, 9, 2)]
    """
    change: dict[float, int] = {}
    for one in absences:
        change[one.begins] = change.get(one.begins, 0) + one.units
        change[one.ends] = change.get(one.ends, 0) - one.units
    times = sorted(at for at, units in change.items() if units)
    found, away = [], 0
    for at, then in pairwise(times):
        away += change[at]
        if away:
            found.append(Absence(at, then, away))
    return tuple(found)


def levels(profile: Profile, spare: int) -> tuple[int, ...]:
    """How many of `spare` people a step can leave for the absences, that make a difference.

    >>> levels((Absence(0, 1, 1), Absence(5, 6, 3)), 2)
    (0, 1)
    """
    return (0, *sorted({one.units for one in profile if one.units <= spare}))


def days_away(profile: Profile, size: int, until: Floats) -> Floats:
    """Person days for which people of a pool of this size are away until then."""
    found = np.zeros_like(until)
    for one in profile:
        found += min(one.units, size) * np.clip(until - one.begins, 0.0, one.ends - one.begins)
    return found


@dataclass(frozen=True)
class Rests:
    """When a step rests: times from and to, which rise and do not meet."""

    times: tuple[tuple[float, float], ...]

    @cached_property
    def _begins(self) -> Floats:
        return np.array([begin for begin, _ in self.times])

    @cached_property
    def _ends(self) -> Floats:
        """With what comes before the first one."""
        return np.array([-np.inf, *(end for _, end in self.times)])

    @cached_property
    def _lost(self) -> Floats:
        """Days for which it rested by the begin of each, and in all."""
        return np.cumsum([0.0, *(end - begin for begin, end in self.times)])

    @cached_property
    def _worked(self) -> Floats:
        """Days on which it could be worked by the begin of each."""
        return self._begins - self._lost[:-1]

    def start(self, at: Floats) -> Floats:
        """The first time from `at` on at which it does not rest."""
        found: Floats = np.maximum(
            at, self._ends[np.searchsorted(self._begins, at + SLACK, side="right")]
        )
        return found

    def end(self, begun: Floats, days: Floats) -> Floats:
        """When so many days of work are done that begin at `begun`, when it does not rest."""
        worked = begun - self._lost[np.searchsorted(self._begins, begun, side="right")]
        worked += days
        end = worked + self._lost[np.searchsorted(self._worked, worked - SLACK)]
        found: Floats = np.maximum(end, begun + days)
        return found


def rests(which: Sequence[tuple[Profile, int]]) -> Rests:
    """When a step rests that leaves so many of each pool for its absences.

    >>> rests([((Absence(0, 4, 1), Absence(4, 5, 2)), 1), ((Absence(5, 7, 1),), 0)]).times
    ((4, 7),)
    """
    found: list[tuple[float, float]] = []
    for begin, end in sorted(
        (one.begins, one.ends) for profile, level in which for one in profile if one.units > level
    ):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return Rests(tuple(found))
