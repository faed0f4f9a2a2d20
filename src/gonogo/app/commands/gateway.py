"""`gonogo gateway`: decide in production by the last routes that were published."""

import os
from typing import Annotated

import typer

from gonogo.app.settings import read
from gonogo.gateway.serving import Serving, run

EPILOG = "Example: gonogo gateway --port 8090"


def command(
    port: Annotated[int | None, typer.Option(help="Port; GONOGO_GATEWAY_PORT, else 8090.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address; GONOGO_GATEWAY_HOST, else 127.0.0.1.")
    ] = None,
) -> None:
    """Serve decisions until stopped; it needs neither the console nor the database to run."""
    given = {"GONOGO_GATEWAY_PORT": port, "GONOGO_GATEWAY_HOST": host}
    overrides = {name: str(value) for name, value in given.items() if value is not None}
    settings = read({**os.environ, **overrides})
    run(
        Serving(
            settings.home,
            settings.gateway_host,
            settings.gateway_port,
            settings.log_durability,
            settings.features,
            settings.snapshot_url,
            settings.snapshot_token,
        )
    )
