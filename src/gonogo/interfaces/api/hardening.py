"""Headers that every answer carries, whoever made it: nothing is framed, guessed at, or kept."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # An answer that is no page of ours is data: opened in a browser it loads and runs nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # Tokens and links are shown once, and not by a browser's "back" either.
    "Cache-Control": "no-store",
}


class Hardened:
    """Adds to every answer those of `HEADERS` that it does not set itself.

    Below `public` an answer may be kept, below `besides` it is left as it is.
    """

    def __init__(self, app: ASGIApp, public: tuple[str, ...], besides: tuple[str, ...]) -> None:
        self.app = app
        self.public = public
        self.besides = besides

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.besides):
            await self.app(scope, receive, send)
            return
        kept = scope["path"].startswith(self.public)

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if not (kept and name == "Cache-Control"):
                        headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, hardened)
