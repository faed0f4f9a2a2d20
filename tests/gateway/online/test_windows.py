"""Rolling windows against a table that pandas is asked the same of."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Window
from gonogo.gateway.online.cells import CELLS, MOST_VALUES
from gonogo.gateway.online.plan import columns_of
from gonogo.gateway.online.windows import Windows

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
DAY = 86_400
ALL = ("count", "sum", "mean", "distinct", "since_last")


def window(statistic: str, seconds: int = 3600, entity: str = "entity", **more: Any) -> Window:
    column = {"sum": "amount", "mean": "amount", "distinct": "terminal"}.get(statistic)
    name = more.pop("name", f"{statistic}_{entity}_{seconds}")
    return Window(name, "fraud", entity, statistic, more.pop("column", column), seconds)


def wanted(past: pd.DataFrame, at: int, one: Window) -> float | None:
    """What a window must say, by its definition."""
    width = one.seconds * SECOND // CELLS
    cells = past["at"] // width
    inside = past[(cells > at // width - CELLS) & (cells <= at // width)]
    match one.statistic:
        case "count":
            return float(len(inside))
        case "sum":
            return float(inside["amount"].sum())
        case "mean":
            return None if inside["amount"].count() == 0 else float(inside["amount"].mean())
        case "distinct":
            return float(inside["terminal"].nunique())
        case _:
            last = past["at"].max()
            return None if not at - last <= one.seconds * SECOND else max(0, at - last) / SECOND


REQUESTS = st.lists(
    st.tuples(
        st.integers(0, 3 * 3600),
        st.sampled_from(["a", "b"]),
        st.one_of(st.none(), st.floats(-1e6, 1e6)),
        st.one_of(st.none(), st.integers(0, 4)),
    ),
    min_size=1,
    max_size=40,
)


class TestReadAndUpdate:
    @settings(max_examples=60, deadline=None)
    @given(REQUESTS)
    def test_it_is_what_pandas_counts_of_the_requests_before(
        self, requests: list[tuple[int, str, float | None, int | None]]
    ) -> None:
        kept = [
            *(window(statistic) for statistic in ALL),
            *(window(statistic, 60) for statistic in ALL),
            *(window(statistic, DAY, "terminal") for statistic in ("count", "mean")),
        ]
        windows = Windows(kept)
        requests = sorted(requests, key=lambda one: one[0])
        rows = [(START + one[0] * SECOND, *one[1:]) for one in requests]
        table = pd.DataFrame(rows, columns=["at", "who", "amount", "terminal"])
        past, last = table.astype({"amount": "float64", "terminal": "float64"})[:-1], rows[-1]
        found: dict[str, float | int | None] = {}
        for at, who, amount, terminal in rows:
            features = {"amount": amount, "terminal": terminal}
            found = windows.read_and_update("fraud", who, features, at)
        for one in kept:
            by_entity = one.entity == "entity"
            key = last[1] if by_entity else last[3]
            expected = None
            if key is not None:
                same = past[past["who" if by_entity else "terminal"] == key]
                expected = wanted(same, last[0], one)
            near = expected if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-6)
            assert found[one.name] == near, one

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 3500), st.floats(-9, 9)), min_size=1, max_size=40))
    def test_the_order_in_which_requests_come_changes_nothing(
        self, requests: list[tuple[int, float]]
    ) -> None:
        kept = [window("count"), window("mean"), window("distinct", column="amount")]
        in_order, as_they_came = Windows(kept), Windows(kept)
        for offset, amount in sorted(requests):
            in_order.read_and_update("fraud", "a", {"amount": amount}, START + offset * SECOND)
        for offset, amount in requests:
            as_they_came.read_and_update("fraud", "a", {"amount": amount}, START + offset * SECOND)
        later = in_order.event("fraud", "a", {}, START + 3550 * SECOND)
        assert as_they_came.read(later) == pytest.approx(in_order.read(later))

    @settings(max_examples=40, deadline=None)
    @given(REQUESTS, st.integers(0, 40))
    def test_states_of_two_halves_add_up_to_the_state_of_all(
        self, requests: list[tuple[int, str, float | None, int | None]], half: int
    ) -> None:
        kept = [window(statistic) for statistic in ALL]
        whole, early, late = Windows(kept), Windows(kept), Windows(kept)
        in_order = sorted(requests, key=lambda one: one[0])
        for place, (offset, who, amount, terminal) in enumerate(in_order):
            features = {"amount": amount, "terminal": terminal}
            for windows in (whole, early if place < half else late):
                windows.update(windows.event("fraud", who, features, START + offset * SECOND))
        late.graft(early, late.places(), lambda: None)
        for who in "ab":
            read = whole.event("fraud", who, {}, START + in_order[-1][0] * SECOND)
            told = whole.read(read).items()
            near = {
                name: one if one is None else pytest.approx(one, abs=1e-6) for name, one in told
            }
            assert late.read(read) == near

    @given(st.integers(60, 30 * DAY), st.integers(0, 31 * DAY * SECOND), st.integers(0, DAY))
    def test_what_is_older_than_the_window_never_counts_and_59_of_60_parts_always_do(
        self, seconds: int, age: int, offset: int
    ) -> None:
        windows = Windows([window("count", seconds, name="n")])
        windows.read_and_update("fraud", "a", {}, START + offset)
        found = windows.read(windows.event("fraud", "a", {}, START + offset + age))
        if age >= seconds * SECOND:
            assert found["n"] == 0
        elif age <= seconds * SECOND * (CELLS - 1) // CELLS - CELLS:
            assert found["n"] == 1

    def test_the_present_request_is_not_in_it(self) -> None:
        windows = Windows([window("count", name="n")])
        assert windows.read_and_update("fraud", "a", {}, START) == {"n": 0}
        assert windows.read_and_update("fraud", "a", {}, START) == {"n": 1}

    def test_without_the_field_nothing_is_known_and_nothing_taken_in(self) -> None:
        windows = Windows([window("count", entity="card", name="n")])
        for card in (None, float("nan")):
            assert windows.read_and_update("fraud", "a", {"card": card}, START) == {"n": None}
        assert windows.keys() == {("fraud", "card"): 0}

    def test_a_card_is_one_whether_it_came_as_number_or_text(self) -> None:
        windows = Windows([window("count", entity="card", name="n")])
        cards = (12, 12.0, "12", np.int64(12), np.float32(12))
        seen = [windows.read_and_update("fraud", None, {"card": c}, START)["n"] for c in cards]
        assert seen == [0, 1, 2, 3, 4]

    def test_cases_do_not_know_of_one_another(self) -> None:
        windows = Windows(
            [window("count", name="n"), Window("n", "other", "entity", "count", None, 60)]
        )
        windows.read_and_update("fraud", "a", {}, START)
        assert windows.read_and_update("other", "a", {}, START) == {"n": 0}
        assert windows.read_and_update("none", "a", {}, START) == {}

    def test_a_sum_is_not_spoilt_by_a_huge_number_that_left_the_window(self) -> None:
        windows = Windows([window("sum", 60, name="sum")])
        windows.read_and_update("fraud", "a", {"amount": 1e18}, START)
        windows.read_and_update("fraud", "a", {"amount": 0.1}, START + 30 * SECOND)
        read = windows.event("fraud", "a", {}, START + 61 * SECOND)
        assert windows.read(read)["sum"] == 0.1

    def test_a_sum_beyond_all_numbers_is_unknown(self) -> None:
        windows = Windows([window("sum", name="sum"), window("mean", name="mean")])
        for _ in range(3):
            windows.read_and_update("fraud", "a", {"amount": 1.7e308}, START)
        read = windows.event("fraud", "a", {}, START)
        assert windows.read(read) == {"sum": None, "mean": None}

    def test_a_thousand_values_are_told_apart_and_no_more(self) -> None:
        windows = Windows([window("distinct", DAY, name="n")])
        for terminal in range(MOST_VALUES + 500):
            windows.read_and_update("fraud", "a", {"terminal": terminal}, START + terminal)
        read = windows.event("fraud", "a", {}, START + DAY)
        assert windows.read(read)["n"] == MOST_VALUES


class TestClockGoingBack:
    def test_what_lies_ahead_is_left_out_and_counts_again_when_its_time_comes(self) -> None:
        windows = Windows([window("count", name="n"), window("distinct", name="d")])
        features = {"terminal": 1}
        for offset in (0, 1800, 1800):
            windows.read_and_update("fraud", "a", features, START + offset * SECOND)
        back = windows.event("fraud", "a", {}, START + 600 * SECOND)
        assert windows.read(back)["n"] == 1
        ahead = windows.event("fraud", "a", {}, START + 1900 * SECOND)
        assert windows.read(ahead) == {"n": 3, "d": 1}

    def test_time_since_last_starts_anew_from_the_clock_that_was_put_back(self) -> None:
        windows = Windows([window("since_last", name="s")])
        windows.read_and_update("fraud", "a", {}, START + DAY * 365 * SECOND)
        assert windows.read_and_update("fraud", "a", {}, START) == {"s": None}
        assert windows.read_and_update("fraud", "a", {}, START + 5 * SECOND) == {"s": 5.0}

    def test_a_request_a_little_out_of_order_was_just_now(self) -> None:
        windows = Windows([window("since_last", name="s")])
        windows.read_and_update("fraud", "a", {}, START + 3)
        assert windows.read_and_update("fraud", "a", {}, START) == {"s": 0.0}

    def test_memory_stays_bounded_whatever_the_clock_does(self) -> None:
        windows = Windows([window("count", 60, name="n")])
        times = np.random.default_rng(5).integers(0, 40 * DAY, 5000)
        for offset in times:
            windows.read_and_update("fraud", "a", {}, START + int(offset) * SECOND)
        [entry] = windows.packed()
        assert len(entry[5][0][1][0]) <= 2 * CELLS


class TestMemory:
    def test_the_keys_seen_longest_ago_make_room_and_are_counted(self) -> None:
        windows = Windows([window("count", name="n")], most_keys=3)
        for who in "abcad":
            windows.read_and_update("fraud", who, {}, START)
        assert windows.keys() == {("fraud", "entity"): 3}
        assert windows.evicted == 1
        assert windows.read(windows.event("fraud", "a", {}, START)) == {"n": 2}
        assert windows.read(windows.event("fraud", "b", {}, START)) == {"n": 0}

    def test_keys_of_which_nothing_is_left_go_without_being_asked(self) -> None:
        windows = Windows([window("count", 60, name="n")])
        for who in range(100):
            windows.read_and_update("fraud", who, {}, START)
        for who in range(100, 200):
            windows.read_and_update("fraud", who, {}, START + 120 * SECOND)
        assert windows.keys() == {("fraud", "entity"): 100}
        assert windows.evicted == 0

    def test_forgetting_an_entity_leaves_the_others(self) -> None:
        windows = Windows([window("count", entity="card", name="n")])
        for card in (1, 2):
            windows.read_and_update("fraud", None, {"card": card}, START)
        assert windows.forget("fraud", "card", "1") is not None
        assert windows.forget("fraud", "card", "1") is None
        assert windows.keys() == {("fraud", "card"): 1}


class TestConfigure:
    def test_windows_that_stay_go_on_and_new_ones_begin(self) -> None:
        windows = Windows([window("count", name="n"), window("mean", name="m")])
        windows.read_and_update("fraud", "a", {"amount": 4.0}, START)
        windows.configure([window("distinct", name="d"), window("mean", name="of another name")])
        read = windows.event("fraud", "a", {}, START)
        assert windows.read(read) == {"d": 0, "of another name": 4.0}

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            (window("median", column="amount", name="w"), "windows.w.statistic"),
            (window("count", 59, name="w"), "windows.w.seconds"),
            (window("count", 31 * DAY, name="w"), "windows.w.seconds"),
            (window("count", column="amount", name="w"), "windows.w.column"),
            (Window("w", "fraud", "entity", "mean"), "windows.w.column"),
            (window("count", entity="", name="w"), "windows.w.entity"),
        ],
    )
    def test_a_window_that_makes_no_sense_is_refused_by_its_field(
        self, wrong: Window, field: str
    ) -> None:
        windows = Windows([window("count", name="n")])
        with pytest.raises(Invalid) as refused:
            windows.configure([wrong])
        assert refused.value.field == field
        assert windows.read_and_update("fraud", "a", {}, START) == {"n": 0}

    def test_two_windows_of_one_name_are_refused(self) -> None:
        with pytest.raises(Invalid, match="a name used once"):
            Windows([window("count", name="n"), window("mean", name="n")])

    def test_a_case_reads_the_columns_of_its_windows(self) -> None:
        kept = [window("mean"), window("distinct", entity="card"), window("count")]
        assert columns_of(kept, "fraud") == {"amount", "card", "terminal"}
        assert columns_of(kept, "other") == frozenset()
