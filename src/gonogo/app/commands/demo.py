"""`gonogo demo`: fly the example mission on real data, then serve what it left."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gonogo.app.beside import gateway_beside
from gonogo.app.inprocess import client_on
from gonogo.app.mission.crew import Crew
from gonogo.app.mission.flight import Flight, flown
from gonogo.app.running import Running, running
from gonogo.app.settings import read
from gonogo.core.caller import SYSTEM

EPILOG = "Example: gonogo demo --no-serve"


def command(
    serve: Annotated[bool, typer.Option(help="Go on serving the console afterwards.")] = True,
    port: Annotated[int | None, typer.Option(help="Port; GONOGO_PORT, else 8080.")] = None,
) -> None:
    """Fly the mortgage mission: real applications, real training, a real decision."""
    overrides = {} if port is None else {"GONOGO_PORT": str(port)}
    if not serve:
        overrides.setdefault("GONOGO_PORT", "0")
    console = Console()
    settings = read({**os.environ, **overrides})
    with running(settings) as here:
        _fly(here, console)
        if not serve:
            return
        with gateway_beside(settings):
            here.say_where()
            here.wait()


def _fly(here: Running, console: Console) -> None:
    installation = here.installation
    with client_on(installation, owned=False) as client:
        if flown(client):
            console.print("The example mission was flown before; nothing is changed.")
            return
    console.print("Flying the example mission: mortgage approval, a simulated lender.")
    crew = Crew(installation, here.url)
    try:
        with _bars(console) as progress:
            # What is printed may be a command to copy: no line is broken.
            Flight(crew, partial(console.print, soft_wrap=True, markup=False), progress).fly()
    finally:
        crew.close()
    installation.jobs.once()
    with installation.open_work(SYSTEM, write=False) as work:
        verified = work.ledger.verify()
    console.print(f"Ledger: {verified.entries:,} entries, sound, head {verified.head[:12]}.")


@contextmanager
def _bars(console: Console) -> Iterator[Callable[[str, int], Callable[[], None]]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:

        def begin(title: str, ticks: int) -> Callable[[], None]:
            task = bars.add_task(title, total=ticks)
            return lambda: bars.advance(task)

        yield begin
