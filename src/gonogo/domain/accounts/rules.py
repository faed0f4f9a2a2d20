"""Accounts: users, tokens, sessions; what a good password is, and when a sign-in must wait."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Literal

from gonogo.core.caller import Caller, Grant
from gonogo.core.errors import Invalid
from gonogo.core.roles import ALLOWED, Action, Role
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind

OPERATOR = 1
"""The id of the first account."""
LOGIN = re.compile(r"[a-z](?:[a-z0-9._@+-]{0,62}[a-z0-9])?")
TOKEN_ID = re.compile(r"[0-9a-f]{12}")
TOKEN = re.compile(r"gng_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
LINK = re.compile(r"gnl_[A-Za-z0-9_-]{43}")

PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 256
# Long enough for the length rule and still tried first by whoever guesses.
COMMON = frozenset(
    """
    000000000000 111111111111 123412341234 123123123123 1234567890ab 121212121212 123456123456
    123456789012 1234567890123 12345678901234 abcabcabcabc abcd1234abcd abcdefghijkl abcdefgh1234
    administrator administrator1 adminadminadmin admin1234567 adminpassword changemenow1
    changemechangeme correcthorsebatterystaple defaultpassword gonogogonogo gonogopassword
    helloworld12 iloveyou1234 iloveyouiloveyou letmeinletmein letmeinplease missioncontrol
    mypassword12 mypassword123 mypassword1234 newpassword1 newpassword123 p@ssw0rd1234 p@ssword1234
    passw0rd1234 password1234 password12345 password123456 password2024 password2025 password2026
    passwordpassword qazwsxedcrfv qwerty123456 qwertyqwerty qwertyuiop12 qwertyuiop123 qwertyuiopas
    qwertyuiop[] secretsecret sunshine1234 supersecret1 testtesttest trustno1trustno1 welcome12345
    welcomewelcome zaq12wsxcde3
    """.split()  # noqa: SIM905  # a block of words reads better than a list of them
)

TOKEN_DEFAULT = timedelta(days=90)
TOKEN_LONGEST = timedelta(days=366)
SESSION_IDLE = timedelta(hours=12)
SESSION_LONGEST = timedelta(days=7)
LINK_FOR_USER = timedelta(hours=24)
LINK_FOR_OPERATOR = timedelta(minutes=15)
FRESH = timedelta(minutes=15)
"""How long after a link was used its session may set a password without the old one."""
SEEN_EVERY = timedelta(minutes=1)
"""How often a use is noted."""

FREE_FOR_LOGIN = 3
FREE_FOR_ADDRESS = 20
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


class SignedInBy(StrEnum):
    """What a session began with."""

    PASSWORD = "password"  # noqa: S105  # the word, not a secret
    LINK = "link"


@dataclass(frozen=True, slots=True)
class User:
    """An account of a person or a service."""

    id: int
    login: str
    """What it signs in with; never changes."""
    title: str
    """How it is shown to people."""
    disabled: bool
    has_password: bool
    created_at: datetime
    entry: str
    """Digest of the entry that last changed it."""
    grants: tuple[Grant, ...] = ()
    """Its roles and where they hold."""

    @property
    def subject(self) -> Subject:
        return user_subject(self.id)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: everything but its secret."""

    id: str
    """The part of the token that may be shown."""
    user: int
    """Whose it is."""
    name: str
    """What it is for, in the words of whoever made it."""
    only: frozenset[Action] | None
    """What it may do at most; None: everything its user may."""
    within: Subject | None
    """The subject it is confined to; None: to nothing."""
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used: datetime | None
    """When it was last used, to the minute."""
    made_with: str | None
    """The token that made it; it falls with that one."""
    entry: str
    """Digest of the entry that last changed it."""

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.TOKEN, self.id)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    digest: str = field(repr=False)
    """SHA-256 of its cookie."""
    user: int
    by: SignedInBy
    created_at: datetime
    last_used: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """How often a sign-in failed under one login or from one address."""

    count: int
    at: datetime
    """The last time."""


@dataclass(frozen=True, slots=True)
class TokenMade:
    """A new token; the only time its secret is seen."""

    token: Token
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A new sign-in link; the only time its secret is seen."""

    user: User
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun; the only time its cookie is seen."""

    user: User
    cookie: str = field(repr=False)
    csrf: str = field(repr=False)
    """What every form and every request that changes something must bring along."""
    expires_at: datetime

    @property
    def needs_password(self) -> bool:
        """Whether the next thing to ask for is a password."""
        return not self.user.has_password


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session found by its cookie."""

    caller: Caller
    user: User
    session: Session
    csrf: str = field(repr=False)

    @property
    def needs_password(self) -> bool:
        return not self.user.has_password


def user_subject(user: int) -> Subject:
    """The address of an account."""
    return Subject(SubjectKind.USER, str(user))


def checked_login(text: str) -> str:
    """`text` as a login, in lower case; raises `Invalid`.

    >>> checked_login("Risk.Officer")
    'risk.officer'
    """
    login = text.strip().lower()
    if not LOGIN.fullmatch(login):
        raise Invalid(
            field="login",
            value=text,
            expected="a letter, then letters, digits and . _ @ + -, up to 64 long",
        )
    return login


def checked_title(text: str) -> str:
    """`text` as a name to show; raises `Invalid`."""
    title = text.strip()
    if not 1 <= len(title) <= 200 or not title.isprintable():
        raise Invalid(field="title", value=text, expected="1 to 200 printable characters")
    return title


def normal(password: str) -> str:
    """A password in one form, however the keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password)


