"""Readers of the console: signed-in sessions of every role, without a browser."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from gonogo.app.wiring import Installation, build
from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Role
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.domain.accounts import actions, reads, signing_in
from gonogo.domain.accounts.rules import SignedIn
from gonogo.sdk.inprocess import InProcess
from tests.fixtures.released import Released

COOKIE = "gonogo_session"
Opened = Callable[..., "Console"]
"""`opened(Role.VIEWER)`: a reader of the installation whose versions may be released."""


class Console:
    """One reader's session; redirects are answers, not followed."""

    def __init__(self, http: httpx.Client, signed_in: SignedIn | None) -> None:
        self.http = http
        self.signed_in = signed_in

    @property
    def actor(self) -> str:
        """The address of the account."""
        return str(self.signed_in.user.subject) if self.signed_in else ""

    def get(self, path: str) -> httpx.Response:
        """Read an address."""
        return self.http.get(path)

    def page(self, path: str) -> str:
        """The page at `path`."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def json(self, path: str) -> dict[str, object]:
        """The page at `path` as JSON."""
        address, mark, query = path.partition("?")
        answer = self.get(f"{address}.json{mark}{query}")
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told

    def post(self, path: str, form: Mapping[str, str] | None = None) -> httpx.Response:
        """Send a form of ours."""
        token = {"form_token": self.signed_in.csrf} if self.signed_in else {}
        return self.http.post(path, data={**(form or {}), **token})


@pytest.fixture
def database_url(tmp_path: Path, started_template: Path) -> str:
    """SQLite alone: pages hold no queries, and the views that do are tested on both systems."""
    path = tmp_path / "gonogo.db"
    shutil.copyfile(started_template, path)
    return f"sqlite:///{path}"


Reader = Callable[..., Console]
Visitor = Callable[..., Console]


@pytest.fixture
def console(installation: Installation) -> Iterator[Reader]:
    """`console(Role.VIEWER)`: a signed-in reader with these roles; `on`: where they hold."""
    app = build(installation)
    with ExitStack() as stack:

        def opened(*roles: Role, on: Subject = ORGANISATION) -> Console:
            http = stack.enter_context(
                httpx.Client(
                    transport=InProcess(app, operator=False), base_url="http://gonogo.invalid"
                )
            )
            signed_in = signed_in_as(installation, roles, on)
            http.cookies.set(COOKIE, signed_in.cookie)
            return Console(http, signed_in)

        yield opened


@pytest.fixture
def visitor(installation: Installation, console: Reader) -> Visitor:
    """`visitor("user:7", Role.MANAGER)`: a session of an account that is there, with more roles."""

    def opened(actor: str, *roles: Role) -> Console:
        made = console()
        number = int(actor.removeprefix("user:"))
        with installation.open_work(SYSTEM, write=False) as work:
            operator = reads.operator_caller(work)
        with installation.open_work(operator) as work:
            for role in roles:
                actions.grant(work, number, role)
            link = signing_in.create_sign_in_link(work, number)
        with installation.open_work(SYSTEM) as work:
            made.signed_in = signing_in.redeem_link(work, link.secret)
        made.http.cookies.set(COOKIE, made.signed_in.cookie)
        return made

    return opened


@pytest.fixture
def stranger(installation: Installation) -> Iterator[Console]:
    """Somebody who is not signed in."""
    transport = InProcess(build(installation), operator=False)
    with httpx.Client(transport=transport, base_url="http://gonogo.invalid") as http:
        yield Console(http, None)


def signed_in_as(installation: Installation, roles: tuple[Role, ...], on: Subject) -> SignedIn:
    """A session of an account that has these roles."""
    with installation.open_work(SYSTEM, write=False) as work:
        operator = reads.operator_caller(work)
    with installation.open_work(operator) as work:
        login = "-".join(["a", *roles])
        user = actions.create_user(work, f"{login}-{work.ledger.head()[0]}", login)
        for role in roles:
            actions.grant(work, user.id, role, on)
        link = signing_in.create_sign_in_link(work, user.id)
    with installation.open_work(SYSTEM) as work:
        return signing_in.redeem_link(work, link.secret)


@pytest.fixture
def opened(released: Released) -> Iterator[Opened]:
    """Readers of the installation whose versions may be released."""
    api = released.world.api
    with ExitStack() as stack:

        def reader(*roles: Role, on: Subject = ORGANISATION) -> Console:
            transport = InProcess(api.app, operator=False)
            http = stack.enter_context(
                httpx.Client(transport=transport, base_url="http://gonogo.invalid")
            )
            signed_in = signed_in_as(api.installation, roles, on)
            http.cookies.set(COOKIE, signed_in.cookie)
            return Console(http, signed_in)

        yield reader
