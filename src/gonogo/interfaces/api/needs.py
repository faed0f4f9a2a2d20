"""What the REST interface wants handed to it; `app/wiring.py` builds it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from starlette.requests import Request

from gonogo.core.caller import Caller
from gonogo.core.times import Clock
from gonogo.core.tracking import Tracking
from gonogo.store.files import Files
from gonogo.store.work import OpenWork


class Authenticate(Protocol):
    """Finds out who is asking."""

    def __call__(self, request: Request, *, unsafe: bool) -> Caller:
        """The caller; raises `Unauthenticated`.

        `unsafe`: the request changes something, so a browser session must prove its origin.
        """


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one request may bring."""

    body: int = 8 * 1024 * 1024
    """Bytes of a JSON body."""
    upload: int = 2 * 1024 * 1024 * 1024
    """Bytes of an uploaded file."""


class ApiNeeds(NamedTuple):
    """What a handler may ask for."""

    open_work: OpenWork
    authenticate: Authenticate
    clock: Clock
    files: Files
    tracking: Tracking
    limits: Limits
    wake: Callable[[], None]
    """Tells the jobs that follow the ledger that something was written."""
    deliver: Callable[[], bool]
    """Puts the route table where gateways look, now; whether this home's has it in force."""
    log: Path
    """The folder of the decision log."""
    measure: Callable[[], None]
    """Tells the one who measures that something waits."""
