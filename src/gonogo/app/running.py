"""An installation that runs: served at its address, its jobs at work, until told to stop."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gonogo.app.serving import served, warn_of_binding
from gonogo.app.settings import Settings
from gonogo.app.wiring import Installation, build, install
from gonogo.domain.accounts import signing_in
from gonogo.views.charts import svg

WARM_SECONDS = 15
"""Longest wait, when stopping at once, for the loading of what draws plots."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server at work."""

    installation: Installation
    url: str
    """Where it answers."""
    _stopped: threading.Event = field(default_factory=threading.Event)

    def sign_in_link(self) -> str:
        """A link that signs the operator in once, within a quarter of an hour."""
        made = signing_in.operator_link(self.installation.open_work)
        return f"{self.url}/sign-in?link={made.secret}"

    def say_where(self) -> None:
        """Print the address and the link."""
        sys.stdout.write(
            f"\n  gonogo is at  {self.url}\n"
            f"  sign in once  {self.sign_in_link()}\n"
            f"  kept in       {self.installation.settings.home}\n\n"
            "  Ctrl-C stops it.\n"
        )
        sys.stdout.flush()

    def wait(self) -> None:
        """Return when asked to stop (Ctrl-C, SIGTERM)."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: self._stopped.set())
        while not self._stopped.wait(1.0):
            pass


@contextmanager
def running(settings: Settings) -> Iterator[Running]:
    """Serve the installation that `settings` describe until the block ends.

    What draws plots is loaded beside it, so that neither the start nor the first page waits.
    """
    warn_of_binding(settings)
    installation = install(settings)
    svg.KEPT_DRAWN.keep_in(settings.home / "plots", installation.clock())
    try:
        with served(build(installation), settings) as url:
            warming = threading.Thread(target=svg.warm, name="gonogo-plots", daemon=True)
            warming.start()
            try:
                yield Running(installation, url)
            finally:
                # It must not be amid V8 when the interpreter goes away.
                warming.join(timeout=WARM_SECONDS)
    finally:
        installation.close()
