"""Getting in and out: sign-in links, passwords, sessions.

What hashes a password takes `open_work` and opens its Works around the hashing, which is slow by
purpose and must not keep others from writing.
"""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

from gonogo.core.caller import SYSTEM
from gonogo.core.errors import Conflict, Invalid, TooMany, Unauthenticated
from gonogo.core.roles import Action
from gonogo.core.times import stamp
from gonogo.domain.accounts import hashing, reads, rules, session_tables, tables
from gonogo.domain.accounts.rules import LinkMade, OpenSession, Session, SignedIn, SignedInBy, User
from gonogo.store.work import OpenWork, Work

# -- links -----------------------------------------------------------------------------------


def create_sign_in_link(
    work: Work, user: int, *, lasting: timedelta = rules.LINK_FOR_USER
) -> LinkMade:
    """A link that signs a user in, once; it replaces the one not used yet.

    Whoever makes one could use it, so the ledger keeps that it was made.
    """
    found = tables.get_user(work, user)
    work.allow(Action.USER_MANAGE, on=found.subject)
    if found.disabled:
        raise Conflict(field="user", value=str(found.subject), expected="a user that is enabled")
    secret = f"gnl_{hashing.random_secret()}"
    ends = work.now + lasting
    entry = work.append("sign-in-link", found.subject, {"v": 1, "expires_at": stamp(ends)})
    session_tables.put_link(work, hashing.digest(secret), user, ends, entry.digest)
    return LinkMade(found, secret, ends)


def operator_link(open_work: OpenWork) -> LinkMade:
    """The link that is printed when gonogo starts: for the first account, for 15 minutes."""
    with open_work(SYSTEM, write=False) as work:
        operator = reads.operator_caller(work)
    with open_work(operator) as work:
        return create_sign_in_link(work, rules.OPERATOR, lasting=rules.LINK_FOR_OPERATOR)


def redeem_link(work: Work, secret: str, *, replaces: str | None = None) -> SignedIn:
    """The session a link stands for; raises `Unauthenticated`. `replaces`: a cookie that ends."""
    if not rules.LINK.fullmatch(secret):
        _refuse_link("one that was given out here, whole")
    digest = hashing.digest(secret)
    link = session_tables.link_by_digest(work, digest)
    if link is None:
        _refuse_link("one that was given out here and not replaced by a newer one")
    if link.used_at is not None:
        _refuse_link("one that was not used yet; each works once")
    if work.now >= link.expires_at:
        _refuse_link(f"one that has not expired; this one did at {stamp(link.expires_at)}")
    user = tables.get_user(work, link.user)
    if user.disabled or not session_tables.use_link(work, digest):
        _refuse_link("one that was not used yet, of a user that is enabled")
    return _begin(work, user, SignedInBy.LINK, replaces)


def _refuse_link(expected: str) -> NoReturn:
    raise Unauthenticated(
        field="link", expected=expected, message="This sign-in link does not work"
    )


# -- passwords -------------------------------------------------------------------------------


def sign_in(
    open_work: OpenWork, login: str, password: str, *, address: str, replaces: str | None = None
) -> SignedIn:
    """The session of who knows the password; raises `Unauthenticated` or `TooMany`.

    Failures slow down further attempts under this login and from this client `address`; during the
    delay the right password is refused too. `replaces`: a cookie that ends.
    """
    login, password = login.strip().lower(), rules.normal(password)
    user, kept = _attempt(open_work, login, address)
    if not hashing.password_fits(kept, password) or user is None or user.disabled:
        raise Unauthenticated(
            field="login",
            expected="a login and its password",
            message="Login and password do not fit",
        )
    newer = hashing.hash_password(password) if kept and hashing.is_outdated(kept) else None
    with open_work(SYSTEM) as work:
        user = _still(work, user, kept)
        _forgive(work, login, address)
        if newer is not None:
            tables.set_password_hash(work, user.id, newer, instead_of=kept)
        return _begin(work, user, SignedInBy.PASSWORD, replaces)


