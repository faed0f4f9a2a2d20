"""What a dataset declares: what is refused, what is guessed, and that it travels."""

from typing import Any

import pandas as pd
import pytest

from gonogo.checks.inputs.schema import (
    ColumnSpec,
    ColumnType,
    Role,
    columns_of,
    infer_schema,
    schema_from_json,
    schema_to_json,
)
from gonogo.core.errors import Invalid


class TestColumnSpec:
    @pytest.mark.parametrize(
        "given",
        [
            {"name": ""},
            {"minimum": 2.0, "maximum": 1.0},
            {"minimum": float("nan")},
            {"type": ColumnType.TEXT, "minimum": 1.0},
            {"categories": ("a",)},
        ],
    )
    def test_contradictions_are_refused(self, given: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            ColumnSpec(**({"name": "x", "type": ColumnType.NUMBER} | given))


class TestJson:
    def test_there_and_back(self) -> None:
        schema = (
            ColumnSpec("x", ColumnType.NUMBER, True, 0.0, 1.5, missing_codes=(999, "?")),
            ColumnSpec("c", ColumnType.CATEGORY, categories=("ä", "b"), role=Role.PROTECTED),
        )
        assert schema_from_json(schema_to_json(schema)) == schema

    @pytest.mark.parametrize(
        ("found", "field"),
        [
            ({}, "columns"),
            ("x", "columns"),
            (["x"], "columns.0"),
            ([{"type": "number"}], "columns.0.name"),
            ([{"name": "x", "type": "float"}], "columns.0.type"),
            ([{"name": "x", "type": "number", "role": "boss"}], "columns.0.role"),
            ([{"name": "x", "type": "number", "unit": "m"}], "columns.0.unit"),
            ([{"name": "x", "type": "number", "minimum": True}], "columns.0.minimum"),
            ([{"name": "x", "type": "number", "nullable": 1}], "columns.0.nullable"),
            ([{"name": "x", "type": "number", "missing_codes": "?"}], "columns.0.missing_codes"),
            ([{"name": "x", "type": "number", "missing_codes": [[]]}], "columns.0.missing_codes"),
            ([{"name": "x", "type": "number"}] * 2, "columns"),
        ],
    )
    def test_what_is_wrong_is_named(self, found: Any, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            schema_from_json(found)
        assert refused.value.field == field


class TestInferSchema:
    def test_types_from_values(self) -> None:
        frame = pd.DataFrame(
            {
                "whole": [1.0, None, 3, 4],
                "real": [1.5, 2, 3, 4],
                "dummy": [0, 1, 1, None],
                "truth": [True, False, True, True],
                "kind": ["a", "b", "a", "b"],
                "name": ["p", "q", "r", "s"],
                "when": pd.to_datetime(["2026-11-21"] * 4),
                "nothing": [None] * 4,
            }
        )
        found = {column.name: column for column in infer_schema(frame)}
        assert {name: str(column.type) for name, column in found.items()} == {
            "whole": "integer",
            "real": "number",
            "dummy": "boolean",
            "truth": "boolean",
            "kind": "category",
            "name": "text",
            "when": "time",
            "nothing": "text",
        }
        assert found["kind"].categories == ("a", "b")
        assert [name for name, column in found.items() if column.nullable] == [
            "whole",
            "dummy",
            "nothing",
        ]
        assert not any(column.ranged for column in found.values())

    def test_roles_and_codes_are_taken_over(self) -> None:
        frame = pd.DataFrame({"x": [1, 0, 999999.375], "y": [0, 1, 1]})
        schema = infer_schema(
            frame, roles={"y": Role.LABEL}, missing_codes={"x": [999999.375, "?"]}
        )
        assert schema[0].type is ColumnType.BOOLEAN
        assert schema[0].nullable
        assert columns_of(schema, Role.LABEL) == ("y",)
        assert columns_of(schema, Role.FEATURE, Role.LABEL) == ("x", "y")

    def test_a_role_of_an_absent_column_is_refused(self) -> None:
        with pytest.raises(Invalid, match="race"):
            infer_schema(pd.DataFrame({"x": [1]}), roles={"race": Role.PROTECTED})
