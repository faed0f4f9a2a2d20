"""Tests of who is asking: session cookies and proofs that a request is not forged."""

from threading import Event, Thread

import pytest
from starlette.requests import Request
from starlette.responses import Response

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Forbidden, Unauthenticated
from gonogo.core.times import Clock
from gonogo.domain.accounts import actions, session_tables, signing_in
from gonogo.domain.accounts.hashing import digest
from gonogo.domain.accounts.rules import SignedIn
from gonogo.interfaces.api.authentication import Authentication
from gonogo.store.work import OpenWork
from tests.fixtures.clocks import FakeClock


@pytest.fixture
def authentication(open_work: OpenWork, clock: Clock) -> Authentication:
    return Authentication(open_work, clock)


@pytest.fixture
def signed_in(open_work: OpenWork) -> SignedIn:
    """The operator, in a browser."""
    with open_work(SYSTEM) as work:
        actions.ensure_operator(work)
    link = signing_in.operator_link(open_work)
    with open_work(SYSTEM) as work:
        return signing_in.redeem_link(work, link.secret)


def request(
    signed_in: SignedIn | None = None,
    method: str = "POST",
    name: str = "gonogo_session",
    **more: str,
) -> Request:
    """A request with the session's cookie; `more` are its headers."""
    headers = {"host": "gonogo.example"}
    if signed_in is not None:
        headers["cookie"] = f"{name}={signed_in.cookie}"
    headers |= {key.replace("_", "-"): value for key, value in more.items()}
    return Request(
        {
            "type": "http",
            "method": method,
            "path": "/",
            "query_string": b"",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
        }
    )


class TestCall:
    def test_nobody_is_refused(self, authentication: Authentication) -> None:
        """Nothing is open by default."""
        for unsafe in (False, True):
            with pytest.raises(Unauthenticated):
                authentication(request(), unsafe=unsafe)

    def test_session_reads_with_its_cookie(
        self, authentication: Authentication, signed_in: SignedIn
    ) -> None:
        """Reading needs no proof of origin: another site cannot see the answer."""
        caller = authentication(request(signed_in, "GET"), unsafe=False)
        assert str(caller.actor) == "user:1"

    def test_session_writes_with_its_token(
        self, authentication: Authentication, signed_in: SignedIn
    ) -> None:
        """As a script on a page of ours sends it."""
        asked = request(
            signed_in,
            x_csrf_token=signed_in.csrf,
            origin="https://gonogo.example",
            sec_fetch_site="same-origin",
        )
        assert str(authentication(asked, unsafe=True).actor) == "user:1"

    @pytest.mark.parametrize("given", [None, "", "0" * 64, "ä"])
    def test_without_the_token_it_is_forged(
        self, authentication: Authentication, signed_in: SignedIn, given: str | None
    ) -> None:
        """The cookie alone comes along with any request that any site makes."""
        headers = {} if given is None else {"x_csrf_token": given}
        with pytest.raises(Forbidden, match="X-CSRF-Token"):
            authentication(request(signed_in, **headers), unsafe=True)

    @pytest.mark.parametrize(
        "header",
        [
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "https://gonogo.example.evil.example"},
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
        ],
    )
    def test_from_another_site_it_is_forged(
        self, authentication: Authentication, signed_in: SignedIn, header: dict[str, str]
    ) -> None:
        """Even with the right token."""
        asked = request(signed_in, x_csrf_token=signed_in.csrf, **header)
        with pytest.raises(Forbidden, match="this site"):
            authentication(asked, unsafe=True)

    def test_token_of_another_session_is_forged(
        self, authentication: Authentication, signed_in: SignedIn, open_work: OpenWork
    ) -> None:
        """A site cannot use the token of an account of its own."""
        link = signing_in.operator_link(open_work)
        with open_work(SYSTEM) as work:
            other = signing_in.redeem_link(work, link.secret)
        with pytest.raises(Forbidden):
            authentication(request(signed_in, x_csrf_token=other.csrf), unsafe=True)

    def test_operator_comes_from_within_alone(
        self, authentication: Authentication, signed_in: SignedIn
    ) -> None:
        """A header or cookie of that name says nothing."""
        with pytest.raises(Unauthenticated):
            authentication(
                request(None, gonogo_caller="operator", cookie="gonogo.caller=operator"),
                unsafe=False,
            )
        inside = request()
        inside.scope["gonogo.caller"] = "operator"
        assert str(authentication(inside, unsafe=True).actor) == "user:1"


