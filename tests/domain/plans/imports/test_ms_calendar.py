"""Holidays of MS Project that come again are those days alone on which they fall."""

import re
from datetime import date

import pytest

from gonogo.core.errors import Invalid
from gonogo.domain.plans.imports.ms_calendar import calendar
from gonogo.domain.plans.imports.xml_tree import read


def holidays(first: str, last: str, **fields: int) -> list[str]:
    """The holidays of a calendar with one exception."""
    said = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    found = calendar(
        read(
            "<Project><CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><Exceptions>"
            f"<Exception><TimePeriod><FromDate>{first}T00:00:00</FromDate>"
            f"<ToDate>{last}T23:59:00</ToDate></TimePeriod>{said}<DayWorking>0</DayWorking>"
            "</Exception></Exceptions></Calendar></Calendars></Project>"
        )
    )
    listed = (found or {}).get("holidays", [])
    assert isinstance(listed, list)
    return [str(one) for one in listed]


@pytest.mark.parametrize(
    ("first", "last", "fields", "expected"),
    [
        ("2026-12-24", "2026-12-28", {"Type": 1}, ["2026-12-24", "2026-12-25", "2026-12-28"]),
        ("2026-11-23", "2026-11-27", {"Type": 1, "Period": 3}, ["2026-11-23", "2026-11-26"]),
        (
            "2026-01-01",
            "2030-12-31",
            {"Type": 2, "Month": 11, "MonthDay": 25},
            ["2026-12-25", "2028-12-25", "2029-12-25", "2030-12-25"],
        ),
        (
            "2026-01-01",
            "2027-12-31",
            {"Type": 3, "Month": 10, "MonthItem": 7, "MonthPosition": 3},
            ["2026-11-26", "2027-11-25"],
        ),
        (
            "2026-01-01",
            "2026-06-30",
            {"Type": 4, "Period": 2, "MonthDay": 15},
            ["2026-01-15", "2026-05-15"],
        ),
        (
            "2026-05-01",
            "2026-06-30",
            {"Type": 5, "MonthItem": 4, "MonthPosition": 4},
            ["2026-05-25", "2026-06-29"],
        ),
        (
            "2026-12-01",
            "2026-12-31",
            {"Type": 6, "Period": 2, "DaysOfWeek": 0b100010},
            ["2026-12-04", "2026-12-14", "2026-12-18", "2026-12-28"],
        ),
    ],
)
def test_an_exception_that_recurs_is_off_only_where_it_falls(
    first: str, last: str, fields: dict[str, int], expected: list[str]
) -> None:
    assert holidays(first, last, **fields) == expected


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("Type", {"Type": 7}),
        ("Month", {"Type": 2, "Month": 12}),
        ("MonthItem", {"Type": 3, "Month": 0, "MonthItem": 1}),
        ("ToDate", {"Type": 1}),
    ],
)
def test_what_cannot_be_told_is_refused_by_field(field: str, fields: dict[str, int]) -> None:
    with pytest.raises(Invalid) as problem:
        holidays("2026-01-01", "2028-01-01", **fields)
    assert re.fullmatch(rf"{field} \(line 1\)", problem.value.field)


def test_days_that_come_again_are_no_more_than_they_say() -> None:
    found = holidays("2026-01-01", "2026-12-31", Type=6, DaysOfWeek=0b1000000)
    assert found == []
    assert all(
        date.fromisoformat(one).weekday() == 4
        for one in holidays("2026-01-01", "2026-12-31", Type=6, DaysOfWeek=0b100000)
    )
