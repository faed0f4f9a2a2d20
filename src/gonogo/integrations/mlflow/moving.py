"""Our own MLflow taken along and set up anew: its tables and its artifacts."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema, DropSchema

from gonogo.core.errors import Conflict, Unavailable
from gonogo.integrations.mlflow.keeping import SCHEMA, Keeping
from gonogo.integrations.mlflow.loading import unload
from gonogo.integrations.mlflow.places import CHUNK, checked
from gonogo.store.parquet import count, tables_of

VERSIONS = "alembic_version"
"""MLflow's table of how far its own migrations have come."""

HELD = ("runs", "registered_models", "logged_models", "trace_info")
"""Tables in one of which there is a row where MLflow was used."""


@contextmanager
def reading(keeping: Keeping) -> Iterator[Connection | None]:
    """One view of MLflow's database; None where it was never started."""
    file = _file(keeping)
    if file is not None and not file.exists():
        yield None
        return
    engine = create_engine(keeping.store_uri)
    try:
        with engine.connect() as connection:
            if file is None:
                connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                # The driver begins no transaction for reading: each query would see another state.
                connection.exec_driver_sql("BEGIN")
            yield connection if inspect(connection).has_table(VERSIONS) else None
    except DBAPIError as error:
        raise _outage(error) from error
    finally:
        engine.dispose()


def revision(connection: Connection) -> str:
    """How far its migrations have come."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def is_used(keeping: Keeping) -> bool:
    """Whether there is a run, a model or an artifact."""
    with reading(keeping) as connection:
        if connection is not None:
            held = [table for table in tables_of(connection) if table.name in HELD]
            if any(count(connection, table) for table in held):
                return True
    return any(True for _ in artifacts(keeping))


@contextmanager
def filling(keeping: Keeping, at: str) -> Iterator[Connection]:
    """Tables as MLflow's migration `at` made them, without a row, to be filled in one transaction.

    What was there before is cleared away.
    """
    clear(keeping)
    engine = create_engine(keeping.store_uri)
    try:
        _make_tables(engine, at)
        with engine.begin() as connection:
            if _file(keeping) is not None:
                connection.exec_driver_sql("BEGIN")
            for table in reversed(tables_of(connection)):
                if table.name != VERSIONS:
                    connection.execute(table.delete())
            yield connection
    except DBAPIError as error:
        raise _outage(error) from error
    finally:
        engine.dispose()


def _make_tables(engine: Engine, at: str) -> None:
    from alembic import command
    from alembic.util.exc import CommandError
    from mlflow.store.db import utils as untyped
    from mlflow.store.tracking.dbmodels.initial_models import Base

    utils: Any = untyped
    for name in ("mlflow.store.db.utils", "mlflow.store.db_migrations", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    first: MetaData = Base.metadata
    config = utils._get_alembic_config(db_url="")  # noqa: SLF001  # MLflow offers it by its command line alone
    # In steps of its own, as MLflow does: its migrations look through other connections as well.
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(CreateSchema(SCHEMA))
    first.create_all(engine)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, at)
    except CommandError as error:
        raise Conflict(
            field="mlflow",
            value=at,
            expected="tables of the MLflow that is installed here, or of an older one",
            message="A newer MLflow wrote what is to be imported",
        ) from error


def clear(keeping: Keeping) -> None:
    """Take away its tables and artifacts: those of an import that was interrupted."""
    unload()
    file = _file(keeping)
    if file is not None:
        for ending in ("", "-wal", "-shm", "-journal"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
    else:
        engine = create_engine(keeping.store_uri)
        try:
            with engine.begin() as connection:
                connection.execute(DropSchema(SCHEMA, cascade=True, if_exists=True))
        except DBAPIError as error:
            raise _outage(error) from error
        finally:
            engine.dispose()
    system, root = _place(keeping)
    if system.exists(root):
        system.rm(root, recursive=True)


def artifacts(keeping: Keeping) -> Iterator[tuple[str, int]]:
    """Path below the root and size of each artifact, by path."""
    system, root = _place(keeping)
    if not system.exists(root):
        return
    found: dict[str, Any] = system.find(root, detail=True)
    for path, details in sorted(found.items()):
        yield str(path).removeprefix(f"{root}/"), int(details["size"])


@contextmanager
def open_artifact(keeping: Keeping, path: str) -> Iterator[BinaryIO]:
    """An artifact, to read."""
    system, root = _place(keeping)
    with system.open(f"{root}/{checked(path)}", "rb") as source:
        yield source


def put_artifact(keeping: Keeping, path: str, source: BinaryIO) -> None:
    """Write an artifact at its path."""
    system, root = _place(keeping)
    target = f"{root}/{checked(path)}"
    system.makedirs(target.rpartition("/")[0], exist_ok=True)
    with system.open(target, "wb") as written:
        while chunk := source.read(CHUNK):
            written.write(chunk)


def _place(keeping: Keeping) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    system, root = url_to_fs(keeping.artifacts)
    return system, str(root).rstrip("/")


def _file(keeping: Keeping) -> Path | None:
    """The file of its database; None on PostgreSQL."""
    url = make_url(keeping.store_uri)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _outage(error: DBAPIError) -> Unavailable:
    return Unavailable(
        field="mlflow",
        value=str(error.orig).partition("\n")[0],
        expected="MLflow's database to answer",
    )
