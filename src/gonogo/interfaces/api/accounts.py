"""REST: users, what they may do, their tokens, and who is asking."""

from datetime import datetime
from typing import Any

from fastapi import Request

from gonogo.core import times
from gonogo.core.caller import Caller
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action, role
from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.domain.accounts import actions, reads, rules, signing_in, tables
from gonogo.interfaces.api.kit import Reply, Routes, unchanged
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import accounts as schemas
from gonogo.store.paging import Page
from gonogo.store.work import Work

routes = Routes("accounts")

EVERYWHERE = "org:gonogo"
SIGN_IN_PATH = "/sign-in/link/"


@routes.get("/me", action=Action.TOKEN_OWN)
def me(work: Work) -> schemas.Me:
    """Who is asking, and what they may do."""
    caller, user = work.caller, reads.me(work)
    return schemas.Me(
        subject=str(user.subject),
        login=user.login,
        title=user.title,
        grants=_grants(user),
        token=caller.token,
        only=None if caller.only is None else sorted(caller.only),
        within=None if caller.within is None else str(caller.within),
        actions=[str(action) for action in Action if caller.refuses(action, None) is None],
    )


# -- users -----------------------------------------------------------------------------------


@routes.get("/users", action=Action.USER_MANAGE)
def users(work: Work, cursor: str | None = None, limit: int = 50) -> schemas.Users:
    """All users."""
    page = reads.users(work, cursor=cursor, limit=limit)
    return schemas.Users(items=[told(user) for user in page.items], next=page.next)


@routes.post("/users", action=Action.USER_MANAGE)
def create(work: Work, asked: schemas.NewUser) -> Reply[schemas.User]:
    """A new user, without roles and without a password."""
    return _reply(actions.create_user(work, asked.login, asked.title))


@routes.get("/users/{user}", action=Action.USER_MANAGE)
def show(work: Work, user: str) -> Reply[schemas.User]:
    """One user, by id or login; one's own, or anyone for who manages users."""
    return _reply(reads.user(work, user))


@routes.patch("/users/{user}", action=Action.USER_MANAGE, edits=True)
def edit(work: Work, request: Request, user: str, asked: schemas.UserEdit) -> Reply[schemas.User]:
    """Show a user under another name, keep it out or let it in again; `If-Match` is needed."""
    found = reads.user(work, user)
    unchanged(request, found.entry)
    if asked.title is not None:
        found = actions.edit_user(work, found.id, title=asked.title)
    if asked.disabled is not None:
        change = actions.disable_user if asked.disabled else actions.enable_user
        found = change(work, found.id)
    return _reply(found)


@routes.post("/users/{user}/grants", action=Action.USER_MANAGE)
def grant(work: Work, user: str, asked: schemas.NewGrant) -> Reply[schemas.User]:
    """Give a role, everywhere or on one use case."""
    found = tables.find_user(work, user)
    return _reply(actions.grant(work, found.id, asked.role, _place("on", asked.on)))


@routes.delete("/users/{user}/grants", action=Action.USER_MANAGE)
def revoke(work: Work, user: str, held: str, on: str = EVERYWHERE) -> Reply[schemas.User]:
    """Take the role `held` away."""
    found = tables.find_user(work, user)
    return _reply(actions.revoke(work, found.id, role("held", held), _place("on", on)))


@routes.post("/users/{user}/sign-in-link", action=Action.USER_MANAGE)
def sign_in_link(
    needs: ApiNeeds, caller: Caller, request: Request, user: str
) -> schemas.SignInLink:
    """A link that signs the user in, once, within 24 hours."""
    _refuse_key(request)
    with needs.open_work(caller) as work:
        made = signing_in.create_sign_in_link(work, tables.find_user(work, user).id)
    needs.wake()
    return schemas.SignInLink(
        user=str(made.user.subject),
        path=f"{SIGN_IN_PATH}{made.secret}",
        secret=made.secret,
        expires_at=stamp(made.expires_at),
    )


