"""What can be done with accounts: users, what they may do, and their tokens.

The ledger keeps ids, roles and places; logins, names, addresses and secrets never go there.
"""

from dataclasses import replace
from datetime import timedelta

from gonogo.core.caller import Grant
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Forbidden, Invalid, NotFound
from gonogo.core.roles import Action, Role
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.core.times import stamp
from gonogo.domain.accounts import hashing, rules, session_tables, tables
from gonogo.domain.accounts.rules import Token, TokenMade, User
from gonogo.store.work import Work

ADMINISTRATOR = Grant(Role.ADMIN)

# -- users -----------------------------------------------------------------------------------


def ensure_operator(work: Work) -> User | None:
    """The first account of an empty installation, an administrator; None where there is one."""
    if tables.next_user(work) > rules.OPERATOR:
        return None
    user = _add(work, "operator", "Operator")
    return _grant(work, user, ADMINISTRATOR)


def create_user(work: Work, login: str, title: str) -> User:
    """A new user without roles and without a password; raises `Conflict` for a taken login."""
    work.allow(Action.USER_MANAGE)
    login, title = rules.checked_login(login), rules.checked_title(title)
    if tables.user_by_login(work, login) is not None:
        raise Conflict(field="login", value=login, expected="a login that nobody else has")
    return _add(work, login, title)


def edit_user(work: Work, user: int, *, title: str) -> User:
    """Show a user under another name."""
    found = _managed(work, user)
    title = rules.checked_title(title)
    if title == found.title:
        return found
    return _edited(work, replace(found, title=title), "edited")


def disable_user(work: Work, user: int) -> User:
    """Keep a user out: sessions and links end now, tokens no longer work."""
    found = _managed(work, user)
    if found.disabled:
        return found
    _keep_one_administrator(work, found)
    session_tables.end_sessions_of(work, user)
    session_tables.drop_links_of(work, user)
    return _edited(work, replace(found, disabled=True), "disabled")


def enable_user(work: Work, user: int) -> User:
    """Let a disabled user in again, with the roles and tokens it has."""
    found = _managed(work, user)
    return _edited(work, replace(found, disabled=False), "enabled") if found.disabled else found


def grant(work: Work, user: int, role: Role, on: Subject = ORGANISATION) -> User:
    """Give a role, everywhere or on one use case; giving it twice changes nothing."""
    found = tables.get_user(work, user)
    work.allow(Action.USER_MANAGE, on=on)
    work.subjects.need(rules.checked_place(on), "on")
    if Grant(role, on) in found.grants:
        return found
    return _grant(work, found, Grant(role, on))


def revoke(work: Work, user: int, role: Role, on: Subject = ORGANISATION) -> User:
    """Take a role away; raises `NotFound` where it is not held."""
    found = tables.get_user(work, user)
    work.allow(Action.USER_MANAGE, on=on)
    held = Grant(role, on)
    if held not in found.grants:
        raise NotFound(field="role", value=f"{role} on {on}", expected=_held(found))
    if held == ADMINISTRATOR:
        _keep_one_administrator(work, found)
    work.append("grant", found.subject, _grant_body(held, "revoked"))
    tables.remove_grant(work, user, held)
    return tables.get_user(work, user)


def _managed(work: Work, user: int) -> User:
    found = tables.get_user(work, user)
    work.allow(Action.USER_MANAGE, on=found.subject)
    return found


def _add(work: Work, login: str, title: str) -> User:
    number = tables.next_user(work)
    subject = rules.user_subject(number)
    work.subjects.add(subject, title=login)
    entry = work.append("user", subject, {"v": 1, "change": "created"})
    user = User(
        id=number,
        login=login,
        title=title,
        disabled=False,
        has_password=False,
        created_at=work.now,
        entry=entry.digest,
    )
    tables.put_user(work, user)
    return user


def _edited(work: Work, user: User, change: str) -> User:
    entry = work.append("user", user.subject, {"v": 1, "change": change})
    edited = replace(user, entry=entry.digest)
    tables.replace_user(work, edited)
    return edited


def _grant(work: Work, user: User, given: Grant) -> User:
    entry = work.append("grant", user.subject, _grant_body(given, "granted"))
    tables.put_grant(work, user.id, given, entry.digest)
    return tables.get_user(work, user.id)


