"""Counts in order, of more rows than are held in memory."""

from collections import Counter
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.checks.streamed import sorted_counts
from gonogo.checks.streamed.sorted_counts import Block, SortedCounts

ROWS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=120)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that a few rows need several runs, several of each read."""
    monkeypatch.setattr(sorted_counts, "SIZE", 8)
    monkeypatch.setattr(sorted_counts, "TAGS", 4)
    monkeypatch.setattr(sorted_counts, "FAN", 3)


def seen(rows: list[tuple[int, int]], limit: int = 7, batch: int = 5) -> SortedCounts:
    found = SortedCounts(limit=limit)
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        found.add(
            np.array([key / 7 for key, _ in part]), np.array([tag for _, tag in part], dtype=int)
        )
    return found


def told(found: SortedCounts) -> list[tuple[float, int, int]]:
    return [
        one
        for block in found.blocks()
        for one in zip(block.key.tolist(), block.tag.tolist(), block.count.tolist(), strict=True)
    ]


def expected(rows: list[tuple[int, int]]) -> list[tuple[float, int, int]]:
    return [(key / 7, tag, count) for (key, tag), count in sorted(Counter(rows).items())]


def starts(found: SortedCounts) -> list[float]:
    return [float(block.key[0]) for block in found.blocks()]


class TestAdd:
    @settings(deadline=None)
    @given(ROWS, st.integers(2, 40), st.integers(1, 40))
    def test_it_counts_as_a_counter_does(
        self, rows: list[tuple[int, int]], limit: int, batch: int
    ) -> None:
        assert told(seen(rows, limit, batch)) == expected(rows)

    def test_more_rows_than_the_limit_at_once_are_taken_in_parts(self) -> None:
        rows = [(key, 0) for key in range(40)]
        assert told(seen(rows, limit=4, batch=40)) == expected(rows)

    def test_few_distinct_keys_are_never_written(self) -> None:
        found = seen([(key % 3, 0) for key in range(200)], limit=20)
        assert not found.seen.runs
        assert told(found) == [(0.0, 0, 67), (1 / 7, 0, 67), (2 / 7, 0, 66)]

    def test_whole_numbers_can_be_keys(self) -> None:
        found = SortedCounts(np.uint64, limit=2)
        keys = np.array([2**64 - 1, 5, 2**63, 5], dtype=np.uint64)
        found.add(keys, np.zeros(4, dtype=np.int64))
        assert [one[0] for one in told(found)] == [5, 2**63, 2**64 - 1]
        assert [one[2] for one in told(found)] == [2, 1, 1]


class TestMerge:
    @settings(deadline=None)
    @given(st.lists(ROWS, max_size=6), st.randoms(use_true_random=False))
    def test_any_order_of_merging_is_as_seeing_all(
        self, parts: list[list[tuple[int, int]]], random: Random
    ) -> None:
        random.shuffle(parts)
        whole = SortedCounts(limit=5)
        for part in parts:
            whole.merge(seen(part))
        together = seen([row for part in parts for row in part], limit=11)
        assert told(whole) == told(together)
        assert starts(whole) == starts(together)

    @given(ROWS)
    def test_tags_take_the_names_they_have_there(self, rows: list[tuple[int, int]]) -> None:
        whole = SortedCounts(limit=5)
        whole.merge(seen(rows), np.array([2, 0, 3, 1]))
        assert told(whole) == expected([(key, [2, 0, 3, 1][tag]) for key, tag in rows])

    def test_what_was_merged_stays_as_it_was(self) -> None:
        other = seen([(key, 0) for key in range(30)])
        whole = SortedCounts(limit=5)
        whole.merge(other, np.array([1]))
        whole.add(np.array([0.5]), np.array([0]))
        assert told(other) == expected([(key, 0) for key in range(30)])


class TestBlocks:
    def test_no_key_is_in_two_blocks(self) -> None:
        found = seen([(key // 3, key % 3) for key in range(100)], limit=30)
        ends = [(block.key[0], block.key[-1]) for block in found.blocks()]
        assert len(ends) > 3
        assert all(before[1] < after[0] for before, after in pairwise(ends))

    def test_they_can_be_read_again_and_added_to(self) -> None:
        rows = [(key, 0) for key in range(30)]
        found = seen(rows)
        assert told(found) == told(found)
        found.add(np.array([0.0]), np.array([0]))
        assert told(found) == expected([*rows, (0, 0)])

    def test_nothing_seen_gives_none(self) -> None:
        assert told(SortedCounts()) == []

    @given(ROWS)
    def test_renamed_twice_is_renamed_twice(self, rows: list[tuple[int, int]]) -> None:
        found = seen(rows)
        turned = np.array([1, 2, 3, 0])
        found.rename(turned)
        list(found.blocks())
        found.rename(turned)
        assert told(found) == expected([(key, (tag + 2) % 4) for key, tag in rows])


class TestBlock:
    def test_a_part_holds_what_lies_between(self) -> None:
        block = Block(np.array([1.0, 2.0]), np.array([0, 0]), np.array([3, 4]))
        assert block.part(1, 2).count.tolist() == [4]
