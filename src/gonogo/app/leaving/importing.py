"""Importing: an equal installation of what another one exported, or none at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from gonogo.app import interrupted, mlflow
from gonogo.app.leaving import manifest as manifests
from gonogo.app.leaving.manifest import (
    ARTIFACTS,
    FILES,
    LEDGER,
    MLFLOW_TABLES,
    TABLES,
    Manifest,
    Progress,
)
from gonogo.app.private import make_home
from gonogo.app.settings import Settings
from gonogo.core.caller import SYSTEM
from gonogo.core.chain import Entry
from gonogo.core.chain_file import read_entry, verify_lines
from gonogo.core.errors import Broken, Conflict, Invalid
from gonogo.core.times import Clock
from gonogo.domain.hypotheses import library
from gonogo.integrations.mlflow import moving
from gonogo.integrations.mlflow.keeping import Keeping
from gonogo.store import parquet
from gonogo.store.engine import make_engine
from gonogo.store.files import Files
from gonogo.store.ledger import Ledger
from gonogo.store.migrate import LATEST, upgrade, version
from gonogo.store.work import Work, open_work

OF_THE_LEDGER = frozenset({"ledger", "ledger_head"})
"""Tables that are made from the ledger's own file."""

SEARCHED = "0002"
"""The schema since which there is an index to search; older ones get it by their migration."""


def import_(settings: Settings, folder: Path, clock: Clock, progress: Progress) -> Manifest:
    """Make the installation that `settings` describe equal to the one exported to `folder`.

    Everything is checked before anything is written, and the database is filled in one transaction,
    last: until its end there is no installation, however the import is interrupted. Raises
    `Invalid` naming the file that is not what was exported, `Conflict` where something is there.
    """
    found = manifests.read(folder)
    if found.schema_ > LATEST:
        raise Conflict(
            field="schema",
            value=found.schema_,
            expected=f"{LATEST} or older; install gonogo {found.gonogo} or later",
            message="A newer gonogo wrote this export",
        )
    make_home(settings.home)
    engine = make_engine(settings.database_url)
    try:
        if _was_complete(settings, engine, found):
            return found
        _need_empty(settings, engine)
        manifests.check_files(folder, found, progress)
        _check_ledger(folder, found)
        upgrade(engine, found.schema_)
        with (
            interrupted.marked(settings),
            _files(settings, folder, found, progress),
            _mlflow(settings, folder, found, progress),
            open_work(engine, SYSTEM, clock) as work,
        ):
            _fill(work, folder, found, progress)
        upgrade(engine)
    finally:
        engine.dispose()
    return found


def _was_complete(settings: Settings, engine: Engine, found: Manifest) -> bool:
    """Whether an import of the same had written everything when it was killed.

    The database comes last and at once, so that its head tells.
    """
    if not interrupted.is_marked(settings) or not found.ledger.entries or version(engine) is None:
        return False
    with engine.connect() as connection:
        complete = Ledger(connection).head() == (found.ledger.entries, found.ledger.head)
    if complete:
        interrupted.forget(settings)
    return complete


def _need_empty(settings: Settings, engine: Engine) -> None:
    if version(engine) is not None:
        with engine.connect() as connection:
            entries, _ = Ledger(connection).head()
        if entries:
            raise Conflict(
                field="GONOGO_DATABASE_URL",
                value=engine.url.render_as_string(hide_password=True),
                expected=f"a database without an installation; this has {entries:,} entries",
            )
    used = settings.mlflow_url is None and moving.is_used(mlflow.kept_at(settings))
    if used and not interrupted.is_marked(settings):
        raise Conflict(
            field="GONOGO_HOME",
            value=str(settings.home),
            expected="a home whose MLflow has neither runs nor models nor artifacts",
        )


