"""What nobody may do through MLflow's own interface: change what is sealed, name the champion."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from gonogo.integrations.mlflow.answers import conflict, forbidden, invalid
from gonogo.integrations.mlflow.endpoints import Endpoint
from gonogo.integrations.mlflow.ports import Seals

CHAMPION = "champion"
"""The alias that only a decision sets."""

VERSION_CALLS = frozenset({"model-versions/delete", "model-versions/transition-stage"})
MODEL_CALLS = frozenset({"registered-models/delete", "registered-models/rename"})
ALIAS_CALL = "registered-models/alias"
EXPERIMENT_CALL = "experiments/create"

GUARDED = VERSION_CALLS | MODEL_CALLS | {ALIAS_CALL, EXPERIMENT_CALL}
"""Calls whose body must be read before they may pass."""

Said = Mapping[str, Any]
"""The body of a call."""


async def check_artifact(path: str, seals: Seals) -> None:
    """Raise `RefusedError` where writing at `path` would change a sealed version."""
    plain = artifact_path(path)
    if await seals.artifact(plain):
        raise conflict(
            f"{plain} belongs to a model version that is registered with gonogo and cannot change. "
            "Register the changed model as a new version."
        )


async def check_call(endpoint: Endpoint, said: Said, seals: Seals) -> None:
    """Raise `RefusedError` where the call is not for people to make."""
    if endpoint.call == EXPERIMENT_CALL:
        check_location(text(said, "artifact_location"))
    elif endpoint.call == ALIAS_CALL:
        if text(said, "alias").strip().casefold() == CHAMPION:
            raise forbidden(
                f"The alias {CHAMPION} is set by a decision alone: open a review of the version "
                "at the gate production."
            )
    elif endpoint.call in VERSION_CALLS:
        name, version = text(said, "name"), text(said, "version")
        if await seals.version(name, version):
            raise conflict(
                f"{name} version {version} is registered with gonogo: it cannot be deleted, and "
                "only a decision moves its stage."
            )
    elif endpoint.call in MODEL_CALLS and await seals.version(text(said, "name"), None):
        raise conflict(
            f"{text(said, 'name')} has versions that are registered with gonogo: it can be "
            "neither deleted nor renamed."
        )


def check_location(location: str) -> None:
    """Raise `RefusedError` where an experiment would keep its artifacts on the client's disk."""
    if location and urlsplit(location).scheme.lower() in {"", "file"}:
        raise invalid(
            f"artifact_location is {location}, a folder that gonogo could not read: leave it out, "
            "or name an object store such as s3://bucket/folder."
        )


def artifact_path(path: str) -> str:
    """The path MLflow will write to when asked for `path`; raises where two readings are possible.

    MLflow decodes what is still encoded and takes `file:` for a prefix; a seal must not be missed
    because its path was spelt in another way.
    """
    decoded = path
    while (again := unquote(decoded)) != decoded:
        decoded = again
    segments = decoded.rstrip("/").split("/")
    spelt = decoded.lower().startswith("file:") or any(c in decoded for c in "\\#\0")
    if spelt or not decoded.isprintable() or any(part in {"", ".", ".."} for part in segments):
        raise invalid(f"Invalid path: {path}")
    return "/".join(segments)


def read_body(body: bytes) -> Said:
    """What a call says, read as MLflow reads it; raises `RefusedError` where it is no object."""
    try:
        said = json.loads(body) if body else {}
        # MLflow still understands old clients that sent their JSON within a JSON string.
        if isinstance(said, str):
            said = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise invalid("The body is not JSON.") from error
    if not isinstance(said, dict):
        raise invalid("The body is not a JSON object.")
    return said


def text(said: Said, *names: str) -> str:
    """The first of these fields that is there, as text; "" where none is."""
    for name in names:
        if said.get(name) is not None:
            return str(said[name])
    return ""
