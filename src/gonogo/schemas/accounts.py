"""Accounts as they travel: users, grants, tokens, sign-in links."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.core.roles import Action, Role
from gonogo.schemas.base import Asked, Told

Login = Annotated[str, Field(min_length=1, max_length=64)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Address = Annotated[str, Field(min_length=1, max_length=255)]


class NewUser(Asked):
    """A new user, without roles and without a password."""

    login: Login
    title: Title


class UserEdit(Asked):
    """What is to change of a user; what is left out stays."""

    title: Title | None = None
    disabled: bool | None = None


class NewGrant(Asked):
    """A role to give, everywhere or on one use case (`case:mortgage-approval`)."""

    role: Role
    on: Address = "org:gonogo"


class Grant(Told):
    """A role that is held, and where."""

    role: str
    on: str


class User(Told):
    """A user as it stands."""

    subject: str
    id: int
    login: str
    title: str
    disabled: bool
    has_password: bool
    created_at: str
    grants: list[Grant]
    entry: str


class Users(Told):
    """A page of users."""

    items: list[User]
    next: str | None


class SignInLink(Told):
    """A link that signs a user in, once; shown this once."""

    user: str
    path: str
    """On this server."""
    secret: str
    expires_at: str


class Me(Told):
    """Who is asking, and what they may do."""

    subject: str
    login: str
    title: str
    grants: list[Grant]
    token: str | None
    """The id of the token that was used; null for a session."""
    only: list[str] | None
    """What that token may do at most; null for everything its user may."""
    within: str | None
    """The subject that token is confined to."""
    actions: list[str]
    """What they may do, at least somewhere."""


class NewToken(Asked):
    """A new token of one's own."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    expires: Annotated[str, Field(pattern=r"^[0-9]{1,5}[mhdw]$")] | None = None
    """How long it lasts: a number and m, h, d or w; 90d unless said."""
    only: Annotated[list[Action], Field(min_length=1, max_length=len(Action))] | None = None
    """What it may do at most; everything its user may unless said."""
    within: Address | None = None
    """The subject it is confined to, such as case:mortgage-approval."""


class Token(Told):
    """A token: everything but its secret."""

    subject: str
    id: str
    user: str
    name: str
    only: list[str] | None
    within: str | None
    state: Literal["active", "expired", "revoked"]
    created_at: str
    expires_at: str
    revoked_at: str | None
    last_used: str | None
    made_with: str | None
    entry: str


class TokenWithSecret(Token):
    """A token that has just been made; shown this once."""

    secret: str


class Tokens(Told):
    """A page of tokens."""

    items: list[Token]
    next: str | None
