"""Closed segments become Parquet files by kind, case and day: once, however often it is killed.

The files of a segment bear its name, and the segment goes last, in one step. While it is there it
counts and its files do not (`reading`); once it is gone they do. Rolling it again writes the same
files again.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from gonogo.records import orders, part_sums, places, unrolled
from gonogo.records.columns import SCHEMAS, batch
from gonogo.records.maintaining import maintaining
from gonogo.records.orders import Order
from gonogo.records.places import Part
from gonogo.records.replacing import replacing
from gonogo.records.segment_file import closed, sync_folder
from gonogo.records.unrolled import Group, Unrolled, day_text

ROWS = 25_000
"""Of a group of rows: what is in memory at a time, besides a segment."""
COMPRESSION = {"compression": "zstd", "compression_level": 3, "write_page_checksum": True}


@dataclass(frozen=True, slots=True)
class Damaged:
    """Bytes of a segment that could not be read; they are kept aside."""

    segment: str
    """Name of the segment, without its ending."""
    offset: int
    """Where they were in it."""
    size: int
    tail: bool
    """Whether they stood at its end: what a kill in the middle of a write leaves behind, never
    acknowledged."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a pass of rolling did."""

    segments: int
    """That were closed, and are gone now."""
    records: dict[str, int]
    """Written, by kind: decisions, outcomes, exposures."""
    files: int
    """Parquet files written."""
    damages: tuple[Damaged, ...]
    """What could not be read; all else was."""
    unknown: tuple[str, ...]
    """Names of segments that a later version wrote: left as they are."""
    open: int
    """Segments that somebody still writes."""


def roll(folder: Path) -> Rolled:
    """Turn the closed segments of the log at `folder` into Parquet files.

    Raises `Conflict` where another process does, and `OSError` where the disk takes no more:
    nothing is lost then, and the next pass goes on.
    """
    with maintaining(folder, wait=False):
        return roll_held(folder)


def roll_held(folder: Path) -> Rolled:
    """As `roll`, within `maintaining`."""
    counts: Counter[str] = Counter()
    records: Counter[str] = Counter()
    damages: list[Damaged] = []
    unknown = []
    waiting = list(orders.placed(folder).values())
    for path in places.segments(folder):
        if not closed(path):
            counts["open"] += 1
            continue
        found = unrolled.read(path)
        if found.unknown is not None:
            unknown.append(path.stem)
            continue
        heeded = orders.concerning(waiting, path.stem)
        for group in sorted(found.groups):
            counts["files"] += 1
            records[group[0]] += _write(folder, found, group, heeded)
        damages += _keep_damaged(folder, found)
        path.unlink()
        sync_folder(path.parent)
        counts["segments"] += 1
    if waiting:
        orders.clear(folder, {path.stem for path in places.segments(folder)})
    return Rolled(
        segments=counts["segments"],
        records={kind: records[kind] for kind in places.KINDS},
        files=counts["files"],
        damages=tuple(damages),
        unknown=tuple(unknown),
        open=counts["open"],
    )


def damaged(folder: Path) -> list[Damaged]:
    """What could not be read of segments that are rolled, as it is kept aside."""
    found = []
    for path in sorted(places.damaged_folder(folder).glob("*@*.*")):
        segment, _, offset = path.stem.partition("@")
        found.append(Damaged(segment, int(offset), path.stat().st_size, path.suffix == ".tail"))
    return found


def _write(folder: Path, found: Unrolled, group: Group, heeded: list[Order]) -> int:
    kind, case, days = group
    path = places.part_path(folder, kind, case, day_text(days), Path(found.name).stem)
    written = 0
    with replacing(path) as draft, pq.ParquetWriter(draft, SCHEMAS[kind], **COMPRESSION) as writer:
        for rows in found.rows(group, ROWS):
            kept = [orders.blanked(row, heeded) for row in rows] if heeded else rows
            writer.write_batch(batch(kind, kept))
            written += len(kept)
    if kind == places.DECISIONS:
        part_sums.keep(folder, Part(path, kind, case, day_text(days), Path(found.name).stem))
    return written


def _keep_damaged(folder: Path, found: Unrolled) -> list[Damaged]:
    kept = []
    for offset, size, tail in found.damages:
        segment = Path(found.name).stem
        ending = "tail" if tail else "bytes"
        path = places.damaged_folder(folder) / f"{segment}@{offset}.{ending}"
        with replacing(path) as draft:
            draft.write_bytes(found.data[offset : offset + size])
        kept.append(Damaged(segment, offset, size, tail))
    return kept
