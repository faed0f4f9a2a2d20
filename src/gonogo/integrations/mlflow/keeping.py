"""Where MLflow keeps what it is given: beside gonogo's own things, never among them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

SCHEMA: Final = "mlflow"
"""PostgreSQL's schema for its tables: their names are gonogo's own, alembic_version among them."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where MLflow keeps what it is given."""

    store_uri: str = field(repr=False)
    """Database of runs and registry: sqlite:///… or postgresql+psycopg://…"""
    artifacts: str
    """Folder or object store of the artifacts: /srv/gonogo/mlflow or s3://bucket/folder."""


def keeping_of(home: Path, database_url: str, files: str) -> Keeping:
    """What follows from gonogo's own settings.

    With SQLite a file of its own in the home, with PostgreSQL a schema of its own in the same
    database; artifacts in a folder of their own beside gonogo's files, on the same kind of store.

    >>> keeping = keeping_of(Path("/h"), "sqlite:////h/gonogo.db", "s3://bucket/gonogo")
    >>> keeping.store_uri, keeping.artifacts
    ('sqlite:////h/mlflow.db', 's3://bucket/gonogo/mlflow')
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        store_uri = f"sqlite:///{home}/mlflow.db"
    else:
        apart = url.update_query_dict({"options": f"-csearch_path={SCHEMA}"})
        store_uri = apart.render_as_string(hide_password=False)
    # Under a folder of files named by their content it would be taken for one of them.
    place = f"{files.rstrip('/')}/mlflow" if "://" in files else f"{home}/mlflow"
    return Keeping(store_uri, place)
