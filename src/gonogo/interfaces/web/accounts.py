"""One's own account, users and tokens."""

from collections.abc import Iterator

from fastapi import Request

from gonogo.core import times
from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action, Role, role
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.core.times import stamp
from gonogo.domain.accounts import actions, signing_in
from gonogo.interfaces.web.forms import refused_page
from gonogo.interfaces.web.kit import Access, Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.interfaces.web.signing_in import asks_old
from gonogo.store.work import Work
from gonogo.views import accounts as views

pages = Pages("accounts")


@pages.get("/account", template="account.html", action=Access.SIGNED_IN)
def account(work: Work, needs: WebNeeds, caller: Caller, request: Request) -> views.AccountPage:
    """One's own account: what it may do, and its password."""
    return views.account(work, caller, asks_old=asks_old(needs, request))


# -- users -----------------------------------------------------------------------------------


@pages.get("/users", template="users.html", action=Action.USER_MANAGE)
def users(work: Work, cursor: str | None = None) -> views.UsersPage:
    """All users."""
    return views.users(work, cursor)


def _users_again(work: Work, form: Form, refused: GonogoError) -> Shown:
    page = views.users(work, values=form, refused=refused_page(refused))
    return Shown("users.html", page)


@pages.post("/users", action=Action.USER_MANAGE, again=_users_again)
def create_user(work: Work, form: Form) -> Done:
    """A new user, without roles and without a password."""
    made = actions.create_user(work, form.get("login", ""), form.get("title", ""))
    says = f"{made.title} is a user now. Give a role, then hand over a sign-in link."
    return Done(f"/users/{made.id}", says)


@pages.get("/users/{user}", template="user.html", action=Action.USER_MANAGE)
def user(work: Work, user: int) -> views.UserPage:
    """One user with roles and tokens."""
    return views.user(work, user)


def _user_again(work: Work, user: int, form: Form, refused: GonogoError) -> Shown:  # noqa: ARG001  # as every form
    return Shown("user.html", views.user(work, user, refused_page(refused)))


@pages.post("/users/{user}/title", action=Action.USER_MANAGE, again=_user_again)
def edit_user(work: Work, user: int, form: Form) -> Done:
    """Show a user under another name."""
    found = actions.edit_user(work, user, title=form.get("title", ""))
    return Done(f"/users/{user}", f"Shown as {found.title} from now on.")


@pages.post("/users/{user}/grants", action=Action.USER_MANAGE, again=_user_again)
def grant(work: Work, user: int, form: Form) -> Done:
    """Give a role, everywhere or on one use case."""
    asked, on = _grant(form)
    found = actions.grant(work, user, asked, on)
    return Done(f"/users/{user}", f"{found.title} has the role {asked} on {on}.")


@pages.post("/users/{user}/grants/revoke", action=Action.USER_MANAGE, again=_user_again)
def revoke(work: Work, user: int, form: Form) -> Done:
    """Take a role away."""
    asked, on = _grant(form)
    found = actions.revoke(work, user, asked, on)
    return Done(f"/users/{user}", f"{found.title} no longer has the role {asked} on {on}.")


@pages.post("/users/{user}/disable", action=Action.USER_MANAGE, again=_user_again)
def disable(work: Work, user: int, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Keep a user out."""
    found = actions.disable_user(work, user)
    return Done(f"/users/{user}", f"{found.title} is kept out: sessions and links have ended.")


@pages.post("/users/{user}/enable", action=Action.USER_MANAGE, again=_user_again)
def enable(work: Work, user: int, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Let a user in again."""
    found = actions.enable_user(work, user)
    return Done(f"/users/{user}", f"{found.title} may sign in again.")


@pages.post("/users/{user}/sign-in-link", action=Action.USER_MANAGE, again=_user_again)
def sign_in_link(work: Work, request: Request, user: int, form: Form) -> Shown:  # noqa: ARG001  # as every form
    """A link that signs the user in once; shown this once."""
    made = signing_in.create_sign_in_link(work, user)
    page = views.SecretPage(
        title=f"Sign-in link for {made.user.title}",
        says="It works once. Hand it over in a way that nobody else reads; whoever opens it "
        "first signs in as this user. It is not shown again, and a new one replaces it.",
        secret=f"{request.base_url}sign-in?link={made.secret}",
        uses=(),
        ends=stamp(made.expires_at),
        back=f"/users/{user}",
    )
    return Shown("secret.html", page)


# -- tokens ----------------------------------------------------------------------------------


@pages.get("/tokens", template="tokens.html", action=Action.TOKEN_OWN)
def tokens(work: Work, cursor: str | None = None) -> views.TokensPage:
    """One's own tokens."""
    return views.tokens(work, cursor)


def _tokens_again(work: Work, form: Form, refused: GonogoError) -> Shown:
    return Shown("tokens.html", views.tokens(work, values=form, refused=refused_page(refused)))


@pages.post("/tokens", action=Action.TOKEN_OWN, again=_tokens_again)
def create_token(needs: WebNeeds, work: Work, request: Request, form: Form) -> Shown:
    """A new token of one's own; its secret is shown this once."""
    expires, within = form.get("expires", "").strip(), form.get("within", "").strip()
    made = actions.create_token(
        work,
        form.get("name", ""),
        expires=times.duration(expires, "expires") if expires else None,
        only=_only(form),
        within=Subject.parse(within) if within else None,
    )
    here = str(request.base_url).rstrip("/")
    page = views.SecretPage(
        title=f"Token {made.token.name}",
        says="Copy it now: only its hash is kept, so it is never shown again. Lost ones are "
        "revoked and made anew.",
        secret=made.secret,
        uses=tuple(_uses(here, needs.mlflow, made.secret)),
        ends=stamp(made.token.expires_at),
        back="/tokens",
    )
    return Shown("secret.html", page)


def _uses(here: str, mlflow: str, secret: str) -> Iterator[str]:
    """What to type where the token is used; an MLflow elsewhere does not know it."""
    yield f"export GONOGO_URL={here} GONOGO_TOKEN={secret}"
    if mlflow.startswith("/"):
        yield f"export MLFLOW_TRACKING_URI={here}{mlflow} MLFLOW_TRACKING_TOKEN={secret}"


@pages.post("/tokens/{token}/revoke", action=Action.TOKEN_OWN)
def revoke_token(work: Work, token: str, form: Form) -> Done:
    """End a token for good, and those it made."""
    found = actions.revoke_token(work, token)
    back = f"/users/{found.user}" if form.get("from") == "user" else "/tokens"
    return Done(back, f"The token {found.name} no longer works.")


def _grant(form: Form) -> tuple[Role, Subject]:
    return role("role", form.get("role", "")), Subject.parse(form.get("on") or str(ORGANISATION))


def _only(form: Form) -> frozenset[Action] | None:
    """The actions ticked in the form; None where none is: no bound besides the user's own."""
    ticked = [name.removeprefix("only.") for name in form if name.startswith("only.")]
    unknown = [name for name in ticked if name not in set(Action)]
    if unknown:
        raise Invalid(field="only", value=unknown[0], expected=f"one of {', '.join(Action)}")
    return frozenset(Action(name) for name in ticked) or None