@routes.get("/users/{user}/tokens", action=Action.USER_MANAGE)
def tokens_of_user(
    work: Work, user: str, cursor: str | None = None, limit: int = 50
) -> schemas.Tokens:
    """The tokens of a user, without their secrets."""
    found = tables.find_user(work, user)
    return _tokens(work, reads.tokens_of(work, found.id, cursor=cursor, limit=limit))


# -- tokens ----------------------------------------------------------------------------------


@routes.get("/tokens", action=Action.TOKEN_OWN)
def tokens(work: Work, cursor: str | None = None, limit: int = 50) -> schemas.Tokens:
    """One's own tokens, without their secrets."""
    return _tokens(work, reads.own_tokens(work, cursor=cursor, limit=limit))


@routes.post("/tokens", action=Action.TOKEN_OWN)
def create_token(
    needs: ApiNeeds, caller: Caller, request: Request, asked: schemas.NewToken
) -> schemas.TokenWithSecret:
    """A new token of one's own; its secret is shown this once."""
    _refuse_key(request)
    with needs.open_work(caller) as work:
        made = actions.create_token(
            work,
            asked.name,
            expires=None if asked.expires is None else times.duration(asked.expires, "expires"),
            only=None if asked.only is None else frozenset(asked.only),
            within=None if asked.within is None else _place("within", asked.within),
        )
        shown = _token(made.token, work.now)
    needs.wake()
    return schemas.TokenWithSecret(**shown, secret=made.secret)


@routes.delete("/tokens/{token}", action=Action.TOKEN_OWN)
def revoke_token(work: Work, token: str) -> schemas.Token:
    """End a token for good, and those it made."""
    return schemas.Token(**_token(actions.revoke_token(work, token), work.now))


# -- values to shapes ------------------------------------------------------------------------


def told(user: rules.User) -> schemas.User:
    """A user as it travels."""
    return schemas.User(
        subject=str(user.subject),
        id=user.id,
        login=user.login,
        title=user.title,
        disabled=user.disabled,
        has_password=user.has_password,
        created_at=stamp(user.created_at),
        grants=_grants(user),
        entry=user.entry,
    )


def _reply(user: rules.User) -> Reply[schemas.User]:
    return Reply(told(user), etag=user.entry)


def _grants(user: rules.User) -> list[schemas.Grant]:
    return [schemas.Grant(role=held.role, on=str(held.on)) for held in user.grants]


def _tokens(work: Work, page: Page[rules.Token]) -> schemas.Tokens:
    items = [schemas.Token(**_token(token, work.now)) for token in page.items]
    return schemas.Tokens(items=items, next=page.next)


def _token(token: rules.Token, now: datetime) -> dict[str, Any]:
    return {
        "subject": str(token.subject),
        "id": token.id,
        "user": str(rules.user_subject(token.user)),
        "name": token.name,
        "only": None if token.only is None else sorted(token.only),
        "within": None if token.within is None else str(token.within),
        "state": rules.token_state(token, now),
        "created_at": stamp(token.created_at),
        "expires_at": stamp(token.expires_at),
        "revoked_at": None if token.revoked_at is None else stamp(token.revoked_at),
        "last_used": None if token.last_used is None else stamp(token.last_used),
        "made_with": token.made_with,
        "entry": token.entry,
    }


def _refuse_key(request: Request) -> None:
    """An answer that was replayed would have to be kept, and with it the secret."""
    if "idempotency-key" in request.headers:
        raise Invalid(
            field="Idempotency-Key",
            expected="none here: a secret is shown once and never kept; revoke what came twice",
        )


def _place(field: str, text: str) -> Subject:
    """The subject written in `field`; raises `Invalid` naming that field."""
    try:
        return Subject.parse(text)
    except Invalid as error:
        raise Invalid(field=field, value=text, expected=error.expected) from error
