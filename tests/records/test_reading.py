"""Decisions with what became of them, from Parquet files and segments together."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.errors import Invalid, NotFound
from gonogo.records import places
from gonogo.records.log import Period, opened
from gonogo.records.reading import decision as told
from gonogo.records.reading import decisions, exposures, outcomes
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from tests.fixtures.clocks import START, FakeClock
from tests.fixtures.decided import AT, decision, exposure, outcome

DAY = 86_400_000_000
Write = Callable[..., object]


@pytest.fixture(params=["in a segment", "rolled"])
def write(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Write]:
    """Writes records; each test runs on a segment that is still open and on rolled files."""
    if request.param == "in a segment":
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        yield lambda *records: writer.append_all(records)
        writer.close()
        return

    def write(*records: Any) -> None:
        closed = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        closed.append_all(records)
        closed.close()
        roll(tmp_path)

    yield write


def ids(folder: Path, period: Period) -> list[str]:
    return [seen.decision.id for batch in decisions(folder, period) for seen in batch]


class TestDecisions:
    def test_come_in_the_order_of_their_time(self, tmp_path: Path, write: Write) -> None:
        write(decision("d3", at=AT + DAY), decision("d1", at=AT), decision("d2", at=AT + 1))
        assert ids(tmp_path, Period("fraud")) == ["d1", "d2", "d3"]

    def test_the_end_of_a_period_is_outside(self, tmp_path: Path, write: Write) -> None:
        write(*(decision(f"d{number}", at=AT + number * 1_000_000) for number in range(4)))
        period = Period("fraud", START + timedelta(seconds=1), START + timedelta(seconds=3))
        assert ids(tmp_path, period) == ["d1", "d2"]

    def test_other_cases_stay_out(self, tmp_path: Path, write: Write) -> None:
        write(decision("d1"), decision("d2", case="lending"))
        assert ids(tmp_path, Period("fraud")) == ["d1"]

    def test_come_in_batches(self, tmp_path: Path, write: Write) -> None:
        write(*(decision(f"d{number}") for number in range(5000)))
        found = [len(batch) for batch in decisions(tmp_path, Period("fraud"), batch=2048)]
        assert sum(found) == 5000
        assert max(found) <= 2048

    def test_the_newest_outcome_counts(self, tmp_path: Path, write: Write) -> None:
        """By when it came, not by when it says that it became so; feedback is no outcome."""
        write(
            decision("d1"),
            decision("d2"),
            outcome("d1", label="good", at=AT + DAY),
            outcome("d1", label="bad", at=AT, note="the customer called"),
            outcome("d1", label="suspicious", kind="feedback"),
        )
        first, second = (seen for batch in decisions(tmp_path, Period("fraud")) for seen in batch)
        assert first.outcome == outcome("d1", label="bad", at=AT, note="the customer called")
        assert first.corrections == 1
        assert (second.outcome, second.corrections) == (None, 0)

    def test_the_newest_counts_where_the_clock_goes_back(
        self, tmp_path: Path, write: Write, clock: FakeClock
    ) -> None:
        write(decision("d1"), outcome("d1", label="first"))
        clock.now -= timedelta(hours=3)
        write(outcome("d1", label="second", received=AT - DAY))
        ((seen,),) = decisions(tmp_path, Period("fraud"))
        assert seen.outcome is not None
        assert seen.outcome.label == "second"

    def test_an_outcome_of_another_case_is_another_s(self, tmp_path: Path, write: Write) -> None:
        write(decision("d1"), outcome("d1", case="lending"))
        ((seen,),) = decisions(tmp_path, Period("fraud"))
        assert seen.outcome is None

    def test_an_empty_log_has_none(self, tmp_path: Path) -> None:
        assert list(decisions(tmp_path, Period("fraud"))) == []


class TestOutcomes:
    def test_corrected_ones_keep_their_history(self, tmp_path: Path, write: Write) -> None:
        history = [outcome("d1", label=label) for label in (True, False, 3, 0.5, "x", None)]
        write(*history)
        assert [one for batch in outcomes(tmp_path, Period("fraud")) for one in batch] == history

    def test_of_a_period(self, tmp_path: Path, write: Write) -> None:
        write(outcome("d1", at=AT), outcome("d2", at=AT + DAY))
        period = Period("fraud", START + timedelta(hours=1))
        ((only,),) = outcomes(tmp_path, period)
        assert only.decision == "d2"


class TestExposures:
    def test_come_in_the_order_of_their_time(self, tmp_path: Path, write: Write) -> None:
        shown = [exposure("card-1", at=AT + 5), exposure("card-2")]
        write(*shown)
        assert list(exposures(tmp_path, Period("fraud"))) == [shown[::-1]]


class TestDecision:
    def test_tells_all_of_one(self, tmp_path: Path, write: Write) -> None:
        live, shadow = decision("d1"), decision("d1", role="shadow", model="fraud-trees@2")
        back = [outcome("d1", label=False), outcome("d1", kind="feedback"), outcome("d1")]
        write(decision("d0"), live, shadow, outcome("d0"), *back)
        found = told(tmp_path, "d1")
        assert found.seen.decision == live
        assert found.seen.outcome == back[-1]
        assert found.shadows == (shadow,)
        assert found.outcomes == tuple(back)

    def test_what_is_not_there_is_not_found(self, tmp_path: Path, write: Write) -> None:
        write(decision("d1"))
        with pytest.raises(NotFound):
            told(tmp_path, "d")
        with pytest.raises(NotFound):
            told(tmp_path, "d1", "lending")
        with pytest.raises(Invalid):
            told(tmp_path, "")


class TestOpened:
    def test_a_segment_that_is_rolled_and_still_there_counts_once(
        self, tmp_path: Path, clock: FakeClock
    ) -> None:
        """As after a kill between the last file and the end of the segment, or the first."""
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        writer.append_all([decision("d1"), decision("d2", at=AT + DAY), outcome("d1")])
        writer.close()
        (segment,) = places.segments(tmp_path)
        kept = segment.read_bytes()
        roll(tmp_path)
        segment.write_bytes(kept)
        assert ids(tmp_path, Period("fraud")) == ["d1", "d2"]
        places.parts(tmp_path, places.DECISIONS)[0].path.unlink()
        assert ids(tmp_path, Period("fraud")) == ["d1", "d2"]
        assert told(tmp_path, "d1").seen.corrections == 0

    def test_stands_still_while_it_is_rolled(self, tmp_path: Path, clock: FakeClock) -> None:
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        writer.append_all([decision("d1")])
        with opened(tmp_path, Period("fraud")) as log:
            writer.append_all([decision("d2")])
            writer.close()
            roll(tmp_path)
            assert log.connection.execute("SELECT id FROM decisions").fetchall() == [("d1",)]
        assert ids(tmp_path, Period("fraud")) == ["d1", "d2"]

    def test_a_torn_tail_hides_nothing_else(self, tmp_path: Path, clock: FakeClock) -> None:
        writer = Writer(tmp_path, "w1", Durability.PAGE_CACHE, clock)
        writer.append_all([decision("d1"), decision("d2")])
        writer.close()
        (segment,) = places.segments(tmp_path)
        segment.write_bytes(segment.read_bytes()[:-3])
        assert ids(tmp_path, Period("fraud")) == ["d1"]
