"""The stream that tells of the ledger's growth: who gets it, for how long, and how many of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from gonogo.app.serving import served
from gonogo.app.wiring import Installation, build
from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.domain.accounts import actions, reads, signing_in
from gonogo.domain.accounts.rules import SignedIn
from gonogo.interfaces.web import events
from tests.interfaces.web.conftest import COOKIE, Console, Reader

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def address(installation: Installation) -> Iterator[str]:
    """Where the console is served."""
    where = replace(installation.settings, host="127.0.0.1", port=0)
    with served(build(installation), where) as url:
        yield url


@pytest.fixture
def signed_in(console: Reader) -> SignedIn:
    """A viewer."""
    made = console(Role.VIEWER).signed_in
    assert made is not None
    return made


def browser(address: str, signed_in: SignedIn) -> httpx.Client:
    return httpx.Client(base_url=address, cookies={COOKIE: signed_in.cookie}, timeout=20)


class TestEvents:
    def test_needs_somebody_signed_in(self, stranger: Console) -> None:
        """It tells when things happen, if not what."""
        assert stranger.get("/events").status_code == 401

    def test_ends_when_the_reader_signs_out(
        self, installation: Installation, address: str, signed_in: SignedIn
    ) -> None:
        """A stream that began in time does not outlive its session."""
        with browser(address, signed_in) as http, http.stream("GET", "/events") as stream:
            told = stream.iter_lines()
            assert "event: hello" in (next(told), next(told))
            with installation.open_work(SYSTEM) as work:
                signing_in.sign_out(work, signed_in.cookie)
            assert "event: entry" not in list(told)

    def test_ends_when_the_reader_is_kept_out(
        self, installation: Installation, address: str, signed_in: SignedIn
    ) -> None:
        """Whoever is disabled learns nothing more."""
        with browser(address, signed_in) as http, http.stream("GET", "/events") as stream:
            told = stream.iter_lines()
            assert "event: hello" in (next(told), next(told))
            with installation.open_work(SYSTEM, write=False) as work:
                operator = reads.operator_caller(work)
            with installation.open_work(operator) as work:
                actions.disable_user(work, signed_in.user.id)
            assert "event: entry" not in list(told)

    def test_one_account_has_only_so_many(
        self, address: str, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One more is refused, and told when to come back."""
        monkeypatch.setattr(events, "MOST", 2)
        with ExitStack() as stack:
            opened = [
                stack.enter_context(
                    stack.enter_context(browser(address, signed_in)).stream("GET", "/events")
                )
                for _ in range(2)
            ]
            told = [stream.iter_lines() for stream in opened]
            assert [next(lines) for lines in told] == ["retry: 3000"] * 2
            another = stack.enter_context(browser(address, signed_in))
            refused = stack.enter_context(another.stream("GET", "/events"))
            assert refused.status_code == 429
            assert refused.headers["retry-after"] == "60"
