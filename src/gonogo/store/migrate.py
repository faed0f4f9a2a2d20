"""Bringing a database to the present schema."""

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from gonogo.core.errors import Conflict, Unavailable
from gonogo.store.migrations.environment import run

LATEST = "0021"
"""The newest migration in `migrations/versions`, known here without loading Alembic."""

VERSION_TABLE = "alembic_version"


def upgrade(engine: Engine, revision: str = LATEST) -> None:
    """Bring the database to `revision`: make its tables, or change those of an older program.

    Processes that start at once wait for one another. Raises `Conflict`, and changes nothing, for a
    database that a newer program has written or in which others keep tables of the same names;
    `Unavailable` where it does not answer.
    """
    try:
        found = version(engine)
        if found == revision:
            return
        if found is not None and found > LATEST:
            raise _newer(engine, found)
        run(engine, revision)
    except DBAPIError as error:
        raise _refused(engine, error) from error


def version(engine: Engine) -> str | None:
    """The migration up to which the database has come; None for one without tables of gonogo's."""
    with engine.connect() as connection:
        return version_of(connection)


def version_of(connection: Connection) -> str | None:
    """As `version`, within a transaction."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _newer(engine: Engine, found: str) -> Conflict:
    return Conflict(
        field="GONOGO_DATABASE_URL",
        value=engine.url.render_as_string(hide_password=True),
        expected=f"a database of schema {LATEST} or older; this one has {found}. Install the"
        " gonogo that wrote it, or a later one",
        message="A newer gonogo wrote this database",
    )


def _refused(engine: Engine, error: DBAPIError) -> Conflict | Unavailable:
    said = str(error.orig).partition("\n")[0]
    if "already exists" in said:
        return Conflict(
            field="GONOGO_DATABASE_URL",
            value=engine.url.render_as_string(hide_password=True),
            expected=f"a database without tables of others ({said})",
            message="This database holds tables that gonogo did not make",
        )
    return Unavailable(
        field="GONOGO_DATABASE_URL",
        value=said,
        expected="a database that answers and may be written",
        message="The database does not answer, and nothing was changed",
    )
