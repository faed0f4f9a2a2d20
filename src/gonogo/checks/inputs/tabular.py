"""Tables as files: CSV and Parquet read the same way on the server and in a notebook."""

import codecs
import csv
import io
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO

from gonogo.core.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 1024 * 1024
WIDE = 256
"""Columns beyond which a file must be said to be that wide."""
NAME_LENGTH = 200
DELIMITERS = (",", ";", "\t", "|")
MISSING = ["", "NA", "N/A", "#N/A", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "<NA>"]
"""What stands for a missing value in a CSV; other codes are declared in the schema."""


class Format(StrEnum):
    """The file formats of datasets."""

    CSV = "csv"
    PARQUET = "parquet"


def format_of(source: BinaryIO) -> Format:
    """CSV or Parquet, by the first bytes; `source` is left at its beginning."""
    source.seek(0)
    magic = source.read(4)
    source.seek(0)
    return Format.PARQUET if magic == b"PAR1" else Format.CSV


def read_table(
    source: BinaryIO, form: Format, *, delimiter: str = ",", columns: int | None = None
) -> "pd.DataFrame":
    """The table in `source`, a seekable file.

    `columns` is the number of columns it is said to have; a table of more than 256 must say it.
    Raises `Invalid` naming line, byte or column where the file is no table: ragged rows, bytes
    that are not UTF-8, no rows, columns without a name or of the same name.
    """
    table = _csv(source, delimiter) if form is Format.CSV else _parquet(source)
    _check_columns(table.schema.names, form, delimiter, columns)
    _check_types(table.schema)
    table = _without_decimals(table)
    if table.num_rows == 0:
        raise Invalid(field="file", value="0 rows", expected="a table of at least one row")
    frame: pd.DataFrame = table.to_pandas(date_as_object=False, ignore_metadata=True)
    return frame


def to_parquet(frame: "pd.DataFrame") -> bytes:
    """`frame` as Parquet: the same frame is the same bytes, wherever it is written.

    The index is left out, unless it has a name: then it is a column.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    named = any(name is not None for name in frame.index.names)
    flat = frame.reset_index() if named else frame
    for name in flat.columns:
        if not isinstance(name, str):
            raise Invalid(field="columns", value=name, expected="column names that are text")
    try:
        table = pa.Table.from_pandas(flat, preserve_index=False).replace_schema_metadata(None)
    except pa.ArrowException as error:
        raise Invalid(
            field="data", value=str(error), expected="columns of one type each"
        ) from error
    target = io.BytesIO()
    pq.write_table(
        table,
        target,
        version="2.6",
        compression="zstd",
        compression_level=3,
        row_group_size=131_072,
        data_page_version="1.0",
        store_schema=True,
    )
    return target.getvalue()


def check_delimiter(delimiter: str) -> str:
    """`delimiter` if a CSV may be split by it; raises `Invalid`."""
    if delimiter not in DELIMITERS:
        shown = ", ".join(repr(one) for one in DELIMITERS)
        raise Invalid(field="delimiter", value=delimiter, expected=f"one of {shown}")
    return delimiter


def _parquet(source: BinaryIO) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(source)
        # Full: text that is no UTF-8 would fail when it is first looked at.
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise Invalid(field="file", value=_line(error), expected="a Parquet file") from error
    _check_nul(table)
    return table


def _check_nul(table: Any) -> None:
    """Raise `Invalid` naming the column where text holds a NUL, which no database keeps."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, column in zip(table.column_names, table.columns, strict=True):
        found = column
        if pa.types.is_dictionary(column.type):
            found = column.cast(column.type.value_type)
        if (pa.types.is_string(found.type) or pa.types.is_large_string(found.type)) and pc.any(
            pc.match_substring(found, "\0")
        ).as_py():
            raise Invalid(
                field="file",
                value=f"column {name!r} holds a NUL character",
                expected="text without NUL characters",
            )


def _csv(source: BinaryIO, delimiter: str) -> Any:
    import pyarrow as pa
    from pyarrow import csv as arrow

    check_delimiter(delimiter)
    _check_text(source)
    try:
        return arrow.read_csv(
            _Kept(source),
            parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow.ConvertOptions(null_values=MISSING, strings_can_be_null=True),
        )
    except (pa.ArrowException, OSError) as error:
        raise _no_table(source, delimiter, error) from error


