"""Rows of a text with separators: comma, semicolon or tab, as its first line has it; pure."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.core.errors import Invalid
from gonogo.domain.plans.imports.items import MESSAGE, refuse

SEPARATORS = (",", ";", "\t")
MOST_ROWS = 20_000
LONGEST = 131_072
"""Characters of one cell: what Python's reader takes at most."""
FORMULA = "=+-@'\t\r"
"""What a spreadsheet would take for a formula; a cell that begins so is written after a quote."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header."""

    number: int
    """Its line in the file, the header's being 1."""
    cells: tuple[tuple[str, str], ...]
    """Names of columns with what stands there; a name may come more than once."""
    any_case: bool = False
    """Whether names of columns are the same in capitals and in small letters."""

    @property
    def source(self) -> str:
        return f"row {self.number}"

    def get(self, name: str) -> str:
        """The first of the cells of this name that says something; "" where none does."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """All cells of this name that say something."""
        if self.any_case:
            name = name.lower()
            return [cell for known, cell in self.cells if cell and known.lower() == name]
        return [cell for known, cell in self.cells if known == name and cell]


def read(
    text: str, *needed: str, once: bool = False, any_case: bool = False
) -> tuple[tuple[str, ...], list[Row]]:
    """The columns and the rows; raises `Invalid` by row.

    `needed`: columns that must be there; `once`: none may be named twice; `any_case`: capitals do
    not matter.
    """
    lines = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=_separator(lines), strict=True)
    rows = _numbered(reader)
    header = tuple(cell.strip() for cell in next(rows, (0, []))[1])
    lowered = [name.lower() for name in header]
    for name in needed:
        if not (name.lower() in lowered if any_case else name in header):
            refuse("columns", "row 1", ", ".join(header)[:200], f"a column called {name}")
    twice = [name for name in header if name and header.count(name) > 1]
    if once and twice:
        refuse("columns", "row 1", twice[0], "each column once")
    found: list[Row] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            expected = f"{len(header)} cells, as the header has; text with separators in quotes"
            refuse("cells", f"row {number}", len(cells), expected)
        if len(found) == MOST_ROWS:
            raise Invalid(field="text", value="more rows", expected=f"at most {MOST_ROWS:,} rows")
        pairs = zip(header, cells, strict=False)
        told = tuple((name, _unquoted(cell.strip())) for name, cell in pairs)
        found.append(Row(number, told, any_case))
    return header, found


def dump(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as a text that `read` reads back, and that no spreadsheet takes for formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_quoted(cell) for cell in row] for row in rows)
    return out.getvalue()


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on; `reader` is that of `csv`, which has no public name."""
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(
                field=f"text (row {number})",
                value=str(error),
                expected="cells between separators, quotes in pairs",
                message=MESSAGE,
            ) from error
        yield number, cells


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell[:1] in FORMULA and cell and not _number(cell) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and len(cell) > 1 and cell[1] in FORMULA else cell


def _number(cell: str) -> bool:
    """Whether it is a number with a sign, which a spreadsheet may well take for one."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
