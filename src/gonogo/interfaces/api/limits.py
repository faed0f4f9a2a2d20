"""A bound on every request's body, kept while it streams in."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gonogo.core.errors import TooLarge
from gonogo.interfaces.api.needs import Limits
from gonogo.interfaces.api.problems import problem

UPLOADS = "/api/"
"""Where large files may be sent to; those of the console's forms are as small as any body."""
DIGITS = 18
"""Of a declared length; nothing of a length with more of them was ever sent."""


class BodyLimit:
    """Refuses a body beyond the bound, by its declared length or while it comes in.

    Uploads (multipart) over REST, which knows who sends them before it reads them, may be as large
    as `Limits.upload`, everything else as `Limits.body`. Paths below `besides` keep a bound of
    their own.
    """

    def __init__(self, app: ASGIApp, limits: Limits, besides: tuple[str, ...] = ()) -> None:
        self.app = app
        self.limits = limits
        self.besides = besides

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.besides or ("\0",)):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        most = self._most(scope["path"], headers)
        declared = headers.get(b"content-length", b"0")
        # Python reads no number of thousands of digits.
        if not declared.isdigit() or len(declared) > DIGITS or int(declared) > most:
            await problem(_too_large(most))(scope, receive, send)
            return
        counted = _Counted(receive, send, most)
        try:
            await self.app(scope, counted.receive, counted.send)
        except TooLarge:
            if not counted.over or counted.began:
                raise
        if counted.over and not counted.began:
            await problem(_too_large(most))(scope, receive, send)

    def _most(self, path: str, headers: dict[bytes, bytes]) -> int:
        upload = headers.get(b"content-type", b"").lower().startswith(b"multipart/")
        if upload and path.startswith(UPLOADS):
            return self.limits.upload
        return self.limits.body


class _Counted:
    """A request whose body is counted while it comes in."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._seen = 0
        self.over = False
        self.began = False
        """Whether the answer is on its way already."""

    async def receive(self) -> Message:
        """The next piece; raises `TooLarge` beyond the bound."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._most:
                self.over = True
                raise _too_large(self._most)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on, unless it is what somebody made of our refusal."""
        # FastAPI calls every error while it reads a body a bad request of its own.
        if self.over and not self.began:
            return
        self.began = True
        await self._send(message)


def _too_large(most: int) -> TooLarge:
    return TooLarge(field="body", expected=f"at most {most:,} bytes")
