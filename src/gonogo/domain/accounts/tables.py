"""Rows of users, grants and tokens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    delete,
    func,
    select,
)

from gonogo.core.caller import Grant
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action, Role
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.core.times import moment, stamp
from gonogo.domain.accounts.rules import LOGIN, TOKEN_ID, Token, User
from gonogo.store.schema import Document, metadata
from gonogo.store.work import Work

users = Table(
    "users",
    metadata,
    # Handed out by `next_user`: an id that was used once is never used again.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("login", String(64), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("password_hash", String(255), nullable=True),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", String(24), nullable=False),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("user", Integer, ForeignKey("users.id"), primary_key=True),
    Column("role", String(40), primary_key=True),
    Column("on", String(255), primary_key=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("user", Integer, ForeignKey("users.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    # Of the whole token, as a gateway compares it; only of those that are for a gateway.
    Column("gateway_digest", String(64), nullable=True),
    Column("only", Document, nullable=True),
    Column("within", String(255), nullable=True),
    Column("created_at", String(24), nullable=False),
    Column("expires_at", String(24), nullable=False),
    Column("revoked_at", String(24), nullable=True),
    Column("last_used", String(24), nullable=True),
    Column("made_with", String(12), ForeignKey("tokens.id"), nullable=True, index=True),
    Column("entry", String(64), ForeignKey("ledger.digest"), nullable=False),
)


# -- users -----------------------------------------------------------------------------------


def get_user(work: Work, user: int) -> User:
    """The user with this id; raises `NotFound`."""
    row = work.connection.execute(select(users).where(users.c.id == user)).one_or_none()
    if row is None:
        raise no_such_user(user)
    return to_user(row, grants_of(work, [user])[user])


def find_user(work: Work, name: str) -> User:
    """The user with this id (`7`, `user:7`) or login; raises `NotFound`."""
    digits = name.removeprefix("user:")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        return get_user(work, int(digits))
    found = user_by_login(work, name.lower())
    if found is None:
        raise no_such_user(name)
    return found


def user_by_login(work: Work, login: str) -> User | None:
    """The user with this login."""
    # What is no login is not asked for: PostgreSQL refuses some characters outright.
    if not LOGIN.fullmatch(login):
        return None
    row = work.connection.execute(select(users).where(users.c.login == login)).one_or_none()
    return None if row is None else to_user(row, grants_of(work, [row.id])[row.id])


def no_such_user(value: object) -> NotFound:
    """The refusal of `value`, which names nobody."""
    return NotFound(field="user", value=value, expected="the id or login of a user")


def password_hash(work: Work, user: int) -> str | None:
    """What is kept of a user's password."""
    return work.connection.scalar(select(users.c.password_hash).where(users.c.id == user))


def next_user(work: Work) -> int:
    """The id of the next user; two at once conflict on the primary key."""
    return (work.connection.scalar(select(func.max(users.c.id))) or 0) + 1


def put_user(work: Work, user: User) -> None:
    """Write a new user, without a password."""
    work.connection.execute(
        users.insert().values(
            id=user.id,
            login=user.login,
            title=user.title,
            disabled=user.disabled,
            created_at=stamp(user.created_at),
            entry=user.entry,
        )
    )


def replace_user(work: Work, user: User) -> None:
    """Write over what can be edited of a user."""
    work.connection.execute(
        users.update()
        .where(users.c.id == user.id)
        .values(title=user.title, disabled=user.disabled, entry=user.entry)
    )


def set_password_hash(work: Work, user: int, kept: str, *, instead_of: str | None) -> bool:
    """Keep a new password unless somebody else did meanwhile; whether it was kept."""
    # "is not distinct from": a password that is not there yet compares as well.
    unchanged = users.c.password_hash.is_not_distinct_from(instead_of)
    changed = work.connection.execute(
        users.update().where(users.c.id == user, unchanged).values(password_hash=kept)
    )
    return changed.rowcount == 1


# -- grants ----------------------------------------------------------------------------------


def grants_of(work: Work, asked: Iterable[int]) -> dict[int, tuple[Grant, ...]]:
    """The grants of several users, in one query."""
    wanted = list(asked)
    found: dict[int, list[Grant]] = {user: [] for user in wanted}
    query = (
        select(grants)
        .where(grants.c.user.in_(wanted))
        .order_by(grants.c.user, grants.c.on, grants.c.role)
    )
    for row in work.connection.execute(query):
        found[row.user].append(Grant(Role(row.role), Subject.parse(row.on)))
    return {user: tuple(held) for user, held in found.items()}


