"""Parquet files read once, some rows at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from gonogo.checks.data.declared import (
    Overlap,
    features_of,
    need_columns,
    overlap_settings,
    told_overlap,
)
from gonogo.checks.findings.finding import Finding
from gonogo.checks.inputs.cells import Hashes, fingerprints
from gonogo.checks.inputs.schema import ColumnSpec, Schema
from gonogo.checks.inputs.scored import text_of
from gonogo.checks.streamed.cells import Coded
from gonogo.checks.streamed.data_checks import DataPlan
from gonogo.checks.streamed.model_checks import Plan
from gonogo.checks.streamed.sorted_counts import SortedCounts
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

if TYPE_CHECKING:
    import pandas as pd

ROWS = 1 << 18
"""Rows in memory at a time: with a dozen columns about 30 MB."""
Tell = Callable[[int, int], None]
"""Is told how many rows of how many have passed."""


@dataclass(frozen=True, slots=True)
class Named:
    """Which columns of a scored table hold what."""

    label: str
    score: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """Another dataset, to be compared with, as the Parquet file it is."""

    dataset: str
    """Its address: `dataset:loans@3f2a9c1d2e4f`."""
    source: BinaryIO


def silent(passed: int, rows: int) -> None:
    """Tell nobody."""


def measure_scored_file(
    source: BinaryIO, named: Named, plan: Plan, *, rows: int = ROWS, tell: Tell = silent
) -> list[Finding]:
    """What the checks of `plan` find of a scored table, in one scan of its file.

    The file is Parquet; `rows` of it are in memory at a time. Raises `Invalid` for a file that is
    none, for a column that is not there, and as `Scored` for labels and scores.
    """
    summary = plan.summary()
    columns = list(dict.fromkeys([named.label, named.score, *named.groups]))
    with _opened(source) as file:
        _need(file.schema_arrow.names, named)
    with _opened(source, named.groups) as file:
        for batch in _batches(file, columns, rows, tell):
            summary.update(
                _numbers(batch.column(named.label)),
                _numbers(batch.column(named.score)),
                {name: _coded(batch.column(name)) for name in named.groups},
            )
    return plan.findings(summary)


def measure_data_file(
    source: BinaryIO, plan: DataPlan, *, rows: int = ROWS, tell: Tell = silent
) -> list[Finding]:
    """What the checks of `plan` find of a dataset, in one scan of its file, which is Parquet."""
    summary = plan.summary()
    with _opened(source) as file:
        names = file.schema_arrow.names
        summary.names = tuple(names)
        at = 0
        nullable = _nullable(file)
        for batch in _batches(file, names, rows, tell):
            summary.update(_frame(batch, nullable), at)
            at += batch.num_rows
    return plan.findings(summary)


def measure_overlap_file(
    source: BinaryIO,
    schema: Schema,
    asked: Parameters,
    reference: ReferenceFile,
    *,
    rows: int = ROWS,
) -> Finding:
    """What `data.train_test_overlap` finds of two Parquet files, each scanned once."""
    settings = overlap_settings(asked, reference.dataset)
    features = features_of(schema)
    if not features:
        sizes = [_rows(source), _rows(reference.source)]
        return told_overlap(settings, features, Overlap(sizes[0], sizes[1], 0))
    # The tag says of which file a row is; a row of both has two counts.
    seen, sizes = SortedCounts(np.uint64), []
    for tag, (where, file) in enumerate((("data", source), ("reference", reference.source))):
        keys = _keys(where, file, features, rows)
        sizes.append(sum(_noted(seen, key, tag) for key in keys))
    shared = 0
    for block in seen.blocks():
        again = np.flatnonzero(block.key[1:] == block.key[:-1])
        shared += int(block.count[again].sum())
    return told_overlap(settings, features, Overlap(sizes[0], sizes[1], shared))


def _keys(
    where: str, source: BinaryIO, features: Sequence[ColumnSpec], rows: int
) -> Iterator[Hashes]:
    """The hashes of the rows by their features, some rows at a time."""
    with _opened(source) as file:
        names = file.schema_arrow.names
        need_columns(where, names, features)
        nullable = _nullable(file)
        for batch in _batches(file, [column.name for column in features], rows, silent):
            yield fingerprints(_frame(batch, nullable), features)


def _rows(source: BinaryIO) -> int:
    with _opened(source) as file:
        return int(file.metadata.num_rows)


def _noted(seen: SortedCounts, keys: Hashes, tag: int) -> int:
    seen.add(keys, np.full(keys.size, tag, dtype=np.int64))
    return keys.size


@contextmanager
def _opened(source: BinaryIO, few: Sequence[str] = ()) -> Iterator[Any]:
    """The file as Parquet; raises `Invalid` where it is none, or breaks off.

    Text in the columns `few` is read as few values, and which of them each row has.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source.seek(0)
        with pq.ParquetFile(source, read_dictionary=list(few)) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        first = str(error).partition("\n")[0][:300]
        raise Invalid(field="file", value=first, expected="a Parquet file") from error


def _batches(file: Any, columns: Sequence[str], rows: int, tell: Tell) -> Iterator[Any]:
    passed, total = 0, file.metadata.num_rows
    tell(0, total)
    for batch in file.iter_batches(batch_size=rows, columns=list(columns)):
        yield batch
        passed += batch.num_rows
        tell(passed, total)


def _need(there: Sequence[str], named: Named) -> None:
    """Raise `Invalid` for a column that is not there."""
    wanted = [("label", named.label), ("score", named.score)]
    for field, name in [*wanted, *(("group", group) for group in named.groups)]:
        if name not in there:
            known = ", ".join(there[:20])
            raise Invalid(field=field, value=name, expected=f"a column of the file: {known}")


def _numbers(column: Any) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return found


def _coded(column: Any) -> Coded:
    """A group column as few values and which of them each row has."""
    import pyarrow as pa

    held = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    values = held.dictionary.to_numpy(zero_copy_only=False)
    texts = [text_of(value) for value in values.tolist()] + [text_of(None)]
    # Several values may have the same text, and missing ones have no place among the values.
    names = sorted(set(texts))
    places = np.array([names.index(text) for text in texts], dtype=np.int64)
    codes = held.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return Coded(places[codes], tuple(names))


def _nullable(file: Any) -> frozenset[str]:
    """The columns of whole numbers that miss some anywhere: as a whole they are read as floats."""
    import pyarrow as pa

    schema = file.schema_arrow
    whole = {
        name: at for at, name in enumerate(schema.names) if pa.types.is_integer(schema.types[at])
    }
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    return frozenset(
        name for name, at in whole.items() if any(_misses(one.column(at)) for one in groups)
    )


def _misses(chunk: Any) -> bool:
    """Whether a part of a column misses values, or does not say so."""
    told = chunk.statistics
    return told is None or not told.has_null_count or told.null_count > 0


def _frame(batch: Any, nullable: frozenset[str]) -> "pd.DataFrame":
    """The rows as they would be in a frame of the whole file."""
    import pyarrow as pa

    fields = [
        field.with_type(pa.float64())
        if field.name in nullable or pa.types.is_decimal(field.type)
        else field
        for field in batch.schema
    ]
    table = pa.Table.from_batches([batch]).cast(pa.schema(fields), safe=False)
    frame: pd.DataFrame = table.to_pandas(date_as_object=False, ignore_metadata=True)
    return frame
