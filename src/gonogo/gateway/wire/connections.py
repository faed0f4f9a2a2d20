"""One connection: requests are read from it one after the other and answered in their order.

What is slow costs nobody else: a head, a body, an answer that is not fetched and a connection that
is silent each have a time, which the server looks at for all connections together.
"""

import asyncio
from collections.abc import Coroutine
from email.utils import formatdate
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any, Protocol

from gonogo.core.errors import Invalid, TooLarge, Unavailable
from gonogo.gateway.exchange import Request, Response, problem
from gonogo.gateway.wire.bodies import Body, Chunked, Sized, TooMuch
from gonogo.gateway.wire.eager import begin
from gonogo.gateway.wire.heads import LARGEST, Head, Refused, head_of

AHEAD = 64 * 1024
"""Bytes that a client may send before the request before them is answered."""
LINGER_SECONDS = 2.0
"""How long a client is still listened to after the last answer, so that it gets to read it."""
FETCH_SECONDS = 30.0
"""How long a client may leave answers lying."""
IDLE_SECONDS = 75.0
"""How long a connection may be silent between requests."""
NEVER = float("inf")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
NO_HEAD = Head("", "", {}, 0, chunked=False, keep=False, expects=False)
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
        self._rest = b""
        """What came and was not looked at yet."""
        self._begun = False
        """Whether part of a head came."""
        self._head: Head | None = None
        self._body: Body | None = None
        self._skipped = False
        """Whether the body is of a request that was answered before it came."""
        self._task: asyncio.Task[Response] | None = None
        """Makes an answer; until it is there nothing more is read."""
        self._stuck = self._ending = self._heard_all = False
        """Whether answers lie unfetched; the last one was sent; the client will say no more."""
        self._deadline = NEVER

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
        if self._ending:
            return
        if self._rest:
            data, self._rest = self._rest + data, b""
        if self._task is None and not self._stuck:
            self._take(data)
            return
        self._rest = data
        if len(data) > AHEAD and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more; what it asked is answered all the same."""
        self._heard_all = True
        return self._task is not None or self._stuck

    def pause_writing(self) -> None:
        """Answers lie unfetched: no more are made for this client."""
        self._stuck = True
        self._within(FETCH_SECONDS)

    def resume_writing(self) -> None:
        """They were fetched."""
        self._stuck = False
        if self._task is None and not self._ending:
            self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # as asyncio calls it
        """End; a request that is under way is decided to its end."""
        self._ending = True
        self._owner.left(self)

    def look(self, now: float) -> None:
        """Give up what took too long."""
        if now < self._deadline or self._transport is None:
            return
        self._deadline = NEVER
        if self._stuck or self._ending or self._skipped:
            self._transport.abort()
        elif self._body is not None:
            seconds = self._owner.body_seconds
            late = f"not there after {seconds:g} s"
            said = Invalid(field="body", value=late, expected="a whole request")
            self._last(self._owner.counted(problem(said)))
        elif self._begun:
            self._refused(Refused(408, "a whole head in time"))
        else:
            self._transport.close()

    def stop(self) -> None:
        """End as soon as nothing is under way."""
        if self._transport is not None and self._task is None and not self._ending:
            self._transport.close()

    def abort(self) -> None:
        """End now."""
        if self._transport is not None:
            self._transport.abort()

    def _within(self, seconds: float) -> None:
        self._deadline = self._loop.time() + seconds

    def _go_on(self) -> None:
        """Look at what came in the meantime."""
        self._within(IDLE_SECONDS)
        transport = self._transport
        if transport is None:
            return
        if self._rest:
            data, self._rest = self._rest, b""
            self._take(data)
            if not transport.is_closing():
                transport.resume_reading()
        if self._heard_all and self._task is None and not self._stuck:
            transport.close()

    def _take(self, data: bytes) -> None:
        rest: bytes | None = data
        try:
            while rest and self._task is None and not self._ending and not self._stuck:
                rest = self._begin(rest) if self._body is None else self._feed(self._body, rest)
        except Refused as refused:
            self._refused(refused)
        except TooMuch as much:
            self._last(self._owner.counted(problem(self._owner.too_large(much.size))))
        else:
            if rest and not self._ending:
                self._rest = rest

    def _begin(self, data: bytes) -> bytes | None:
        """Read a head, and its body where that is there too; what is left over."""
        end = data.find(b"\r\n\r\n", 0, LARGEST)
        if end < 0 or data.startswith(b"\r\n"):
            return self._awaited(data)
        head = self._head = head_of(data[: end + 2])
        self._begun = False
        start = end + 4
        refusal = self._owner.refusal(head.path, head.fields.get("content-length"))
        if refusal is not None:
            return self._turned_away(head, refusal, data[start:])
        stop = start + head.length
        if not head.chunked and len(data) >= stop:
            self._ask(head, data[start:stop])
            return data[stop:]
        self._within(self._owner.body_seconds)
        self._body = Chunked(self._owner.largest) if head.chunked else Sized(head.length)
        if head.expects and self._transport is not None and len(data) == start:
            self._transport.write(CONTINUE)
        return data[start:]

    def _awaited(self, data: bytes) -> bytes | None:
        # Some clients end a body with a line of its own.
        if data.startswith(b"\r\n"):
            return data[2:]
        if len(data) >= LARGEST:
            raise Refused(431, f"a head below {LARGEST} bytes")
        if not self._begun:
            self._begun = True
            self._within(self._owner.head_seconds)
        self._rest = data
        return None

    def _turned_away(self, head: Head, refusal: Response, data: bytes) -> bytes | None:
        """Answer at once; a body of a bearable size is passed over, so that more may be asked."""
        bearable = not head.chunked and head.length <= self._owner.largest and not head.expects
        if not bearable:
            self._last(refusal)
            return None
        self._write(head, refusal, read=len(data) >= head.length)
        if head.length and not self._ending:
            self._body, self._skipped = Sized(head.length, keep=False), True
            self._within(self._owner.body_seconds)
        return data

    def _feed(self, body: Body, data: bytes) -> bytes | None:
        left = body.feed(data)
        if left is None or self._head is None:
            return None
        self._body = None
        if self._skipped:
            self._skipped = False
            self._within(IDLE_SECONDS)
        else:
            self._ask(self._head, body.whole)
        return left

    def _ask(self, head: Head, body: bytes) -> None:
        self._deadline = NEVER
        request = Request(head.method, head.path, body, head.fields.get, self._peer)
        begun = begin(self._owner.answer(request), self._loop)
        if isinstance(begun, Response):
            self._write(head, begun, read=True)
            self._within(IDLE_SECONDS)
        else:
            begun.add_done_callback(partial(self._answered, head))
            self._task = begun

    def _answered(self, head: Head, task: "asyncio.Task[Response]") -> None:
        self._task = None
        if self._ending or task.cancelled():
            return
        self._write(head, task.result(), read=True)
        if not self._stuck and not self._ending:
            self._go_on()

    def _refused(self, refused: Refused) -> None:
        said = problem(Invalid(field="request", expected=refused.why))
        said.status = refused.status
        self._last(self._owner.counted(said))

    def _last(self, response: Response) -> None:
        """Answer, and end: what else comes is no request any more."""
        head = self._head
        if head is None or self._begun:
            head = NO_HEAD
        self._write(head, response, read=False, keep=False)

    def _write(self, head: Head, response: Response, *, read: bool, keep: bool = True) -> None:
        """Send an answer; `read`: whether all of its request came."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        keep = keep and head.keep and not self._owner.stopping
        text = _text(response, self._owner.second(), keep=keep)
        transport.write(text if head.method == "HEAD" else text + response.body)
        if keep:
            return
        self._ending, self._rest = True, b""
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
