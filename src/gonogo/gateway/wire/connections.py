"""One connection: requests are read from it one after the other and answered in their order.

What is slow costs nobody else: a head, a body, an answer that is not fetched and a connection that
is silent each have a time, which the server looks at for all connections together.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from email.utils import formatdate
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any, Protocol

from gonogo.core.errors import Invalid, TooLarge, Unavailable
from gonogo.gateway.exchange import Request, Response, problem
from gonogo.gateway.wire.asking import Asked, Reader, Refused, TooMuch
from gonogo.gateway.wire.eager import begin

LINGER_SECONDS = 2.0
"""How long a client is still listened to after the last answer, so that it gets to read it."""
FETCH_SECONDS = 30.0
"""How long a client may leave answers lying."""
IDLE_SECONDS = 75.0
"""How long a connection may be silent between requests."""
NEVER = float("inf")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_BODYLESS = frozenset({204, 304})


class Owner(Protocol):
    """What connections belong to."""

    body_seconds: float
    head_seconds: float

    @property
    def largest(self) -> int:
        """Bytes of a body."""
        ...

    @property
    def stopping(self) -> bool:
        """Whether every answer is the last one of its connection."""
        ...

    def too_large(self, size: int) -> TooLarge:
        """The refusal of a body."""
        ...

    def refusal(self, path: str, length: str | None) -> Response | None:
        """The answer to a request whose body is not read."""
        ...

    def answer(self, request: Request) -> Coroutine[Any, Any, Response]:
        """The answer to a request."""
        ...

    def counted(self, response: Response) -> Response:
        """`response`, counted."""
        ...

    def second(self) -> int:
        """Seconds since 1970."""
        ...

    def joined(self, connection: "Connection") -> bool:
        """A connection came; False where there are too many."""
        ...

    def left(self, connection: "Connection") -> None:
        """A connection ended."""
        ...


class Connection(asyncio.Protocol):
    """Reads requests and writes answers."""

    def __init__(self, owner: Owner, loop: asyncio.AbstractEventLoop) -> None:
        self._owner, self._loop = owner, loop
        self._transport: asyncio.Transport | None = None
        self._peer: str | None = None
        self._reader = Reader(owner.largest, self._headed, self._whole)
        self._waiting: deque[Asked] = deque()
        """Whole requests that wait for the answers before theirs."""
        self._task: asyncio.Task[Response] | None = None
        """Makes an answer; until it is there nothing more is read."""
        self._failed: Response | None = None
        """The answer to what was no request, which comes after those before it."""
        self._stuck = self._ending = self._heard_all = False
        """Whether answers lie unfetched; the last one was sent; the client will say no more."""
        self._deadline = NEVER

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._task is not None or self._stuck or bool(self._waiting)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if not isinstance(transport, asyncio.Transport):
            return
        self._transport = transport
        self._peer = _peer_of(transport)
        self._within(self._owner.head_seconds)
        if not self._owner.joined(self):
            said = Unavailable(
                field="gateway", value="too many connections", expected="fewer at once"
            )
            self._last(self._owner.counted(problem(said)))

    def data_received(self, data: bytes) -> None:
        """Take what came, whole requests or pieces of them."""
        if self._ending or self._failed is not None:
            return
        begun = self._reader.asked
        try:
            self._reader.feed(data)
        except Refused as refused:
            said = problem(Invalid(field="request", expected=refused.why))
            said.status = refused.status
            self._fail(said)
        except TooMuch as much:
            self._fail(problem(self._owner.too_large(much.size)))
        else:
            self._hurry(begun)
        if self.busy and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more; what it asked is answered all the same."""
        self._heard_all = True
        return self.busy

    def pause_writing(self) -> None:
        """Answers lie unfetched: no more are made for this client."""
        self._stuck = True
        self._within(FETCH_SECONDS)

    def resume_writing(self) -> None:
        """They were fetched."""
        self._stuck = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # as asyncio calls it
        """End; a request that is under way is decided to its end."""
        self._ending = True
        self._waiting.clear()
        self._owner.left(self)

    def look(self, now: float) -> None:
        """Give up what took too long."""
        if now < self._deadline or self._transport is None:
            return
        self._deadline = NEVER
        asked = self._reader.asked
        if self._stuck or self._ending or (asked is not None and asked.answered):
            self._transport.abort()
        elif asked is None:
            self._transport.close()
        elif asked.headed:
            seconds = self._owner.body_seconds
            late = f"not there after {seconds:g} s"
            said = Invalid(field="body", value=late, expected="a whole request")
            self._last(self._owner.counted(problem(said)), asked)
        else:
            said = Invalid(field="request", expected="a whole head in time")
            late_head = problem(said)
            late_head.status = 408
            self._last(self._owner.counted(late_head))

    def stop(self) -> None:
        """End as soon as nothing is under way."""
        if self._transport is not None and not self.busy and not self._ending:
            self._transport.close()

    def abort(self) -> None:
        """End now."""
        if self._transport is not None:
            self._transport.abort()

    def _within(self, seconds: float) -> None:
        self._deadline = self._loop.time() + seconds

    def _hurry(self, begun: Asked | None) -> None:
        """A head that has begun with what came just now has its time from now on."""
        asked = self._reader.asked
        if asked is not None and asked is not begun and not asked.headed and not self.busy:
            self._within(self._owner.head_seconds)

    def _headed(self, asked: Asked) -> None:
        """A head came: say at once what its body need not come for."""
        if self._ending:
            return
        length = asked.fields.get("content-length")
        asked.refusal = self._owner.refusal(asked.path, length)
        if self.busy:
            return
        self._within(self._owner.body_seconds)
        if asked.refusal is None:
            if asked.expects and self._transport is not None:
                self._transport.write(CONTINUE)
        elif int(length or 0) or "transfer-encoding" in asked.fields:
            asked.answered = True
            self._turn_away(asked, asked.refusal)

    def _turn_away(self, asked: Asked, refusal: Response) -> None:
        """Answer; a body of a bearable size is passed over, so that more may be asked."""
        length = asked.fields.get("content-length")
        if length is None or int(length) > self._owner.largest or asked.expects:
            self._last(refusal, asked)
        else:
            self._write(asked, refusal, read=asked.whole)

    def _whole(self, asked: Asked) -> None:
        """A request came, all of it."""
        if self._ending:
            return
        if asked.answered:
            self._within(IDLE_SECONDS)
        elif self.busy:
            self._waiting.append(asked)
        else:
            self._ask(asked)

    def _ask(self, asked: Asked) -> None:
        if asked.refusal is not None:
            self._turn_away(asked, asked.refusal)
            return
        self._deadline = NEVER
        request = Request(asked.method, asked.path, asked.body, asked.fields.get, self._peer)
        begun = begin(self._owner.answer(request), self._loop)
        if isinstance(begun, Response):
            self._write(asked, begun, read=True)
            self._within(IDLE_SECONDS)
        else:
            begun.add_done_callback(partial(self._answered, asked))
            self._task = begun

    def _answered(self, asked: Asked, task: "asyncio.Task[Response]") -> None:
        self._task = None
        if self._ending or task.cancelled():
            return
        self._write(asked, task.result(), read=True)
        self._go_on()

    def _go_on(self) -> None:
        """Answer what came in the meantime, then read on."""
        while self._waiting and self._task is None and not self._stuck and not self._ending:
            self._ask(self._waiting.popleft())
        transport = self._transport
        if self.busy or self._ending or transport is None:
            return
        if self._failed is not None:
            self._last(self._failed)
        elif self._heard_all:
            transport.close()
        else:
            asked = self._reader.asked
            if asked is None:
                self._within(IDLE_SECONDS)
            else:
                owner = self._owner
                self._within(owner.body_seconds if asked.headed else owner.head_seconds)
            transport.resume_reading()

    def _fail(self, response: Response) -> None:
        """What came is no request: nothing more is read, and this is the last answer."""
        self._failed = self._owner.counted(response)
        if not self.busy and not self._ending:
            self._last(self._failed, self._reader.asked)

    def _last(self, response: Response, asked: Asked | None = None) -> None:
        """Answer, and end: what else comes is no request any more."""
        self._write(asked or Asked(), response, read=False, keep=False)

    def _write(self, asked: Asked, response: Response, *, read: bool, keep: bool = True) -> None:
        """Send an answer; `read`: whether all of its request came."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        keep = keep and asked.keep and not self._owner.stopping
        text = _text(response, self._owner.second(), keep=keep)
        transport.write(text if asked.method == "HEAD" else text + response.body)
        if keep:
            return
        self._ending = True
        self._waiting.clear()
        if read:
            transport.close()
        else:
            # Closed at once, bytes still on their way would make the kernel take back the answer.
            transport.write_eof()
            self._within(LINGER_SECONDS)


def _text(response: Response, second: int, *, keep: bool) -> bytes:
    lines = [_opening(response.status, second)]
    lines += [f"{name}: {value}\r\n" for name, value in response.headers]
    if response.status not in _BODYLESS:
        lines.append(f"content-length: {len(response.body)}\r\n")
    lines.append("\r\n" if keep else "connection: close\r\n\r\n")
    return "".join(lines).encode("latin-1", "replace")


@lru_cache(maxsize=64)
def _opening(status: int, second: int) -> str:
    date = formatdate(second, usegmt=True)
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ndate: {date}\r\n"


def _peer_of(transport: asyncio.Transport) -> str | None:
    found = transport.get_extra_info("peername")
    if not isinstance(found, tuple):
        return None
    host, port = found[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
