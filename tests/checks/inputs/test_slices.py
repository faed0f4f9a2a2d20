"""Slices depend on the columns alone, cover what they should, and none is counted twice."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.inputs.slices import Cut, Search, members, search


def names(found: Search) -> list[str]:
    return [name for cut in found.cuts for name in cut.names]


def sizes(found: Search) -> dict[str, int]:
    return {
        name: size for cut in found.cuts for name, size in zip(cut.names, cut.sizes, strict=True)
    }


def look(columns: dict[str, Any], smallest: int = 1, bins: int = 4, most: int = 1000) -> Search:
    return search(columns, smallest=smallest, bins=bins, most=most)


class TestSearch:
    def test_values_and_their_crossings(self) -> None:
        found = look({"city": ["a", "a", "b", "b"], "sex": ["f", "m", "f", "m"]})
        assert sizes(found) == {
            "city = a": 2,
            "city = b": 2,
            "sex = f": 2,
            "sex = m": 2,
            "city = a & sex = f": 1,
            "city = a & sex = m": 1,
            "city = b & sex = f": 1,
            "city = b & sex = m": 1,
        }

    def test_numbers_are_cut_at_quantiles_that_occur(self) -> None:
        found = look({"age": np.arange(1, 101)})
        assert sizes(found) == {
            "age <= 25": 25,
            "25 < age <= 50": 25,
            "50 < age <= 75": 25,
            "age > 75": 25,
        }

    def test_few_numbers_are_values(self) -> None:
        assert names(look({"rooms": [1.0, 2.0, 2.0, 3.5]})) == [
            "rooms = 1",
            "rooms = 2",
            "rooms = 3.5",
        ]

    def test_missing_values_are_a_slice(self) -> None:
        found = look({"age": [*range(20), None, None], "city": ["a"] * 21 + [None]}, bins=2)
        assert sizes(found)["age not stated"] == 2
        assert sizes(found)["city not stated"] == 1

    def test_small_slices_are_none(self) -> None:
        found = look({"city": ["a"] * 9 + ["b"] * 5 + ["c"]}, smallest=5)
        assert sizes(found) == {"city = a": 9, "city = b": 5}

    def test_what_holds_all_rows_is_none(self) -> None:
        assert names(look({"city": ["a"] * 9})) == []

    def test_the_same_rows_are_not_counted_twice(self) -> None:
        """Every b is an x, so b and x together are only b again."""
        found = look({"city": ["a", "a", "b", "b"], "kind": ["x", "y", "x", "x"]})
        assert "city = b & kind = x" not in names(found)
        assert "city = a & kind = x" in names(found)

    def test_an_identifier_has_no_slices(self) -> None:
        found = look({"id": [f"row {at}" for at in range(500)], "x": [0, 1] * 250}, smallest=30)
        assert names(found) == ["x = 0", "x = 1"]

    def test_the_number_of_slices_is_bounded_and_says_what_was_left_out(self) -> None:
        rng = np.random.default_rng(1)
        columns = {name: rng.integers(0, 5, 400) for name in "abcd"}
        found = look(columns, most=75)
        assert found.slices == 70
        assert found.pairs_left_out == ("a & d", "b & c", "b & d", "c & d")

    def test_other_types(self) -> None:
        start = datetime(2026, 1, 1)  # noqa: DTZ001  # as a file without a zone has them
        frame = pd.DataFrame(
            {
                "when": [start + timedelta(days=at % 3) for at in range(30)],
                "flag": [True, False] * 15,
                "kind": pd.Categorical(["x", "y", "z"] * 10),
                "whole": pd.array([1, 2, None] * 10, dtype="Int64"),
                "mixed": [1, "one", None] * 10,
                "edge": [np.inf, -np.inf, *range(28)],
            }
        )
        found = names(look({name: frame[name] for name in frame.columns}))
        for name in ("flag = True", "kind = x", "whole = 2", "whole not stated", "mixed = one"):
            assert name in found
        assert any(name.startswith("edge <= ") for name in found)

    def test_no_rows_and_no_columns(self) -> None:
        assert look({"x": []}).cuts == ()
        assert look({}).cuts == ()

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["a", "b", None]),
                st.one_of(st.none(), st.integers(-50, 50)),
                st.booleans(),
            ),
            max_size=80,
        ),
        st.integers(1, 9),
        st.integers(1, 6),
    )
    def test_each_slice_has_its_rows_and_enough_of_them(
        self, rows: list[tuple[str | None, int | None, bool]], smallest: int, bins: int
    ) -> None:
        columns = {name: [row[at] for row in rows] for at, name in enumerate("xyz")}
        found = look(columns, smallest, bins)
        seen: set[tuple[tuple[str, ...], tuple[int, ...]]] = set()
        for cut in found.cuts:
            for size, inside in zip(cut.sizes, members(cut.codes, len(cut.names)), strict=True):
                assert size == inside.size >= smallest
                assert size < len(rows)
                seen.add((cut.columns, tuple(inside.tolist())))
        assert len(seen) == found.slices
        assert len(set(names(found))) == found.slices
        for pair, these in seen:
            if len(pair) == 2:
                assert not {((column,), these) for column in pair} & seen

    def test_the_order_of_rows_changes_no_slice(self) -> None:
        rng = np.random.default_rng(2)
        frame = pd.DataFrame({"x": rng.normal(size=90).round(2), "y": rng.choice(["a", "b"], 90)})
        mixed = frame.sample(frac=1, random_state=1)
        assert sizes(look({name: frame[name] for name in frame.columns})) == sizes(
            look({name: mixed[name] for name in frame.columns})
        )


def test_members_are_the_rows_of_each_slice() -> None:
    cut = Cut(("x",), ("a", "b"), np.array([1, -1, 0, 1]), (1, 2))
    assert [rows.tolist() for rows in members(cut.codes, 2)] == [[2], [0, 3]]


@pytest.mark.parametrize("bins", [1, 3])
def test_heavy_ties_give_fewer_ranges(bins: int) -> None:
    found = look({"x": [0] * 90 + list(range(1, 15))}, bins=bins)
    assert sum(sizes(found).values()) in {0, 104}
