"""The engine: SQLite in WAL mode by default, PostgreSQL by URL."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from gonogo.core.errors import Invalid, Unavailable

WRITES = "gonogo_writes"
"""Execution option of a connection whose transaction will write."""

PATIENCE = "gonogo_patience"
"""Execution option: seconds to wait for another writer on SQLite, where not `BUSY_SECONDS`."""

WRITERS_LOCK = 0x676F6E6F
"""Number of the lock that writers on PostgreSQL queue for."""

BUSY_SECONDS = 10
"""How long a writer waits for another one on SQLite before it gives up."""


def make_engine(url: str) -> Engine:
    """An engine for `url`; raises `Invalid` where it names no database that gonogo knows."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unknown(url) from error
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if (path := _path(parsed)) is not None:
            _File(path).watch(engine)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"connect_timeout": BUSY_SECONDS, "options": "-c lock_timeout=10s"},
        )
    raise _unknown(url)


def _unknown(url: str) -> Invalid:
    return Invalid(
        field="GONOGO_DATABASE_URL",
        value=url.partition(":")[0],
        expected="sqlite:///file or postgresql+psycopg://user@host/database",
    )


def _path(url: URL) -> Path | None:
    """The file that `url` names as a plain path."""
    name = url.database or ":memory:"
    return None if name.startswith((":memory:", "file:")) else Path(name)


class _File:
    """The file of a SQLite database: the one that was opened first, or none.

    A file that was removed or replaced goes on taking writes through connections that hold it open,
    and all of them would be lost; a connection that finds none would make an empty one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None

    def watch(self, engine: Engine) -> None:
        """Look before each connecting and each use."""
        event.listen(engine, "do_connect", lambda *_: self._check())
        event.listen(engine, "connect", lambda *_: self._note())
        event.listen(engine.pool, "checkout", lambda *_: self._check())

    def _note(self) -> None:
        self._opened = self._opened or self._found()

    def _check(self) -> None:
        if self._opened is not None and self._found() != self._opened:
            raise Unavailable(
                field="database",
                value=str(self._path),
                expected="the file that gonogo opened; it was removed or replaced. Put it back, or"
                " start gonogo again",
            )

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transactions begin late and deferred: two readers that turn into writers
    # would then fail with "locked" whatever the timeout. We begin ourselves, in `_begin_sqlite`.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: a commit is on disk before it is acknowledged, also when the power goes.
    cursor.execute("PRAGMA synchronous = FULL")
    # Every 32 MB rather than every 4: entries follow in order, but their digests fall anywhere in
    # an index, so the same pages are written again and again.
    cursor.execute("PRAGMA wal_autocheckpoint = 8000")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(WRITES, False):
        connection.exec_driver_sql("BEGIN")
        return
    # Each time: connections come back from the pool with the patience of whoever had them before.
    patience = int(options.get(PATIENCE, BUSY_SECONDS) * 1000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def lock_writers(connection: Connection) -> None:
    """Queue for the right to write, until the transaction ends: one writer after another.

    On SQLite `BEGIN IMMEDIATE` has done it. On PostgreSQL this gives the same: what a writer has
    read stays true until it commits, so a decision cannot overlook evidence that came meanwhile.
    """
    if connection.dialect.name == "postgresql":
        patience = int(connection.get_execution_options().get(PATIENCE, BUSY_SECONDS) * 1000)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
