"""`gonogo up`: serve the console, REST and MLflow."""

import os
from typing import Annotated

import typer

from gonogo.app.beside import gateway_beside
from gonogo.app.running import running
from gonogo.app.settings import read

EPILOG = "Example: gonogo up --port 8081"


def command(
    port: Annotated[int | None, typer.Option(help="Port; GONOGO_PORT, else 8080.")] = None,
    host: Annotated[str | None, typer.Option(help="Address; GONOGO_HOST, else 127.0.0.1.")] = None,
    gateway: Annotated[
        bool | None, typer.Option(help="Run the decision gateway; GONOGO_GATEWAY, else yes.")
    ] = None,
) -> None:
    """Serve this installation until it is stopped, and print a one-time sign-in link."""
    given = {"GONOGO_PORT": port, "GONOGO_HOST": host}
    overrides = {name: str(value) for name, value in given.items() if value is not None}
    if gateway is not None:
        overrides["GONOGO_GATEWAY"] = "yes" if gateway else "no"
    settings = read({**os.environ, **overrides})
    with running(settings) as served, gateway_beside(settings):
        served.say_where()
        served.wait()
