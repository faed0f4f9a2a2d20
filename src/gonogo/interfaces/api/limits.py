"""A bound on every request's body, kept while it streams in."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gonogo.core.errors import TooLarge
from gonogo.interfaces.api.needs import Limits
from gonogo.interfaces.api.problems import problem


class BodyLimit:
    """Refuses a body beyond the bound, by its declared length or while it comes in.

    Uploads (multipart) may be as large as `Limits.upload`, everything else as `Limits.body`.
    Paths below `besides` keep a bound of their own.
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
        most = self._most(headers)
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > most:
            await problem(_too_large(most))(scope, receive, send)
            return
        seen = 0
        began = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > most:
                    raise _too_large(most)
            return message

        async def watched(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except TooLarge as refused:
            if began:
                raise
            await problem(refused)(scope, receive, send)

    def _most(self, headers: dict[bytes, bytes]) -> int:
        if headers.get(b"content-type", b"").startswith(b"multipart/"):
            return self.limits.upload
        return self.limits.body


def _too_large(most: int) -> TooLarge:
    return TooLarge(field="body", expected=f"at most {most:,} bytes")
