"""By which names the server answers: not by one that somebody else points here.

A page elsewhere can have its own name resolve to this machine's address (DNS rebinding) and then
counts, to the browser, as the same origin. It cannot choose the name that the browser sends with
the request.
"""

import ipaddress
import re

from starlette.types import ASGIApp, Receive, Scope, Send

from gonogo.core.errors import Invalid
from gonogo.interfaces.api.problems import problem

IN_PROCESS = "gonogo.invalid"
"""What a client in the same process calls the server; no name below .invalid is ever resolved."""
ANY = "*"
PORT = re.compile(r":[0-9]{0,5}\Z")
BAD_REQUEST = 400
EXPECTED = "a name of GONOGO_ALLOWED_HOSTS, which whoever runs the server sets"


class AllowedHosts:
    """Refuses requests for other hosts than `allowed`, with 400 and the setting that would allow.

    An address in numbers is allowed: nobody can have it resolve to anything else.
    """

    def __init__(self, app: ASGIApp, allowed: tuple[str, ...]) -> None:
        self.app = app
        self.allowed = frozenset({*(named(one) for one in allowed), IN_PROCESS})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or ANY in self.allowed:
            await self.app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == b"host"]
        text = given[0].decode("latin-1") if len(given) == 1 else ""
        host = named(text)
        if host in self.allowed or _is_address(host):
            await self.app(scope, receive, send)
            return
        answer = problem(
            Invalid(
                field="Host",
                value=text or None,
                expected=EXPECTED,
                message="This server does not answer by that name",
            ),
            BAD_REQUEST,
        )
        await answer(scope, receive, send)


def named(text: str) -> str:
    """A host without its port, in the one form it is compared in.

    >>> named("LOCALHOST.:8080"), named("[::1]:80"), named("::1")
    ('localhost', '::1', '::1')
    """
    host = text.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else PORT.sub("", host).removesuffix(".")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
