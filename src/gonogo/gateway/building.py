"""Putting the gateway together: everything is built here, nothing when a module is imported."""

from collections.abc import Callable
from dataclasses import dataclass

from gonogo.core.times import Microseconds
from gonogo.gateway.breakers import Breakers
from gonogo.gateway.counting import Counts
from gonogo.gateway.deciding import Deciding, Online
from gonogo.gateway.gateway import Gateway
from gonogo.gateway.incidents import Incidents
from gonogo.gateway.inforce import empty
from gonogo.gateway.places import Places
from gonogo.gateway.scorers.load import load
from gonogo.gateway.scoring import Scoring
from gonogo.gateway.shadows import Shadows
from gonogo.gateway.side import Side
from gonogo.gateway.watching import Watcher
from gonogo.gateway.ways.parts import Log, Parts


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
    shadows = Shadows(
        scoring,
        counts,
        log.append,
        stopwatch,
        busy=lambda: gateway.under_way > 0,
        asked=lambda: gateway.asked,
    )
    parts = Parts(log, deciding, shadows, counts, clock, stopwatch, empty(stopwatch))
    gateway = Gateway(parts, log_errors)
    watcher = Watcher(
        places.snapshot, parts, lambda served: load(served, places.of_model), incidents
    )
    return Built(gateway, watcher)
