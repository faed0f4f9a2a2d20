"""Records as columns: the shape of the Parquet files, plain enough for DuckDB and Spark as it is.

Times are timestamps without a zone and mean UTC. Features are JSON text; a number that JSON has no
word for (NaN, infinity) is null there. Case and day stand in the names of folders, as with Hive.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from gonogo.records.places import DECISIONS, EXPOSURES, OUTCOMES
from gonogo.records.record import Decision, Exposure, Outcome, Record


class Row(NamedTuple):
    """A record with its place in the log."""

    position: int
    """Offset of its frame in the segment."""
    written: int
    """When the log wrote it, microseconds since 1970; never goes back within a worker."""
    record: Record
    erased: bool = False
    """Whether what it said of a person was taken out on request."""


_text, _whole, _number = pa.string(), pa.int64(), pa.float64()
_time, _texts, _numbers = pa.timestamp("us"), pa.list_(pa.string()), pa.list_(pa.float64())
_END = [("written_at", _time), ("position", _whole), ("erased", pa.bool_())]

SCHEMAS = {
    DECISIONS: pa.schema(
        [
            ("id", _text),
            ("decided_at", _time),
            ("entity", _text),
            ("arm", _text),
            ("role", _text),
            ("kind", _text),
            ("snapshot", _whole),
            ("release", _text),
            ("model", _text),
            ("code", _text),
            ("propensity", _number),
            ("features", _text),
            ("defaulted", _texts),
            ("score", _number),
            ("outcome", _text),
            ("reasons", _texts),
            ("rule", _text),
            ("latency_us", _whole),
            ("error", _text),
            ("token", _text),
            *_END,
            ("probability", _number),
            ("conformal_set", _texts),
            ("conformal_interval", _numbers),
            ("coverage", _number),
        ]
    ),
    OUTCOMES: pa.schema(
        [
            ("decision", _text),
            ("became_at", _time),
            ("received_at", _time),
            ("label", _text),
            ("label_type", _text),
            ("label_number", _number),
            ("value", _number),
            ("kind", _text),
            ("note", _text),
            ("token", _text),
            *_END,
        ]
    ),
    EXPOSURES: pa.schema(
        [
            ("flag", _text),
            ("shown_at", _time),
            ("entity", _text),
            ("variant", _text),
            ("snapshot", _whole),
            ("token", _text),
            *_END,
        ]
    ),
}
"""By kind; case and day are in the path.

New columns are added at the end: files that were written before do not have them, which is null.
"""

KIND_OF: dict[type, str] = {Decision: DECISIONS, Outcome: OUTCOMES, Exposure: EXPOSURES}

_json = msgspec.json.Encoder(order="deterministic").encode
_SAME = {"token", "entity", "arm", "role", "kind", "snapshot", "release", "model", "code"} | {
    "propensity",
    "defaulted",
    "outcome",
    "reasons",
    "rule",
    "latency_us",
    "error",
    "probability",
    "conformal_set",
    "conformal_interval",
    "coverage",
    "id",
    "decision",
    "note",
    "flag",
    "variant",
}
"""Columns that are called as the field is, and hold what it holds."""


def batch(kind: str, rows: Sequence[Row]) -> pa.RecordBatch:
    """`rows`, all of one kind, as columns."""
    records = [row.record for row in rows]
    found = {name: [getattr(record, name) for record in records] for name in _same(kind)}
    for name, value in _COMPUTED[kind].items():
        found[name] = [value(record) for record in records]
    found["written_at"] = [row.written for row in rows]
    found["position"] = [row.position for row in rows]
    found["erased"] = [row.erased for row in rows]
    schema = SCHEMAS[kind]
    return pa.RecordBatch.from_arrays(
        [_array(found[field.name], field.type) for field in schema], schema=schema
    )


def conformed(rows: pa.Table, kind: str) -> pa.Table:
    """`rows` of a file with all columns that its kind has today; those it lacks are null."""
    for place, field in enumerate(SCHEMAS[kind]):
        if field.name not in rows.schema.names:
            rows = rows.add_column(place, field, pa.nulls(rows.num_rows, field.type))
    return rows


def _same(kind: str) -> Iterable[str]:
    return (name for name in SCHEMAS[kind].names if name in _SAME)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if kind == _time:
        return pa.array(values, _whole).cast(_time)
    return pa.array(values, kind)


def finite(value: float | None) -> float | None:
    """`value`, and None where it is no finite number."""
    return value if value is not None and math.isfinite(value) else None


def label_text(label: str | float | bool | None) -> str | None:
    """A label as text that `label_of` reads again."""
    if label is None or isinstance(label, str):
        return label
    return repr(label).lower() if isinstance(label, bool) else repr(label)


def label_type(label: str | float | bool | None) -> str | None:
    """text, boolean, integer or number."""
    match label:
        case None:
            return None
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case _:
            return "text"


def label_of(text: str | None, kind: str | None) -> str | float | int | bool | None:
    """The label that `label_text` and `label_type` were said of."""
    match kind, text:
        case "boolean", _:
            return text == "true"
        case "integer", str():
            return int(text)
        case "number", str():
            return float(text)
        case _:
            return text


def _label_number(label: str | float | bool | None) -> float | None:
    return None if label is None or isinstance(label, str) else finite(float(label))


_COMPUTED: dict[str, dict[str, Callable[[Any], Any]]] = {
    DECISIONS: {
        "decided_at": lambda record: record.at,
        "features": lambda record: _json(record.features).decode(),
        "score": lambda record: finite(record.score),
    },
    OUTCOMES: {
        "became_at": lambda record: record.at,
        "received_at": lambda record: record.received,
        "label": lambda record: label_text(record.label),
        "label_type": lambda record: label_type(record.label),
        "label_number": lambda record: _label_number(record.label),
        "value": lambda record: finite(record.value),
    },
    EXPOSURES: {"shown_at": lambda record: record.at},
}
