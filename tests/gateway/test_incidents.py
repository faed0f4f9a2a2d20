"""What went wrong, line by line: bounded, whole, each kind once a minute with how often."""

import resource
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gonogo.core.troubles import BEFORE
from gonogo.gateway.incidents import EVERY_US, MOST_KEPT, Incidents

AT = 1_795_257_000_000_000


class Moving:
    """A clock in microseconds."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def moving() -> Moving:
    return Moving()


def told(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


class TestTell:
    def test_a_line_says_when_what_and_how_often(self, tmp_path: Path, moving: Moving) -> None:
        incidents = Incidents(tmp_path / "gateway" / "incidents.jsonl", moving)
        for _ in range(3):
            incidents.tell("fraud", "champion", "trees@1", "raised", "ValueError: 3", 7)
        incidents.tell("fraud", "champion", "trees@1", "hangs", "no answer", 7)
        moving.now += EVERY_US
        incidents.tell("fraud", "champion", "trees@1", "raised", "ValueError: 4", 8)
        found = told(incidents.path)
        assert [(one["why"], one["times"]) for one in found] == [
            ("raised", 1),
            ("hangs", 1),
            ("raised", 3),
        ]
        assert found[2] == {
            "at": AT + EVERY_US,
            "case": "fraud",
            "arm": "champion",
            "model": "trees@1",
            "why": "raised",
            "detail": "ValueError: 4",
            "times": 3,
            "snapshot": 8,
        }

    def test_a_clock_put_back_silences_nothing(self, tmp_path: Path, moving: Moving) -> None:
        incidents = Incidents(tmp_path / "incidents.jsonl", moving)
        incidents.tell("fraud", "champion", "trees@1", "raised", "x", 7)
        moving.now -= 10 * EVERY_US
        incidents.tell("fraud", "champion", "trees@1", "raised", "x", 7)
        assert len(told(incidents.path)) == 2

    def test_both_files_together_are_bounded_and_hold_whole_lines(
        self, tmp_path: Path, moving: Moving
    ) -> None:
        incidents = Incidents(tmp_path / "incidents.jsonl", moving, largest=2000)
        for number in range(60):
            incidents.tell("fraud", "champion", "trees@1", "raised", "x" * 900, number)
            moving.now += EVERY_US
            sizes = {one.name: one.stat().st_size for one in tmp_path.iterdir()}
            assert set(sizes) <= {"incidents.jsonl", BEFORE}
            assert all(size <= 2000 for size in sizes.values())
        newest = [*told(tmp_path / BEFORE), *told(incidents.path)]
        assert [one["snapshot"] for one in newest] == list(range(60 - len(newest), 60))
        assert all(len(one["detail"]) == 500 for one in newest)

    def test_what_is_remembered_of_kinds_is_bounded(self, tmp_path: Path, moving: Moving) -> None:
        incidents = Incidents(tmp_path / "incidents.jsonl", moving)
        for number in range(MOST_KEPT + 10):
            incidents.tell("fraud", "champion", f"trees@{number}", "raised", "x", 7)
        assert len(incidents._last) <= MOST_KEPT

    def test_a_full_disk_spoils_no_line_and_what_it_hindered_is_told_later(
        self, tmp_path: Path, moving: Moving
    ) -> None:
        incidents = Incidents(tmp_path / "incidents.jsonl", moving)
        incidents.tell("fraud", "champion", "trees@1", "raised", "first", 7)
        room = incidents.path.stat().st_size + 20
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            for _ in range(3):
                incidents.tell("fraud", "champion", "trees@1", "hangs", "hindered", 7)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert len(told(incidents.path)) == 1
        incidents.tell("fraud", "champion", "trees@1", "hangs", "hindered", 7)
        found = told(incidents.path)
        assert [(one["why"], one["times"]) for one in found] == [("raised", 1), ("hangs", 4)]
