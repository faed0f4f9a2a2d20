"""Each use case keeps its decisions for the days that are its own."""

import os
from pathlib import Path

from gonogo.records import places
from gonogo.records.keeping import keep
from gonogo.records.retention import Retention
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import AT, decision

DAY = 86_400_000_000


def written(folder: Path, clock: FakeClock) -> None:
    """A decision of ten days ago and one of today, in two use cases."""
    writer = Writer(folder, "w1", Durability.PAGE_CACHE, clock)
    writer.append_all(
        [
            decision(f"{case}-{age}", case=case, at=AT - age * DAY)
            for case in ("churn", "fraud")
            for age in (0, 10)
        ]
    )
    writer.close()
    roll(folder)


def left(folder: Path) -> list[str]:
    return [f"{one.case} {one.day}" for one in places.parts(folder, places.DECISIONS)]


class TestKeep:
    def test_a_use_case_may_have_days_of_its_own(self, tmp_path: Path, clock: FakeClock) -> None:
        written(tmp_path, clock)
        done = keep(tmp_path, Retention(365, {"fraud": 5}), clock)
        assert set(done) == {"fraud"}
        assert done["fraud"].days == ("2026-11-11",)
        assert done["fraud"].rows["decisions"] == 1
        assert left(tmp_path) == ["churn 2026-11-11", "churn 2026-11-21", "fraud 2026-11-21"]

    def test_others_keep_theirs_without_end(self, tmp_path: Path, clock: FakeClock) -> None:
        written(tmp_path, clock)
        clock.advance(days=10_000)
        assert set(keep(tmp_path, Retention(None, {"fraud": 5}), clock)) == {"fraud"}
        assert left(tmp_path) == ["churn 2026-11-11", "churn 2026-11-21"]

    def test_what_was_unreadable_goes_after_the_longest_span(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        """Nobody can say of which use case it was."""
        damaged = places.damaged_folder(tmp_path) / "w1-000000000001-0a1b2c3d@12.bytes"
        damaged.parent.mkdir(parents=True)
        damaged.write_bytes(b"card-1")
        os.utime(damaged, (AT / 1e6 - 50 * 86_400,) * 2)
        keep(tmp_path, Retention(10, {"fraud": 90}), clock)
        assert damaged.exists()
        keep(tmp_path, Retention(10), clock)
        assert not damaged.exists()
