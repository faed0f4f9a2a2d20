"""Tests of decisions by day: from segments that are written and from files, at midnight of UTC."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gonogo.core.times import system_clock
from gonogo.records import daily
from gonogo.records.log import microseconds
from gonogo.records.record import Decision
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import decision


def write(folder: Path, *found: Decision, worker: str = "w1") -> None:
    writer = Writer(folder, worker, Durability.PAGE_CACHE, system_clock)
    writer.write_now(*found)
    writer.close()


def on_days(clock: FakeClock, counts: list[int], case: str = "churn") -> list[Decision]:
    """So many decisions at noon of the days before today, the last one yesterday."""
    noon = clock.now.replace(hour=12, minute=0, second=0, microsecond=0)
    return [
        decision(
            f"{case}-{at}-{n}",
            case=case,
            at=microseconds(noon - timedelta(days=len(counts) - at)),
        )
        for at, count in enumerate(counts)
        for n in range(count)
    ]


class TestByDay:
    def test_segments_and_files_count_alike_and_shadows_do_not(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        first = (clock.now - timedelta(days=3)).date()
        write(tmp_path, *on_days(clock, [2, 0, 4]))
        yesterday = microseconds(clock.now - timedelta(days=1))
        write(tmp_path, decision("s", case="churn", role="shadow", arm="s", at=yesterday))
        before = daily.by_day(tmp_path, first, 3)
        assert before == {"churn": [2, 0, 4]}
        roll(tmp_path)
        write(tmp_path, *on_days(clock, [1], case="fraud"), worker="w2")
        assert daily.by_day(tmp_path, first, 3) == {**before, "fraud": [0, 0, 1]}
        assert daily.by_day(tmp_path, first, 2) == {"churn": [2, 0]}

    def test_midnight_parts_days(self, tmp_path: Path) -> None:
        midnight = datetime(2026, 3, 2, tzinfo=UTC)
        at = microseconds(midnight)
        write(tmp_path, decision("a", at=at - 1), decision("b", at=at))
        first = (midnight - timedelta(days=1)).date()
        assert list(daily.by_day(tmp_path, first, 2).values()) == [[1, 1]]
