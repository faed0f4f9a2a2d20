"""Cells of a column: which are missing, strange or out of range, and rows as hashes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.inputs.schema import NUMERIC, ColumnSpec, ColumnType
from gonogo.core.errors import Invalid
from gonogo.stats.arrays import Bools, Floats
from gonogo.stats.counts import Counts

if TYPE_CHECKING:
    import pandas as pd

Hashes = npt.NDArray[np.uint64]
"""One number for each row, shape (n,)."""
NUMBER, TEXT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)
"""Set numbers apart from the text that has the same bits."""


def missing(column: ColumnSpec, values: "pd.Series[Any]") -> Bools:
    """Which cells are empty or hold one of the column's missing codes, shape (n,)."""
    empty: Bools = values.isna().to_numpy(dtype=np.bool_)
    if not column.missing_codes:
        return empty
    codes = [code for code in column.missing_codes if isinstance(code, str)]
    found = empty | values.isin(codes).to_numpy(dtype=np.bool_) if codes else empty
    numbers = [float(code) for code in column.missing_codes if not isinstance(code, str)]
    return found | np.isin(numbers_of(values), numbers) if numbers else found


def without_codes(frame: "pd.DataFrame", schema: Sequence[ColumnSpec]) -> "pd.DataFrame":
    """`frame` with the codes that stand for "missing" as missing values."""
    rows = frame.copy()
    for column in schema:
        if column.missing_codes and column.name in rows.columns:
            values = rows[column.name]
            rows[column.name] = values.mask(missing(column, values))
    return rows


def strangers(column: ColumnSpec, values: "pd.Series[Any]") -> list[tuple[str, Bools]]:
    """The problems of a column with the cells that have them; those without cells left out."""
    gone = missing(column, values)
    problems = [(f"not of type {column.type}", ~of_type(column.type, values) & ~gone)]
    if not column.nullable:
        problems.append(("missing", gone))
    if column.categories:
        unknown = ~values.astype(str).isin(column.categories).to_numpy(dtype=np.bool_)
        problems.append(("no declared category", unknown & ~gone))
    return [(text, bad) for text, bad in problems if bad.any()]


def beyond(column: ColumnSpec, values: "pd.Series[Any]") -> tuple[Bools, int]:
    """Which cells lie outside the column's range, shape (n,), and how many cells were looked at.

    Infinities lie outside every range; what is missing or no number is not looked at.
    """
    numbers = numbers_of(values)
    looked = ~missing(column, values) & ~np.isnan(numbers)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    # A missing value compares as neither, which is right; it must not be taken for outside.
    out = looked & ((numbers < low) | (numbers > high) | np.isinf(numbers))
    return out, int(looked.sum())


def answers(column: ColumnSpec, values: "pd.Series[Any]") -> Counts:
    """The label's counts of yes and no; raises `Invalid` for anything else, missing ones too."""
    numbers = numbers_of(values)
    strange = ~np.isin(numbers, [0.0, 1.0]) | missing(column, values)
    if strange.any():
        raise Invalid(
            field=column.name,
            value=f"{int(strange.sum())} of {strange.size} labels",
            expected="only 0 and 1",
        )
    return Counts(yes=int((numbers == 1).sum()), n=int(numbers.size))


def fingerprints(frame: "pd.DataFrame", columns: Sequence[ColumnSpec]) -> Hashes:
    """A 64-bit hash of each row over `columns`, shape (n,).

    Equal values have equal hashes however they are stored: 1 and 1.0, text and category. Missing
    values are equal to one another, missing codes included. Hashes depend on nothing but the row,
    so rows of different frames can be compared.
    """
    found = np.zeros(len(frame), dtype=np.uint64)
    for column in columns:
        found = _mixed(found * np.uint64(31) + _hashes(column, frame[column.name]))
    return found


def _hashes(column: ColumnSpec, values: "pd.Series[Any]") -> Hashes:
    """A hash of each cell: of its number where it is one, else of its text; 0 where missing."""
    import pandas as pd

    gone = missing(column, values)
    found = np.zeros(len(values), dtype=np.uint64)
    as_text = ~gone
    if column.type in NUMERIC or column.type is ColumnType.BOOLEAN:
        # Adding 0 makes -0 the 0 it equals.
        numbers = numbers_of(values) + 0.0
        as_number = ~gone & ~np.isnan(numbers)
        found[as_number] = _mixed(numbers[as_number].view(np.uint64) + NUMBER)
        as_text &= ~as_number
    elif column.type is ColumnType.TIME and pd.api.types.is_datetime64_any_dtype(values):
        values = pd.to_datetime(values, utc=True)
    if as_text.any():
        text = values[as_text].astype(str).to_numpy(dtype=object)
        found[as_text] = _mixed(np.asarray(pd.util.hash_array(text), dtype=np.uint64) + TEXT)
    return found


def _mixed(bits: Hashes) -> Hashes:
    """Each number turned into one that looks drawn at random: all bits depend on all.

    Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA.
    """
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Hashes = bits ^ (bits >> np.uint64(31))
    return found


def words_of(values: "pd.Series[Any]") -> npt.NDArray[Any]:
    """The values as text, shape (n,); a whole number without a fraction, however it is stored."""
    numbers = numbers_of(values)
    whole = np.isfinite(numbers) & (np.floor(numbers) == numbers)
    words = np.array([str(value) for value in values], dtype=object)
    words[whole] = [str(int(number)) for number in numbers[whole]]
    return words


def times_of(column: ColumnSpec, values: "pd.Series[Any]") -> "pd.Series[Any]":
    """The times in UTC, NaT where missing or no time; text is read as ISO 8601."""
    import pandas as pd

    gone = missing(column, values)
    if pd.api.types.is_datetime64_any_dtype(values):
        times = pd.to_datetime(values, utc=True)
    elif pd.api.types.is_numeric_dtype(values):
        times = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us, UTC]")
    else:
        times = pd.to_datetime(values.astype(str), errors="coerce", utc=True, format="ISO8601")
    return times.mask(gone)


def numbers_of(values: "pd.Series[Any]") -> Floats:
    """The values as numbers, NaN where they are none; text that reads as a number is none."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    if not pd.api.types.is_object_dtype(values):
        return np.full(len(values), np.nan)
    real = values.map(lambda value: isinstance(value, int | float | np.number | np.bool_))
    kept = values.where(real.to_numpy(dtype=np.bool_), other=None)
    return pd.to_numeric(kept, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def of_type(kind: ColumnType, values: "pd.Series[Any]") -> Bools:
    """Which cells are of a type, shape (n,); missing ones may be said to be either."""
    import pandas as pd

    match kind:
        case ColumnType.NUMBER:
            return np.isfinite(numbers_of(values))
        case ColumnType.INTEGER:
            numbers = numbers_of(values)
            whole: Bools = np.isfinite(numbers) & (np.floor(numbers) == numbers)
            return whole
        case ColumnType.BOOLEAN:
            return np.isin(numbers_of(values), [0.0, 1.0])
        case ColumnType.TIME:
            if pd.api.types.is_datetime64_any_dtype(values):
                return np.ones(len(values), dtype=np.bool_)
            times = pd.to_datetime(values.astype(str), errors="coerce", utc=True, format="ISO8601")
            return times.notna().to_numpy(dtype=np.bool_)
        case ColumnType.TEXT:
            return values.map(lambda value: isinstance(value, str)).to_numpy(dtype=np.bool_)
        case ColumnType.CATEGORY:
            return np.ones(len(values), dtype=np.bool_)