def put_grant(work: Work, user: int, grant: Grant, entry: str) -> None:
    """Write a new grant."""
    work.connection.execute(
        grants.insert().values(user=user, role=str(grant.role), on=str(grant.on), entry=entry)
    )


def remove_grant(work: Work, user: int, grant: Grant) -> None:
    """Take a grant away."""
    work.connection.execute(
        delete(grants).where(
            grants.c.user == user, grants.c.role == str(grant.role), grants.c.on == str(grant.on)
        )
    )


def other_administrators(work: Work, besides: int) -> int:
    """How many enabled administrators of the whole there are besides one."""
    query = (
        select(func.count())
        .select_from(grants.join(users))
        .where(grants.c.role == str(Role.ADMIN), grants.c.on == str(ORGANISATION))
        .where(users.c.disabled.is_(False), users.c.id != besides)
    )
    return work.connection.scalar(query) or 0


# -- tokens ----------------------------------------------------------------------------------


def get_token(work: Work, token: str) -> Token:
    """The token with this id; raises `NotFound`."""
    found = token_with_digest(work, token)
    if found is None:
        raise NotFound(
            field="token", value=token, expected="the id of a token, 12 hexadecimal digits"
        )
    return found[0]


def token_with_digest(work: Work, token: str) -> tuple[Token, str] | None:
    """The token with this id and what is kept of its secret."""
    if not TOKEN_ID.fullmatch(token):
        return None
    row = work.connection.execute(select(tokens).where(tokens.c.id == token)).one_or_none()
    return None if row is None else (to_token(row), row.digest)


def made_with(work: Work, token: str) -> list[Token]:
    """The tokens that `token` made and that are not revoked."""
    query = select(tokens).where(tokens.c.made_with == token, tokens.c.revoked_at.is_(None))
    return [to_token(row) for row in work.connection.execute(query.order_by(tokens.c.id))]


def put_token(work: Work, token: Token, digest: str, *, gateway_digest: str | None = None) -> None:
    """Write a new token with what is kept of its secret."""
    work.connection.execute(
        tokens.insert().values(
            id=token.id,
            user=token.user,
            name=token.name,
            digest=digest,
            gateway_digest=gateway_digest,
            only=None if token.only is None else sorted(token.only),
            within=None if token.within is None else str(token.within),
            created_at=stamp(token.created_at),
            expires_at=stamp(token.expires_at),
            made_with=token.made_with,
            entry=token.entry,
        )
    )


def gateway_tokens(work: Work) -> list[tuple[Token, str]]:
    """The tokens for a gateway that are not revoked, with the digest it compares them by."""
    rows = work.connection.execute(
        select(tokens)
        .where(tokens.c.gateway_digest.is_not(None), tokens.c.revoked_at.is_(None))
        .order_by(tokens.c.id)
    )
    return [(to_token(row), row.gateway_digest) for row in rows]


def mark_revoked(work: Work, token: Token) -> None:
    """Write that a token was revoked, and by which entry."""
    at = None if token.revoked_at is None else stamp(token.revoked_at)
    work.connection.execute(
        tokens.update().where(tokens.c.id == token.id).values(revoked_at=at, entry=token.entry)
    )


def mark_token_used(work: Work, token: str) -> None:
    """Write that a token was used now."""
    work.connection.execute(tokens.update().where(tokens.c.id == token).values(last_used=work.at))


# -- rows to values --------------------------------------------------------------------------


def to_user(row: Row[Any], held: tuple[Grant, ...]) -> User:
    """The user in a row, with the grants it holds."""
    return User(
        id=row.id,
        login=row.login,
        title=row.title,
        disabled=row.disabled,
        has_password=row.password_hash is not None,
        created_at=moment(row.created_at),
        entry=row.entry,
        grants=held,
    )


def to_token(row: Row[Any]) -> Token:
    """The token in a row."""
    return Token(
        id=row.id,
        user=row.user,
        name=row.name,
        only=None if row.only is None else frozenset(Action(action) for action in row.only),
        within=None if row.within is None else Subject.parse(row.within),
        created_at=moment(row.created_at),
        expires_at=moment(row.expires_at),
        revoked_at=_moment(row.revoked_at),
        last_used=_moment(row.last_used),
        made_with=row.made_with,
        entry=row.entry,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)
