"""What the ways into the gateway share: what is in force, who decides, where it is written."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import msgspec

from gonogo.core.errors import NotFound, Unavailable
from gonogo.core.snapshot import Token
from gonogo.core.times import Microseconds
from gonogo.gateway.asked import Ask
from gonogo.gateway.counting import Counts
from gonogo.gateway.deciding import Deciding, Made
from gonogo.gateway.exchange import Request
from gonogo.gateway.inforce import InForce
from gonogo.gateway.routes import ReadyRoute
from gonogo.gateway.shadows import Shadows
from gonogo.records.record import Record

MOST_ROWS = 4096
"""Rows of batches that may be under way at once: about half a second's work."""


class Log(Protocol):
    """Where decisions are written down."""

    def append(self, *records: Record) -> Awaitable[None]:
        """Write records together; done once they are written."""
        ...


@dataclass(slots=True, eq=False)
class Parts:
    """Everything a request needs."""

    log: Log
    deciding: Deciding
    shadows: Shadows
    counts: Counts
    clock: Microseconds
    stopwatch: Callable[[], float]
    in_force: InForce
    """Read once by a request, so that all of it is of one snapshot."""
    most_rows: int = MOST_ROWS
    rows: int = 0
    """Of batches that are under way."""

    def token(self, now: InForce, request: Request) -> Token:
        """Whose request it is; raises `Unauthenticated`."""
        return now.tokens.find(request.header("authorization"), self.clock())

    @contextmanager
    def batch(self, rows: int) -> Iterator[None]:
        """A batch of so many rows is under way; raises `Unavailable` where too many are.

        The first one is taken whatever its size.
        """
        if self.rows and self.rows + rows > self.most_rows:
            self.counts.shed["queue"] += 1
            raise Unavailable(
                field="gateway",
                value=f"{self.rows} rows under way",
                expected="one with time to spare",
                message="Too busy; nothing was decided",
            )
        self.rows += rows
        try:
            yield
        finally:
            self.rows -= rows

    async def decided(self, route: ReadyRoute, ask: Ask, token: str) -> Made:
        """A decision that is made and written down; its shadows follow."""
        made = await self.deciding.make(route, ask, token, self.stopwatch())
        await self.log.append(made.record)
        if route.shadows:
            self.shadows.add(made)
        return made


def route_of(now: InForce, case: str) -> ReadyRoute:
    """The route of a use case; raises `NotFound`."""
    found = now.routes.get(case)
    if found is None:
        raise NotFound(field="case", value=case[:100], expected="a use case that is routed here")
    return found


encode = msgspec.json.Encoder().encode
"""Anything as JSON."""
