"""Parquet files measured in one scan, with little memory."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gonogo.checks.data.declared import Reference, train_test_overlap
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role, Schema, infer_schema
from gonogo.checks.inputs.scored import Scored
from gonogo.checks.inputs.tabular import Format, read_table
from gonogo.checks.measure import measure_data, measure_model
from gonogo.checks.streamed.data_checks import plan_data
from gonogo.checks.streamed.large import LARGE, is_large, measure_large
from gonogo.checks.streamed.model_checks import plan
from gonogo.checks.streamed.parquet import (
    Named,
    ReferenceFile,
    measure_data_file,
    measure_overlap_file,
    measure_scored_file,
)
from gonogo.core.errors import Invalid
from tests.checks.streamed.test_model_checks import same
from tests.checks.test_contract import FRAMES, SCHEMA, good_frame

pytestmark = pytest.mark.filterwarnings("error")

GIGABYTE = 1024**3
ROWS = 10_000_000


def parquet(table: Any, rows_in_group: int = 37) -> io.BytesIO:
    """A table or frame as a file of small row groups."""
    target = io.BytesIO()
    found = pa.Table.from_pandas(table, preserve_index=False) if hasattr(table, "iloc") else table
    pq.write_table(found, target, row_group_size=rows_in_group)
    target.seek(0)
    return target


def scored_frame(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    score = rng.beta(2, 2, n).round(3)
    return pd.DataFrame(
        {
            "y": rng.random(n) < score,
            "p": score,
            "race": rng.choice(np.array(["a", "Köln", None], dtype=object), n),
            "age": pd.array(rng.choice(np.array([20, 30, None], dtype=object), n), dtype="Int64"),
            "other": "x",
        }
    )


class TestMeasureScoredFile:
    @pytest.mark.parametrize("rows", [7, 1000])
    def test_it_finds_what_is_found_in_memory(self, rows: int) -> None:
        frame = read_table(parquet(scored_frame()), Format.PARQUET)
        held = Scored(frame["y"], frame["p"], {"race": frame["race"], "age": frame["age"]})
        asked = plan(groups=("race", "age"))
        named = Named("y", "p", ("race", "age"))
        found = measure_scored_file(parquet(scored_frame()), named, asked, rows=rows)
        for one, other in zip(found, measure_model(held, checks=asked.checks), strict=True):
            same(one, other)
        assert any("not stated" in str(one.detail) for one in found)

    def test_groups_may_be_kept_as_categories(self) -> None:
        frame = scored_frame()
        frame["race"] = frame["race"].astype("category")
        asked = plan(
            checks=[Asked("fairness.selection_rate_ratio", {"group": "race"})], groups=("race",)
        )
        named = Named("y", "p", ("race",))
        first, second = (
            measure_scored_file(parquet(one), named, asked) for one in (frame, scored_frame())
        )
        assert first == second

    def test_it_tells_how_far_it_is(self) -> None:
        told: list[tuple[int, int]] = []
        measure_scored_file(
            parquet(scored_frame()),
            Named("y", "p"),
            plan(checks=[Asked("performance.accuracy")]),
            rows=100,
            tell=lambda passed, of: told.append((passed, of)),
        )
        assert told == [(0, 300), (100, 300), (200, 300), (300, 300)]

    @pytest.mark.parametrize(
        ("named", "field"),
        [
            (Named("z", "p"), "label"),
            (Named("y", "z"), "score"),
            (Named("y", "p", ("z",)), "group"),
        ],
    )
    def test_a_column_that_is_not_there_is_named(self, named: Named, field: str) -> None:
        with pytest.raises(Invalid, match="a column of the file: y, p, race") as refused:
            measure_scored_file(parquet(scored_frame()), named, plan(groups=named.groups))
        assert refused.value.field == field

    def test_what_is_no_parquet_is_refused(self) -> None:
        with pytest.raises(Invalid, match="a Parquet file"):
            measure_scored_file(io.BytesIO(b"y,p\n1,0.5\n"), Named("y", "p"), plan())

    def test_a_file_that_breaks_off_is_refused(self) -> None:
        whole = bytearray(parquet(scored_frame(5000), 5000).getvalue())
        whole[200:900] = bytes(700)
        with pytest.raises(Invalid):
            measure_scored_file(io.BytesIO(bytes(whole)), Named("y", "p"), plan())

    @pytest.mark.parametrize(("column", "field"), [("y", "label"), ("p", "score")])
    def test_missing_labels_and_scores_are_refused(self, column: str, field: str) -> None:
        frame = scored_frame()
        frame[column] = frame[column].astype(object)
        frame.loc[3, column] = None
        with pytest.raises(Invalid) as refused:
            measure_scored_file(parquet(frame), Named("y", "p"), plan())
        assert refused.value.field == field

    def test_labels_that_are_text_are_refused(self) -> None:
        frame = scored_frame().assign(y="yes")
        with pytest.raises(Invalid) as refused:
            measure_scored_file(parquet(frame), Named("y", "p"), plan())
        assert refused.value.field == "label"


class TestMeasureDataFile:
    def found_alike(
        self, frame: pd.DataFrame, schema: Schema, label: str | None, rows: int
    ) -> None:
        source = parquet(frame, 5)
        rows_held = read_table(source, Format.PARQUET, columns=len(frame.columns))
        held = measure_data(rows_held, schema, label=label)
        asked = plan_data(schema, label=label)
        found = measure_data_file(source, asked, rows=rows)
        assert found == held

    @pytest.mark.parametrize("rows", [3, 1000])
    @pytest.mark.parametrize(
        "case", [name for name in FRAMES if name not in {"empty", "no columns", "twins"}]
    )
    def test_hard_rows_give_what_they_give_in_memory(self, case: str, rows: int) -> None:
        try:
            parquet(FRAMES[case]())
        except pa.ArrowException:
            frame = FRAMES[case]().astype(str)
        else:
            frame = FRAMES[case]()
        self.found_alike(frame, SCHEMA, None, rows)

    def test_labels_are_counted_as_in_memory(self) -> None:
        self.found_alike(good_frame(), SCHEMA, "label", 7)

    def test_whole_numbers_with_gaps_are_held_to_their_type_and_categories(self) -> None:
        """A batch without a gap is read as the whole column is: with a fraction."""
        frame = pd.DataFrame({"code": pd.array([1, 2, 3, 4, 5, None], dtype="Int64")})
        schema = infer_schema(pd.DataFrame({"code": ["1", "2", "3"] * 2}))
        self.found_alike(frame, schema, None, 2)

    def test_the_first_rows_of_a_problem_are_those_of_the_dataset(self) -> None:
        frame = pd.DataFrame({"age": [20.0] * 40})
        frame.loc[[11, 17, 23, 31, 35, 39], "age"] = None
        schema = infer_schema(frame[:11])
        found = measure_data_file(parquet(frame), plan_data(schema), rows=9)[0]
        assert found.detail["violations"] == [
            {"column": "age", "problem": "missing", "count": 6, "rows": [11, 17, 23, 31, 35]}
        ]

    def test_identifiers_do_not_tell_rows_apart(self) -> None:
        frame = pd.DataFrame({"id": range(60), "x": [1.5, 2.5, None] * 20})
        schema = infer_schema(frame, roles={"id": Role.IDENTIFIER})
        self.found_alike(frame, schema, None, 11)

    def test_a_check_that_needs_all_rows_at_once_is_refused(self) -> None:
        with pytest.raises(Invalid, match="while rows pass"):
            plan_data(SCHEMA, checks=[Asked("privacy.k_anonymity", {"columns": "age"})])

    def test_labels_that_are_neither_yes_nor_no_are_refused(self) -> None:
        frame = pd.DataFrame({"y": [0, 1, 2] * 4})
        with pytest.raises(Invalid, match="4 of 12 labels"):
            measure_data_file(parquet(frame), plan_data(infer_schema(frame), label="y"), rows=5)


class TestMeasureOverlapFile:
    @pytest.mark.parametrize("rows", [7, 1000])
    def test_it_finds_what_is_found_in_memory(self, rows: int) -> None:
        frame = pd.concat([good_frame(), good_frame().iloc[:9]], ignore_index=True)
        known = good_frame().iloc[20:50]
        found = measure_overlap_file(
            parquet(frame), SCHEMA, {}, ReferenceFile("dataset:a@1", parquet(known)), rows=rows
        )
        held = train_test_overlap(frame, SCHEMA, {}, Reference("dataset:a@1", known))
        assert found == held
        assert found.detail["shared"] == 30

    def test_without_features_there_is_a_reason(self) -> None:
        schema = [replace(column, role=Role.OTHER) for column in SCHEMA]
        known = ReferenceFile("dataset:a@1", parquet(good_frame()))
        found = measure_overlap_file(parquet(good_frame()), schema, {}, known)
        held = train_test_overlap(good_frame(), schema, {}, Reference("dataset:a@1", good_frame()))
        assert found == held

    @pytest.mark.parametrize("where", ["data", "reference"])
    def test_a_feature_that_is_not_there_is_named(self, where: str) -> None:
        there, lacking = parquet(good_frame()), parquet(good_frame().drop(columns="age"))
        source, known = (lacking, there) if where == "data" else (there, lacking)
        with pytest.raises(Invalid, match="age") as refused:
            measure_overlap_file(source, SCHEMA, {}, ReferenceFile("dataset:a@1", known))
        assert refused.value.field == where


class TestMeasureLarge:
    def test_it_finds_what_is_found_in_memory_in_the_order_asked(self) -> None:
        frame, known = good_frame(), good_frame().iloc[20:50]
        checks = [
            Asked("data.identifier_columns", {"distinct": 0.5}),
            Asked("data.missing_share"),
            Asked("data.train_test_overlap"),
            Asked("data.age_days", {"at": "2026-11-21T00:00:00+00:00", "column": "decided"}),
            Asked("data.duplicate_share"),
        ]
        schema = [*SCHEMA, ColumnSpec("decided", ColumnType.TIME, role=Role.OTHER)]
        frame["decided"] = pd.Timestamp("2026-11-01")
        asked: list[Sequence[Asked]] = []

        def hold(held: Sequence[Asked]) -> Sequence[Finding]:
            asked.append(held)
            return measure_data(frame, schema, checks=held)

        for wanted in (checks, None):
            found = measure_large(
                parquet(frame),
                schema,
                label="label",
                reference=ReferenceFile("dataset:a@1", parquet(known)),
                checks=wanted,
                hold=hold,
            )
            reference = Reference("dataset:a@1", known)
            assert found == measure_data(
                frame, schema, label="label", reference=reference, checks=wanted
            )
        assert asked == [[checks[0], checks[3]]]

    def test_a_csv_is_never_large(self) -> None:
        assert is_large(Format.PARQUET, LARGE)
        assert not is_large(Format.PARQUET, LARGE - 1)
        assert not is_large(Format.CSV, LARGE)


@pytest.mark.parametrize("parts", [1, 3, 6])
def test_parts_of_a_dataset_add_up_in_any_order(parts: int) -> None:
    frame = pd.concat([good_frame(), good_frame().iloc[:9]], ignore_index=True)
    frame.loc[[4, 30, 41, 60, 63, 68], "age"] = -3
    asked = plan_data(SCHEMA, label="label")
    size = -(-len(frame) // parts)
    summaries = []
    for start in range(0, len(frame), size):
        one = asked.summary()
        one.update(frame.iloc[start : start + size], start)
        summaries.append(one)
    whole = summaries.pop()
    for one in summaries:
        whole.merge(one)
    assert asked.findings(whole) == measure_data(frame, SCHEMA, label="label")


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    small, large = (_peak(tmp_path, rows, 5_000) for rows in (30_000, 300_000))
    assert large < small + 60 * 1024**2


@pytest.mark.slow
def test_ten_million_rows_need_less_than_2_gigabytes(tmp_path: Path) -> None:
    assert _peak(tmp_path, ROWS, None) < 2 * GIGABYTE


def _peak(folder: Path, rows: int, batch: int | None) -> int:
    """Bytes at most in memory while a table of so many rows is measured by all that can pass."""
    path = folder / f"{rows}.parquet"
    write_large(path, rows)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, path, str(batch or 1 << 18)],
        check=True,
        capture_output=True,
        text=True,
    )
    peak, n = json.loads(ran.stdout)
    assert n == rows
    return int(peak) * 1024


MEASURE = """
import json, resource, sys
from pathlib import Path
import gonogo.checks.streamed.sorted_counts as kept
from gonogo.checks.findings.finding import Asked
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.checks.streamed.data_checks import plan_data
from gonogo.checks.streamed.model_checks import COUNTED, STREAMED, plan
from gonogo.checks.streamed.parquet import Named, measure_data_file, measure_scored_file

