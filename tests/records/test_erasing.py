"""What is erased is gone everywhere and stays counted; what is past its time goes by days."""

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gonogo.core.errors import Invalid
from gonogo.records import orders, places
from gonogo.records.columns import SCHEMAS
from gonogo.records.erasing import erase, retire
from gonogo.records.log import Period
from gonogo.records.reading import decision as told
from gonogo.records.reading import decisions, exposures
from gonogo.records.rolling import damaged, roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import AT, as_before, decision, exposure, outcome

DAY = 86_400_000_000
SECRET = {"income": "secret-income"}


def written(folder: Path, clock: FakeClock, *records: object) -> None:
    writer = Writer(folder, "w1", Durability.PAGE_CACHE, clock)
    writer.append_all(records)  # type: ignore[arg-type]  # records of all kinds
    writer.close()


def entities(folder: Path) -> dict[str, str | None]:
    return {
        seen.decision.id: seen.decision.entity
        for batch in decisions(folder, Period("fraud"))
        for seen in batch
    }


def bytes_of(folder: Path) -> bytes:
    """All that is on the disk; Parquet's pages are packed, so the files are unpacked first."""
    plain = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for batch in decisions(folder, Period()):
        plain += repr(batch).encode()
    return plain


class TestErase:
    def test_decisions_stay_and_say_nothing_of_a_person(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        written(
            tmp_path,
            clock,
            decision("d1", features=SECRET, reasons=("income",), defaulted=("age",)),
            decision("d1", role="shadow", features=SECRET),
            decision("d2", entity="card-2", at=AT + DAY),
            outcome("d1", label="bad", note="said so by phone"),
            outcome("d2", note="stays"),
            exposure("card-1"),
            exposure("card-2"),
        )
        done = erase(tmp_path, "card-1")
        assert (done.decisions, done.exposures, done.notes, done.files) == (2, 1, 1, 3)
        assert (done.waiting, done.damaged) == (0, 0)
        found = told(tmp_path, "d1")
        bare = decision("d1", entity=None, features={}, reasons=(), defaulted=())
        assert found.seen.decision == bare
        assert found.seen.erased
        assert found.outcomes == (outcome("d1", label="bad", note=None),)
        other = told(tmp_path, "d2")
        assert other.seen.decision.entity == "card-2"
        assert not other.seen.erased
        assert other.outcomes[0].note == "stays"
        ((first, second),) = exposures(tmp_path, Period("fraud"))
        assert {first.entity, second.entity} == {None, "card-2"}
        for text in (b"secret-income", b"card-1", b"by phone"):
            assert text not in bytes_of(tmp_path)

    def test_a_file_of_before_is_rewritten_as_files_are_today(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        written(tmp_path, clock, decision("d1"), decision("d2", entity="card-2"))
        as_before(tmp_path)
        assert told(tmp_path, "d2").seen.decision == decision("d2", entity="card-2")
        assert erase(tmp_path, "card-1").decisions == 1
        (part,) = places.parts(tmp_path, places.DECISIONS)
        assert pq.read_schema(part.path).names == SCHEMAS[places.DECISIONS].names
        assert told(tmp_path, "d2").seen.decision == decision("d2", entity="card-2")
        assert entities(tmp_path) == {"d1": None, "d2": "card-2"}

    def test_in_one_case_alone(self, tmp_path: Path, clock: FakeClock) -> None:
        written(tmp_path, clock, decision("d1"), decision("d2", case="lending"))
        assert erase(tmp_path, "card-1", "lending").decisions == 1
        assert entities(tmp_path) == {"d1": "card-1"}

    def test_a_second_time_finds_nothing(self, tmp_path: Path, clock: FakeClock) -> None:
        written(tmp_path, clock, decision("d1"), outcome("d1", note="x"))
        erase(tmp_path, "card-1")
        done = erase(tmp_path, "card-1")
        assert (done.decisions, done.notes, done.files) == (0, 0, 0)

    def test_an_open_segment_says_nothing_any_more(self, tmp_path: Path, clock: FakeClock) -> None:
        """To no reader, and on the disk once it is rolled; what comes later is not meant."""
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        writer.append_all([decision("d1", features=SECRET), outcome("d1", note="by phone")])
        done = erase(tmp_path, "card-1")
        assert (done.waiting, done.decisions) == (1, 0)
        clock.advance(seconds=1)
        writer.append_all([decision("d2"), decision("d3", entity="card-3")])
        assert entities(tmp_path) == {"d1": None, "d2": "card-1", "d3": "card-3"}
        assert told(tmp_path, "d1").outcomes[0].note is None
        writer.close()
        roll(tmp_path)
        assert entities(tmp_path) == {"d1": None, "d2": "card-1", "d3": "card-3"}
        assert told(tmp_path, "d1").outcomes[0].note is None
        assert orders.placed(tmp_path) == {}
        assert b"secret-income" not in bytes_of(tmp_path)

    def test_unreadable_bytes_that_name_it_go(self, tmp_path: Path, clock: FakeClock) -> None:
        written(tmp_path, clock, decision("d1"), decision("d2", entity="card-2"))
        (segment,) = places.segments(tmp_path)
        data = bytearray(segment.read_bytes())
        data[data.index(b"d1") + 1] ^= 1
        segment.write_bytes(data)
        assert erase(tmp_path, "card-1").damaged == 1
        assert damaged(tmp_path) == []
        assert b"card-1" not in bytes_of(tmp_path)

    def test_nobody_cannot_be_erased(self, tmp_path: Path) -> None:
        with pytest.raises(Invalid):
            erase(tmp_path, "")


class TestRetire:
    def test_whole_days_go_when_they_are_old_enough(self, tmp_path: Path, clock: FakeClock) -> None:
        """A day that ended 30 days ago or less stays, to its first minute."""
        written(
            tmp_path,
            clock,
            decision("old", at=AT - 31 * DAY),
            decision("edge", at=AT - 30 * DAY),
            decision("new"),
            outcome("old", at=AT - 40 * DAY),
            exposure("card-1"),
        )
        done = retire(tmp_path, 30, clock)
        assert done.days == ("2026-10-12", "2026-10-21")
        assert done.rows == {"decisions": 1, "outcomes": 1, "exposures": 0}
        assert done.files == 2
        assert set(entities(tmp_path)) == {"edge", "new"}
        assert not (tmp_path / "decisions" / "case=fraud" / "day=2026-10-21").exists()
        assert retire(tmp_path, 30, clock).files == 0

    def test_of_one_case_alone(self, tmp_path: Path, clock: FakeClock) -> None:
        written(tmp_path, clock, decision("d1"), decision("d2", case="lending"))
        clock.now += timedelta(days=99)
        assert retire(tmp_path, 30, clock, "lending").rows["decisions"] == 1
        assert set(entities(tmp_path)) == {"d1"}

    def test_unreadable_bytes_go_too(self, tmp_path: Path, clock: FakeClock) -> None:
        written(tmp_path, clock, decision("d1"))
        (segment,) = places.segments(tmp_path)
        segment.write_bytes(segment.read_bytes()[:-2])
        roll(tmp_path)
        assert len(damaged(tmp_path)) == 1
        clock.now += timedelta(days=365 * 50)
        retire(tmp_path, 30, clock)
        assert damaged(tmp_path) == []

    def test_today_cannot_go(self, tmp_path: Path, clock: FakeClock) -> None:
        with pytest.raises(Invalid):
            retire(tmp_path, 0, clock)
