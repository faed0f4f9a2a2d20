"""Counting what a dataset holds against what it declares."""

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.data.declared import (
    Reference,
    class_balance,
    duplicate_share,
    missing_share,
    range_violations,
    schema_violations,
    train_test_overlap,
)
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

ID = ColumnSpec("id", ColumnType.TEXT, role=Role.IDENTIFIER)
AGE = ColumnSpec("age", ColumnType.INTEGER, minimum=18, maximum=99, missing_codes=(999,))
CITY = ColumnSpec("city", ColumnType.CATEGORY, categories=("Köln", "Ulm"))
LABEL = ColumnSpec("approve", ColumnType.BOOLEAN, role=Role.LABEL)
SCHEMA = (ID, AGE, CITY, LABEL)


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["p", "q", "r", "s"],
            "age": [20, 30, 40, 50],
            "city": ["Köln", "Ulm", "Ulm", "Köln"],
            "approve": [1, 0, 1, 1],
        }
    )


def value(found: Finding) -> float:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured.value


class TestSchemaViolations:
    def test_what_was_declared_has_none(self) -> None:
        assert value(schema_violations(rows(), SCHEMA, {})) == 0

    def test_absent_and_undeclared_columns_count_once(self) -> None:
        frame = rows().drop(columns="city").assign(extra=1)
        found = schema_violations(frame, SCHEMA, {})
        assert value(found) == 2
        told: Any = found.detail["violations"]
        assert [(one["column"], one["problem"]) for one in told] == [
            ("city", "declared, but absent"),
            ("extra", "not declared"),
        ]

    @pytest.mark.parametrize(
        ("column", "cells", "problem", "bad"),
        [
            ("age", [20, 30.5, 40, 50], "not of type integer", [1]),
            ("age", [20, "30", 40, 50], "not of type integer", [1]),
            ("age", [20, np.inf, 40, 50], "not of type integer", [1]),
            ("age", [20, None, 999, 50], "missing", [1, 2]),
            ("city", ["Köln", "Bonn", "Ulm", "Ulm"], "no declared category", [1]),
            ("approve", [1, 0, 2, 1], "not of type boolean", [2]),
            ("id", ["p", 7, "r", "s"], "not of type text", [1]),
        ],
    )
    def test_each_strange_cell_counts(
        self, column: str, cells: list[Any], problem: str, bad: list[int]
    ) -> None:
        frame = rows()
        frame[column] = pd.Series(cells)
        found = schema_violations(frame, SCHEMA, {})
        assert value(found) == len(bad)
        assert found.detail["violations"] == [
            {"column": column, "problem": problem, "count": len(bad), "rows": bad}
        ]

    def test_values_are_not_told(self) -> None:
        """They may be anyone's, and the ledger forgets nothing."""
        found = schema_violations(rows().assign(city="Secretville"), SCHEMA, {})
        assert "Secretville" not in str(found)

    def test_times_are_dates_or_text_that_reads_as_one(self) -> None:
        when = ColumnSpec("when", ColumnType.TIME, nullable=True)
        text = pd.DataFrame({"when": ["2026-11-21", "2026-11-21T10:31:07Z", "soon", None]})
        assert value(schema_violations(text, (when,), {})) == 1
        dates = pd.DataFrame({"when": [pd.Timestamp("2026-11-21"), pd.NaT]})
        assert value(schema_violations(dates, (when,), {})) == 0


class TestMissingShare:
    def test_empty_cells_and_codes_are_missing(self) -> None:
        frame = rows().assign(age=[20, 999, np.nan, 50])
        assert value(missing_share(frame, SCHEMA, {})) == 2 / 16
        found = missing_share(frame, SCHEMA, {"column": "age"})
        assert value(found) == 0.5
        assert found.detail["columns"] == [{"column": "age", "missing": 2, "n": 4}]

    def test_text_codes(self) -> None:
        spec = ColumnSpec("city", ColumnType.TEXT, missing_codes=("?", 7))
        frame = pd.DataFrame({"city": ["?", "Ulm", "7", 7]})
        assert value(missing_share(frame, (spec,), {})) == 0.5

    def test_a_column_that_is_not_declared_is_refused(self) -> None:
        with pytest.raises(Invalid, match="declared and there"):
            missing_share(rows(), SCHEMA, {"column": "income"})


