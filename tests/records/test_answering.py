"""Tests of how long answers took: from segments that are written and from files alike."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gonogo.records.answering import by_version
from gonogo.records.rolling import roll
from tests.fixtures.decided import AT, decision
from tests.records.test_daily import write

FIRST = datetime.fromtimestamp(AT / 1e6, UTC).date() - timedelta(days=1)
DAY = 86_400_000_000


class TestByVersion:
    def test_segments_and_files_count_alike(self, tmp_path: Path) -> None:
        """By version and day, shadows' too; other days do not count."""
        write(
            tmp_path,
            decision("a", model="m@1", latency_us=1500),
            decision("b", model="m@1", latency_us=500, role="shadow"),
            decision("c", model=None, latency_us=250),
            decision("d", model="m@1", latency_us=1000, at=AT - DAY),
            decision("e", model="m@1", latency_us=9000, at=AT - 2 * DAY),
        )
        found = by_version(tmp_path, FIRST, 2)
        assert [(one.model, (one.day - FIRST).days, one.n, one.seconds) for one in found] == [
            ("", 1, 1, 0.00025),
            ("m@1", 0, 1, 0.001),
            ("m@1", 1, 2, 0.002),
        ]
        roll(tmp_path)
        assert by_version(tmp_path, FIRST, 2) == found
        assert by_version(tmp_path / "nowhere", FIRST, 2) == []