class TestOfForm:
    def test_hidden_field_is_the_token(
        self, authentication: Authentication, signed_in: SignedIn
    ) -> None:
        """What `form_token` gave is what must come back."""
        asked = request(signed_in)
        form = {"form_token": authentication.form_token(asked)}
        assert str(authentication.of_form(asked, form).actor) == "user:1"

    @pytest.mark.parametrize("form", [{}, {"form_token": ""}, {"form_token": "0" * 64}])
    def test_without_it_it_is_forged(
        self, authentication: Authentication, signed_in: SignedIn, form: dict[str, str]
    ) -> None:
        """A header does not stand in for it."""
        with pytest.raises(Forbidden, match="form_token"):
            authentication.of_form(request(signed_in), form)


class TestRemember:
    def test_cookie_is_shut_to_scripts_and_other_sites(
        self, authentication: Authentication, signed_in: SignedIn
    ) -> None:
        """On loopback there is no TLS to ask for."""
        answer = Response()
        authentication.remember(answer, signed_in)
        parts = answer.headers["set-cookie"].split("; ")
        assert parts[0] == f"gonogo_session={signed_in.cookie}"
        assert set(parts[1:]) == {"HttpOnly", "Max-Age=604800", "Path=/", "SameSite=lax"}

    def test_behind_tls_it_is_bound_to_host_and_tls(
        self, open_work: OpenWork, clock: Clock, signed_in: SignedIn
    ) -> None:
        """And the cookie of the other name is not looked at."""
        secure = Authentication(open_work, clock, secure_cookies=True)
        answer = Response()
        secure.remember(answer, signed_in)
        parts = answer.headers["set-cookie"].split("; ")
        assert parts[0] == f"__Host-gonogo_session={signed_in.cookie}"
        assert {"HttpOnly", "Secure", "Path=/"} <= set(parts)
        assert secure.session(request(signed_in, name="__Host-gonogo_session")).user.id == 1
        with pytest.raises(Unauthenticated):
            secure.session(request(signed_in))

    def test_forget_takes_it_back(self, authentication: Authentication) -> None:
        """The browser drops it at once."""
        answer = Response()
        authentication.forget(answer)
        assert "Max-Age=0" in answer.headers["set-cookie"]


class TestNote:
    def test_session_in_use_stays_open(
        self, authentication: Authentication, signed_in: SignedIn, clock: FakeClock
    ) -> None:
        """Twelve hours count from the last request."""
        for _ in range(3):
            clock.advance(hours=11)
            assert authentication(request(signed_in, "GET"), unsafe=False).name == "Operator"

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_nobody_waits_for_another_writer(
        self,
        authentication: Authentication,
        signed_in: SignedIn,
        open_work: OpenWork,
        clock: FakeClock,
    ) -> None:
        """A request that reads is answered while somebody else is writing."""
        clock.advance(hours=1)
        writing, done = Event(), Event()

        def write() -> None:
            with open_work(SYSTEM):
                writing.set()
                done.wait(8)

        writer = Thread(target=write)
        writer.start()
        writing.wait(8)
        caller = authentication(request(signed_in, "GET"), unsafe=False)
        held = writer.is_alive()
        done.set()
        writer.join()
        assert held
        assert caller.name == "Operator"
        with open_work(SYSTEM, write=False) as work:
            session = session_tables.session_by_digest(work, digest(signed_in.cookie))
        assert session is not None
        assert session.last_used == session.created_at
