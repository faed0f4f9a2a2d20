"""Payments as a table of the books tells of them: CSV, row by row; a refusal names row and column.

The first row names the columns, in any order; rows are counted as a spreadsheet counts them, the
first row of payments is row 2.
"""

import csv
import io
import math
import re
from collections.abc import Mapping
from datetime import date
from typing import NoReturn

from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.core.yaml_text import nearest
from gonogo.domain.budgets.reading import CURRENCY, LARGEST
from gonogo.domain.budgets.rules import Category, Payment

NEEDED = ("date", "use case", "category", "amount", "currency", "reference")
COLUMNS = (*NEEDED, "note")
MOST_CHARACTERS = 4 * 1024 * 1024
MOST_ROWS = 10_000
LONGEST_REFERENCE = 200
LONGEST_NOTE = 500
DAY = re.compile(r"2[01]\d\d-\d\d-\d\d")
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")

Numbered = tuple[int, Payment]
"""A payment and the row that it stands in."""


def parse(text: str, today: date) -> list[Numbered]:
    """The payments in `text`; raises `Invalid` naming row and column.

    >>> head = "date,use case,category,amount,currency,reference,note"
    >>> row = "2026-11-02,churn,compute,120.50,USD,INV-7,GPU hours"
    >>> [(row, one.amount) for row, one in parse(head + chr(10) + row, date(2026, 11, 21))]
    [(2, 120.5)]
    """
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            field="csv",
            value=f"{len(text):,} characters",
            expected=f"at most {MOST_CHARACTERS:,}: import in parts",
        )
    rows = _rows(text.removeprefix("\ufeff"))
    head = _head(rows[0] if rows else [])
    found: list[Numbered] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            _refuse(number, head[-1], f"{len(cells)} cells", f"{len(head)}, as the first row has")
        one = _payment(number, dict(zip(head, map(str.strip, cells), strict=True)), today)
        if one.reference in seen:
            expected = f"a reference of its own: row {seen[one.reference]} has the same"
            _refuse(number, "reference", one.reference, expected)
        seen[one.reference] = number
        found.append((number, one))
    if not 1 <= len(found) <= MOST_ROWS:
        raise Invalid(field="csv", value=f"{len(found):,} payments", expected=f"1 to {MOST_ROWS:,}")
    return found


def _rows(text: str) -> list[list[str]]:
    # The mark of what was read as UTF-8 and is none: names would be kept with holes in them.
    if "\0" in text or "\ufffd" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise Invalid(field="csv", value="no text", expected="a table in UTF-8")
    head = text.partition("\n")[0]
    # As spreadsheets write where the comma stands in numbers.
    between = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=between)
    try:
        return list(reader)
    except csv.Error as error:
        raise Invalid(
            field=f"csv (line {reader.line_num})",
            value=str(error),
            expected="a table of values with commas between them, or semicolons",
            message="The file is wrong",
        ) from error


def _head(cells: list[str]) -> list[str]:
    head = [cell.strip().lower().replace("_", " ") for cell in cells]
    for name in head:
        if name not in COLUMNS:
            near = nearest(name, COLUMNS)
            listed = ", ".join(COLUMNS)
            expected = f"the columns {listed}" + (f"; did you mean {near}?" if near else "")
            raise Invalid(field="row 1", value=name[:80], expected=expected)
        if head.count(name) > 1:
            raise Invalid(field="row 1", value=name, expected="each column once")
    for name in NEEDED:
        if name not in head:
            raise Invalid(
                field="row 1", value=", ".join(head)[:200], expected=f"a column called {name}"
            )
    return head


def _payment(row: int, cells: Mapping[str, str], today: date) -> Payment:
    for name in NEEDED:
        if not cells[name]:
            _refuse(row, name, "", "this to be filled in")
    reference, note = cells["reference"], cells.get("note", "")
    if len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        _refuse(row, "reference", reference[:80], f"at most {LONGEST_REFERENCE} plain characters")
    if len(note) > LONGEST_NOTE:
        _refuse(row, "note", f"{len(note):,} characters", f"at most {LONGEST_NOTE}")
    if not CURRENCY.fullmatch(cells["currency"]):
        _refuse(row, "currency", cells["currency"][:80], "three capitals, as ISO 4217 has: USD")
    return Payment(
        reference=reference,
        case=_case(row, cells["use case"]),
        day=_day(row, cells["date"], today),
        category=_category(row, cells["category"]),
        amount=_amount(row, cells["amount"]),
        currency=cells["currency"],
        note=note,
    )


def _case(row: int, text: str) -> str:
    if not SLUG.fullmatch(text):
        _refuse(row, "use case", text[:80], "the name of a use case")
    return text


def _day(row: int, text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        _refuse(row, "date", text[:80], "a date such as 2026-11-21")
    if day > today:
        _refuse(row, "date", text, f"today, {today}, or before: what is not paid yet is planned")
    return day


def _category(row: int, text: str) -> Category:
    try:
        return Category(text.lower())
    except ValueError:
        near = nearest(text.lower(), list(Category))
        listed = f"one of {', '.join(Category)}"
        _refuse(row, "category", text[:80], listed + (f"; did you mean {near}?" if near else ""))


def _amount(row: int, text: str) -> float:
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if not abs(value) <= LARGEST:
        _refuse(row, "amount", text[:80], "a number such as 1250.00; below 0 where it comes back")
    return value


def _refuse(row: int, column: str, value: str, expected: str) -> NoReturn:
    raise Invalid(
        field=f"row {row}, column {column}",
        value=value,
        expected=expected,
        message="The file is wrong",
    )
