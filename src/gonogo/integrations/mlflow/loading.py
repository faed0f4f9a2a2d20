"""MLflow's server in this process: told where it keeps things, its tables made, imported late."""

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Engine, create_engine
from sqlalchemy.schema import CreateSchema
from starlette.types import ASGIApp

from gonogo.core.importing import alone
from gonogo.integrations.mlflow.keeping import SCHEMA, Keeping

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROXIED = "mlflow-artifacts:/"
"""Where runs believe their artifacts are; clients then send them through this server."""


@dataclass(frozen=True, slots=True)
class Server:
    """MLflow's server, ready to be asked."""

    asgi: ASGIApp
    """All of it: API, artifacts that stream, pages."""
    wsgi: "WSGIApplication"
    """Its API alone, for a caller in this process that does not want to wait for a loop."""


class _Closing:
    """A WSGI application whose answers are closed when they are sent.

    What wraps Flask in MLflow forgets it, and leaves open files and copies of artifacts behind.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterator[bytes]:
        answer = self._app(environ, start_response)
        try:
            yield from answer
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()


class _Loaded:
    """MLflow has its settings in the environment and its stores in a module: one per process."""

    lock = threading.RLock()
    keeping: Keeping | None = None
    server: Server | None = None


def loaded(keeping: Keeping) -> Server | None:
    """MLflow's server if it is ready; never waits."""
    server = _Loaded.server
    return server if _Loaded.keeping == keeping else None


def load(keeping: Keeping) -> Server:
    """MLflow's server keeping its things there; takes seconds the first time, then nothing.

    A process serves one keeping at a time; asking for another one moves it over.
    """
    with _Loaded.lock:
        if _Loaded.server is None or _Loaded.keeping != keeping:
            _Loaded.keeping = None
            _Loaded.server = _start(keeping)
            _Loaded.keeping = keeping
        return _Loaded.server


def unload() -> None:
    """Let go of the databases; asking for a server again takes them up again."""
    with _Loaded.lock:
        if _Loaded.server is None:
            return
        from mlflow.server import handlers

        _close_stores(handlers)
        _Loaded.keeping = None
        _Loaded.server = None


def _start(keeping: Keeping) -> Server:
    os.environ.update(_environment(keeping))
    for name in ("mlflow.store.db.utils", "mlflow.store.db_migrations", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with warnings.catch_warnings():
        # It wraps Flask by a part of Starlette that warns of its age whenever it is imported.
        warnings.simplefilter("ignore")
        with alone():
            from mlflow.server import app as flask_app
            from mlflow.server import handlers
            from mlflow.server.fastapi_app import create_fastapi_app

        _close_stores(handlers)
        _migrate(keeping.store_uri)
        _open_stores(handlers, keeping)
        api = _Closing(cast("WSGIApplication", flask_app.wsgi_app))
        return Server(create_fastapi_app(cast("Any", api)), api)


def _environment(keeping: Keeping) -> dict[str, str]:
    return {
        "_MLFLOW_SERVER_FILE_STORE": keeping.store_uri,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": PROXIED,
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": keeping.artifacts,
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        # gonogo stands in front of it and does this; MLflow would let any page on localhost in.
        "MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }


def _open_stores(handlers: Any, keeping: Keeping) -> None:
    from mlflow.store.model_registry import sqlalchemy_store

    # Its own way of opening them would also point every MLflow client in this process at the
    # database, past the server and its guards.
    handlers._tracking_store = handlers._tracking_store_registry.get_store(  # noqa: SLF001  # as above
        keeping.store_uri, PROXIED
    )
    handlers._model_registry_store = handlers._model_registry_store_registry.get_store(  # noqa: SLF001  # as above
        keeping.store_uri
    )
    handlers._artifact_repo = None  # noqa: SLF001  # it keeps the one of the keeping before
    handlers._job_store = None  # noqa: SLF001  # as above
    # The registry asks for the model behind a new version wherever this process' clients point.
    vars(sqlalchemy_store)["MlflowClient"] = lambda: handlers._tracking_store  # noqa: SLF001  # as above


def _close_stores(handlers: Any) -> None:
    for name in ("_tracking_store", "_model_registry_store", "_job_store"):
        store = getattr(handlers, name)
        engine = getattr(store, "engine", None)
        if engine is not None:
            engine.dispose()


def _migrate(store_uri: str) -> None:
    """Bring tables that an older MLflow made to this one's; new ones it makes itself."""
    from mlflow.exceptions import MlflowException
    from mlflow.store.db import utils as untyped

    utils: Any = untyped

    # MLflow's own way of connecting tries for minutes before it says that nobody is there.
    engine = create_engine(store_uri)
    try:
        _make_schema(engine)
        if not utils._all_tables_exist(engine):  # noqa: SLF001  # MLflow offers it by its command line alone
            return
        try:
            utils._verify_schema(engine)  # noqa: SLF001  # as above
        except MlflowException:
            utils._upgrade_db(engine)  # noqa: SLF001  # as above
    finally:
        engine.dispose()


def _make_schema(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql" and SCHEMA in str(engine.url.query.get("options")):
            connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