def checked_password(password: str, login: str) -> str:
    """`password` in its normal form if it is good enough; raises `Invalid`, never repeating it."""
    found = normal(password)
    plain = found.casefold()
    if not PASSWORD_SHORTEST <= len(found) <= PASSWORD_LONGEST:
        raise _weak(f"{PASSWORD_SHORTEST} to {PASSWORD_LONGEST} characters")
    if not plain.replace(login, "").strip():
        raise _weak("something other than the login")
    if plain in COMMON or len(set(plain)) < 4:
        raise _weak("something less common; four words that do not belong together do well")
    return found


def _weak(expected: str) -> Invalid:
    return Invalid(field="password", expected=expected, message="The password is too easy to guess")


def checked_place(on: Subject) -> Subject:
    """`on` if a role can be held there; raises `Invalid`."""
    if on != ORGANISATION and on.kind is not SubjectKind.CASE:
        raise Invalid(
            field="on", value=str(on), expected=f"{ORGANISATION} or a use case, case:name"
        )
    return on


def checked_expiry(
    now: datetime, asked: timedelta | None, made_with: Token | None = None
) -> datetime:
    """When a new token ends; raises `Invalid`. One made with another token ends with it."""
    span = TOKEN_DEFAULT if asked is None else asked
    if not timedelta(minutes=1) <= span <= TOKEN_LONGEST:
        raise Invalid(
            field="expires",
            value=f"{span.total_seconds() / 86400:.4g} days",
            expected=f"1 minute to {TOKEN_LONGEST.days} days",
        )
    end = now + span
    if made_with is None or end <= made_with.expires_at:
        return end
    if asked is None:
        return made_with.expires_at
    raise Invalid(
        field="expires",
        value=f"{span.total_seconds() / 86400:.4g} days",
        expected="no longer than the token it is made with lasts",
    )


def checked_scope(
    only: frozenset[Action] | None, most: frozenset[Action] | None
) -> frozenset[Action] | None:
    """What a new token may do; raises `Invalid` where it is nothing, or more than `most`."""
    if only is None:
        return most
    if not only:
        raise Invalid(field="only", value="nothing", expected="one action or more")
    if most is not None and not only <= most:
        raise Invalid(
            field="only",
            value=", ".join(sorted(only - most)),
            expected=f"what the token it is made with may do: {', '.join(sorted(most))}",
        )
    return only


@dataclass(frozen=True, slots=True)
class Deciding:
    """A token as a gateway knows it."""

    id: str
    digest: str
    """SHA-256 of the whole token."""
    cases: tuple[str, ...]
    """Use cases it is for; `*` for all."""
    expires: float
    """Unix time."""


def decides_for(token: Token, grants: Sequence[Grant]) -> tuple[str, ...]:
    """The use cases for which a token may ask for decisions, by its scope and its user's roles."""
    may = [grant.on for grant in grants if grant.role in ALLOWED[Action.DECIDE]]
    everywhere = ORGANISATION in may
    if token.within is not None and token.within != ORGANISATION:
        inside = token.within.kind is SubjectKind.CASE and (everywhere or token.within in may)
        return (token.within.name,) if inside else ()
    return ("*",) if everywhere else tuple(sorted(on.name for on in may))


def token_state(token: Token, now: datetime) -> Literal["active", "expired", "revoked"]:
    """Whether a token still works."""
    if token.revoked_at is not None:
        return "revoked"
    return "active" if now < token.expires_at else "expired"


def session_is_open(session: Session, now: datetime) -> bool:
    """Whether a session still holds: neither over nor left alone for too long."""
    return now < session.expires_at and now < session.last_used + SESSION_IDLE


def may_set_without_old(session: Session, user: User, now: datetime) -> bool:
    """Whether a password may be set without the old one: there is none, or a link was just used."""
    return not user.has_password or (
        session.by is SignedInBy.LINK and now < session.created_at + FRESH
    )


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether a use is worth noting again."""
    return last is None or now >= last + SEEN_EVERY


def delay(failures: int, free: int) -> timedelta:
    """How long a sign-in waits after `failures` in a row, the first `free` of them at no price.

    >>> [delay(n, free=3).seconds for n in (2, 3, 4, 5, 30)]
    [0, 1, 2, 4, 900]
    """
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 20)), LONGEST_DELAY)


def seconds_to_wait(failures: Failures, free: int, now: datetime) -> int:
    """Whole seconds until the next sign-in is heard; 0 for at once."""
    left = failures.at + delay(failures.count, free) - now
    return max(0, ceil(left.total_seconds()))


def is_administrator(user: User) -> bool:
    """Whether a user can let others in."""
    return not user.disabled and Grant(Role.ADMIN) in user.grants
