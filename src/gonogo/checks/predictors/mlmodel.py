"""MLflow's own file in a model folder: the signature, read without MLflow and without running."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid

MLMODEL = "MLmodel"
"""The file's name."""
LARGEST = 1 << 22
"""Bytes an MLmodel file may have; a real one has a thousand."""
TYPES = frozenset({"boolean", "integer", "long", "float", "double", "string", "datetime"})
"""The column types that a signature can name."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One input column."""

    name: str
    type: str
    """As MLflow writes it: double, float, long, integer, boolean, string, datetime."""
    required: bool = True
    """Whether a value must be there."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """What the MLmodel file says."""

    signature: Mapping[str, Json]
    """`inputs` and `outputs`, each a list as MLflow writes it; empty where there is none."""
    data: tuple[str, ...]
    """Where its flavours say the model's file is."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """The input columns in their order; none where the signature names none."""
        inputs = self.signature.get("inputs")
        if not isinstance(inputs, list):
            return ()
        named = [one for one in inputs if isinstance(one, Mapping) and one.get("name")]
        return tuple(_feature(one) for one in named if one.get("type") in TYPES)


def read_mlmodel(folder: Path) -> ModelFolder:
    """What the MLmodel file in `folder` says, nothing where there is none; raises `Invalid`."""
    path = folder / MLMODEL
    if not path.is_file():
        return ModelFolder({}, ())
    if path.stat().st_size > LARGEST:
        raise _wrong(f"{path.stat().st_size:,} bytes")
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong("unreadable") from error
    if not isinstance(found, Mapping):
        raise _wrong(type(found).__name__)
    return ModelFolder(_signature(found.get("signature")), _data(found.get("flavors")))


def _feature(found: Mapping[str, Json]) -> Feature:
    return Feature(str(found["name"]), str(found["type"]), found.get("required") is not False)


def _signature(found: object) -> dict[str, Json]:
    if not isinstance(found, Mapping):
        return {}
    return {side: _columns(found[side]) for side in ("inputs", "outputs") if found.get(side)}


def _columns(text: object) -> list[Json]:
    try:
        columns: Any = json.loads(text) if isinstance(text, str) else None
    except (json.JSONDecodeError, RecursionError) as error:
        raise _wrong("a signature that is no JSON") from error
    if not isinstance(columns, list):
        raise _wrong("a signature that is no list of columns")
    return columns


def _data(flavours: object) -> tuple[str, ...]:
    if not isinstance(flavours, Mapping):
        return ()
    names = (
        flavour.get(key)
        for flavour in flavours.values()
        if isinstance(flavour, Mapping)
        for key in ("pickled_model", "data", "model_path")
    )
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _wrong(value: str) -> Invalid:
    return Invalid(field="model", value=f"{MLMODEL}: {value}", expected="MLflow's own YAML")
