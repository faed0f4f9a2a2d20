"""MLflow below `/mlflow`, behind gonogo's sign-in: guarded, told of, otherwise unchanged."""

import logging
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gonogo.integrations.mlflow.answers import (
    RefusedError,
    forbidden,
    not_served,
    sign_in,
    too_large,
    unauthenticated,
    unavailable,
)
from gonogo.integrations.mlflow.bodies import Counted, Gone, Held, Kept, keep, keep_plain
from gonogo.integrations.mlflow.changes import TOLD, change
from gonogo.integrations.mlflow.endpoints import Effect, Endpoint, endpoint
from gonogo.integrations.mlflow.guard import (
    GUARDED,
    check_artifact,
    check_call,
    check_place,
    read_body,
)
from gonogo.integrations.mlflow.keeping import Keeping
from gonogo.integrations.mlflow.loading import load, loaded
from gonogo.integrations.mlflow.ports import Authorise, Caller, OnChange, Seals

PREFIX = "/mlflow"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a body may be."""

    call: int = 32 * 1024**2
    """Bytes of a call of the API, which MLflow holds in memory."""
    artifact: int = 10 * 1024**3
    """Bytes of one artifact, which stream through."""


class MountedMlflow:
    """The ASGI application that Starlette mounts at `/mlflow`."""

    def __init__(
        self,
        keeping: Keeping,
        authorise: Authorise,
        on_change: OnChange,
        seals: Seals,
        bounds: Bounds,
    ) -> None:
        self._keeping = keeping
        self._authorise = authorise
        self._on_change = on_change
        self._seals = seals
        self._bounds = bounds

    def warm(self) -> None:
        """Start MLflow in the background; requests that come before it is ready wait for it."""
        threading.Thread(target=self._try_start, name="mlflow", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = below_prefix(scope["path"])
        if path is None:
            await RedirectResponse(f"{PREFIX}/")(scope, receive, send)
            return
        send = _hardened(send, path)
        try:
            asked = endpoint(scope["method"], path)
            caller = await self._authorise(scope)
            if caller is None and asked is not None and asked.page:
                await sign_in(_wanted(scope))(scope, receive, send)
                return
            if caller is None:
                raise unauthenticated()
            if asked is None:
                raise not_served(scope["method"], path)
            _check_may(caller, asked)
            if scope["method"] not in {"GET", "HEAD"}:
                check_origin(scope)
            await self._pass_on(scope, path, receive, send, asked, caller)
        except RefusedError as refused:
            await refused.answer()(scope, receive, send)
        except Gone:
            return

    async def _pass_on(
        self,
        scope: Scope,
        path: str,
        receive: Receive,
        send: Send,
        asked: Endpoint,
        caller: Caller,
    ) -> None:
        inner = _stripped(scope, path)
        if asked.effect is Effect.READ:
            await self._stream(inner, receive, send, self._bounds.call)
        elif asked.artifact is not None:
            await check_artifact(asked.artifact, self._seals, caller)
            await self._stream(inner, receive, send, self._bounds.artifact)
        elif asked.call in GUARDED or asked.call in TOLD:
            kept = await keep(scope, receive, self._bounds.call)
            said = read_body(kept.body)
            await check_place(asked, said, self._seals, caller)
            if asked.call in GUARDED:
                await check_call(asked, said, self._seals)
            await self._tell(inner, kept, send, asked, caller)
        elif "content-encoding" in Headers(scope=scope):
            # MLflow undoes compression without a bound, all of it in memory.
            plain, kept = await keep_plain(inner, receive, self._bounds.call)
            await (await self._mlflow())(plain, kept, send)
        else:
            await self._stream(inner, receive, send, self._bounds.call)

    async def _stream(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > most:
            raise too_large(most)
        counted = Counted(receive, most)
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            if counted.exceeded and not began:
                raise too_large(most)
            began = True
            await send(message)

        app = await self._mlflow()
        try:
            await app(scope, counted, watched)
        except Exception as error:
            if counted.exceeded and not began:
                raise too_large(most) from error
            raise

    async def _tell(
        self, scope: Scope, kept: Kept, send: Send, asked: Endpoint, caller: Caller
    ) -> None:
        app = await self._mlflow()
        held = Held(send)
        await app(scope, kept, held)
        if held.succeeded and asked.call in TOLD:
            try:
                await self._on_change(change(asked.call, read_body(kept.body), held.body, caller))
            except Exception:
                # MLflow has done it already; what was not told is found by the next look at it.
                logger.exception("a change in MLflow was not taken over: %s", asked.call)
        await held.release()

    async def _mlflow(self) -> ASGIApp:
        ready = loaded(self._keeping)
        if ready is not None:
            return ready.asgi
        try:
            return (await to_thread.run_sync(load, self._keeping)).asgi
        except Exception as error:
            logger.exception("MLflow does not start")
            raise unavailable() from error

    def _try_start(self) -> None:
        try:
            load(self._keeping)
        except Exception:
            logger.exception("MLflow does not start")


def mounted_app(
    *,
    keeping: Keeping,
    authorise: Authorise,
    on_change: OnChange,
    seals: Seals,
    bounds: Bounds | None = None,
) -> MountedMlflow:
    """MLflow's API and pages, to be mounted at `/mlflow`; it starts when first asked or `warm`."""
    return MountedMlflow(keeping, authorise, on_change, seals, bounds or Bounds())


def below_prefix(path: str) -> str | None:
    """The path as MLflow knows it; None for the prefix alone, which lacks its slash.

    >>> below_prefix("/mlflow/api/2.0/mlflow/runs/get")
    '/api/2.0/mlflow/runs/get'
    """
    if path == PREFIX:
        return None
    return path.removeprefix(PREFIX)


def check_origin(scope: Scope) -> None:
    """Raise `RefusedError` for a write that another site made a browser send.

    A browser says where a request comes from; programs with a token say nothing.
    """
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        same = site == "same-origin"
    elif origin is not None:
        same = urlsplit(origin).netloc == headers.get("host")
    else:
        same = "authorization" in headers
    if not same:
        raise forbidden("This page belongs to another site, and may not write here.")


def _check_may(caller: Caller, asked: Endpoint) -> None:
    if asked.effect is Effect.WRITE and not caller.may_write:
        raise forbidden("You may read MLflow here, but not write: that needs another role.")
    if not caller.may_read:
        raise forbidden("You may not read MLflow here: that needs another role.")


def _wanted(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


def _stripped(scope: Scope, path: str) -> Scope:
    """The request as if MLflow stood at the root; who asked is none of its business."""
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if name not in {b"authorization", b"cookie"}
    ]
    raw = scope.get("raw_path") or scope["path"].encode()
    raw = raw.removeprefix(PREFIX.encode())
    return {**scope, "path": path, "raw_path": raw, "root_path": "", "headers": kept, "state": {}}


def _hardened(send: Send, path: str) -> Send:
    downloads = "artifact" in path

    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["X-Frame-Options"] = "SAMEORIGIN"
            headers["Referrer-Policy"] = "same-origin"
            if downloads:
                # An artifact may be a page that somebody wrote; it must not act as the reader.
                headers["Content-Security-Policy"] = "sandbox"
        await send(message)

    return hardened
