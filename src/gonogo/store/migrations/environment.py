"""Alembic's surroundings: runs the migrations of `versions/` on a connection of ours.

There is no `env.py` and no `alembic.ini`: whoever starts gonogo migrates, in one transaction, and
nobody else does. A new migration is a file in `versions/` that names the one before; the test of
store/migrate.py prints what it has to do until tables and migrations agree.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from gonogo.store.engine import PATIENCE, WRITES
from gonogo.store.schema import metadata

MIGRATORS_LOCK = 0x676F6E70
"""Number of the lock that those who migrate queue for on PostgreSQL."""

MIGRATING_SECONDS = 600
"""How long one who starts waits for another one that migrates."""


def run(engine: Engine, revision: str) -> None:
    """Bring the database to `revision`, all of it or nothing; one process after another."""
    # It takes longer to load than all of gonogo, and mostly there is nothing to do.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent))

    def steps(present: Any, _: object) -> Any:
        return scripts._upgrade_revs(revision, present)  # noqa: SLF001  # as Alembic's own guide does

    with (
        _alone(engine) as connection,
        EnvironmentContext(Config(), scripts, fn=steps, destination_rev=revision) as surroundings,
    ):
        surroundings.configure(
            connection=connection,
            target_metadata=metadata,
            # SQLite can take back its tables as well; Alembic does not count on it.
            transactional_ddl=True,
            render_as_batch=True,
        )
        surroundings.run_migrations()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other one who migrates runs beside."""
    with engine.connect() as connected:
        connection = connected.execution_options(**{WRITES: True, PATIENCE: MIGRATING_SECONDS})
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{MIGRATING_SECONDS}s'"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATORS_LOCK})"))
            yield connection
