"""Questions asked of accounts: who is calling, who there is, which tokens."""

from collections.abc import Iterable
from typing import NoReturn

from sqlalchemy import select

from gonogo.core.caller import Caller
from gonogo.core.errors import NotFound, Unauthenticated
from gonogo.core.roles import Action
from gonogo.core.subjects import SubjectKind
from gonogo.core.times import stamp
from gonogo.domain.accounts import hashing, rules, session_tables, tables
from gonogo.domain.accounts.actions import own_account
from gonogo.domain.accounts.rules import Deciding, OpenSession, Token, User
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work

# -- who is calling --------------------------------------------------------------------------


def caller_of_token(work: Work, secret: str) -> Caller:
    """The account behind a token, with no more than its present roles; raises `Unauthenticated`."""
    parts = rules.TOKEN.fullmatch(secret)
    if parts is None:
        _refuse_token("gng_, 12 hexadecimal digits, _ and 43 letters, digits, - or _")
    found = tables.token_with_digest(work, parts[1])
    kept = found[1] if found else hashing.digest("")
    # One answer for both: which half of a token is right is nobody's business.
    if not hashing.same(kept, hashing.digest(parts[2])) or found is None:
        _refuse_token("one that was made here: gonogo token create")
    token = found[0]
    if token.revoked_at is not None:
        _refuse_token(f"one that is not revoked; this one was at {stamp(token.revoked_at)}")
    if work.now >= token.expires_at:
        _refuse_token(f"one that has not expired; this one did at {stamp(token.expires_at)}")
    user = tables.get_user(work, token.user)
    if user.disabled:
        _refuse_token("one whose user is enabled")
    return Caller(user.subject, user.title, user.grants, token.only, token.within, token.id)


def caller_of_session(work: Work, cookie: str) -> Caller:
    """The account behind a browser session; raises `Unauthenticated`."""
    return session_of(work, cookie).caller


def session_of(work: Work, cookie: str) -> OpenSession:
    """The browser session of a cookie; raises `Unauthenticated`."""
    session = session_tables.session_by_digest(work, hashing.digest(cookie))
    if session is None or not rules.session_is_open(session, work.now):
        raise Unauthenticated(field="session", expected="one that is open; sign in again")
    user = tables.get_user(work, session.user)
    if user.disabled:
        raise Unauthenticated(field="session", expected="one whose user is enabled")
    caller = Caller(user.subject, user.title, user.grants)
    return OpenSession(caller, user, session, hashing.csrf_of(cookie))


def has_operator(work: Work) -> bool:
    """Whether the first account is there."""
    return tables.next_user(work) > rules.OPERATOR


def operator_caller(work: Work) -> Caller:
    """The first account, for who owns the folder; raises `Unauthenticated` where it is disabled."""
    user = tables.get_user(work, rules.OPERATOR)
    if user.disabled:
        raise Unauthenticated(
            field="user",
            value=str(user.subject),
            expected="an enabled first account, or a token of another one in GONOGO_TOKEN",
        )
    return Caller(user.subject, user.title, user.grants)


def _refuse_token(expected: str) -> NoReturn:
    raise Unauthenticated(field="token", expected=expected, message="The token is no good")


def token_is_due(work: Work, token: str) -> bool:
    """Whether the use of a token is worth noting again."""
    return rules.is_due(tables.get_token(work, token).last_used, work.now)


# -- who there is ----------------------------------------------------------------------------


def users(work: Work, *, cursor: str | None = None, limit: int = 50) -> Page[User]:
    """All users, by id; for who manages them."""
    work.allow(Action.USER_MANAGE)
    limit = max(1, min(limit, MOST))
    query = select(tables.users).order_by(tables.users.c.id).limit(limit + 1)
    after = read_cursor(cursor, int)
    if after is not None:
        query = query.where(tables.users.c.id > after)
    rows = work.connection.execute(query).all()
    held = tables.grants_of(work, [row.id for row in rows])
    found = [tables.to_user(row, held[row.id]) for row in rows]
    return page_of(found, limit, lambda user: user.id)


def user(work: Work, name: str) -> User:
    """One user by id or login; one's own, or anyone for who manages them."""
    try:
        found = tables.find_user(work, name)
    except NotFound:
        # Who may not look is not told which logins there are.
        work.allow(Action.USER_MANAGE)
        raise
    if found.subject != work.caller.actor:
        work.allow(Action.USER_MANAGE)
    return found


def me(work: Work) -> User:
    """The caller's own account."""
    return tables.find_user(work, str(work.caller.actor))


def names(work: Work, actors: Iterable[str]) -> dict[str, str]:
    """How accounts are shown, by address (`user:7`); those that are unknown are left out."""
    wanted = [
        int(actor.removeprefix(f"{SubjectKind.USER}:"))
        for actor in set(actors)
        if actor.removeprefix(f"{SubjectKind.USER}:").isdigit()
    ]
    query = select(tables.users.c.id, tables.users.c.title).where(tables.users.c.id.in_(wanted))
    return {str(rules.user_subject(row.id)): row.title for row in work.connection.execute(query)}


# -- which tokens ----------------------------------------------------------------------------


def own_tokens(work: Work, *, cursor: str | None = None, limit: int = 50) -> Page[Token]:
    """The caller's tokens, newest first."""
    return _tokens(work, own_account(work).id, cursor, limit)


def tokens_of(work: Work, user: int, *, cursor: str | None = None, limit: int = 50) -> Page[Token]:
    """The tokens of a user, newest first; for who manages users."""
    work.allow(Action.USER_MANAGE, on=tables.get_user(work, user).subject)
    return _tokens(work, user, cursor, limit)


def tokens_of_account(work: Work, user: int) -> tuple[Token, ...]:
    """The newest tokens of an account, for whoever already may see it."""
    return _tokens(work, user, None, MOST).items


def _tokens(work: Work, user: int, cursor: str | None, limit: int) -> Page[Token]:
    limit = max(1, min(limit, MOST))
    kept = tables.tokens
    order = kept.c.created_at + kept.c.id
    query = select(kept).where(kept.c.user == user).order_by(order.desc()).limit(limit + 1)
    before = read_cursor(cursor, str)
    if before is not None:
        query = query.where(order < before)
    found = [tables.to_token(row) for row in work.connection.execute(query)]
    return page_of(found, limit, lambda token: f"{stamp(token.created_at)}{token.id}")


def deciding(work: Work) -> list[Deciding]:
    """The tokens for a gateway whose users may ask for decisions now, with what they may."""
    held = tables.gateway_tokens(work)
    grants = tables.grants_of(work, {token.user for token, _ in held})
    disabled = set(
        work.connection.scalars(select(tables.users.c.id).where(tables.users.c.disabled.is_(True)))
    )
    found = []
    for token, digest in held:
        if token.user in disabled or work.now >= token.expires_at:
            continue
        cases = rules.decides_for(token, grants[token.user])
        if cases:
            found.append(Deciding(token.id, digest, cases, token.expires_at.timestamp()))
    return found
