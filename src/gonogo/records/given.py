"""The newest decisions whose id a client gave: asked again, a gateway that restarted knows them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa

from gonogo.core.errors import Unavailable
from gonogo.records import orders, places
from gonogo.records.columns import SCHEMAS, Row
from gonogo.records.frames import Damage, scan
from gonogo.records.log import connected
from gonogo.records.orders import Order
from gonogo.records.places import DECISIONS
from gonogo.records.reading import COLUMNS, decision_of
from gonogo.records.record import Decision, Record

LARGEST = 64 * 2**20
"""Bytes of segments that are read: where nobody rolls them there may be any number."""

_record = msgspec.msgpack.Decoder(Record).decode


def newest(
    folder: Path, worker: str, since: int, most: int, *, largest: int = LARGEST
) -> list[Decision]:
    """The last of them that `worker` wrote since then, at most so many; the oldest comes first.

    `since`: microseconds since 1970. Decisions of models that are served elsewhere are not meant:
    no gateway answered with them. Raises `Unavailable` where a file cannot be read.
    """
    found: list[Decision] = []
    read, size = set(), 0
    waiting = list(orders.placed(folder).values())
    own = [one for one in places.segments(folder) if places.worker_of(one.name) == worker]
    for path in reversed(own):
        if len(found) >= most or size >= largest:
            break
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue  # rolled meanwhile: its files are all there
        read.add(path.stem)
        size += len(data)
        some = list(_of(data, orders.concerning(waiting, path.stem), since))
        found = some + found
    if len(found) < most and size < largest:
        # Names of segments are read again: what came since then counts there, not here.
        skipped = read | {path.stem for path in places.segments(folder)}
        found = _rolled(folder, worker, since, most - len(found), skipped) + found
    return found[-most:]


def made_by_gateway(id_: str, at: int) -> bool:
    """Whether a gateway made the id of a decision at `at`: it begins with that time.

    >>> made_by_gateway("0660cae998e9ab2b26d9631528b90b16", 0x0660CAE998E9AB)
    True
    >>> made_by_gateway("order-7", 7)
    False
    """
    return len(id_) == 32 and id_.startswith(f"{at:014x}")


def _of(data: bytes, heeded: list[Order], since: int) -> Iterator[Decision]:
    for frame in scan(data):
        if isinstance(frame, Damage) or frame.written < since:
            continue
        try:
            record = _record(frame.payload)
        except msgspec.DecodeError:
            continue
        if not isinstance(record, Decision) or not _meant(record):
            continue
        row = orders.blanked(Row(frame.offset, frame.written, record), heeded)
        if isinstance(row.record, Decision):
            yield row.record


def _meant(record: Decision) -> bool:
    ours = record.role == "live" and record.snapshot > 0
    return ours and not made_by_gateway(record.id, record.at)


GIVEN = """
d.role = 'live' AND d.snapshot > 0 AND d.written_at >= make_timestamp(?)
AND NOT (length(d.id) = 32 AND starts_with(d.id, printf('%014x', epoch_us(d.decided_at))))
"""


def _rolled(folder: Path, worker: str, since: int, most: int, skipped: set[str]) -> list[Decision]:
    # A decision's day is that of its own clock, which may have gone back since.
    first = datetime.fromtimestamp(max(since / 1e6 - 86_400, 0), UTC).date().isoformat()
    files = [
        str(part.path)
        for part in places.parts(folder, DECISIONS, since=first)
        if part.segment not in skipped and places.worker_of(f"{part.segment}.seg") == worker
    ]
    if not files:
        return []
    query = (
        f"SELECT {COLUMNS} FROM (FROM shape UNION ALL BY NAME "  # noqa: S608  # of ours
        "FROM read_parquet(?, hive_partitioning = true, "
        f"hive_types_autocast = false, union_by_name = true)) d WHERE {GIVEN} "
        "ORDER BY d.written_at DESC, d.position DESC LIMIT ?"
    )
    try:
        with connected() as connection:
            # What files of before lack is null.
            connection.register("shape", pa.Table.from_batches([], SCHEMAS[DECISIONS]))
            answer = connection.execute(query, [files, since, most])
            names = [column[0] for column in answer.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    except duckdb.Error as error:
        raise Unavailable(
            field="decision log", value=str(error)[:200], expected="files that can be read"
        ) from error
    return [decision_of(row) for row in reversed(rows)]