def _grant_body(given: Grant, change: str) -> dict[str, Json]:
    return {"v": 1, "change": change, "role": str(given.role), "on": str(given.on)}


def _held(user: User) -> str:
    held = ", ".join(f"{grant.role} on {grant.on}" for grant in user.grants)
    return f"a role that is held: {held or 'none is'}"


def _keep_one_administrator(work: Work, leaving: User) -> None:
    """Raise `Conflict` where `leaving` is the last one who can let others in."""
    if not rules.is_administrator(leaving) or tables.other_administrators(work, leaving.id):
        return
    raise Conflict(
        field="user",
        value=str(leaving.subject),
        expected="another administrator first; this is the last one",
    )


# -- tokens ----------------------------------------------------------------------------------


def create_token(
    work: Work,
    name: str,
    *,
    expires: timedelta | None = None,
    only: frozenset[Action] | None = None,
    within: Subject | None = None,
) -> TokenMade:
    """A token of the caller's own, by default for 90 days and with all that the caller may do.

    `only` bounds what it may do, `within` where. Made with a token, it can do no more, ends no
    later and is revoked together with that one.
    """
    user = own_account(work)
    if not 1 <= len(name.strip()) <= 100 or not name.isprintable():
        raise Invalid(field="name", value=name, expected="1 to 100 printable characters")
    maker = None if work.caller.token is None else tables.get_token(work, work.caller.token)
    ends = rules.checked_expiry(work.now, expires, maker)
    allowed = rules.checked_scope(only, work.caller.only)
    if within is not None:
        work.subjects.need(within, "within")
    token = Token(
        id=hashing.token_id(),
        user=user.id,
        name=name.strip(),
        only=allowed,
        within=within,
        created_at=work.now,
        expires_at=ends,
        revoked_at=None,
        last_used=None,
        made_with=None if maker is None else maker.id,
        entry="",
    )
    work.subjects.add(token.subject, parent=user.subject, title=token.name)
    token = replace(token, entry=work.append("token", token.subject, _token_body(token)).digest)
    random = hashing.random_secret()
    secret = f"gng_{token.id}_{random}"
    # A token that may do everything is not for a gateway: it would be known there, too.
    decides = allowed is not None and Action.DECIDE in allowed
    tables.put_token(
        work,
        token,
        hashing.digest(random),
        gateway_digest=hashing.digest(secret) if decides else None,
    )
    return TokenMade(token, secret)


def revoke_token(work: Work, token: str) -> Token:
    """End a token, and those it made, for good; one's own, or anyone's for who manages users."""
    found = tables.get_token(work, token)
    if work.caller.actor == rules.user_subject(found.user):
        own_account(work)
    else:
        work.allow(Action.USER_MANAGE, on=found.subject)
    return _revoke(work, found)


def own_account(work: Work) -> User:
    """The caller's account; raises `Forbidden` for a token that may not see to its own affairs."""
    refused = work.caller.refuses(Action.TOKEN_OWN, None)
    if work.caller.within is not None:
        refused = "a session, or a token that is not confined to a subject"
    if refused is not None:
        raise Forbidden(
            field="caller",
            value=str(work.caller.actor),
            expected=refused,
            message=f"{Action.TOKEN_OWN} is not allowed",
            action=Action.TOKEN_OWN,
            subject=str(work.caller.actor),
        )
    return tables.find_user(work, str(work.caller.actor))


def _revoke(work: Work, token: Token) -> Token:
    if token.revoked_at is not None:
        return token
    entry = work.append("token-revoked", token.subject, {"v": 1})
    revoked = replace(token, revoked_at=work.now, entry=entry.digest)
    tables.mark_revoked(work, revoked)
    for made in tables.made_with(work, token.id):
        _revoke(work, made)
    return revoked


def _token_body(token: Token) -> dict[str, Json]:
    return {
        "v": 1,
        "user": str(rules.user_subject(token.user)),
        "only": None if token.only is None else sorted(token.only),
        "within": None if token.within is None else str(token.within),
        "expires_at": stamp(token.expires_at),
        "made_with": token.made_with,
    }