def set_password(
    open_work: OpenWork, cookie: str, new: str, *, address: str, old: str | None = None
) -> SignedIn:
    """Set the password of the session's user; all its other sessions and links end.

    The old password is asked for unless there is none, or the session just began with a link.
    Answers with a new session in place of this one.
    """
    with open_work(SYSTEM, write=False) as work:
        opened = reads.session_of(work, cookie)
        kept = tables.password_hash(work, opened.user.id)
        free = rules.may_set_without_old(opened.session, opened.user, work.now)
    checked = rules.checked_password(new, opened.user.login)
    if not free:
        _check_old(open_work, opened, old, address)
    fresh = hashing.hash_password(checked)
    with open_work(SYSTEM) as work:
        user = _still(work, reads.session_of(work, cookie).user, kept)
        if not free:
            _forgive(work, user.login, address)
        tables.set_password_hash(work, user.id, fresh, instead_of=kept)
        session_tables.end_sessions_of(work, user.id)
        session_tables.drop_links_of(work, user.id)
        return _begin(work, replace(user, has_password=True), SignedInBy.PASSWORD, None)


def _check_old(open_work: OpenWork, opened: OpenSession, old: str | None, address: str) -> None:
    _, kept = _attempt(open_work, opened.user.login, address)
    if not hashing.password_fits(kept, rules.normal(old or "")):
        raise Invalid(
            field="old",
            expected="the password you have now",
            message="The old password does not fit",
        )


def _still(work: Work, user: User, kept: str | None) -> User:
    """`user` as it is now, if it may still come in with what was checked."""
    found = tables.get_user(work, user.id)
    if found.disabled or tables.password_hash(work, user.id) != kept:
        raise Unauthenticated(
            field="login",
            expected="a login and its password",
            message="The account changed while you signed in",
        )
    return found


# -- slowing down ----------------------------------------------------------------------------


def _attempt(open_work: OpenWork, login: str, address: str) -> tuple[User | None, str | None]:
    """Who signs in and what is kept of the password; raises `TooMany` within a delay.

    The attempt counts as failed before it is checked, or many at once would all be heard.
    """
    free = _free(login, address)
    with open_work(SYSTEM) as work:
        found = session_tables.locked_failures(work, list(free))
        wait = max(rules.seconds_to_wait(found[key], free[key], work.now) for key in free)
        if wait > 0:
            raise TooMany(
                field="login",
                expected=f"another attempt in {wait} s; failed sign-ins are slowed down",
                message="Too many failed sign-ins",
                retry_after=wait,
            )
        for key in free:
            session_tables.set_failures(work, key, found[key].count + 1)
        user = tables.user_by_login(work, login)
        return user, None if user is None else tables.password_hash(work, user.id)


def _forgive(work: Work, login: str, address: str) -> None:
    """The attempt was right: the login starts afresh, the address loses what was counted.

    An address is not cleared: else one account of one's own would pay for guessing at others.
    """
    by_login, by_address = _free(login, address)
    session_tables.clear_failures(work, by_login)
    session_tables.one_failure_less(work, by_address)


def _free(login: str, address: str) -> dict[str, int]:
    """The keys an attempt counts under, and how many failures each has at no price."""
    return {
        hashing.digest(f"login:{login}"): rules.FREE_FOR_LOGIN,
        hashing.digest(f"address:{address}"): rules.FREE_FOR_ADDRESS,
    }


# -- sessions --------------------------------------------------------------------------------


def sign_out(work: Work, cookie: str) -> None:
    """End the session of this cookie, if there is one."""
    session_tables.end_session(work, hashing.digest(cookie))


def _begin(work: Work, user: User, by: SignedInBy, replaces: str | None) -> SignedIn:
    """A new session under a new secret; one that a stranger may have planted is never taken on."""
    if replaces is not None:
        sign_out(work, replaces)
    cookie = hashing.random_secret()
    session = Session(
        digest=hashing.digest(cookie),
        user=user.id,
        by=by,
        created_at=work.now,
        last_used=work.now,
        expires_at=work.now + rules.SESSION_LONGEST,
    )
    session_tables.put_session(work, session)
    return SignedIn(user, cookie, hashing.csrf_of(cookie), session.expires_at)
