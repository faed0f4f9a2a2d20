"""`gonogo status`: what this installation is and how it does."""

import os

from pydantic import BaseModel

from gonogo.app.settings import read
from gonogo.app.wiring import install
from gonogo.core.caller import SYSTEM
from gonogo.core.errors import NotFound
from gonogo.interfaces.cli.kit import AsJson, show

EPILOG = "Example: gonogo status --json"


class Status(BaseModel):
    """What this installation is."""

    home: str
    database: str
    files: str
    mlflow: str
    address: str
    entries: int
    head: str


def command(as_json: AsJson = False) -> None:
    """Show where this installation keeps what, and its ledger's head."""
    settings = read(os.environ)
    if not settings.home.exists() and settings.database_url.startswith("sqlite"):
        raise NotFound(
            field="GONOGO_HOME",
            value=str(settings.home),
            expected="a folder with an installation: make one with `gonogo up`",
        )
    installation = install(settings)
    with installation.open_work(SYSTEM, write=False) as work:
        entries, head = work.ledger.head()
    show(
        Status(
            home=str(settings.home),
            database=installation.engine.url.render_as_string(hide_password=True),
            files=settings.files,
            mlflow=settings.mlflow_url or "mounted at /mlflow",
            address=f"http://{settings.host}:{settings.port}",
            entries=entries,
            head=head,
        ),
        as_json=as_json,
    )
    installation.close()