class _Kept(io.RawIOBase):
    """A file that stays open when the reader that was given it is done."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        source.seek(0)

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        found = self._source.read(len(target))
        target[: len(found)] = found
        return len(found)


def _check_text(source: BinaryIO) -> None:
    """Raise `Invalid` naming line and byte where the file is not UTF-8 text."""
    source.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, lines = 0, 1
    while chunk := source.read(CHUNK):
        held = decoder.getstate()[0]
        text = held + chunk
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise _not_text(text, error.start, offset - len(held), lines) from error
        nul = text.find(b"\0")
        if nul >= 0:
            raise _not_text(text, nul, offset - len(held), lines)
        offset += len(chunk)
        lines += chunk.count(b"\n")
    held = decoder.getstate()[0]
    if held:
        raise _not_text(held, 0, offset - len(held), lines)
    source.seek(0)


def _not_text(text: bytes, at: int, offset: int, lines: int) -> Invalid:
    line = lines + text[:at].count(b"\n")
    return Invalid(
        field="file",
        value=f"byte 0x{text[at]:02x} at position {offset + at} (line {line})",
        expected="a CSV file in UTF-8: save it so, or offer Parquet",
    )


def _no_table(source: BinaryIO, delimiter: str, error: Exception) -> Invalid:
    """Why a CSV cannot be read, by line where rows differ in length."""
    width = rows = 0
    for line, row in _rows(source, delimiter):
        rows += 1
        width = width or len(row)
        if len(row) != width:
            return Invalid(
                field="file",
                value=f"line {line} has {len(row)} values",
                expected=f"{width} values on every line, as in the first one",
            )
    # A first line that no newline ends is "an empty file" to the reader.
    if rows <= 1:
        return Invalid(field="file", value="0 rows", expected="a table of at least one row")
    return Invalid(field="file", value=_line(error), expected="a CSV file")


def _rows(source: BinaryIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line on which it ends."""
    source.seek(0)
    text = io.TextIOWrapper(_Kept(source), encoding="utf-8-sig", newline="")  # type: ignore[type-var]  # raw is enough
    reader = csv.reader(text, delimiter=delimiter)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise Invalid(
            field="file", value=f"line {reader.line_num}: {error}", expected="a CSV file"
        ) from error


def _check_columns(names: list[str], form: Format, delimiter: str, said: int | None) -> None:
    if said is not None and said != len(names):
        raise Invalid(
            field="columns", value=said, expected=f"{len(names)}, as many as the file has"
        )
    if len(names) > WIDE and said is None:
        raise Invalid(
            field="columns",
            value=len(names),
            expected=f"at most {WIDE} columns. A file as wide as this has most often a wrong "
            f"delimiter or is transposed; if it is meant, say columns: {len(names)}",
        )
    others = [one for one in DELIMITERS if one != delimiter]
    if form is Format.CSV and len(names) == 1 and any(one in names[0] for one in others):
        raise Invalid(
            field="delimiter",
            value=delimiter,
            expected=f"the delimiter of the file, whose one column is called {names[0][:80]!r}",
        )
    _check_names(names)


def _check_names(names: list[str]) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if not name.strip() or len(name) > NAME_LENGTH or not name.isprintable():
            raise Invalid(
                field="file",
                value=f"column {number} is called {name[:80]!r}",
                expected=f"a name of 1 to {NAME_LENGTH} printable characters for every column",
            )
        if name in seen:
            raise Invalid(
                field="file",
                value=f"columns {seen[name]} and {number} are both called {name!r}",
                expected="columns of different names",
            )
        seen[name] = number


def _check_types(schema: Any) -> None:
    import pyarrow as pa

    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise Invalid(
                field="file",
                value=f"column {field.name!r} holds {field.type}",
                expected="numbers, text, yes/no and times in columns",
            )


def _without_decimals(table: Any) -> Any:
    """Decimals as floats: whatever is measured of them is an estimate anyway."""
    import pyarrow as pa

    fields = [
        field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
