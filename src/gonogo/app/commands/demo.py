"""`gonogo demo`: fly the example missions, then serve what they left."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gonogo.app.beside import Keeper, gateway_beside
from gonogo.app.inprocess import client_on
from gonogo.app.mission.crew import Crew
from gonogo.app.mission.missions import Missions, flown, summary
from gonogo.app.running import Running, running
from gonogo.app.settings import read
from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Unavailable

EPILOG = "Example: gonogo demo --no-serve"


def command(
    serve: Annotated[bool, typer.Option(help="Go on serving the console afterwards.")] = True,
    port: Annotated[int | None, typer.Option(help="Port; GONOGO_PORT, else 8080.")] = None,
) -> None:
    """Fly the example missions: real applications and two simulations, decided by the gateway."""
    overrides = {} if port is None else {"GONOGO_PORT": str(port)}
    if not serve:
        overrides.setdefault("GONOGO_PORT", "0")
        overrides["GONOGO_GATEWAY_PORT"] = "0"
    console = Console()
    settings = read({**os.environ, **overrides})
    with running(settings) as here, gateway_beside(replace(settings, gateway=True)) as keeper:
        _fly(here, keeper, console)
        if serve:
            here.say_where()
            here.wait()


def _fly(here: Running, keeper: Keeper | None, console: Console) -> None:
    installation = here.installation
    # What is printed may be a command to copy: no line is broken.
    say = partial(console.print, soft_wrap=True, markup=False, highlight=False)
    with client_on(installation, owned=False) as client:
        if flown(client):
            say("The example missions were flown before; nothing is changed.")
            return
        say("Flying the example missions.")
        crew = Crew(installation, here.url)
        try:
            with _bars(console) as progress:
                Missions(crew, _answering(keeper), say, progress).fly()
        finally:
            crew.close()
        installation.jobs.once()
        with installation.open_work(SYSTEM, write=False) as work:
            verified = work.ledger.verify()
        say(f"Ledger: {verified.entries:,} entries, sound, head {verified.head[:12]}.")
        say(summary(client))


def _answering(keeper: Keeper | None) -> str:
    """Where the gateway answers, once it does; raises `Unavailable`."""
    if keeper is not None:
        with suppress(TimeoutError):
            return keeper.answering().url
    raise Unavailable(
        field="GONOGO_GATEWAY_PORT",
        value=None if keeper is None else keeper.settings.gateway_port,
        expected="a free port for the gateway; what it said is in gateway/gateway.log",
    )


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
