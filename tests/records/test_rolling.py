"""Segments become Parquet files: all that can be read, once, however often it is tried."""

import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.core.errors import Conflict
from gonogo.records import places
from gonogo.records.columns import label_of, label_text, label_type
from gonogo.records.frames import VERSION, framed
from gonogo.records.log import Period
from gonogo.records.maintaining import maintaining
from gonogo.records.reading import decisions, exposures, outcomes
from gonogo.records.record import Decision
from gonogo.records.rolling import damaged, roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import AT, decision, exposure, outcome

DAY = 86_400_000_000
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, clock: FakeClock) -> Write:
    """Writes records into a segment of their own; where that is."""

    def write(*records: Any) -> Path:
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        writer.append_all(records)
        writer.close()
        return places.segments(tmp_path)[-1]

    return write


def ids(folder: Path) -> list[str]:
    found = [one.decision.id for batch in decisions(folder, Period("fraud")) for one in batch]
    return sorted(found)


class TestRoll:
    def test_rows_go_to_their_case_and_day(self, tmp_path: Path, write: Write) -> None:
        write(
            decision("d1"),
            decision("d2", at=AT + DAY),
            decision("d3", case="lending"),
            outcome("d1"),
            exposure("card-1"),
        )
        done = roll(tmp_path)
        assert done.records == {"decisions": 3, "outcomes": 1, "exposures": 1}
        assert (done.segments, done.files, done.open, done.damages) == (1, 5, 0, ())
        assert places.segments(tmp_path) == []
        found = [
            (part.kind, part.case, part.day)
            for kind in places.KINDS
            for part in places.parts(tmp_path, kind)
        ]
        assert found == [
            ("decisions", "fraud", "2026-11-21"),
            ("decisions", "fraud", "2026-11-22"),
            ("decisions", "lending", "2026-11-21"),
            ("outcomes", "fraud", "2026-11-21"),
            ("exposures", "fraud", "2026-11-21"),
        ]

    def test_files_are_read_by_others_as_they_are(self, tmp_path: Path, write: Write) -> None:
        """By plain SQL over the folder: columns of plain types, features as JSON."""
        write(decision("d1", reasons=("too many",), score=0.5), decision("d2", features={"x": 1}))
        roll(tmp_path)
        with duckdb.connect(":memory:") as connection:
            rows = connection.execute(
                "SELECT id, decided_at, reasons, features->>'$.amount', \"case\", day::VARCHAR "
                "FROM read_parquet(?) ORDER BY id",
                [f"{tmp_path}/decisions/**/*.parquet"],
            ).fetchall()
        at = datetime(2026, 11, 21, 10, 30)  # noqa: DTZ001  # columns mean UTC and say nothing
        assert rows == [
            ("d1", at, ["too many"], "12.5", "fraud", "2026-11-21"),
            ("d2", at, [], None, "fraud", "2026-11-21"),
        ]

    def test_a_segment_that_is_written_is_left_alone(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        writer.append_all([decision("d1")])
        assert (roll(tmp_path).open, roll(tmp_path).segments) == (1, 0)
        writer.append_all([decision("d2")])
        writer.close()
        assert roll(tmp_path).records["decisions"] == 2
        assert ids(tmp_path) == ["d1", "d2"]

    def test_rolling_again_writes_the_same(self, tmp_path: Path, write: Write) -> None:
        """As after a kill between the files and the end of the segment."""
        segment = write(decision("d1"), decision("d2", at=AT + DAY), outcome("d1"))
        kept = segment.read_bytes()
        roll(tmp_path)
        files = {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")}
        segment.write_bytes(kept)
        assert ids(tmp_path) == ["d1", "d2"]
        roll(tmp_path)
        assert {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")} == files
        assert ids(tmp_path) == ["d1", "d2"]

    def test_one_rolls_at_a_time(self, tmp_path: Path) -> None:
        with maintaining(tmp_path, wait=False), pytest.raises(Conflict):
            roll(tmp_path)

    def test_an_empty_log_is_rolled_to_nothing(self, tmp_path: Path) -> None:
        assert roll(tmp_path).segments == 0

    def test_a_later_version_is_left_as_it_is(self, tmp_path: Path, write: Write) -> None:
        segment = write(decision("d1"))
        data = bytearray(segment.read_bytes())
        data[8] = VERSION + 1
        segment.write_bytes(data)
        assert roll(tmp_path).unknown == (segment.stem,)
        assert segment.read_bytes() == data


class TestDamage:
    def test_a_flipped_byte_costs_its_record_alone(self, tmp_path: Path, write: Write) -> None:
        segment = write(*(decision(f"d{number}") for number in range(10)))
        data = bytearray(segment.read_bytes())
        data[data.index(b"d4") + 10] ^= 1
        segment.write_bytes(data)
        (damage,) = roll(tmp_path).damages
        assert (damage.segment, damage.tail) == (segment.stem, False)
        assert ids(tmp_path) == [f"d{number}" for number in range(10) if number != 4]
        assert damaged(tmp_path) == [damage]

    def test_a_torn_tail_is_told_and_kept(self, tmp_path: Path, write: Write) -> None:
        segment = write(decision("d1"), decision("d2"))
        whole = segment.read_bytes()
        segment.write_bytes(whole[:-7])
        (damage,) = roll(tmp_path).damages
        assert damage.tail
        (kept,) = places.damaged_folder(tmp_path).iterdir()
        assert kept.read_bytes() == whole[damage.offset : -7]
        assert ids(tmp_path) == ["d1"]

    def test_a_record_of_no_known_kind_is_damage(self, tmp_path: Path, write: Write) -> None:
        """Told and kept, as if it could not be read."""
        segment = write(decision("d1"), decision("d2"))
        strange = msgspec.msgpack.encode(["decision", "d1", "fraud", AT, 5])
        segment.write_bytes(_with(segment.read_bytes(), strange))
        (damage,) = roll(tmp_path).damages
        assert not damage.tail
        assert ids(tmp_path) == ["d1", "d2"]

    def test_a_case_that_would_lead_elsewhere_is_damage(self, tmp_path: Path, write: Write) -> None:
        segment = write(decision("d1"))
        strange = msgspec.msgpack.encode(decision("d2", case="../../up"))
        segment.write_bytes(_with(segment.read_bytes(), strange))
        assert len(roll(tmp_path).damages) == 1
        assert ids(tmp_path) == ["d1"]


def _with(data: bytes, payload: bytes) -> bytes:
    return data + framed([payload], 1)


texts = st.text(max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | texts
times = st.sampled_from([0, AT, AT + 1, AT + DAY, 253_402_300_799_999_999])
some_decisions = st.builds(
    Decision,
    id=texts,
    case=st.sampled_from(["fraud", "lending", "7"]),
    at=times,
    entity=st.none() | texts,
    arm=texts,
    role=st.sampled_from(["live", "shadow"]),
    kind=texts,
    snapshot=st.integers(0, 2**62),
    release=st.none() | texts,
    model=st.none() | texts,
    code=st.none() | texts,
    propensity=numbers,
    features=st.dictionaries(texts, values, max_size=4),
    defaulted=st.lists(texts, max_size=2).map(tuple),
    score=st.none() | numbers,
    outcome=texts,
    reasons=st.lists(texts, max_size=2).map(tuple),
    rule=st.none() | texts,
    latency_us=st.integers(0, 2**62),
    error=st.none() | texts,
    token=st.none() | texts,
    probability=st.none() | numbers,
    conformal_set=st.none() | st.lists(texts, max_size=2).map(tuple),
    conformal_interval=st.none() | st.tuples(numbers, numbers),
    coverage=st.none() | numbers,
)
labels = st.none() | texts | numbers | st.integers(-(2**53), 2**53) | st.booleans()
some_outcomes = st.builds(
    outcome,
    texts,
    at=times,
    received=times,
    label=labels,
    value=st.none() | numbers,
    kind=st.sampled_from(["outcome", "feedback"]),
    note=st.none() | texts,
)
some_exposures = st.builds(exposure, texts, at=times, variant=texts, flag=texts)


class TestRoundTrip:
    @settings(max_examples=6, deadline=None)
    @given(st.lists(some_decisions | some_outcomes | some_exposures, max_size=8))
    def test_what_is_written_is_read(self, records: list[Any]) -> None:
        """The same before and after rolling, field by field."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            writer = Writer(folder, "w1", Durability.PAGE_CACHE, FakeClock())
            writer.append_all(records)
            writer.close()
            assert _all(folder) == _sorted(records)
            roll(folder)
            assert _all(folder) == _sorted(records)

    @given(labels)
    def test_labels_keep_their_type(self, label: str | float | bool | None) -> None:
        found = label_of(label_text(label), label_type(label))
        assert (found, type(found)) == (label, type(label))

    def test_what_is_no_number_is_missing(self, tmp_path: Path, write: Write) -> None:
        write(decision("d1", score=math.nan, features={"amount": math.inf}))
        roll(tmp_path)
        ((seen,),) = decisions(tmp_path, Period("fraud"))
        assert (seen.decision.score, seen.decision.features) == (None, {"amount": None})


def _all(folder: Path) -> list[bytes]:
    found: list[Any] = [one.decision for batch in decisions(folder, Period()) for one in batch]
    found += [one for batch in outcomes(folder, Period()) for one in batch]
    found += [one for batch in exposures(folder, Period()) for one in batch]
    return _sorted(found)


def _sorted(records: list[Any]) -> list[bytes]:
    return sorted(msgspec.json.encode(record, order="sorted") for record in records)
