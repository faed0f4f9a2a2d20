"""Features of the past are those that would have been served."""

import numpy as np
import pandas as pd
import pytest

from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Window
from gonogo.gateway.online.replay import replay
from gonogo.gateway.online.windows import Windows

KEPT = [
    Window("n", "fraud", "entity", "count", None, 3600),
    Window("mean", "fraud", "card", "mean", "amount", 86_400),
    Window("terminals", "fraud", "card", "distinct", "terminal", 7 * 86_400),
    Window("since", "fraud", "terminal", "since_last", None, 86_400),
]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng, n = np.random.default_rng(3), 800
    return pd.DataFrame(
        {
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 3 * 86_400, n), "s"),
            "customer": rng.integers(0, 40, n),
            "card": pd.Series(rng.integers(0, 4, n)).map({0: "c1", 1: "c2", 2: "c3"}).array,
            "terminal": np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 20, n)),
            "amount": np.where(rng.random(n) < 0.1, np.nan, rng.gamma(2, 20, n)),
        },
        index=rng.permutation(n),
    )


class TestReplay:
    def test_it_equals_serving_request_by_request(self, frame: pd.DataFrame) -> None:
        replayed = replay(frame, KEPT, entity="customer")
        windows = Windows(KEPT, secret=b"of an installation")
        in_order = frame["at"].argsort(kind="stable")
        for place in in_order:
            row = frame.iloc[place]
            features = {
                "card": None if pd.isna(row["card"]) else row["card"],
                "terminal": None if pd.isna(row["terminal"]) else int(row["terminal"]),
                "amount": None if pd.isna(row["amount"]) else row["amount"],
            }
            at = int(row["at"].timestamp()) * 1_000_000
            served = windows.read_and_update("fraud", str(row["customer"]), features, at)
            for name, value in served.items():
                told = replayed[name].iloc[place]
                assert (value is None and np.isnan(told)) or value == told

    def test_rows_columns_and_index_stay(self, frame: pd.DataFrame) -> None:
        replayed = replay(frame, KEPT, entity="customer")
        pd.testing.assert_frame_equal(replayed[frame.columns], frame)

    def test_the_order_of_the_table_means_nothing(self, frame: pd.DataFrame) -> None:
        distinct = frame.drop_duplicates("at")
        straight = replay(distinct, KEPT, entity="customer")
        turned = replay(distinct[::-1], KEPT, entity="customer")
        pd.testing.assert_frame_equal(turned[::-1], straight)

    def test_times_may_be_microseconds(self, frame: pd.DataFrame) -> None:
        numbers = frame.assign(at=frame["at"].dt.as_unit("us").astype("int64"))
        left = replay(numbers, KEPT, entity="customer").drop(columns="at")
        right = replay(frame, KEPT, entity="customer").drop(columns="at")
        pd.testing.assert_frame_equal(left, right)

    def test_what_is_missing_may_be_missing_in_any_way(self, frame: pd.DataFrame) -> None:
        nullable = frame.assign(terminal=frame["terminal"].astype("Int64"))
        left = replay(nullable, KEPT, entity="customer").drop(columns="terminal")
        right = replay(frame, KEPT, entity="customer").drop(columns="terminal")
        pd.testing.assert_frame_equal(left, right)

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"entity": None}, "column of entities"),
            ({"at": "when"}, "a column of that name"),
            ({"windows": []}, "windows of one case"),
        ],
    )
    def test_what_is_missing_is_named(
        self, frame: pd.DataFrame, change: dict[str, object], expected: str
    ) -> None:
        given = {"frame": frame, "windows": KEPT, "entity": "customer", **change}
        with pytest.raises(Invalid, match=expected):
            replay(**given)  # type: ignore[arg-type]  # wrong arguments are the point

    def test_a_column_of_a_windows_name_is_not_overwritten(self, frame: pd.DataFrame) -> None:
        with pytest.raises(Invalid, match="no column named as a window"):
            replay(frame.assign(n=1), KEPT, entity="customer")
