"""The columns that a model reads and gives, as MLflow's signature says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Column:
    """One column that the model reads or gives."""

    name: str
    type: str
    required: bool


def signature_columns(found: Any) -> tuple[Column, ...]:
    """The columns of one half of a signature, which MLflow writes as JSON in text."""
    try:
        listed = msgspec.json.decode(found) if isinstance(found, str) else found
        return tuple(_column(one) for one in listed or ())
    except (msgspec.DecodeError, AttributeError, TypeError):
        return ()


def _column(found: Mapping[str, Any]) -> Column:
    tensor = found.get("tensor-spec") or {}
    kind = str(found["type"]) if "type" in found else "unknown"
    if tensor:
        shape = " × ".join("n" if size == -1 else str(size) for size in tensor.get("shape", ()))
        kind = f"{tensor.get('dtype', '')} {shape}".strip()
    return Column(str(found.get("name", "")), kind, bool(found.get("required", True)))
