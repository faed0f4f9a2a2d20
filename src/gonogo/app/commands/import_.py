"""`gonogo import`: an equal installation of what was exported."""

import os
from pathlib import Path
from typing import Annotated

import typer

from gonogo.app.leaving.importing import import_
from gonogo.app.leaving.showing import bar, moved
from gonogo.app.settings import read
from gonogo.core.times import system_clock
from gonogo.interfaces.cli.kit import AsJson, show

EPILOG = "Example: GONOGO_DATABASE_URL=postgresql+psycopg://host/gonogo gonogo import backup"


def command(
    folder: Annotated[Path, typer.Argument(help="A folder that `gonogo export` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Make an installation equal to the one that was exported, on SQLite or PostgreSQL.

    Where it is made, GONOGO_HOME, GONOGO_DATABASE_URL and GONOGO_FILES say; nothing may be there
    yet. Every file is compared with the manifest first, and the ledger is verified before anything
    counts: what fails or is interrupted leaves no installation behind.

    Passwords, tokens and sessions of the exported installation work in the new one.
    """
    with bar() as progress:
        found = import_(read(os.environ), folder, system_clock, progress)
    show(moved(folder, found), as_json=as_json)
