"""Keys, categories and the age of rows."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from gonogo.checks.data.contents import age_days, key_violations, unseen_categories
from gonogo.checks.data.declared import Reference
from gonogo.checks.data.given import Given
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Role
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

SCHEMA = (
    ColumnSpec("id", ColumnType.INTEGER, role=Role.IDENTIFIER, missing_codes=(-1,)),
    ColumnSpec("city", ColumnType.CATEGORY, categories=("Köln", "Ulm")),
    ColumnSpec("on", ColumnType.TIME),
)
FRAME = pd.DataFrame(
    {
        "id": [1, 2, 2, -1, -1],
        "city": ["Köln", "Ulm", "Bonn", "Bonn", None],
        "on": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-27", "2026-03-09", "NaT"]),
    }
)
NOW = Given(at=datetime(2026, 3, 1, tzinfo=UTC))


def value(found: Finding) -> float:
    assert isinstance(found.measured, Estimate), found.measured
    return found.measured.value


class TestKeyViolations:
    def test_missing_and_repeated_keys_are_counted(self) -> None:
        found = key_violations(FRAME, SCHEMA, {})
        assert value(found) == 3 / 5
        assert found.detail["incomplete_rows"] == [3, 4]
        assert found.detail["repeated_rows"] == [2]

    def test_columns_are_a_key_together(self) -> None:
        assert value(key_violations(FRAME, SCHEMA, {"key": "id & city"})) == 2 / 5

    def test_without_a_key_there_is_nothing_to_count(self) -> None:
        assert isinstance(key_violations(FRAME, SCHEMA[1:], {}).measured, Undefined)

    def test_a_key_that_is_no_column_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"with\.key"):
            key_violations(FRAME, SCHEMA, {"key": "id&nose"})


class TestUnseenCategories:
    def test_against_what_is_declared(self) -> None:
        found = unseen_categories(FRAME, SCHEMA, {})
        assert value(found) == 2 / 4
        told: Any = found.detail["columns"]
        assert (told[0]["rows"], told[0]["different"]) == ([2, 3], 1)

    def test_against_another_dataset(self) -> None:
        other = Given(Reference("dataset:a@1", FRAME.iloc[:3]))
        found = unseen_categories(FRAME, SCHEMA, {}, other)
        assert value(found) == 0
        assert found.parameters["reference"] == "dataset:a@1"

    def test_a_reference_without_the_column_is_refused(self) -> None:
        other = Given(Reference("dataset:a@1", FRAME[["id"]]))
        with pytest.raises(Invalid, match="city"):
            unseen_categories(FRAME, SCHEMA, {}, other)

    def test_a_reference_that_was_not_handed_in_is_refused(self) -> None:
        with pytest.raises(Invalid, match="its rows as well"):
            unseen_categories(FRAME, SCHEMA, {"reference": "dataset:a@1"})

    def test_nothing_known_has_a_reason(self) -> None:
        schema = (ColumnSpec("city", ColumnType.CATEGORY),)
        assert isinstance(unseen_categories(FRAME, schema, {}).measured, Undefined)


class TestAgeDays:
    def test_the_newest_row_that_is_not_in_the_future(self) -> None:
        found = age_days(FRAME, SCHEMA, {}, NOW)
        assert value(found) == 2
        assert found.detail["later_than_now"] == 1
        assert found.detail["undated"] == 1
        assert found.parameters == {"at": "2026-03-01T00:00:00+00:00"}

    def test_the_clock_may_stand_anywhere(self) -> None:
        tokyo = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=9)))
        assert age_days(FRAME, SCHEMA, {}, Given(at=tokyo)) == age_days(FRAME, SCHEMA, {}, NOW)

    def test_the_time_can_be_said(self) -> None:
        assert value(age_days(FRAME, SCHEMA, {"at": "2026-03-10T00:00:00+00:00"})) == 1

    @pytest.mark.parametrize("at", ["soon", "2026-03-10T00:00:00"])
    def test_what_is_no_time_is_refused(self, at: str) -> None:
        with pytest.raises(Invalid, match=r"with\.at"):
            age_days(FRAME, SCHEMA, {"at": at})

    def test_without_a_clock_there_is_no_age(self) -> None:
        with pytest.raises(Invalid, match="clock"):
            age_days(FRAME, SCHEMA, {})

    def test_two_times_need_a_choice(self) -> None:
        frame, schema = FRAME.assign(due=FRAME["on"]), (*SCHEMA, ColumnSpec("due", ColumnType.TIME))
        assert isinstance(age_days(frame, schema, {}, NOW).measured, Undefined)
        assert value(age_days(frame, schema, {"column": "due"}, NOW)) == 2
        with pytest.raises(Invalid, match="type time"):
            age_days(frame, schema, {"column": "city"}, NOW)

    def test_only_rows_of_the_future_have_no_age(self) -> None:
        found = age_days(FRAME.iloc[3:4], SCHEMA, {}, NOW)
        assert isinstance(found.measured, Undefined)
