"""Rules held to rows: what violates each kind, what is left alone, and what cannot be judged."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.data.rules.document import Document
from gonogo.checks.data.rules.judging import Judged, judged
from gonogo.checks.data.rules.reading import parse
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType
from gonogo.core.errors import Invalid

pytestmark = pytest.mark.filterwarnings("error")

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def document(rule: str, where: str = "columns: {a: [%s]}") -> Document:
    return parse(f"rules: d\n{where % rule}")


def judge(
    rule: str,
    values: Sequence[Any],
    *,
    where: str = "columns: {a: [%s]}",
    schema: Sequence[ColumnSpec] = (),
    **more: Sequence[Any],
) -> Judged:
    frame = pd.DataFrame({"a": values, **more})
    return judged(frame, schema, document(rule, where), NOW)[0]


TOGETHER = "together: [%s]"


class TestValues:
    @pytest.mark.parametrize(
        ("rule", "values", "bad"),
        [
            ("type: integer", [1, 2.0, None], []),
            ("type: integer", [1, 2.5], [1]),
            ("type: number", [1, "x"], [1]),
            ("type: boolean", [0, 1, True], []),
            ("type: text", ["x", 3], [1]),
            ("type: time", ["2026-01-01", "soon", None], [1]),
            ("nullable: false", [1, None, 2], [1]),
            ("at_least: 0", [0, 1, -1, None], [2]),
            ("at_least: 0, at_most: 5", [0, 5, 6, -1], [2, 3]),
            ("at_least: 0", [1, "x", np.inf], [1, 2]),
            ("one_of: [x, y]", ["x", "y", "z", None], [2]),
            ("one_of: [1, 2]", [1, 2.0, 3], [2]),
            ("matches: '[0-9]{3}'", ["123", "1234", "12", "a123"], [1, 2, 3]),
            ("matches: 'a|b'", ["a", "b", "ab"], [2]),
            ("unique: true", ["x", "y", "x", "x", None, None], [2, 3]),
        ],
    )
    def test_those_that_are_otherwise_are_counted(
        self, rule: str, values: list[Any], bad: list[int]
    ) -> None:
        found = judge(f"{{{rule}, reason: r}}", values)
        assert found.rows == bad
        assert found.violating == len(bad)
        assert found.violated is bool(bad)

    def test_missing_values_are_not_looked_at(self) -> None:
        found = judge("{at_least: 0, reason: r}", [None, 1.0, np.nan, -1.0])
        assert (found.violating, found.looked_at) == (1, 2)

    def test_codes_that_mean_missing_are_missing(self) -> None:
        schema = [ColumnSpec("a", ColumnType.INTEGER, missing_codes=(999,))]
        assert judge("{at_most: 9, reason: r}", [1, 999], schema=schema).violated is False
        assert judge("{nullable: false, reason: r}", [1, 999], schema=schema).rows == [1]

    def test_with_nothing_to_look_at_there_is_no_judgement(self) -> None:
        assert judge("{at_least: 0, reason: r}", [None, None]).violated is None
        assert judge("{nullable: false, reason: r}", []).violated is None

    def test_an_absent_column_violates_what_is_asked_of_it(self) -> None:
        found = judge("{unique: true, reason: r}", [1], where="columns: {b: [%s]}")
        assert found.violated is True
        assert found.found == "there is no column b"

    @pytest.mark.parametrize(("tolerate", "violated"), [(0.24, True), (0.25, False), (0.3, False)])
    def test_as_many_as_are_tolerated_are_no_violation(
        self, tolerate: float, violated: bool
    ) -> None:
        found = judge(f"{{at_least: 0, tolerate: {tolerate}, reason: r}}", [1, 1, 1, -1])
        assert found.violated is violated

    @pytest.mark.parametrize(("share", "violated"), [(0.4, True), (0.5, False)])
    def test_missing_values_up_to_a_share(self, share: float, violated: bool) -> None:
        rule = f"{{missing_at_most: {share}, reason: r}}"
        assert judge(rule, [1, None, 2, None]).violated is violated

    def test_twins_of_a_column_are_refused(self) -> None:
        frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
        with pytest.raises(Invalid):
            judged(frame, (), document("{unique: true, reason: r}"), NOW)

    @given(st.lists(st.one_of(st.none(), st.integers(-9, 9)), max_size=30))
    def test_otherwise_and_kept_are_all_that_are_there(self, values: list[int | None]) -> None:
        """A bound and its opposite share the values between them."""
        there = [value for value in values if value is not None]
        below = judge("{at_most: 0, reason: r}", values)
        assert below.looked_at == len(there)
        if there:
            assert below.violating == sum(value > 0 for value in there)


class TestTable:
    @pytest.mark.parametrize(
        ("rule", "violated"),
        [
            ("at_least: 3", False),
            ("at_least: 4", True),
            ("at_most: 2", True),
            ("at_most: 3", False),
        ],
    )
    def test_rows_are_counted(self, rule: str, violated: bool) -> None:
        found = judge(f"{{{rule}, reason: r}}", [1, 2, 3], where="rows: [%s]")
        assert found.violated is violated

    def test_no_rows_are_too_few(self) -> None:
        assert judge("{at_least: 1, reason: r}", [], where="rows: [%s]").violated is True

    @pytest.mark.parametrize(
        ("operator", "bad"),
        [
            ("<", [1, 2]),
            ("<=", [2]),
            ("=", [0, 2]),
            ("!=", [1]),
            (">=", [0]),
            (">", [0, 1]),
        ],
    )
    def test_columns_are_compared_where_both_are_there(self, operator: str, bad: list[int]) -> None:
        rule = f'{{compare: [a, "{operator}", b], reason: r}}'
        found = judge(rule, [1, 2, 3, None, 5], where=TOGETHER, b=[2, 2, 2, 0, None])
        assert (found.rows, found.looked_at) == (bad, 3)

    def test_times_are_compared_as_times(self) -> None:
        rule = '{compare: [a, "<=", b], reason: r}'
        found = judge(
            rule,
            ["2026-01-01T12:00:00+02:00", "2026-01-02", "soon"],
            where=TOGETHER,
            b=["2026-01-01T11:00:00Z", "2026-01-01", "2026-01-01"],
        )
        assert found.rows == [1, 2]

    def test_several_columns_are_unique_together(self) -> None:
        found = judge(
            "{unique: [a, b], reason: r}", [1, 1, 1, None], where=TOGETHER, b=[1, 2, 1, 1]
        )
        assert (found.rows, found.looked_at) == ([2], 3)


class TestFreshness:
    RULE = "{fresh_within: 30d, reason: r}"

    @pytest.mark.parametrize(
        ("times", "violated"),
        [
            (["2025-01-01", "2026-02-20"], False),
            (["2025-01-01"], True),
            (["2026-01-01", "2027-01-01"], True),
            (["2027-01-01"], True),
            (["soon", None], True),
            ([1, 2], True),
            ([], None),
        ],
    )
    def test_the_newest_time_up_to_now_counts(
        self, times: list[Any], violated: bool | None
    ) -> None:
        assert judge(self.RULE, times).violated is violated

    def test_without_a_time_of_measuring_it_is_refused(self) -> None:
        with pytest.raises(Invalid, match="time of measuring"):
            judged(pd.DataFrame({"a": ["2026-01-01"]}), (), document(self.RULE), None)
