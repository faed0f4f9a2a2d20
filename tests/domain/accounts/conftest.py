"""Accounts to test with: the operator, and users with roles."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.roles import Role
from gonogo.domain.accounts import actions, reads, signing_in, tables
from gonogo.domain.accounts.rules import SignedIn, TokenMade, User
from gonogo.store.work import OpenWork, Work

PASSWORD = "copper lantern tide"
AddUser = Callable[..., User]
As = Callable[[User], AbstractContextManager[Work]]


@pytest.fixture
def operator(open_work: OpenWork) -> Caller:
    """The first account."""
    with open_work(SYSTEM) as work:
        actions.ensure_operator(work)
        return reads.operator_caller(work)


@pytest.fixture
def add_user(open_work: OpenWork, operator: Caller) -> AddUser:
    """`add_user("risk", Role.RISK_OFFICER)`: a user with roles everywhere."""

    def added(login: str, *roles: Role) -> User:
        with open_work(operator) as work:
            user = actions.create_user(work, login, login.title())
            for held in roles:
                user = actions.grant(work, user.id, held)
            return user

    return added


@pytest.fixture
def as_user(open_work: OpenWork) -> As:
    """`with as_user(user) as work`: a Work of that user, with the roles it has now."""

    def opened(user: User) -> AbstractContextManager[Work]:
        with open_work(SYSTEM, write=False) as work:
            found = tables.get_user(work, user.id)
        return open_work(Caller(found.subject, found.title, found.grants))

    return opened


@pytest.fixture
def token_of(open_work: OpenWork, as_user: As) -> Callable[..., TokenMade]:
    """`token_of(user, only=...)`: a token of that user."""

    def made(user: User, name: str = "pipeline", **more: object) -> TokenMade:
        with as_user(user) as work:
            return actions.create_token(work, name, **more)  # type: ignore[arg-type]  # passed on

    return made


@pytest.fixture
def with_password(open_work: OpenWork, operator: Caller) -> Callable[[User], SignedIn]:
    """`with_password(user)`: signs the user in by a link and sets `PASSWORD`."""

    def made(user: User) -> SignedIn:
        with open_work(operator) as work:
            link = signing_in.create_sign_in_link(work, user.id)
        with open_work(SYSTEM) as work:
            cookie = signing_in.redeem_link(work, link.secret).cookie
        return signing_in.set_password(open_work, cookie, PASSWORD, address="127.0.0.1")

    return made
