"""HTTP without a network: requests go straight to an ASGI application in this process."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from typing import Any

import httpx

CALLER_KEY = "gonogo.caller"
"""Key of the ASGI scope by which the owner of the folder is told from callers over a network."""
OPERATOR = "operator"

log = logging.getLogger("gonogo.inprocess")


class InProcess(httpx.BaseTransport):
    """Runs an application on an event loop of its own, in one background thread."""

    def __init__(self, app: Any, *, operator: bool) -> None:
        """`operator`: speak as the owner of the installation where a request bears no token."""
        self._app = _Logging(_Speaking(app) if operator else app)
        self._transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer `request`; the body is read whole before it returns."""
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop).result()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        stream = request.stream
        body = stream if isinstance(stream, httpx.AsyncByteStream) else _Again(stream)
        asked = httpx.Request(request.method, request.url, headers=request.headers, stream=body)
        answer = await self._transport.handle_async_request(asked)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def close(self) -> None:
        """Stop the thread and let go of its loop; a second time does nothing."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        if not self._loop.is_running():
            self._loop.close()


class _Again(httpx.AsyncByteStream):
    """A synchronous body, read by an asynchronous reader."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> Any:
        iterator: Iterator[bytes] = iter(self._stream)
        for chunk in iterator:
            yield chunk


class _Logging:
    """Logs what an application raises, as a server does: the answer says only that it happened."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception:
            log.exception("%s %s failed", scope.get("method"), scope.get("path"))
            raise


class _Speaking:
    """Marks each request as the operator's own."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app({**scope, CALLER_KEY: OPERATOR}, receive, send)
