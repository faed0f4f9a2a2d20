"""Bodies of requests and answers on their way: counted, kept to be read, or held until told."""

import zlib

from starlette.types import Message, Receive, Scope, Send

from gonogo.integrations.mlflow.answers import invalid, too_large

MOST_ANSWER = 1024 * 1024
WINDOWS = {b"gzip": 16 + zlib.MAX_WBITS, b"deflate": zlib.MAX_WBITS}
"""How zlib is told of a content-encoding."""
UNFOLDED = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers that are no longer true of a body whose compression was undone."""


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The request's headers; of one that comes twice, the last."""
    return dict(scope["headers"])


class Counted:
    """A request's body, passed on piece by piece, at most `most` bytes of it."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._seen = 0
        self.exceeded = False

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._most:
                self.exceeded = True
        # MLflow cleans up after a client that has gone, so that is what it is told.
        return {"type": "http.disconnect"} if self.exceeded else message


class Kept:
    """A request's body, read whole and then given again."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self.body = body
        self._receive = receive
        self._given = False

    async def __call__(self) -> Message:
        if self._given:
            return await self._receive()
        self._given = True
        return {"type": "http.request", "body": self.body, "more_body": False}


class Gone(Exception):
    """The client went away."""


async def keep(scope: Scope, receive: Receive, most: int) -> Kept:
    """The whole body; raises `RefusedError` beyond `most` bytes, `Gone` where it breaks off."""
    if headers_of(scope).get(b"content-encoding", b"identity") != b"identity":
        raise invalid("The body of this call is taken as it is, without content-encoding.")
    pieces: list[bytes] = []
    seen = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        pieces.append(message.get("body", b""))
        seen += len(pieces[-1])
        if seen > most:
            raise too_large(most)
        more = message.get("more_body", False)
    return Kept(b"".join(pieces), receive)


async def keep_plain(scope: Scope, receive: Receive, most: int) -> tuple[Scope, Kept]:
    """The whole body with its compression undone, and the request as if it never had any.

    What a small body unfolds to is bounded as a plain one is; raises what `keep` raises.
    """
    coding = headers_of(scope).get(b"content-encoding", b"identity").lower()
    headers = [(name, value) for name, value in scope["headers"] if name not in UNFOLDED]
    kept = await keep({**scope, "headers": headers}, receive, most)
    if coding in WINDOWS:
        kept = Kept(_unfolded(kept.body, WINDOWS[coding], most), receive)
    elif coding != b"identity":
        raise invalid("The body of this call may be compressed by gzip or deflate.")
    length = (b"content-length", str(len(kept.body)).encode())
    return {**scope, "headers": [*headers, length]}, kept


def _unfolded(body: bytes, window: int, most: int) -> bytes:
    unfolding = zlib.decompressobj(window)
    try:
        plain = unfolding.decompress(body, most + 1)
    except zlib.error as error:
        raise invalid("The body is not what its content-encoding says.") from error
    if len(plain) > most:
        raise too_large(most)
    if not unfolding.eof or unfolding.unused_data:
        raise invalid("The body is not what its content-encoding says.")
    return plain


class Held:
    """An answer of which the last piece waits for `release`."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._status = 0
        self._pieces: list[bytes] = []
        self._size = 0
        self._last: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
        elif message["type"] == "http.response.body":
            self._size += len(message.get("body", b""))
            if self._size <= MOST_ANSWER:
                self._pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                self._last = message
                return
        await self._send(message)

    @property
    def succeeded(self) -> bool:
        """Whether the call did what it was asked for."""
        return self._last is not None and 200 <= self._status < 300

    @property
    def body(self) -> bytes:
        """What the answer says."""
        return b"".join(self._pieces)

    async def release(self) -> None:
        """Let the client have the rest."""
        if self._last is not None:
            await self._send(self._last)
