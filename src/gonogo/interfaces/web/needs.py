"""What the console wants handed to it; `app/wiring.py` builds it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from starlette.requests import Request
from starlette.responses import Response

from gonogo.core.caller import Caller
from gonogo.core.times import Clock
from gonogo.core.tracking import Tracking
from gonogo.domain.accounts.rules import SignedIn
from gonogo.domain.portfolio.rules import Answer, Asked, Choosing
from gonogo.stats.portfolio.problem import Candidate
from gonogo.store.files import Files
from gonogo.store.work import OpenWork


class Authentication(Protocol):
    """Finds out who is asking, and gives and takes the browser's cookie."""

    def __call__(self, request: Request, *, unsafe: bool) -> Caller:
        """The caller; raises `Unauthenticated`."""
        ...

    def again(self, request: Request) -> Caller:
        """The caller of a request that goes on for long, as of now; raises `Unauthenticated`.

        It does not count as a use: a page left open keeps no session alive.
        """
        ...

    def of_form(self, request: Request, form: Mapping[str, str]) -> Caller:
        """The caller who sent a form from a page of ours; `Unauthenticated` or `Forbidden`."""
        ...

    def check_origin(self, request: Request) -> None:
        """Go on if a form that needs no session comes from a page of ours; `Forbidden`."""
        ...

    def form_token(self, request: Request) -> str:
        """What a form on this reader's page must send back."""
        ...

    def cookie(self, request: Request) -> str | None:
        """The session cookie of a request."""
        ...

    def remember(self, response: Response, signed_in: SignedIn) -> None:
        """Give the browser the cookie of a session that has just begun."""
        ...

    def forget(self, response: Response) -> None:
        """Take the cookie from the browser."""
        ...


class WebNeeds(NamedTuple):
    """What a page may ask for."""

    open_work: OpenWork
    authentication: Authentication
    clock: Clock
    files: Files
    tracking: Tracking
    mlflow: str
    """Where MLflow's own pages are, without a slash at the end."""
    wake: Callable[[], None]
    """Tells the jobs that follow the ledger that something was written."""
    measure: Callable[[], None]
    """Tells the one who measures that something waits."""
    log: Path
    """The folder of the decision log."""
    choose: Callable[[str, Sequence[Candidate], Asked, float, int], Choosing]
    """How far the choice of use cases with this key is; it is made in the background."""
    chosen: Callable[[str], Answer | None]
    """The choice with this key as it was found, where it is remembered."""
    deliver: Callable[[], bool]
    """Puts the route table where gateways look, now; whether this home's has it in force."""
