"""Tables as Parquet files and back: one file a table, typed, the same on every database.

Tables are taken as they are in the database, not as the code describes them, so that MLflow's own
and those of an older gonogo travel in the same way.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError, SAWarning

from gonogo.core.errors import Invalid
from gonogo.store.search import WORKED_OUT

ROWS = 5000
"""Rows in memory at a time."""


def tables_of(connection: Connection) -> list[Table]:
    """The tables that are there, each behind those it refers to; not the index of searching.

    That is worked out from the ledger, and every database keeps it in a way of its own.
    """
    found = MetaData()
    with warnings.catch_warnings():
        # Indexes over expressions are none of ours to know.
        warnings.simplefilter("ignore", SAWarning)
        found.reflect(connection, only=lambda name, _: name not in WORKED_OUT)
        return list(found.sorted_tables)


def count(connection: Connection, table: Table) -> int:
    """How many rows there are."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def write(connection: Connection, table: Table, target: Path) -> Iterator[int]:
    """Write the rows of `table` as a Parquet file; after each batch, how many it was."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = _columns(table)
    schema = pa.schema(
        [pa.field(column.name, _arrow(column), column.nullable) for column in columns]
    )
    # A document travels as the text that is stored: null within it is not the same as no document.
    query = select(
        *(cast(each, Text) if isinstance(each.type, JSON) else each for each in columns)
    ).order_by(*table.primary_key.columns)
    rows = connection.execute(query, execution_options={"yield_per": ROWS})
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in rows.partitions():
            values = zip(*batch, strict=True)
            arrays = [
                pa.array(list(value), field.type)
                for value, field in zip(values, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            yield len(batch)


def read(connection: Connection, table: Table, source: Path) -> Iterator[int]:
    """Add the rows of a Parquet file to `table`; after each batch, how many it was.

    Raises `Invalid`, naming the file, where they are not rows of this table or the database does
    not take them.
    """
    import pyarrow as pa
    from pyarrow import parquet

    adding = _adding(connection, table)
    own = _references_to_itself(table)
    later: list[dict[str, Any]] = []
    try:
        with parquet.ParquetFile(source) as file:
            _check_columns(table, file.schema_arrow.names, source)
            for batch in file.iter_batches(batch_size=ROWS):
                rows = batch.to_pylist()
                later += _put_off(table, own, rows)
                connection.execute(adding, rows)
                yield len(rows)
        _catch_up(connection, table, own, later)
        _go_on_counting(connection, table)
    except (pa.ArrowException, DataError, IntegrityError) as error:
        said = str(getattr(error, "orig", error)).partition("\n")[0]
        raise Invalid(
            field=source.name, value=said, expected=f"rows that the table {table.name} takes"
        ) from error


def _columns(table: Table) -> list[Column[Any]]:
    """The columns that hold something of their own; others the database works out."""
    return [column for column in table.columns if column.computed is None]


def _arrow(column: Column[Any]) -> Any:
    import pyarrow as pa

    kinds = (
        (Boolean, pa.bool_()),
        (Integer, pa.int64()),
        (Float, pa.float64()),
        (Date, pa.date32()),
        (DateTime, pa.timestamp("us")),
        (LargeBinary, pa.binary()),
    )
    return next((arrow for kind, arrow in kinds if isinstance(column.type, kind)), pa.string())


def _adding(connection: Connection, table: Table) -> Any:
    values: dict[str, Any] = {}
    for column in _columns(table):
        if isinstance(column.type, JSON):
            given = bindparam(column.name, type_=Text)
            # SQLite keeps a document as text, PostgreSQL wants to be told that the text is one.
            sqlite = connection.dialect.name == "sqlite"
            values[column.name] = type_coerce(given, Text) if sqlite else cast(given, column.type)
        else:
            values[column.name] = bindparam(column.name, type_=column.type)
    return insert(table).values(values)


def _check_columns(table: Table, found: Sequence[str], source: Path) -> None:
    wanted = [column.name for column in _columns(table)]
    if set(found) != set(wanted):
        raise Invalid(
            field=source.name,
            value=", ".join(sorted(set(found) ^ set(wanted))),
            expected=f"exactly the columns of the table {table.name}",
        )


def _references_to_itself(table: Table) -> list[str]:
    """Columns that name another row of the same table, which may come later."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _put_off(
    table: Table, own: Sequence[str], rows: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """What `rows` say of other rows of `table`; taken out of them until all are there."""
    for row in rows if own else ():
        if any(row[name] is not None for name in own):
            keys = {f"key_{column.name}": row[column.name] for column in table.primary_key.columns}
            yield keys | {name: row[name] for name in own}
            row.update(dict.fromkeys(own))


def _catch_up(
    connection: Connection, table: Table, own: Sequence[str], later: Sequence[Mapping[str, Any]]
) -> None:
    if later:
        keys = [column == bindparam(f"key_{column.name}") for column in table.primary_key.columns]
        values: dict[str, Any] = {name: bindparam(name) for name in own}
        connection.execute(update(table).where(*keys).values(values), list(later))


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let numbers that PostgreSQL hands out go on behind those that are there."""
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    for column in table.primary_key.columns:
        if not isinstance(column.type, Integer):
            continue
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:name, :column)"),
            {"name": quote(table.name), "column": column.name},
        )
        last = connection.scalar(select(func.max(column)))
        # Numbers begin at 1; MLflow gives its first experiment 0 by hand.
        if sequence is not None and last is not None and last > 0:
            connection.execute(select(func.setval(sequence, last)))
