"""Putting the gateway together: everything is built here, nothing when a module is imported."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gonogo.core.times import Microseconds
from gonogo.gateway.breakers import Breakers
from gonogo.gateway.counting import Counts
from gonogo.gateway.deciding import Deciding, Online
from gonogo.gateway.gateway import Gateway
from gonogo.gateway.incidents import Incidents
from gonogo.gateway.inforce import empty
from gonogo.gateway.scorers.load import load
from gonogo.gateway.scoring import Scoring
from gonogo.gateway.shadows import Shadows
from gonogo.gateway.side import Side
from gonogo.gateway.watching import Watcher
from gonogo.gateway.ways.parts import Log, Parts


@dataclass(frozen=True, slots=True)
class Places:
    """Where a gateway keeps what, below the installation's home."""

    home: Path

    @property
    def folder(self) -> Path:
        """What is the gateway's own."""
        return self.home / "gateway"

    @property
    def snapshot(self) -> Path:
        """What the control plane publishes."""
        return self.folder / "snapshot.json"

    @property
    def incidents(self) -> Path:
        """What went wrong, one JSON a line."""
        return self.folder / "incidents.jsonl"

    @property
    def lock(self) -> Path:
        """Held by the one gateway of the home."""
        return self.folder / "lock"

    @property
    def running(self) -> Path:
        """Process and address of the gateway that holds the lock."""
        return self.folder / "running.json"

    @property
    def decisions(self) -> Path:
        """The decision log."""
        return self.home / "decisions"

    def of_model(self, folder: str) -> Path:
        """Where a version's files are: below the home, where no place is said."""
        return self.home / folder


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A gateway, with what follows the snapshot for it."""

    gateway: Gateway
    watcher: Watcher


def build(
    places: Places,
    log: Log,
    clock: Microseconds,
    stopwatch: Callable[[], float],
    *,
    online: Online | None = None,
    log_errors: Callable[[], str | None] = lambda: None,
) -> Built:
    """A gateway that writes to `log`; nothing is in force yet."""
    counts, incidents = Counts(), Incidents(places.incidents, clock)
    scoring = Scoring(Side(), counts, incidents, Breakers(stopwatch))
    deciding = Deciding(scoring, counts, clock, stopwatch, online)
    shadows = Shadows(scoring, counts, log.append, stopwatch, lambda: gateway.under_way > 0)
    parts = Parts(log, deciding, shadows, counts, clock, stopwatch, empty(stopwatch))
    gateway = Gateway(parts, log_errors)
    watcher = Watcher(
        places.snapshot, parts, lambda served: load(served, places.of_model), incidents
    )
    return Built(gateway, watcher)
