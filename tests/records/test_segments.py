"""What a writer of the decision log promises, on a real disk."""

import asyncio
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.errors import Conflict, Invalid, TooLarge, Unavailable
from gonogo.records import places
from gonogo.records.frames import LARGEST
from gonogo.records.record import Decision
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import START, FakeClock
from tests.fixtures.decided import decision, stored

FSYNC, PAGE_CACHE = Durability.FSYNC, Durability.PAGE_CACHE


@contextmanager
def writing(
    folder: Path, clock: FakeClock, worker: str = "w1", durability: Durability = PAGE_CACHE
) -> Iterator[Writer]:
    writer = Writer(folder, worker, durability, clock, oldest=3600)
    try:
        yield writer
    finally:
        writer.close()


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """The kernel refuses to let any file of this process grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class TestAppend:
    @pytest.mark.parametrize("durability", list(Durability))
    def test_what_is_acknowledged_can_be_read(
        self, tmp_path: Path, clock: FakeClock, durability: Durability
    ) -> None:
        """At once, while the segment is still open."""

        async def append() -> None:
            with writing(tmp_path, clock, durability=durability) as writer:
                await asyncio.gather(*(writer.append(decision(f"d{n}")) for n in range(500)))
                assert [found.id for found in stored(tmp_path)] == [f"d{n}" for n in range(500)]

        asyncio.run(append())

    def test_records_of_one_call_stand_together(self, tmp_path: Path, clock: FakeClock) -> None:
        async def append() -> None:
            with writing(tmp_path, clock) as writer:
                await writer.append(decision("d1"), decision("d1", role="shadow"))

        asyncio.run(append())
        assert [found.role for found in stored(tmp_path)] == ["live", "shadow"]

    def test_who_no_longer_waits_keeps_nobody_else_waiting(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        async def append() -> None:
            with writing(tmp_path, clock) as writer:
                first, second = writer.append(decision("d1")), writer.append(decision("d2"))
                first.cancel()
                await second

        asyncio.run(append())
        assert [found.id for found in stored(tmp_path)] == ["d1", "d2"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"case": "../elsewhere"}, "case"),
            ({"case": ""}, "case"),
            ({"at": -1}, "at"),
            ({"at": 10**18}, "at"),
            ({"features": {"f": object()}}, "record"),
            ({"features": {"f": 2**70}}, "record"),
        ],
    )
    def test_refuses_what_could_not_be_rolled(
        self, tmp_path: Path, clock: FakeClock, wrong: dict[str, Any], field: str
    ) -> None:
        with writing(tmp_path, clock) as writer, pytest.raises(Invalid) as refused:
            writer.append_all([decision("d1", **wrong)])
        assert refused.value.field == field

    def test_refuses_what_is_too_large(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as writer, pytest.raises(TooLarge):
            writer.append_all([decision("d1", features={"f": "x" * LARGEST})])

    def test_refuses_while_too_much_waits(self, tmp_path: Path, clock: FakeClock) -> None:
        """Rather than take up memory without end."""

        async def append() -> None:
            writer = Writer(tmp_path, "w1", PAGE_CACHE, clock, most_queued=100)
            first = writer.append(decision("d1", features={"f": "x" * 200}))
            with pytest.raises(Unavailable, match="bytes wait"):
                writer.append(decision("d2"))
            await first
            await writer.append(decision("d3"))
            writer.close()

        asyncio.run(append())
        assert [found.id for found in stored(tmp_path)] == ["d1", "d3"]

    def test_refuses_once_closed(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as writer:
            pass
        with pytest.raises(Unavailable, match="closed"):
            writer.append_all([decision("d1")])

    def test_what_waits_is_written_once_when_it_closes(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        async def append() -> None:
            with writing(tmp_path, clock) as writer:
                waiting = writer.append(decision("d1"))
            await waiting

        asyncio.run(append())
        assert [found.id for found in stored(tmp_path)] == ["d1"]


class TestSegments:
    def test_a_new_one_begins_where_one_is_large(self, tmp_path: Path, clock: FakeClock) -> None:
        writer = Writer(tmp_path, "w1", PAGE_CACHE, clock, largest=1000)
        for number in range(20):
            writer.append_all([decision(f"d{number}")])
        writer.close()
        assert len(places.segments(tmp_path)) > 3
        assert [found.id for found in stored(tmp_path)] == [f"d{n}" for n in range(20)]

    def test_a_new_one_begins_where_one_is_old(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d1")])
            clock.advance(hours=2)
            writer.append_all([decision("d2")])
            writer.append_all([decision("d3")])
        assert len(places.segments(tmp_path)) == 2

    def test_nobody_writes_none(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock):
            pass
        assert places.segments(tmp_path) == []

    def test_order_holds_where_the_clock_goes_back(self, tmp_path: Path, clock: FakeClock) -> None:
        """Within a process, after a restart, and where all segments are gone by then."""
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d1")])
            clock.now = START - timedelta(days=1)
            writer.append_all([decision("d2")])
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d3")])
        assert [found.id for found in stored(tmp_path)] == ["d1", "d2", "d3"]
        last = places.segments(tmp_path)[-1]
        for segment in places.segments(tmp_path):
            segment.unlink()
        clock.now = START - timedelta(days=2)
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d4")])
        (only,) = places.segments(tmp_path)
        assert only.name > last.name

    @pytest.mark.parametrize("kept", [b"", bytes(48), b"12 x", b"\xff" * 48])
    def test_order_holds_where_the_kept_number_is_lost(
        self, tmp_path: Path, clock: FakeClock, kept: bytes
    ) -> None:
        """As after a loss of power: the folder tells it again."""
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d1")])
        (places.segments_folder(tmp_path) / "w1.next").write_bytes(kept)
        clock.now = START - timedelta(days=1)
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d2")])
        assert [found.id for found in stored(tmp_path)] == ["d1", "d2"]

    def test_what_a_kill_left_unfinished_is_cleared(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d1")])
        draft = places.segments_folder(tmp_path) / "w1-000000000002-0a1b2c3d.draft"
        draft.touch()
        with writing(tmp_path, clock):
            assert not draft.exists()

    def test_two_processes_cannot_write_as_the_same_worker(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        with writing(tmp_path, clock), pytest.raises(Conflict):
            Writer(tmp_path, "w1", PAGE_CACHE, clock)

    def test_workers_write_beside_one_another(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as one, writing(tmp_path, clock, "w2") as two:
            one.append_all([decision("d1")])
            two.append_all([decision("d2")])
        assert {found.id for found in stored(tmp_path)} == {"d1", "d2"}

    def test_a_torn_tail_is_reported_and_stays(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as writer:
            writer.append_all([decision("d1"), decision("d2")])
        (segment,) = places.segments(tmp_path)
        torn = segment.read_bytes()[:-10]
        segment.write_bytes(torn)
        with writing(tmp_path, clock) as writer:
            (damage,) = writer.damage[segment.name]
            writer.append_all([decision("d3")])
        assert damage.tail
        assert damage.offset + damage.size == len(torn)
        assert segment.read_bytes() == torn
        assert [found.id for found in stored(tmp_path)] == ["d1", "d3"]


class TestFullDisk:
    @pytest.mark.parametrize("durability", list(Durability))
    def test_nothing_torn_is_acknowledged_and_it_recovers(
        self, tmp_path: Path, clock: FakeClock, durability: Durability
    ) -> None:
        acknowledged = []
        with writing(tmp_path, clock, durability=durability) as writer:
            with full_at(4000), suppress(Unavailable):
                for number in range(100):
                    writer.append_all([decision(f"d{number}")])
                    acknowledged.append(f"d{number}")
            assert 5 < len(acknowledged) < 50
            with full_at(4000), pytest.raises(Unavailable, match="File too large"):
                writer.append_all([decision("still full", features={"f": "x" * 4000})])
            writer.append_all([decision("after")])
        assert [found.id for found in stored(tmp_path)] == [*acknowledged, "after"]

    def test_every_waiting_request_is_told(self, tmp_path: Path, clock: FakeClock) -> None:
        async def append() -> list[BaseException | None]:
            with writing(tmp_path, clock) as writer:
                return await asyncio.gather(
                    *(writer.append(decision(f"d{number}")) for number in range(100)),
                    return_exceptions=True,
                )

        with full_at(4000):
            told = asyncio.run(append())
        assert {type(one) for one in told} == {Unavailable}
        assert list(stored(tmp_path)) == []

    def test_a_segment_that_cannot_begin_leaves_nothing(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        with writing(tmp_path, clock) as writer:
            with full_at(0), pytest.raises(Unavailable):
                writer.append_all([decision("d1")])
            assert places.segments(tmp_path) == []
            writer.append_all([decision("d2")])
        found = [found for found in stored(tmp_path) if isinstance(found, Decision)]
        assert [one.id for one in found] == ["d2"]


class TestWriteNow:
    def test_it_is_there_when_the_call_returns(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as writer:
            writer.write_now(decision("a"), decision("b"))
            assert [found.id for found in stored(tmp_path)] == ["a", "b"]

    def test_it_stands_beside_what_other_threads_write(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        """Nothing is torn or lost where both ways are taken at once."""
        with writing(tmp_path, clock) as writer:
            others = [
                threading.Thread(
                    target=lambda t=t: [
                        writer.append_all([decision(f"{t}-{n}")]) for n in range(50)
                    ]
                )
                for t in range(2)
            ]
            for thread in others:
                thread.start()
            for n in range(200):
                writer.write_now(decision(f"now-{n}"))
            for thread in others:
                thread.join()
        found = [one.id for one in stored(tmp_path)]
        assert len(found) == len(set(found)) == 300

    def test_a_full_disk_refuses_it_and_leaves_nothing_torn(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        with writing(tmp_path, clock) as writer:
            writer.write_now(decision("before"))
            with full_at(1500), pytest.raises(Unavailable):
                writer.write_now(*(decision(f"d{n}") for n in range(100)))
            writer.write_now(decision("after"))
            assert [found.id for found in stored(tmp_path)] == ["before", "after"]

    def test_a_closed_log_takes_nothing(self, tmp_path: Path, clock: FakeClock) -> None:
        with writing(tmp_path, clock) as writer:
            pass
        with pytest.raises(Unavailable):
            writer.write_now(decision("late"))
