"""The newest decisions whose id a client gave, whether they are rolled or not."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from gonogo.core.errors import Unavailable
from gonogo.records import erasing, given, places
from gonogo.records.record import Decision, Record
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import FakeClock
from tests.fixtures.decided import AT, SURE, as_before, decision, outcome

OWN = f"{AT:014x}{'a' * 18}"
"""An id as a gateway makes it for a decision at that time."""


def write(folder: Path, clock: FakeClock, records: Iterable[Record], worker: str = "w1") -> None:
    """Into a segment of its own, a minute later."""
    clock.advance(minutes=1)
    writer = Writer(folder, worker, Durability.PAGE_CACHE, clock)
    writer.write_now(*records)
    writer.close()


def newest(folder: Path, since: int = 0, most: int = 100, largest: int = 2**26) -> list[str]:
    return [one.id for one in given.newest(folder, "w1", since, most, largest=largest)]


class TestNewest:
    def test_those_of_others_are_left_out(self, tmp_path: Path, clock: FakeClock) -> None:
        """Ids that a gateway made, shadows, outcomes, decisions made elsewhere, other workers."""
        mine = [decision("mine-1"), decision(OWN), decision("mine-1", role="shadow")]
        write(tmp_path, clock, [*mine, outcome("mine-1"), decision("theirs", snapshot=0)])
        write(tmp_path, clock, [decision("another")], worker="w2")
        assert newest(tmp_path) == ["mine-1"]
        roll(tmp_path)
        assert places.segments(tmp_path) == []
        assert newest(tmp_path) == ["mine-1"]

    def test_rolled_ones_come_before_those_that_are_not(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        write(tmp_path, clock, [decision("a"), decision("b")])
        write(tmp_path, clock, [decision("c")])
        roll(tmp_path)
        write(tmp_path, clock, [decision("d"), decision("e")])
        assert newest(tmp_path) == ["a", "b", "c", "d", "e"]
        assert newest(tmp_path, most=4) == ["b", "c", "d", "e"]
        assert newest(tmp_path, most=1) == ["e"]

    def test_they_read_as_they_were_written(self, tmp_path: Path, clock: FakeClock) -> None:
        said = decision("a", reasons=("high debts",), defaulted=("years",), kind="fallback")
        write(tmp_path, clock, [said])
        assert given.newest(tmp_path, "w1", 0, 9) == [said]
        roll(tmp_path)
        assert given.newest(tmp_path, "w1", 0, 9) == [said]

    def test_a_file_of_before_lacks_what_was_added_since(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        write(tmp_path, clock, [decision("a", **SURE)])
        roll(tmp_path)
        as_before(tmp_path)
        assert given.newest(tmp_path, "w1", 0, 9) == [decision("a")]
        write(tmp_path, clock, [decision("b", **SURE)])
        roll(tmp_path)
        assert given.newest(tmp_path, "w1", 0, 9) == [decision("a"), decision("b", **SURE)]

    def test_by_the_order_of_the_log_whatever_the_clock_said(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        """The clock went back between the two: the one that was written last is the newest."""
        first, then = decision("a", at=AT), decision("b", at=AT - 3_600_000_000)
        write(tmp_path, clock, [first])
        roll(tmp_path)
        clock.advance(hours=-1)
        write(tmp_path, clock, [then])
        roll(tmp_path)
        assert newest(tmp_path, most=1) == ["b"]
        assert newest(tmp_path, since=AT) == ["a", "b"]

    def test_older_ones_are_forgotten(self, tmp_path: Path, clock: FakeClock) -> None:
        write(tmp_path, clock, [decision("a")])
        roll(tmp_path)
        clock.advance(hours=2)
        write(tmp_path, clock, [decision("b")])
        now = int(clock().timestamp() * 1e6)
        assert newest(tmp_path, since=now - 3_600_000_000) == ["b"]

    def test_a_log_that_nobody_rolls_is_not_read_as_a_whole(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        for name in "abcd":
            write(tmp_path, clock, [decision(name)])
        (path, *_) = places.segments(tmp_path)
        assert newest(tmp_path, largest=path.stat().st_size + 1) == ["c", "d"]

    def test_an_erased_one_says_nothing_of_a_person(self, tmp_path: Path, clock: FakeClock) -> None:
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        try:
            writer.write_now(decision("a", entity="somebody", reasons=("of them",)))
            erasing.erase(tmp_path, "somebody", "fraud")
            (found,) = given.newest(tmp_path, "w1", 0, 9)
        finally:
            writer.close()
        assert isinstance(found, Decision)
        assert (found.entity, found.features, found.reasons) == (None, {}, ())

    def test_a_torn_tail_hides_nothing_else(self, tmp_path: Path, clock: FakeClock) -> None:
        write(tmp_path, clock, [decision("a"), decision("b")])
        (path,) = places.segments(tmp_path)
        path.write_bytes(path.read_bytes()[:-3])
        assert newest(tmp_path) == ["a"]

    def test_a_file_that_is_none_is_told(self, tmp_path: Path, clock: FakeClock) -> None:
        write(tmp_path, clock, [decision("a")])
        roll(tmp_path)
        (part,) = places.parts(tmp_path, places.DECISIONS)
        part.path.write_bytes(b"nonsense")
        with pytest.raises(Unavailable):
            newest(tmp_path)

    def test_an_empty_log_has_none(self, tmp_path: Path) -> None:
        assert newest(tmp_path) == []
