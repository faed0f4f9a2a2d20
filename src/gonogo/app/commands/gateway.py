"""`gonogo gateway`: decide in production by the last routes that were published."""

import os
from importlib import import_module
from typing import Annotated

import typer

from gonogo.app.settings import read

EPILOG = "Example: gonogo gateway --port 8090"


def command(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port; GONOGO_GATEWAY_PORT, else 8090.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address; GONOGO_GATEWAY_HOST, else 127.0.0.1.")
    ] = None,
) -> None:
    """Serve decisions until stopped; it needs neither the console nor the database to run."""
    if context.invoked_subcommand is not None:
        return  # the noun: somebody asks about decisions
    # What loads models takes seconds, which looking up a decision need not wait for.
    serving = import_module("gonogo.gateway.serving")
    given = {"GONOGO_GATEWAY_PORT": port, "GONOGO_GATEWAY_HOST": host}
    overrides = {name: str(value) for name, value in given.items() if value is not None}
    settings = read({**os.environ, **overrides})
    serving.run(
        serving.Serving(
            settings.home,
            settings.gateway_host,
            settings.gateway_port,
            settings.log_durability,
            settings.features,
            settings.snapshot_url,
            settings.snapshot_token,
            settings.event_sources,
        )
    )
