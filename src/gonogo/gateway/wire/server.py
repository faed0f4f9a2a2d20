"""The gateway's HTTP: it listens, hands requests over and ends in order."""

import asyncio
import errno
import logging
from contextlib import suppress
from dataclasses import dataclass, field

from gonogo.core.errors import TooLarge, Unavailable
from gonogo.gateway.exchange import Request, Response, problem
from gonogo.gateway.gateway import Gateway
from gonogo.gateway.wire.connections import Connection

logger = logging.getLogger("gonogo.gateway")

BODY_SECONDS = 10.0
"""How long the body of a request may take to come."""
HEAD_SECONDS = 5.0
"""How long a client may take over the head of a request."""
BACKLOG = 1024
MOST_CONNECTIONS = 2048
LOOK_SECONDS = 0.1
"""How often connections are looked at that take too long."""


@dataclass(slots=True, eq=False)
class Server:
    """HTTP/1.1 before a gateway: what comes too slowly is not waited for."""

    gateway: Gateway
    body_seconds: float = BODY_SECONDS
    head_seconds: float = HEAD_SECONDS
    most: int = MOST_CONNECTIONS
    _connections: set[Connection] = field(default_factory=set)
    _listening: asyncio.Server | None = None
    _looking: "asyncio.Task[None] | None" = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port, which is any free one for 0. Raises `Unavailable` where it is taken."""
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(
                lambda: Connection(self, loop), host, port, backlog=BACKLOG
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise Unavailable(
                field="GONOGO_GATEWAY_PORT",
                value=port,
                expected="a free port; another program listens",
            ) from error
        self._looking = asyncio.create_task(self._look())
        return int(self._listening.sockets[0].getsockname()[1])

    async def stop(self, seconds: float) -> None:
        """Listen no more, and hang up once what is under way is answered, or after `seconds`."""
        if self._listening is not None:
            self._listening.close()
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._connections and loop.time() < until:
            for connection in tuple(self._connections):
                connection.stop()
            await asyncio.sleep(0.01)
        for connection in tuple(self._connections):
            connection.abort()
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    @property
    def largest(self) -> int:
        """Bytes of a body."""
        return self.gateway.largest

    @property
    def stopping(self) -> bool:
        """Whether every answer is the last one of its connection."""
        return self.gateway.draining

    def refusal(self, path: str, length: str | None) -> Response | None:
        """The answer to a request whose body is not read."""
        return self.gateway.refusal(path, length)

    def too_large(self, size: int) -> TooLarge:
        """The refusal of a body."""
        return self.gateway.too_large(size)

    def counted(self, response: Response) -> Response:
        """`response`, counted."""
        return self.gateway.counted(response)

    def second(self) -> int:
        """Seconds since 1970."""
        return self.gateway.parts.clock() // 1_000_000

    async def answer(self, request: Request) -> Response:
        """The answer to a request; a fault of ours leaves no connection without one."""
        try:
            return await self.gateway.answer(request)
        except Exception as error:
            logger.exception("%s %s", request.method, request.path)
            said = Unavailable(
                field="gateway", value=type(error).__name__, expected="no fault of ours"
            )
            response = problem(said)
            response.status = 500
            return self.gateway.counted(response)

    def joined(self, connection: Connection) -> bool:
        """A connection came; False where there are too many."""
        self._connections.add(connection)
        return len(self._connections) <= self.most

    def left(self, connection: Connection) -> None:
        """A connection ended."""
        self._connections.discard(connection)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = loop.time()
            for connection in tuple(self._connections):
                connection.look(now)
