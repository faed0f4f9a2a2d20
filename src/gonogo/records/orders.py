"""Erasures that wait: what an open segment says of an entity is taken out when it is rolled."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from gonogo.records.columns import Row
from gonogo.records.record import Decision, Exposure, Outcome
from gonogo.records.segment_file import sync_folder


class Order(msgspec.Struct, frozen=True):
    """To blank what some segments say of an entity."""

    entity: str
    case: str | None
    """None: in all use cases."""
    decisions: tuple[str, ...]
    """Ids of decisions about it: notes of their outcomes go too."""
    until: int
    """Stamp of the last record that was there then; what comes later is not meant."""
    segments: tuple[str, ...]
    """Names of the segments that were open; the order ends with the last of them."""


def blanked(row: Row, orders: Iterable[Order]) -> Row:
    """`row` without what any of `orders` wants out."""
    record = row.record
    for order in orders:
        if row.written > order.until or order.case not in {None, record.case}:
            continue
        match record:
            case Decision() if record.entity == order.entity:
                return _bare(row, entity=None, features={}, defaulted=(), reasons=())
            case Exposure() if record.entity == order.entity:
                return _bare(row, entity=None)
            case Outcome() if record.note is not None and record.decision in order.decisions:
                return _bare(row, note=None)
            case _:
                continue
    return row


def _bare(row: Row, **without: Any) -> Row:
    return row._replace(record=msgspec.structs.replace(row.record, **without), erased=True)


def _folder(folder: Path) -> Path:
    return folder / "erasing"


def place(folder: Path, order: Order) -> None:
    """Keep `order` until the segments that it names are rolled."""
    within = _folder(folder)
    within.mkdir(exist_ok=True)
    text = msgspec.json.encode(order)
    path = within / f"{hashlib.sha256(text).hexdigest()[:32]}.json"
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(within)


def placed(folder: Path) -> dict[Path, Order]:
    """The orders that wait, by where they are kept."""
    within = _folder(folder)
    if not within.is_dir():
        return {}
    paths = sorted(within.glob("*.json"))
    return {path: msgspec.json.decode(path.read_bytes(), type=Order) for path in paths}


def concerning(orders: Iterable[Order], segment: str) -> list[Order]:
    """Those that the segment of this name must heed."""
    return [order for order in orders if segment in order.segments]


def clear(folder: Path, there: set[str]) -> None:
    """Forget the orders none of whose segments is among those that are `there`."""
    for path, order in placed(folder).items():
        if not there & set(order.segments):
            path.unlink()
