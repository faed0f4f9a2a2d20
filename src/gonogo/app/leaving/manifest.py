"""What an export holds: its manifest, written last, against which every file is checked."""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gonogo.core.errors import Conflict, Invalid, NotFound

NAME = "manifest.json"
LEDGER = "ledger.jsonl"
TABLES = "tables"
FILES = "files"
MLFLOW_TABLES = "mlflow/tables"
ARTIFACTS = "mlflow/artifacts"

TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is, and how much there is in all."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExportedFile(_Strict):
    """A file of an export."""

    path: str
    """Below the export's folder, with slashes."""
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class ExportedLedger(_Strict):
    """Where the ledger ended."""

    entries: int = Field(ge=0)
    head: str = Field(pattern=r"^[0-9a-f]{64}$")


class ExportedMlflow(_Strict):
    """gonogo's own MLflow."""

    schema_: str = Field(alias="schema")
    """How far MLflow's migrations had come."""
    tables: dict[str, int]
    """Rows of each table."""
    artifacts: int = Field(ge=0)


class Manifest(_Strict):
    """Everything an export holds."""

    kind: Literal["gonogo-export"]
    v: Literal[1]
    gonogo: str
    """Version of the program that wrote it."""
    schema_: str = Field(alias="schema", pattern=r"^[0-9]{4}$")
    """Migration up to which the tables had come."""
    at: str
    ledger: ExportedLedger
    tables: dict[str, int]
    """Rows of each table."""
    mlflow: ExportedMlflow | None
    """None where MLflow is a server of its own, or was never used."""
    mlflow_url: str | None
    """GONOGO_MLFLOW_URL, where that was set: a server of its own, which is not exported."""
    files: tuple[ExportedFile, ...]

    def below(self, folder: str) -> Iterator[ExportedFile]:
        """The files below a folder of the export."""
        return (file for file in self.files if file.path.startswith(f"{folder}/"))


def read(folder: Path) -> Manifest:
    """The manifest of an export; raises `NotFound`, or `Invalid` naming what is wrong with it."""
    path = folder / NAME
    try:
        found = Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise NotFound(
            field="folder",
            value=str(folder),
            expected=f"a folder that `gonogo export` wrote to its end, with {NAME}",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(
            field=f"{NAME}: {'.'.join(map(str, first['loc']))}",
            value=None if first["type"] == "missing" else first.get("input"),
            expected=first["msg"],
        ) from error
    _check_shape(found)
    return found


def _check_shape(manifest: Manifest) -> None:
    """Every file has its place, every table its file, and nothing is named twice."""
    named = [file.path for file in manifest.files]
    for path in named:
        parts = PurePosixPath(path).parts
        if path != "/".join(parts) or path.startswith("/") or ".." in parts or "\\" in path:
            raise _wrong(path, "a path below the export's folder")
    if len(set(named)) != len(named):
        raise _wrong(NAME, "each file once")
    tables = [(TABLES, name) for name in manifest.tables]
    tables += [(MLFLOW_TABLES, name) for name in manifest.mlflow.tables] if manifest.mlflow else []
    wanted = [f"{folder}/{name}.parquet" for folder, name in tables if TABLE.fullmatch(name)]
    for path in [LEDGER, *wanted]:
        if path not in named:
            raise _wrong(path, f"to be named in {NAME}")


def check_files(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Compare every file with the manifest; raises `Invalid` naming the first that differs."""
    total, done = sum(file.bytes for file in manifest.files), 0
    for file in manifest.files:
        path = folder / file.path
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            raise _wrong(file.path, "a file of the export; it is missing")
        if (size := path.stat().st_size) != file.bytes:
            raise _wrong(file.path, f"{file.bytes:,} bytes; it has {size:,}")
        if (found := sha256_of(path)) != file.sha256:
            raise _wrong(file.path, f"SHA-256 {file.sha256[:12]}…; its bytes have {found[:12]}…")
        done += file.bytes
        progress("Checking the export", done, total)


def told(folder: Path, path: Path) -> ExportedFile:
    """A file of the export as its manifest names it."""
    return ExportedFile(
        path=path.relative_to(folder).as_posix(),
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
    )


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def need_empty(folder: Path) -> None:
    """Go on if nothing is in `folder`, or there is none; raises `Conflict`."""
    try:
        found = [] if not folder.exists() else sorted(path.name for path in folder.iterdir())
    except NotADirectoryError as error:
        raise Conflict(field="folder", value=str(folder), expected="a folder") from error
    if [name for name in found if name != UNFINISHED]:
        raise Conflict(
            field="folder",
            value=str(folder),
            expected=f"an empty folder, or one that is not there yet; this holds {found[0]}",
        )


UNFINISHED = ".unfinished"
"""Folder within an export that holds everything until it is complete."""


def _wrong(path: str, expected: str) -> Invalid:
    return Invalid(field=path, expected=expected, message="This is not what was exported")
