"""What became of decisions: corrected, withdrawn, late, too young; and looked at in between."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gonogo.records import arms
from gonogo.records.record import Decision, Outcome, Record
from gonogo.records.rolling import roll
from gonogo.records.segments import Durability, Writer
from gonogo.stats.arms import Batch
from tests.records.test_arms import ASKED, MICROS, NOW, decision, outcome, write

ARMS = ("champion", "challenger")


def net(found: Sequence[arms.Came]) -> dict[str, tuple[float, ...]]:
    """All looks together, by arm: values, then labels."""
    total = {arm: [0.0] * 6 for arm in ARMS}
    for came in found:
        for one in came.sums:
            for place, number in enumerate((*one.values, *one.labels)):
                total[one.arm][place] += number
    return {arm: tuple(numbers) for arm, numbers in total.items()}


def by_hand(records: Sequence[Record]) -> dict[str, tuple[float, ...]]:
    """Of the newest outcome of each decision."""
    newest = {one.decision: one for one in records if isinstance(one, Outcome)}
    found = {}
    for arm in ARMS:
        told = [
            newest[one.id]
            for one in records
            if isinstance(one, Decision) and one.arm == arm and one.id in newest
        ]
        values = [min(10.0, max(-10.0, one.value)) for one in told if one.value is not None]
        labels = [float(one.label) for one in told if one.label is not None]
        sums = (Batch.of_values(values), Batch.of_values(labels))
        found[arm] = tuple(n for one in sums for n in (one.n, one.total, one.squares))
    return found


class Log:
    """A log that is written record by record, at rising times."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, NOW

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def write(self, worker: str, *records: Record) -> None:
        writer = Writer(self.folder, worker, Durability.PAGE_CACHE, self.now)
        writer.write_now(*records)
        writer.close()


NUMBERS = st.integers(0, 4)
TOLD = st.builds(
    outcome, NUMBERS, st.sampled_from([0.0, 1.0, None]), st.sampled_from([None, -25.0, 3.0, 7.0])
)
DECIDED = st.builds(decision, NUMBERS, st.sampled_from(ARMS))
STEPS = st.lists(
    st.tuples(
        st.lists(st.one_of(DECIDED, TOLD, TOLD), max_size=5),
        st.sampled_from(["w1", "w2"]),
        st.sampled_from(["look", "roll", "on"]),
        st.sampled_from([None, 0, 2, 4]),
    ),
    min_size=1,
    max_size=5,
)


class TestBatching:
    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(STEPS)
    def test_any_looks_come_to_what_is_known_at_last(
        self, tmp_path: Path, steps: list[tuple[list[Record], str, str, int | None]]
    ) -> None:
        """Decisions once each, outcomes before and after them, of ages that change."""
        shutil.rmtree(tmp_path / "log", ignore_errors=True)
        log, mark = Log(tmp_path / "log"), arms.NOTHING
        written: list[Record] = []
        looks: list[arms.Came] = []
        for records, worker, then, age in steps:
            known = {one.id for one in written if isinstance(one, Decision)}
            fresh: list[Record] = []
            for one in records:
                if isinstance(one, Decision):
                    if one.id in known:
                        continue
                    known.add(one.id)
                fresh.append(one)
            log.write(worker, *fresh)
            written += fresh
            if then == "roll":
                roll(log.folder)
            if then == "look":
                ripe = None if age is None else MICROS + age
                looks.append(arms.since(log.folder, replace(ASKED, ripe=ripe), mark))
                mark = looks[-1].mark
        looks.append(arms.since(log.folder, ASKED, mark))
        found, wanted = net(looks), by_hand(written)
        for arm in ARMS:
            assert found[arm] == pytest.approx(wanted[arm])


class TestSince:
    def test_a_correction_is_told_apart_from_what_comes_first(self, tmp_path: Path) -> None:
        write(tmp_path, decision(1), decision(2), outcome(1, 1.0, 4.0), outcome(2, 1.0, 2.0))
        first = arms.since(tmp_path, ASKED, arms.NOTHING)
        roll(tmp_path)
        write(tmp_path, outcome(1, 0.0, 1.0), worker="w2")
        (second,) = arms.since(tmp_path, ASKED, first.mark).sums
        change = second.became.values
        assert (change.came.n, change.revision.by, change.revision.by_squares) == (0, -3.0, 9.0)
        assert second.values == (0, -3.0, 1.0 - 16.0)
        assert second.labels == (0, -1.0, -1.0)

    def test_an_outcome_without_a_value_is_none_and_not_the_worst(self, tmp_path: Path) -> None:
        write(tmp_path, decision(1), outcome(1, 1.0, None))
        (one,) = arms.since(tmp_path, ASKED, arms.NOTHING).sums
        assert (one.values, one.labels) == ((0, 0.0, 0.0), (1, 1.0, 1.0))

    def test_outcomes_wait_until_their_decisions_are_old_enough(self, tmp_path: Path) -> None:
        write(tmp_path, *(decision(n) for n in (1, 2, 3)))
        write(tmp_path, *(outcome(n, 1.0, float(n)) for n in (1, 2, 3)))
        mark: arms.Mark = arms.NOTHING
        seen = []
        for age in (1, 2, 1, 3):
            came = arms.since(tmp_path, replace(ASKED, ripe=MICROS + age), mark)
            mark = came.mark
            seen.append(sum(one.values[1] for one in came.sums))
        assert seen == [1.0, 2.0, 0.0, 3.0], "what once was old enough stays so"