class TestRangeViolations:
    def test_bounds_are_inside_and_codes_are_not_looked_at(self) -> None:
        frame = pd.DataFrame({"age": [18.0, 99, 17, 100, 999, None]})
        found = range_violations(frame, (AGE,), {})
        assert value(found) == 0.5
        assert found.measured.n == 4
        told: Any = found.detail["columns"]
        assert told[0]["rows"] == [2, 3]

    def test_infinity_lies_outside_an_open_range(self) -> None:
        spec = ColumnSpec("age", ColumnType.NUMBER, minimum=0)
        assert value(range_violations(pd.DataFrame({"age": [1.0, np.inf]}), (spec,), {})) == 0.5

    def test_no_range_is_undefined(self) -> None:
        found = range_violations(rows(), (CITY,), {})
        assert found.measured == Undefined("no column declares a range", n=4)


class TestDuplicateShare:
    def test_identifiers_do_not_tell_rows_apart(self) -> None:
        frame = pd.concat([rows(), rows().assign(id=["t", "u", "v", "w"])])
        assert value(duplicate_share(frame, SCHEMA, {})) == 0.5

    def test_agrees_with_pandas(self) -> None:
        rng = np.random.default_rng(1)
        frame = pd.DataFrame({"age": rng.integers(0, 9, 200), "city": rng.choice(["a", "b"], 200)})
        schema = (ColumnSpec("age", ColumnType.INTEGER), ColumnSpec("city", ColumnType.TEXT))
        frame.loc[3:9, "city"] = None
        assert value(duplicate_share(frame, schema, {})) == frame.duplicated().mean()


class TestClassBalance:
    def test_the_rarer_class(self) -> None:
        found = class_balance(rows(), SCHEMA, {"label": "approve"})
        assert value(found) == 0.25
        assert found.detail == {"yes": 3, "no": 1}

    def test_a_missing_label_is_refused(self) -> None:
        with pytest.raises(Invalid, match="only 0 and 1"):
            class_balance(rows().assign(approve=[1, np.nan, 0, 1]), SCHEMA, {"label": "approve"})

    def test_no_label_is_refused(self) -> None:
        with pytest.raises(Invalid, match="label column"):
            class_balance(rows(), SCHEMA, {})


class TestTrainTestOverlap:
    def test_rows_with_the_same_features_are_shared(self) -> None:
        train = rows().assign(id="x", approve=0, age=[20.0, 30.0, 41.0, 50.0])
        found = train_test_overlap(rows(), SCHEMA, {}, Reference("dataset:train@1", train))
        assert value(found) == 0.75
        assert found.parameters == {"reference": "dataset:train@1"}

    def test_text_and_category_zero_and_minus_zero_are_alike(self) -> None:
        schema = (ColumnSpec("x", ColumnType.NUMBER), ColumnSpec("c", ColumnType.CATEGORY))
        one = pd.DataFrame({"x": [0.0, np.nan], "c": ["a", None]})
        two = pd.DataFrame({"x": [-0.0, np.nan], "c": pd.Categorical(["a", None])})
        assert value(train_test_overlap(one, schema, {}, Reference("dataset:t@1", two))) == 1

    def test_one_strange_cell_does_not_hide_the_others(self) -> None:
        train = rows().assign(age=[20, "thirty", 40, 50])
        found = train_test_overlap(rows(), SCHEMA, {}, Reference("dataset:t@1", train))
        assert value(found) == 0.75

    def test_missing_is_not_empty_text(self) -> None:
        schema = (ColumnSpec("c", ColumnType.TEXT),)
        one, two = pd.DataFrame({"c": [None, "a"]}), pd.DataFrame({"c": ["", "a"]})
        assert value(train_test_overlap(one, schema, {}, Reference("dataset:t@1", two))) == 0.5

    def test_another_reference_than_was_asked_for_is_refused(self) -> None:
        with pytest.raises(Invalid, match="dataset:b@1"):
            train_test_overlap(
                rows(), SCHEMA, {"reference": "dataset:a@1"}, Reference("dataset:b@1", rows())
            )

    def test_an_absent_feature_is_refused(self) -> None:
        reference = Reference("dataset:t@1", rows().drop(columns="age"))
        with pytest.raises(Invalid, match="age"):
            train_test_overlap(rows(), SCHEMA, {}, reference)

    def test_a_hundred_thousand_rows_take_a_moment(self) -> None:
        rng = np.random.default_rng(2)
        frame = pd.DataFrame(rng.normal(size=(100_000, 8)), columns=list("abcdefgh"))
        schema = tuple(ColumnSpec(name, ColumnType.NUMBER) for name in "abcdefgh")
        start = time.perf_counter()
        found = train_test_overlap(frame, schema, {}, Reference("dataset:t@1", frame.iloc[::2]))
        assert value(found) == 0.5
        assert time.perf_counter() - start < 10
