"""Who is asking: the owner of this folder, a token, or a browser session.

A session speaks for its user on its own, with every request the browser makes; so what changes
something must also prove that it comes from a page of ours.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.errors import Forbidden, Unauthenticated, Unavailable
from gonogo.core.times import Clock
from gonogo.domain.accounts import hashing, reads, rules, session_tables, tables
from gonogo.domain.accounts.rules import OpenSession, SignedIn
from gonogo.store.work import OpenWork

CALLER_KEY = "gonogo.caller"
"""Key of the ASGI scope that says who asks from within this process; no network can set it."""
OPERATOR = "operator"
COOKIE = "gonogo_session"
CSRF_HEADER = "X-CSRF-Token"
FORM_FIELD = "form_token"
"""The hidden field in which a form brings what a script brings in the header."""
# A use is noted now and then; nobody waits for another writer because of it.
PATIENCE_SECONDS = 0.05


class Authentication:
    """Finds the caller of a request."""

    def __init__(self, open_work: OpenWork, clock: Clock, *, secure_cookies: bool = False) -> None:
        """`secure_cookies`: TLS stands in front, and cookies travel through it alone."""
        self._open_work = open_work
        self._clock = clock
        self._secure = secure_cookies
        # The prefix makes browsers refuse the cookie from anything but this very host over TLS.
        self.cookie_name = f"__Host-{COOKIE}" if secure_cookies else COOKIE

    def __call__(self, request: Request, *, unsafe: bool) -> Caller:
        """The caller; raises `Unauthenticated`, or `Forbidden` for a forged request.

        `unsafe`: the request changes something, so a session must bring the header X-CSRF-Token.
        """
        without_session = self._without_session(request)
        if without_session is not None:
            return without_session
        opened = self.session(request)
        if unsafe:
            check_origin(request)
            _check_csrf(opened, request.headers.get(CSRF_HEADER), CSRF_HEADER)
        return opened.caller

    def again(self, request: Request) -> Caller:
        """The caller of a request that goes on for long, as of now; raises `Unauthenticated`.

        It does not count as a use: a page left open keeps no session alive.
        """
        header = request.headers.get("authorization")
        with self._open_work(SYSTEM, write=False) as work:
            if header is not None:
                return reads.caller_of_token(work, _secret(header))
            if request.scope.get(CALLER_KEY) == OPERATOR:
                return reads.operator_caller(work)
            return reads.caller_of_session(work, self.cookie(request) or "")

    def of_form(self, request: Request, form: Mapping[str, str]) -> Caller:
        """The caller who sent a form; its field `form_token` must be that of the session."""
        check_origin(request)
        opened = self.session(request)
        _check_csrf(opened, form.get(FORM_FIELD), FORM_FIELD)
        return opened.caller

    def check_origin(self, request: Request) -> None:
        """Go on if a form that needs no session comes from a page of ours; raises `Forbidden`."""
        check_origin(request)

    def form_token(self, request: Request) -> str:
        """What the forms on this reader's page must send back; "" without a session."""
        cookie = self.cookie(request)
        return "" if cookie is None else hashing.csrf_of(cookie)

    def session(self, request: Request) -> OpenSession:
        """The browser session behind a request; raises `Unauthenticated`."""
        cookie = self.cookie(request)
        if cookie is None:
            raise Unauthenticated(
                field="Authorization", expected="Bearer and a token, or a browser that signed in"
            )
        with self._open_work(SYSTEM, write=False) as work:
            found = reads.session_of(work, cookie)
            due = rules.is_due(found.session.last_used, work.now)
        if due:
            self._note(session=found.session.digest)
        return found

    def cookie(self, request: Request) -> str | None:
        """The session cookie of a request."""
        return request.cookies.get(self.cookie_name)

    def remember(self, response: Response, signed_in: SignedIn) -> None:
        """Give the browser the cookie of a session that has just begun."""
        response.set_cookie(
            self.cookie_name,
            signed_in.cookie,
            max_age=int(rules.SESSION_LONGEST.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, response: Response) -> None:
        """Take the cookie from the browser."""
        response.delete_cookie(
            self.cookie_name, path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def _without_session(self, request: Request) -> Caller | None:
        header = request.headers.get("authorization")
        if header is not None:
            return self._bearer(header)
        if request.scope.get(CALLER_KEY) == OPERATOR:
            with self._open_work(SYSTEM, write=False) as work:
                return reads.operator_caller(work)
        return None

    def _bearer(self, header: str) -> Caller:
        secret = _secret(header)
        with self._open_work(SYSTEM, write=False) as work:
            caller = reads.caller_of_token(work, secret)
            due = caller.token is not None and reads.token_is_due(work, caller.token)
        if due:
            self._note(token=caller.token)
        return caller

    def _note(self, *, token: str | None = None, session: str | None = None) -> None:
        """Write that a token or a session was used, unless somebody else is writing."""
        try:
            with self._open_work(SYSTEM, patience=PATIENCE_SECONDS) as work:
                if token is not None:
                    tables.mark_token_used(work, token)
                if session is not None:
                    session_tables.mark_session_used(work, session)
        except Unavailable:
            # The request matters more; the next use will be noted.
            return


def _secret(header: str) -> str:
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(field="Authorization", expected="Bearer and a token")
    return secret.strip()


def check_origin(request: Request) -> None:
    """Go on if the browser says that the request comes from a page of ours; raises `Forbidden`.

    A browser that says nothing is let through: it still has to bring the token of the session.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise _forged("Sec-Fetch-Site", site, "a request from a page of this site")
    origin = request.headers.get("origin")
    # The host alone: behind TLS in front of us the schemes differ.
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise _forged("Origin", origin, "a request from a page of this site")


def _check_csrf(opened: OpenSession, given: str | None, field: str) -> None:
    if given is None or not hashing.same(given, opened.csrf):
        raise _forged(field, None, "the token of this session, as its pages carry it")


def _forged(field: str, value: str | None, expected: str) -> Forbidden:
    return Forbidden(
        field=field,
        value=value,
        expected=expected,
        message="This request does not come from a page of this session",
    )
