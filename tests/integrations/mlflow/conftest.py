"""The server these tests share, and MLflow's own client pointed at it."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from gonogo.integrations.mlflow.keeping import keeping_of
from gonogo.integrations.mlflow.loading import unload
from gonogo.integrations.mlflow.ports import Change
from tests.integrations.mlflow.serving import WRITER, Sealed, Served, serve


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The one server of these tests, on SQLite and a folder."""
    home = tmp_path_factory.mktemp("home")
    keeping = keeping_of(home, f"sqlite:///{home}/gonogo.db", str(home / "files"))
    with serve(keeping) as running:
        yield running
    unload()


@pytest.fixture
def sealed(served: Served) -> Iterator[Sealed]:
    """What is sealed; nothing is afterwards."""
    yield served.seals
    served.seals.folders.clear()
    served.seals.versions.clear()
    served.seals.others.clear()


@pytest.fixture
def told(served: Served) -> list[Change]:
    """Changes told of since the test began."""
    served.changes.clear()
    return served.changes


@pytest.fixture
def tracking_as(served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """MLflow's own client, pointed at the server by its settings alone, as the writer."""
    with warnings.catch_warnings():
        # Its imports warn of parts of other libraries that are growing old.
        warnings.simplefilter("ignore")
        import mlflow
    monkeypatch.setenv("MLFLOW_TRACKING_URI", served.url)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", WRITER)
    monkeypatch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.chdir(tmp_path)
    yield
    while mlflow.active_run():
        mlflow.end_run()
