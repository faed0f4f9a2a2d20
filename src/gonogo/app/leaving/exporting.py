"""Exporting: everything an installation holds, as open files."""

import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version as version_of_package
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from gonogo.app import mlflow
from gonogo.app.leaving import manifest as manifests
from gonogo.app.leaving.manifest import (
    ARTIFACTS,
    FILES,
    LEDGER,
    MLFLOW_TABLES,
    TABLES,
    UNFINISHED,
    ExportedFile,
    ExportedLedger,
    ExportedMlflow,
    Manifest,
    Progress,
)
from gonogo.app.wiring import Installation
from gonogo.core.caller import SYSTEM
from gonogo.core.chain_file import lines
from gonogo.core.errors import Broken, Invalid
from gonogo.core.times import stamp
from gonogo.integrations.mlflow import moving
from gonogo.integrations.mlflow.keeping import Keeping
from gonogo.store import parquet
from gonogo.store.files import CHUNK
from gonogo.store.migrate import LATEST, VERSION_TABLE
from gonogo.store.work import Work


def export(installation: Installation, folder: Path, progress: Progress) -> Manifest:
    """Write everything into `folder` and tell what it is; raises `Conflict` if it is not empty.

    The database is read in one transaction: the export is one moment of it, also while others
    write. The manifest is written last; an export without one was interrupted.
    """
    manifests.need_empty(folder)
    unfinished = folder / UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        # Hashes of passwords are in it: nobody else's business, as the home.
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        unfinished.mkdir()
        found = _write(installation, unfinished, progress)
        _finish(unfinished, folder, found)
    except OSError as error:
        raise Invalid(
            field="folder",
            value=str(folder),
            expected=f"a folder that can be written and has room ({error.strerror})",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return found


def _write(installation: Installation, to: Path, progress: Progress) -> Manifest:
    settings = installation.settings
    with installation.open_work(SYSTEM, write=False) as work:
        ledger = _write_ledger(work, to / LEDGER, progress)
        tables = dict(_write_tables(work.connection, to / TABLES, progress))
        at = work.now
    _write_files(installation, to / FILES, progress)
    ours = None
    if settings.mlflow_url is None:
        ours = _write_mlflow(mlflow.kept_at(settings), to, progress)
    return Manifest(
        kind="gonogo-export",
        v=1,
        gonogo=version_of_package("gonogo"),
        schema=LATEST,
        at=stamp(at),
        ledger=ledger,
        tables=tables,
        mlflow=ours,
        mlflow_url=settings.mlflow_url,
        files=tuple(_told(to, progress)),
    )


def _write_ledger(work: Work, to: Path, progress: Progress) -> ExportedLedger:
    entries, head = work.ledger.head()
    with to.open("wb") as target:
        for number, line in enumerate(lines(work.ledger.all())):
            target.write(line)
            if number % 1000 == 0:
                progress("Ledger", number, entries)
    return ExportedLedger(entries=entries, head=head)


def _write_tables(
    connection: Connection, to: Path, progress: Progress
) -> Iterator[tuple[str, int]]:
    """Every table but that of migrations, which the manifest tells of; name and rows."""
    to.mkdir(parents=True)
    tables = [table for table in parquet.tables_of(connection) if table.name != VERSION_TABLE]
    for number, table in enumerate(tables):
        progress("Tables", number, len(tables))
        yield table.name, sum(parquet.write(connection, table, to / f"{table.name}.parquet"))


def _write_files(installation: Installation, to: Path, progress: Progress) -> None:
    digests = list(installation.files.all())
    for number, digest in enumerate(digests):
        progress("Files", number, len(digests))
        path = to / "sha256" / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with installation.files.open(digest) as source:
            _copy(source, path)
        if (found := manifests.sha256_of(path)) != digest:
            raise Broken(
                field="file",
                value=found,
                expected=f"bytes whose SHA-256 is {digest}",
                message="A file changed after it was put away; nothing was exported",
            )


def _write_mlflow(keeping: Keeping, to: Path, progress: Progress) -> ExportedMlflow | None:
    with moving.reading(keeping) as connection:
        if connection is None:
            return None
        schema = moving.revision(connection)
        tables = dict(_write_tables(connection, to / MLFLOW_TABLES, progress))
    artifacts = list(moving.artifacts(keeping))
    for number, (name, _) in enumerate(artifacts):
        progress("Artifacts", number, len(artifacts))
        path = to / ARTIFACTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with moving.open_artifact(keeping, name) as source:
            _copy(source, path)
    return ExportedMlflow(schema=schema, tables=tables, artifacts=len(artifacts))


def _copy(source: BinaryIO, to: Path) -> None:
    with to.open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)


def _told(folder: Path, progress: Progress) -> Iterator[ExportedFile]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for number, path in enumerate(paths):
        progress("Digests", number, len(paths))
        yield manifests.told(folder, path)


def _finish(unfinished: Path, folder: Path, found: Manifest) -> None:
    """Move everything to its place, the manifest last, all of it on disk before that."""
    written = unfinished / manifests.NAME
    written.write_text(found.model_dump_json(indent=1, by_alias=True) + "\n", encoding="utf-8")
    os.sync()
    for path in sorted(unfinished.iterdir(), key=lambda path: path.name == manifests.NAME):
        path.rename(folder / path.name)
