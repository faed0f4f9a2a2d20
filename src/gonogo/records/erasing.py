"""Taking out of the log what it says of an entity, and whole days that are past their time.

Files are replaced as a whole, so that a reader sees the old or the new one. The disk may keep the
bytes of a replaced file until it writes over them.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gonogo.core.errors import Invalid
from gonogo.core.times import Clock
from gonogo.records import forgetting, orders, places, unrolled
from gonogo.records.columns import SCHEMAS, conformed
from gonogo.records.log import Period, opened
from gonogo.records.maintaining import maintaining
from gonogo.records.orders import Order
from gonogo.records.places import DECISIONS, EXPOSURES, OUTCOMES, Part
from gonogo.records.replacing import replacing
from gonogo.records.rolling import COMPRESSION, roll_held


@dataclass(frozen=True, slots=True)
class Erased:
    """What was taken out about an entity."""

    decisions: int
    """Records of decisions, shadows' too, without entity, features and reasons now."""
    exposures: int
    """Without entity now."""
    notes: int
    """Of outcomes of those decisions."""
    files: int
    """Parquet files rewritten."""
    waiting: int
    """Decisions and exposures in segments that gateways still write: no reader sees what they say
    any more, and it is taken out when those are rolled."""
    damaged: int
    """Files of unreadable bytes that held its name, and are deleted."""


@dataclass(frozen=True, slots=True)
class Retired:
    """Whole days that were deleted."""

    days: tuple[str, ...]
    """UTC, in order."""
    rows: dict[str, int]
    """By kind: decisions, outcomes, exposures."""
    files: int
    """Parquet files deleted."""


def erase(folder: Path, entity: str, case: str | None = None) -> Erased:
    """Take out what the log at `folder` says of `entity`, in `case` or in all.

    Decisions stay and are counted: their id, time, score and outcome remain. The gateway is told to
    forget what its online features know. Killed in between, run it again: what is done stays done.
    Waits while another process rolls.
    """
    if not entity:
        raise Invalid(field="entity", value=entity, expected="who or what was decided about")
    with maintaining(folder, wait=True):
        forgetting.order(folder, entity, case)
        roll_held(folder)
        unrolled_now = places.segments(folder)
        until = max((unrolled.read(path).last for path in unrolled_now), default=0)
        ids, waiting = _about(folder, entity, case)
        if unrolled_now:
            named = tuple(path.stem for path in unrolled_now)
            orders.place(folder, Order(entity, case, ids, until, named))
        counts = dict.fromkeys(places.KINDS, 0)
        files = 0
        for kind in places.KINDS:
            keys, name = ({entity}, "entity") if kind != OUTCOMES else (set(ids), "decision")
            for part in _parts_with(folder, kind, case, name, keys):
                counts[kind] += _blank(part, name, keys)
                files += 1
        return Erased(
            decisions=counts[DECISIONS],
            exposures=counts[EXPOSURES],
            notes=counts[OUTCOMES],
            files=files,
            waiting=waiting,
            damaged=_delete_damaged(folder, entity),
        )


def retire(folder: Path, days: int, clock: Clock, case: str | None = None) -> Retired:
    """Delete the days that ended more than `days` days ago, in `case` or in all.

    A day is that of a decision, an outcome or an exposure itself, in UTC. What was unreadable goes
    as late as that, by the age of the file. Waits while another process rolls.
    """
    if days < 1:
        raise Invalid(field="days", value=days, expected="1 or more")
    today = clock().astimezone(UTC)
    last = (today - timedelta(days=days + 1)).date().isoformat()
    with maintaining(folder, wait=True):
        roll_held(folder)
        rows = dict.fromkeys(places.KINDS, 0)
        gone: set[str] = set()
        files = 0
        counted = {path.stem for path in places.segments(folder)}
        for kind in places.KINDS:
            for part in places.parts(folder, kind, case, until=last):
                if part.segment not in counted:
                    rows[kind] += pq.read_metadata(part.path).num_rows
                    part.path.unlink()
                    places.sums_path(folder, part).unlink(missing_ok=True)
                    gone.add(part.day)
                    files += 1
            _sweep(folder, kind)
        if case is None:
            _retire_damaged(folder, today - timedelta(days=days + 1))
        return Retired(tuple(sorted(gone)), rows, files)


