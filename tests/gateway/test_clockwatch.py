"""A clock that is put back is told once, and one that is put right by a little is not."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from gonogo.gateway.clockwatch import ClockWatch
from gonogo.gateway.incidents import Incidents

SECOND = 1_000_000


@dataclass
class Times:
    """A clock that can be put back, and a stopwatch that cannot."""

    clock: int = 1_795_257_000 * SECOND
    passed: float = 5.0

    def pass_(self, seconds: float, put: float = 0.0) -> None:
        """Time passes; the clock is put forward by `put` besides."""
        self.passed += seconds
        self.clock += int((seconds + put) * SECOND)


def test_only_a_clock_that_went_back_is_told(tmp_path: Path) -> None:
    times = Times()
    incidents = Incidents(tmp_path / "incidents.jsonl", lambda: times.clock)
    watch = ClockWatch(lambda: times.clock, lambda: times.passed, incidents)
    for put in (0.0, -0.15, 3600.0, -3600.0, 0.0, -0.5):
        watch.look()
        times.pass_(0.2, put)
    watch.look()
    assert watch.times == 1
    (line,) = incidents.path.read_bytes().splitlines()
    told = msgspec.json.decode(line)
    assert (told["case"], told["why"]) == ("clock", "clock-back")
    assert told["detail"] == "the clock went back by 3,600 seconds"
