"""The gateway behind Granian: bodies with a bound and a time, answers as they are."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from gonogo.core.errors import GonogoError, Invalid, Unavailable
from gonogo.gateway.exchange import Request, Response, problem
from gonogo.gateway.gateway import Gateway

logger = logging.getLogger("gonogo.gateway")

BODY_SECONDS = 10.0
"""How long the body of a request may take to come."""
MOST_READING = 4096
"""Bodies that may be under way at once."""


@dataclass(slots=True, eq=False)
class Rsgi:
    """What Granian calls."""

    gateway: Gateway
    body_seconds: float = BODY_SECONDS
    reading: int = 0

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(403)
            return
        headers, gateway = scope.headers, self.gateway
        length = headers.get("content-length")
        response = gateway.refusal(scope.path, length)
        if response is None:
            try:
                body = (
                    b"" if scope.method in ("GET", "HEAD") else await self._body(protocol, length)
                )
            except GonogoError as error:
                response = gateway.counted(problem(error))
            else:
                request = Request(scope.method, scope.path, body, headers.get, scope.client)
                response = await self._answered(request)
        protocol.response_bytes(response.status, response.headers, response.body)

    async def _answered(self, request: Request) -> Response:
        try:
            return await self.gateway.answer(request)
        # A fault of ours is no reason to leave a connection without an answer.
        except Exception as error:
            logger.exception("%s %s", request.method, request.path)
            said = Unavailable(
                field="gateway", value=type(error).__name__, expected="no fault of ours"
            )
            response = problem(said)
            response.status = 500
            return self.gateway.counted(response)

    async def _body(self, protocol: Any, length: str | None) -> bytes:
        if self.reading >= MOST_READING:
            raise Unavailable(field="gateway", value=f"{self.reading} bodies", expected="fewer")
        self.reading += 1
        try:
            async with asyncio.timeout(self.body_seconds):
                if length is not None:
                    found: bytes = await protocol()
                    return found
                return await self._in_pieces(protocol)
        except TimeoutError as error:
            raise Invalid(
                field="body",
                value=f"not there after {self.body_seconds:g} s",
                expected="a whole request",
            ) from error
        finally:
            self.reading -= 1

    async def _in_pieces(self, protocol: Any) -> bytes:
        pieces, size = [], 0
        async for piece in protocol:
            size += len(piece)
            if size > self.gateway.largest:
                raise self.gateway.too_large(size)
            pieces.append(bytes(piece))
        return b"".join(pieces)