def _check_ledger(folder: Path, found: Manifest) -> None:
    with (folder / LEDGER).open("rb") as source:
        verified = verify_lines(source)
    if verified.broken is not None:
        raise Broken(
            field=LEDGER,
            value=verified.broken.position,
            expected=f"a ledger that verifies; {verified.broken.reason}",
        )
    if (verified.entries, verified.head) != (found.ledger.entries, found.ledger.head):
        raise Broken(
            field=LEDGER,
            value=f"{verified.entries} entries, head {verified.head[:12]}",
            expected=f"{found.ledger.entries} entries, head {found.ledger.head[:12]}",
        )


@contextmanager
def _files(settings: Settings, folder: Path, found: Manifest, progress: Progress) -> Iterator[None]:
    """The files put away; those that are new are taken back where the block fails."""
    files = Files(settings.files)
    wanted = list(found.below(FILES))
    new: list[str] = []
    try:
        for number, file in enumerate(wanted):
            progress("Files", number, len(wanted))
            digest = file.path.rpartition("/")[2]
            if digest != file.sha256:
                raise Invalid(field=file.path, expected=f"to be named {file.sha256}")
            if not files.has(digest):
                new.append(digest)
                with (folder / file.path).open("rb") as source:
                    files.put(source)
        yield
    except BaseException:
        for digest in new:
            files.discard(digest)
        raise


@contextmanager
def _mlflow(
    settings: Settings, folder: Path, found: Manifest, progress: Progress
) -> Iterator[None]:
    """MLflow filled; empty again where the block fails."""
    if found.mlflow is None or settings.mlflow_url is not None:
        yield
        return
    keeping = mlflow.kept_at(settings)
    try:
        with moving.filling(keeping, found.mlflow.schema_) as connection:
            rows = {name: n for name, n in found.mlflow.tables.items() if name != moving.VERSIONS}
            _fill_tables(connection, folder / MLFLOW_TABLES, rows, progress)
        _put_artifacts(keeping, folder, found, progress)
        yield
    except BaseException:
        moving.clear(keeping)
        raise


def _put_artifacts(keeping: Keeping, folder: Path, found: Manifest, progress: Progress) -> None:
    wanted = list(found.below(ARTIFACTS))
    for number, file in enumerate(wanted):
        progress("Artifacts", number, len(wanted))
        with (folder / file.path).open("rb") as source:
            moving.put_artifact(keeping, file.path.removeprefix(f"{ARTIFACTS}/"), source)


def _fill(work: Work, folder: Path, found: Manifest, progress: Progress) -> None:
    done = 0
    for rows in work.ledger.restore(_entries(folder / LEDGER)):
        done += rows
        progress("Ledger", done, found.ledger.entries)
    rest = {name: rows for name, rows in found.tables.items() if name not in OF_THE_LEDGER}
    _fill_tables(work.connection, folder / TABLES, rest, progress)
    if found.schema_ >= SEARCHED:
        library.rebuild(work)
    verified = work.ledger.verify(
        thorough=True,
        uncommitted=True,
        progress=lambda done, total: progress("Verifying", done, total),
    )
    if not verified.sound or verified.head != found.ledger.head:
        reason = verified.broken.reason if verified.broken else "; ".join(verified.findings)
        raise Broken(field="ledger", expected=f"a ledger that verifies; {reason}")


def _fill_tables(
    connection: Connection, folder: Path, wanted: dict[str, int], progress: Progress
) -> None:
    present = {table.name: table for table in parquet.tables_of(connection)}
    unknown = sorted(wanted.keys() - present.keys())
    if unknown:
        raise Invalid(field=f"{unknown[0]}.parquet", expected="a table that this gonogo knows")
    # In their own order: each behind those it refers to.
    names = [name for name in present if name in wanted]
    for number, name in enumerate(names):
        progress("Tables", number, len(names))
        path = folder / f"{name}.parquet"
        rows = sum(parquet.read(connection, present[name], path))
        if rows != wanted[name]:
            raise Invalid(
                field=path.name,
                value=rows,
                expected=f"{wanted[name]} rows, as {manifests.NAME} says",
            )


def _entries(path: Path) -> Iterator[Entry]:
    with path.open("rb") as source:
        for line in source:
            entry = read_entry(line)
            if entry is not None:
                yield entry
