"""What nobody may do through MLflow's own interface: change what is sealed, name the champion."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from gonogo.integrations.mlflow.answers import conflict, forbidden, invalid
from gonogo.integrations.mlflow.endpoints import Endpoint
from gonogo.integrations.mlflow.ports import Caller, Seals

CHAMPION = "champion"
"""The alias that only a decision sets."""

VERSION_CALLS = frozenset({"model-versions/delete", "model-versions/transition-stage"})
MODEL_CALLS = frozenset({"registered-models/delete", "registered-models/rename"})
ALIAS_CALL = "registered-models/alias"
EXPERIMENT_CALL = "experiments/create"
SOURCE_CALL = "model-versions/create"

STORES = frozenset({"s3", "gs", "wasbs", "abfss", "mlflow-artifacts"})
"""Schemes of places that lie neither on a machine's disk nor on a host that a caller names."""
SOURCES = STORES | {"runs", "models"}
"""Schemes of where a new version may be said to lie; the server itself checks those it resolves."""

GUARDED = VERSION_CALLS | MODEL_CALLS | {ALIAS_CALL, EXPERIMENT_CALL, SOURCE_CALL}
"""Calls whose body must be read before they may pass."""

Said = Mapping[str, Any]
"""The body of a call."""


RUN_FIELDS = ("run_id", "runId", "run_uuid", "runUuid")
"""Names by which a call may say which run it is about."""
RUN_ID = re.compile("[0-9a-f]{32}")


async def check_artifact(path: str, seals: Seals, caller: Caller) -> None:
    """Raise `RefusedError` where writing at `path` would change a sealed version.

    And where it lies among the artifacts of a run that is not `caller`'s to write to.
    """
    plain = artifact_path(path)
    runs = frozenset(filter(RUN_ID.fullmatch, plain.split("/")))
    if runs and (why := await seals.refuses(caller, runs, None)) is not None:
        raise forbidden(f"You may not write there: that needs {why}.")
    if await seals.artifact(plain):
        raise conflict(
            f"{plain} belongs to a model version that is registered with gonogo and cannot change. "
            "Register the changed model as a new version."
        )


async def check_call(endpoint: Endpoint, said: Said, seals: Seals) -> None:
    """Raise `RefusedError` where the call is not for people to make."""
    if endpoint.call == EXPERIMENT_CALL:
        # MLflow takes a field by either of its names.
        check_location(text(said, "artifact_location", "artifactLocation"))
    elif endpoint.call == SOURCE_CALL:
        check_source(text(said, "source"))
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


async def check_place(endpoint: Endpoint, said: Said, seals: Seals, caller: Caller) -> None:
    """Raise `RefusedError` where the call writes to a use case that is not `caller`'s."""
    runs = frozenset(str(said[name]) for name in RUN_FIELDS if said.get(name) is not None)
    of_model = endpoint.call.startswith(("model-versions/", "registered-models/"))
    model = text(said, "name") or None if of_model else None
    if (why := await seals.refuses(caller, runs, model)) is not None:
        raise forbidden(f"You may not write there: that needs {why}.")


def check_location(location: str) -> None:
    """Raise `RefusedError` where an experiment would keep its artifacts out of gonogo's reach.

    That is on somebody's disk, this machine's among them, and on hosts of the caller's choice.
    """
    if location and not _lies_in(STORES, location):
        raise invalid(
            f"artifact_location is {location}, a folder that gonogo could not read: leave it out, "
            "or name an object store such as s3://bucket/folder."
        )


def check_source(source: str) -> None:
    """Raise `RefusedError` where a version would be said to lie out of gonogo's reach.

    A source without a scheme is left to MLflow: prompts have one that names nothing, and paths on
    a disk it refuses itself.
    """
    if scheme_of(source) and not _lies_in(SOURCES, source):
        raise invalid(
            f"source is {source}, a place that gonogo does not read: log the model to a run, or "
            "name an object store such as s3://bucket/folder."
        )


def scheme_of(place: str) -> str:
    """The scheme of an address, in small letters; "" for a path, "?" for what is no address.

    >>> scheme_of("S3://bucket/folder"), scheme_of("/srv/models"), scheme_of("s3://[")
    ('s3', '', '?')
    """
    try:
        return urlsplit(place).scheme.lower()
    except ValueError:
        return "?"


def _lies_in(schemes: frozenset[str], place: str) -> bool:
    # Libraries read "a::b" as one place within another, of whatever kind.
    plain = "::" not in place and ".." not in place.split("/")
    return plain and scheme_of(place) in schemes


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
