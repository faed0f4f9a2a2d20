"""An installation with something of everything, and new places to take it to."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from gonogo.app.settings import Settings, read
from gonogo.integrations.mlflow.loading import unload
from tests.app.leaving.filling import Filled, fill
from tests.fixtures.databases import Postgres

SettingsOn = Callable[[str], Settings]


@pytest.fixture
def settings_on(tmp_path: Path, postgres: Postgres) -> Iterator[SettingsOn]:
    """Settings of a new place: `settings_on("sqlite")`, `settings_on("postgresql")`."""
    homes = iter(range(100))
    with ExitStack() as databases:

        def made(kind: str) -> Settings:
            environment = {"GONOGO_HOME": str(tmp_path / f"home{next(homes)}")}
            if kind == "postgresql":
                url = databases.enter_context(postgres.database())
                environment["GONOGO_DATABASE_URL"] = url
            return read(environment)

        yield made
        unload()


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """An installation on SQLite with users, tokens, a data file, runs and a model version."""
    home = tmp_path_factory.mktemp("filled")
    return fill(read({"GONOGO_HOME": str(home)}))


@pytest.fixture
def filled(filled_once: Filled, settings_on: SettingsOn) -> Filled:
    """A copy of it, for this test alone."""
    settings = settings_on("sqlite")
    shutil.copytree(filled_once.settings.home, settings.home)
    return replace(filled_once, settings=settings)