def retire_damaged(folder: Path, days: int, clock: Clock) -> None:
    """Delete what was unreadable, where it is older than `days` days."""
    _retire_damaged(folder, clock().astimezone(UTC) - timedelta(days=days + 1))


def _about(folder: Path, entity: str, case: str | None) -> tuple[tuple[str, ...], int]:
    """Ids of the decisions about `entity`; how many unrolled records name it."""
    with opened(folder, Period(case, containing=entity)) as log:
        ask = log.connection.execute
        ids = ask("SELECT DISTINCT id FROM decisions WHERE entity = ? ORDER BY id", [entity])
        found = tuple(id_ for (id_,) in ids.fetchall())
        counted = ask(
            "SELECT (SELECT count(*) FROM live_decisions WHERE entity = $1) "
            "+ (SELECT count(*) FROM live_exposures WHERE entity = $1)",
            [entity],
        ).fetchone()
    return found, counted[0] if counted else 0


def _parts_with(
    folder: Path, kind: str, case: str | None, name: str, keys: set[str]
) -> Iterator[Part]:
    """The files in which a row's column `name` is one of `keys`."""
    parts = {str(part.path): part for part in places.parts(folder, kind, case)}
    if not parts or not keys:
        return
    noted = "AND note IS NOT NULL" if kind == OUTCOMES else ""
    with _asking() as connection:
        connection.register("keys", pa.table({"key": pa.array(sorted(keys), pa.string())}))
        found = connection.execute(
            "SELECT DISTINCT filename FROM read_parquet($1, filename = true, "  # noqa: S608  # of ours
            f"hive_partitioning = false) WHERE {name} IN (SELECT key FROM keys) {noted} "
            "ORDER BY filename",
            [list(parts)],
        ).fetchall()
    for (path,) in found:
        yield parts[path]


@contextmanager
def _asking() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2})
    try:
        yield connection
    finally:
        connection.close()


def _blank(part: Part, name: str, keys: set[str]) -> int:
    """Rewrite a file without what its rows say of `keys`; how many rows that were."""
    wanted, blanked, schema = pa.array(sorted(keys), pa.string()), 0, SCHEMAS[part.kind]
    with (
        pq.ParquetFile(part.path) as old,
        replacing(part.path) as draft,
        pq.ParquetWriter(draft, schema, **COMPRESSION) as new,
    ):
        for number in range(old.num_row_groups):
            rows = conformed(old.read_row_group(number), part.kind)
            hit = pc.is_in(rows[name], value_set=wanted)
            if part.kind == OUTCOMES:
                hit = pc.and_(hit, pc.is_valid(rows["note"]))
            blanked += pc.sum(hit).as_py() or 0
            new.write_table(_bare(rows, part.kind, hit))
    return blanked


BLANKS: dict[str, dict[str, object]] = {
    DECISIONS: {"entity": None, "features": "{}", "defaulted": [], "reasons": []},
    OUTCOMES: {"note": None},
    EXPOSURES: {"entity": None},
}


def _bare(rows: pa.Table, kind: str, hit: pa.ChunkedArray) -> pa.Table:
    for name, blank in {**BLANKS[kind], "erased": True}.items():
        field = rows.schema.field(name)
        empty = pa.scalar(blank, field.type)
        rows = rows.set_column(
            rows.schema.get_field_index(name), field, pc.if_else(hit, empty, rows[name])
        )
    return rows


def _delete_damaged(folder: Path, entity: str) -> int:
    deleted = 0
    for path in places.damaged_folder(folder).glob("*@*.*"):
        if entity.encode() in path.read_bytes():
            path.unlink()
            deleted += 1
    return deleted


def _sweep(folder: Path, kind: str) -> None:
    """Remove the folders of days that hold no file any more, drafts of a kill with them."""
    for day in (folder / kind).glob("case=*/day=*"):
        if all(path.name.startswith(".") for path in day.iterdir()):
            shutil.rmtree(day)


def _retire_damaged(folder: Path, before: datetime) -> None:
    for path in places.damaged_folder(folder).glob("*@*.*"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink()
