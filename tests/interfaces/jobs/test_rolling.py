"""The job that rolls the decision log tells what it could not read."""

import logging
from pathlib import Path

import pytest

from gonogo.interfaces.jobs.rolling import roll
from gonogo.records import places
from gonogo.records.maintaining import maintaining
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import decision


@pytest.fixture
def segment(tmp_path: Path, clock: FakeClock) -> Path:
    """A closed segment of two decisions."""
    writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
    writer.append_all([decision("d1"), decision("d2")])
    writer.close()
    return places.segments(tmp_path)[0]


class TestRoll:
    def test_closed_segments_go(self, tmp_path: Path, segment: Path) -> None:
        assert roll(tmp_path) == 1
        assert roll(tmp_path) == 0
        assert len(places.parts(tmp_path, places.DECISIONS)) == 1

    def test_where_nothing_was_decided_nothing_is_made(self, tmp_path: Path) -> None:
        assert roll(tmp_path / "decisions") == 0
        assert not (tmp_path / "decisions").exists()

    def test_one_process_at_a_time_is_no_failure(self, tmp_path: Path, segment: Path) -> None:
        with maintaining(tmp_path, wait=False):
            assert roll(tmp_path) == 0
        assert segment.exists()

    def test_what_could_not_be_read_is_told(
        self, tmp_path: Path, segment: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        segment.write_bytes(segment.read_bytes()[:-5])
        with caplog.at_level(logging.WARNING, "gonogo.decisions"):
            roll(tmp_path)
        assert "its torn end" in caplog.text
        assert segment.stem in caplog.text

    def test_a_later_version_is_told(
        self, tmp_path: Path, segment: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        data = bytearray(segment.read_bytes())
        data[8] += 1
        segment.write_bytes(data)
        with caplog.at_level(logging.ERROR, "gonogo.decisions"):
            assert roll(tmp_path) == 0
        assert "later version" in caplog.text
