"""The decision log as tables to ask: Parquet files and unrolled segments together, each row once.

Opened for a case and a period, it stands still: what is written, rolled or deleted meanwhile does
not change the answers. DuckDB reads it within the memory it is given and lets the rest go to disk.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from gonogo.records import orders, places, unrolled
from gonogo.records.columns import SCHEMAS, batch
from gonogo.records.orders import Order

ROWS = 25_000
"""Taken from a segment at a time."""
MEMORY = "512MB"


CLOCK_BACK = timedelta(days=1)
"""By so much a clock may go back while a release is under way."""


@dataclass(frozen=True, slots=True)
class Period:
    """Part of the log: a use case, and when its decisions were taken."""

    case: str | None = None
    """None: all."""
    since: datetime | None = None
    """From then on; None: from the first."""
    until: datetime | None = None
    """Before then; None: to the last."""
    containing: str | None = None
    """Only records that hold this text somewhere need be found: an id, an entity."""


@dataclass(frozen=True, slots=True)
class Log:
    """An opened log; `connection` has the tables decisions, outcomes, latest and exposures.

    Their columns are those of `columns.SCHEMAS` with `case` and `segment`. Decisions and exposures
    are those of the period; outcomes are all of the case: what became of a decision comes late.
    `latest` holds the newest outcome of each decision, without analysts' feedback.
    """

    connection: duckdb.DuckDBPyConnection
    period: Period


@contextmanager
def opened(
    folder: Path, period: Period, *, memory: str = MEMORY, threads: int = 2
) -> Iterator[Log]:
    """The log at `folder`, of `period`."""
    with connected(memory, threads) as connection:
        _fill(connection, folder, period)
        yield Log(connection, period)


@contextmanager
def connected(memory: str = MEMORY, threads: int = 2) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB within so much memory; the rest goes to a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gonogo-log-") as spilled:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": spilled,
            "preserve_insertion_order": False,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield connection
        finally:
            connection.close()


def _fill(connection: duckdb.DuckDBPyConnection, folder: Path, period: Period) -> None:
    for kind in places.KINDS:
        empty = pa.Table.from_batches([], SCHEMAS[kind])
        connection.register("shape", empty)
        connection.execute(
            f"CREATE TABLE live_{kind} AS "  # noqa: S608  # names of ours
            "SELECT *, '' AS \"case\", '' AS segment FROM shape"
        )
        connection.unregister("shape")
    counted = _load_segments(connection, folder, period)
    # A segment that came since then counts the next time: some of its files may be missing yet.
    counted |= {path.stem for path in places.segments(folder)}
    for kind in places.KINDS:
        _view(connection, folder, period, kind, counted)
    connection.execute(LATEST)


LATEST = """
CREATE VIEW latest AS
SELECT decision, "case", became_at, received_at, label, label_type, label_number, value, note,
       token, written_at, segment, position, first_received_at, n_outcomes
FROM (
    SELECT decision, "case", count(*) AS n_outcomes, min(received_at) AS first_received_at,
           arg_max(struct_pack(became_at, received_at, label, label_type, label_number, value, note,
                               token, written_at, segment, position),
                   struct_pack(written_at, segment, position)) AS newest
    FROM outcomes WHERE kind = 'outcome' GROUP BY decision, "case"
) , LATERAL (SELECT unnest(newest)) AS fields
"""


def _load_segments(connection: duckdb.DuckDBPyConnection, folder: Path, period: Period) -> set[str]:
    waiting = list(orders.placed(folder).values())
    read = set()
    for path in places.segments(folder):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue  # rolled meanwhile: its files are all there
        read.add(path.stem)
        if period.containing is not None and period.containing.encode() not in data:
            continue
        only = None if period.case is None else frozenset({period.case})
        found = unrolled.parse(path.name, data, only)
        _load(connection, found, orders.concerning(waiting, path.stem), period)
    return read


def _load(
    connection: duckdb.DuckDBPyConnection,
    found: unrolled.Unrolled,
    heeded: list[Order],
    period: Period,
) -> None:
    first, last = _days(period)
    sought = None if period.containing is None else period.containing.encode()
    for group in sorted(found.groups):
        kind, case, days = group
        day = unrolled.day_text(days)
        if kind != places.OUTCOMES and not (first <= day <= last):
            continue
        for rows in found.rows(group, ROWS, sought):
            kept = [orders.blanked(row, heeded) for row in rows] if heeded else rows
            connection.register("taken", pa.Table.from_batches([batch(kind, kept)]))
            connection.execute(
                f"INSERT INTO live_{kind} SELECT *, ?, ? FROM taken",  # noqa: S608  # a name of ours
                [case, Path(found.name).stem],
            )
            connection.unregister("taken")


def _days(period: Period) -> tuple[str, str]:
    since, until = period.since, period.until
    first = since.astimezone(UTC).date().isoformat() if since else "0000"
    return first, until.astimezone(UTC).date().isoformat() if until else "9999-12-31"


TIMES = {
    places.DECISIONS: "decided_at",
    places.OUTCOMES: "became_at",
    places.EXPOSURES: "shown_at",
}


def _view(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    period: Period,
    kind: str,
    counted: set[str],
) -> None:
    first, last = ("0000", "9999-12-31") if kind == places.OUTCOMES else _days(period)
    files = [
        str(part.path)
        for part in places.parts(folder, kind, period.case, first, last)
        if part.segment not in counted
    ]
    source = f"SELECT * FROM live_{kind}"  # noqa: S608  # a name of ours
    if files:
        names = ", ".join(f'"{name}"' for name in SCHEMAS[kind].names)
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
        # By name: what was added to the log since a file was written is null there.
        source = (
            f'SELECT {names}, "case", segment FROM ({source} UNION ALL BY NAME '  # noqa: S608  # names of ours, quoted paths
            "SELECT *, parse_filename(filename, true) AS segment "
            f"FROM read_parquet([{listed}], hive_partitioning = true, "
            "hive_types_autocast = false, filename = true, union_by_name = true))"
        )
    within = "" if kind == places.OUTCOMES else within_period(TIMES[kind], period)
    connection.execute(f"CREATE VIEW {kind} AS SELECT * FROM ({source}) {within}")  # noqa: S608  # as above


def within_period(column: str, period: Period) -> str:
    """The clause of SQL that keeps rows whose time in `column` is in `period`; may be empty."""
    bounds = []
    if period.since is not None:
        bounds.append(f"{column} >= make_timestamp({microseconds(period.since)})")
    if period.until is not None:
        bounds.append(f"{column} < make_timestamp({microseconds(period.until)})")
    return f"WHERE {' AND '.join(bounds)}" if bounds else ""


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exactly.

    >>> microseconds(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