path, batch = Path(sys.argv[1]), int(sys.argv[2])
if batch < 1 << 18:
    kept.SortedCounts.__init__.__kwdefaults__["limit"] = 10_000
checks = [
    Asked(check, {"group": "race&sex"} if check.startswith("fairness.") else {})
    for check in STREAMED
]
with path.open("rb") as source:
    asked = plan(checks=checks, groups=("race", "sex"))
    found = measure_scored_file(source, Named("y", "p", ("race", "sex")), asked, rows=batch)
schema = [
    ColumnSpec("y", ColumnType.BOOLEAN),
    ColumnSpec("p", ColumnType.NUMBER, minimum=0, maximum=1),
    ColumnSpec("race", ColumnType.CATEGORY, categories=("a", "b", "c")),
    ColumnSpec("sex", ColumnType.CATEGORY, nullable=True),
    ColumnSpec("age", ColumnType.INTEGER, minimum=18, maximum=90),
]
with path.open("rb") as source:
    found += measure_data_file(source, plan_data(schema, label="y"), rows=batch)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([peak, found[0].measured.n]))
"""


def write_large(path: Path, rows: int) -> None:
    """A scored table of so many rows, written piece by piece."""
    rng = np.random.default_rng(1)
    with pq.ParquetWriter(path, _piece(rng, 1).schema) as writer:
        for start in range(0, rows, 1 << 20):
            writer.write_table(_piece(rng, min(1 << 20, rows - start)))


def _piece(rng: np.random.Generator, rows: int) -> Any:
    score = rng.beta(2, 3, rows)
    return pa.table(
        {
            "y": rng.random(rows) < score,
            "p": score,
            "race": np.array(["a", "b", "c"])[rng.integers(0, 3, rows)],
            "sex": pa.array(rng.integers(0, 2, rows), mask=rng.random(rows) < 0.01),
            "age": rng.integers(18, 95, rows),
        }
    )
