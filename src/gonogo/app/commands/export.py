"""`gonogo export`: take everything along."""

import os
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from gonogo.app.leaving.exporting import export
from gonogo.app.leaving.showing import bar, moved
from gonogo.app.settings import Settings, read
from gonogo.app.wiring import install
from gonogo.core.errors import NotFound
from gonogo.interfaces.cli.kit import AsJson, show

EPILOG = "Example: gonogo export backup-2026-11-21"


def command(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that is not there yet.")],
    as_json: AsJson = False,
) -> None:
    """Write everything of this installation into a folder of open files.

    The ledger as JSON Lines (`gonogo ledger verify FILE` checks it), every table as Parquet, data
    files as they came, and MLflow's tables and artifacts, where it is gonogo's own. Others may go
    on working meanwhile: it is one moment of the database.

    It is also a backup. Hashes of passwords and tokens are in it, so that both work after an
    import: keep it as safe as the installation itself.
    """
    settings = read(os.environ)
    _need_installation(settings)
    installation = install(settings)
    try:
        with bar() as progress:
            found = export(installation, folder, progress)
    finally:
        installation.close()
    show(moved(folder, found), as_json=as_json)


def _need_installation(settings: Settings) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise NotFound(
            field="GONOGO_HOME", value=str(settings.home), expected="the home of an installation"
        )
