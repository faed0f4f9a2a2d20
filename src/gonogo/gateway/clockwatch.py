"""A clock that goes back is told: times of decisions then do, their order in the log does not."""

from collections.abc import Callable
from dataclasses import dataclass

from gonogo.core.times import Microseconds
from gonogo.gateway.incidents import Incidents

LEAST_US = 1_000_000
"""Clocks are put right by less than that all the time."""


@dataclass(slots=True, eq=False)
class ClockWatch:
    """Compares the clock with a stopwatch, which nobody can put back."""

    clock: Microseconds
    stopwatch: Callable[[], float]
    incidents: Incidents
    times: int = 0
    """How often the clock went back since the start."""
    _last: tuple[int, float] | None = None

    def look(self) -> None:
        """Compare with what was there at the last look."""
        now, passed = self.clock(), self.stopwatch()
        if self._last is not None:
            before, then = self._last
            back = (passed - then) * 1e6 - (now - before)
            if back > LEAST_US and now < before:
                self.times += 1
                said = f"the clock went back by {back / 1e6:,.0f} seconds"
                self.incidents.tell("clock", "", None, "clock-back", said, 0)
        self._last = (now, passed)
