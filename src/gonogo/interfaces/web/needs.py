"""What the console wants handed to it; `app/wiring.py` builds it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from starlette.requests import Request

from gonogo.core.caller import Caller
from gonogo.core.times import Clock
from gonogo.store.files import Files
from gonogo.store.work import OpenWork


class Authenticate(Protocol):
    """Finds out who is asking."""

    def __call__(self, request: Request, *, unsafe: bool) -> Caller:
        """The caller; raises `Unauthenticated`."""


class AuthenticateForm(Protocol):
    """Finds out who sent a form, and that it was sent from a page of ours."""

    def __call__(self, request: Request, form: Mapping[str, str]) -> Caller:
        """The caller; raises `Unauthenticated` or `Forbidden`."""


class WebNeeds(NamedTuple):
    """What a page may ask for."""

    open_work: OpenWork
    authenticate: Authenticate
    authenticate_form: AuthenticateForm
    form_token: Callable[[Request], str]
    """The token that a form on this reader's page must send back."""
    clock: Clock
    files: Files
    secure_cookies: bool
    wake: Callable[[], None]
