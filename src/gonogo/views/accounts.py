"""Pages of accounts: getting in, one's own account, users, tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gonogo.core.caller import Caller
from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.core.times import stamp
from gonogo.domain.accounts import reads, rules, tables
from gonogo.domain.accounts.rules import Token, User
from gonogo.domain.cases import reads as cases
from gonogo.store.work import Work
from gonogo.views.refused import Refused

SHOWN = 100


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Getting in: by link or by password."""

    link: str | None
    """The secret of a sign-in link, waiting for the reader to say yes."""
    next: str
    """Where to go afterwards; a path of this console."""
    login: str = ""
    wait: int | None = None
    """Seconds until another attempt is heard."""
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """Setting the first password, or another one after a link."""

    login: str
    asks_old: bool
    """Whether the present password must be given."""
    shortest: int
    next: str
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role that is held, and where."""

    role: str
    on: str
    where: str
    """In words."""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account."""

    login: str
    title: str
    subject: str
    since: str
    entry: str
    grants: tuple[GrantLine, ...]
    actions: tuple[str, ...]
    """What its roles allow somewhere."""
    tokens: int
    """Tokens that work now."""
    has_password: bool
    asks_old: bool
    shortest: int


@dataclass(frozen=True, slots=True)
class UserLine:
    """One user in a list."""

    id: int
    login: str
    title: str
    disabled: bool
    has_password: bool
    grants: tuple[GrantLine, ...]
    since: str
    entry: str


@dataclass(frozen=True, slots=True)
class UsersPage:
    """All users; for who manages them."""

    headline: str
    users: tuple[UserLine, ...]
    next: str | None
    values: Mapping[str, str] = field(default_factory=dict)
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role and what it allows."""

    name: str
    actions: str


@dataclass(frozen=True, slots=True)
class UserPage:
    """One user, for who manages users."""

    user: UserLine
    tokens: tuple["TokenLine", ...]
    roles: tuple[RoleLine, ...]
    places: tuple[tuple[str, str], ...]
    """Where a role can be held: address and words."""
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token without its secret."""

    id: str
    name: str
    state: str
    scope: str
    """What it may do, in words."""
    within: str | None
    created_at: str
    expires_at: str
    last_used: str | None
    entry: str


@dataclass(frozen=True, slots=True)
class TokensPage:
    """One's own tokens."""

    headline: str
    tokens: tuple[TokenLine, ...]
    next: str | None
    actions: tuple[str, ...]
    """What a token of the caller's may be bounded to."""
    places: tuple[tuple[str, str], ...]
    values: Mapping[str, str] = field(default_factory=dict)
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class SecretPage:
    """Something that is shown this once."""

    title: str
    says: str
    secret: str
    uses: tuple[str, ...]
    """Commands that use it."""
    ends: str
    back: str


def account(work: Work, caller: Caller, *, asks_old: bool) -> AccountPage:
    """The caller's own account."""
    user = reads.me(work)
    active = sum(
        rules.token_state(token, work.now) == "active"
        for token in reads.tokens_of_account(work, user.id)
    )
    return AccountPage(
        login=user.login,
        title=user.title,
        subject=str(user.subject),
        since=stamp(user.created_at),
        entry=user.entry,
        grants=_grants(user),
        actions=tuple(str(one) for one in Action if caller.refuses(one, None) is None),
        tokens=active,
        has_password=user.has_password,
        asks_old=asks_old,
        shortest=rules.PASSWORD_SHORTEST,
    )


def users(
    work: Work,
    cursor: str | None = None,
    *,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> UsersPage:
    """All users, and the form that adds one."""
    page = reads.users(work, cursor=cursor)
    lines = tuple(_line(user) for user in page.items)
    return UsersPage(_users_headline(lines), lines, page.next, values or {}, refused)


def user(work: Work, number: int, refused: Refused | None = None) -> UserPage:
    """One user with its roles and tokens."""
    found = tables.get_user(work, number)
    tokens = reads.tokens_of(work, number, limit=SHOWN).items
    return UserPage(
        user=_line(found),
        tokens=tuple(token_line(token, work.now) for token in tokens),
        roles=tuple(RoleLine(str(role), _allowed(role)) for role in Role),
        places=_places(work),
        refused=refused,
    )


def tokens(
    work: Work,
    cursor: str | None = None,
    *,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> TokensPage:
    """One's own tokens, and the form that makes one."""
    page = reads.own_tokens(work, cursor=cursor)
    lines = tuple(token_line(token, work.now) for token in page.items)
    active = sum(line.state == "active" for line in lines)
    return TokensPage(
        headline=f"{active} of these tokens {'works' if active == 1 else 'work'} now. "
        "A token lets a program act in your name; give it no more than it needs.",
        tokens=lines,
        next=page.next,
        actions=tuple(str(a) for a in Action if work.caller.refuses(a, None) is None),
        places=_places(work)[1:],
        values=values or {},
        refused=refused,
    )


def token_line(token: Token, now: datetime) -> TokenLine:
    """A token in a list."""
    scope = "everything its user may" if token.only is None else ", ".join(sorted(token.only))
    return TokenLine(
        id=token.id,
        name=token.name,
        state=rules.token_state(token, now),
        scope=scope,
        within=None if token.within is None else str(token.within),
        created_at=stamp(token.created_at),
        expires_at=stamp(token.expires_at),
        last_used=None if token.last_used is None else stamp(token.last_used),
        entry=token.entry,
    )


def _line(found: User) -> UserLine:
    return UserLine(
        id=found.id,
        login=found.login,
        title=found.title,
        disabled=found.disabled,
        has_password=found.has_password,
        grants=_grants(found),
        since=stamp(found.created_at),
        entry=found.entry,
    )


def _grants(found: User) -> tuple[GrantLine, ...]:
    return tuple(
        GrantLine(str(g.role), str(g.on), "everywhere" if g.on.kind == "org" else g.on.name)
        for g in found.grants
    )


def _allowed(role: Role) -> str:
    return ", ".join(action for action, roles in ALLOWED.items() if role in roles)


def _places(work: Work) -> tuple[tuple[str, str], ...]:
    found = cases.listed(work, limit=SHOWN).items
    return (
        ("org:gonogo", "everywhere"),
        *((str(case.subject), f"use case {case.text.title}") for case in found),
    )


def _users_headline(lines: tuple[UserLine, ...]) -> str:
    without = [line.title for line in lines if not line.grants and not line.disabled]
    if without:
        return f"{', '.join(without[:3])} may do nothing yet: give a role."
    if len(lines) == 1:
        return "One user. Add those who work here, and give each the roles they need."
    return f"{len(lines)} users. Each signs in with a link of their own and sets a password."
