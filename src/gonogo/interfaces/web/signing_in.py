"""Getting in and out: a one-time link, a login and its password, the first password.

A link is redeemed by a form, never by opening its address: mail programs and chats open addresses
to show a preview, and would use the link up.
"""

from urllib.parse import urlencode

from fastapi import Request, Response

from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.errors import GonogoError, Invalid, TooMany
from gonogo.domain.accounts import reads, rules, signing_in
from gonogo.domain.accounts.rules import SignedIn
from gonogo.interfaces.web.forms import own_path, refused_page
from gonogo.interfaces.web.kit import Access, Done, Form, Pages, Shown, go
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.views.accounts import PasswordPage, SignInPage

pages = Pages("signing-in")

SET_PASSWORD = "/account/password"  # noqa: S105  # an address, not a secret


@pages.get("/sign-in", template="sign_in.html", action=Access.EVERYBODY)
def sign_in_page(link: str | None = None, next: str | None = None) -> SignInPage:  # noqa: A002  # the name in the address
    """The way in: a button for a link, a form for a password."""
    return SignInPage(link=link, next=own_path(next))


@pages.get("/sign-in/link/{link}", template="sign_in.html", action=Access.EVERYBODY)
def link_page(link: str) -> SignInPage:
    """The same for a link whose secret is part of its path."""
    return SignInPage(link=link, next="/")


def _again(form: Form, refused: GonogoError) -> Shown:
    """The form once more; a link that does not work gives way to the password."""
    wait = refused.retry_after if isinstance(refused, TooMany) else None
    next_ = own_path(form.get("next"))
    login = form.get("login", "")
    page = SignInPage(None, next_, login, wait, refused_page(refused))
    return Shown("sign_in.html", page)


@pages.post("/sign-in", action=Access.EVERYBODY, again=_again)
def sign_in(needs: WebNeeds, request: Request, form: Form) -> Response:
    """Sign in with login and password, slowed down after failures."""
    signed_in = signing_in.sign_in(
        needs.open_work,
        form.get("login", ""),
        form.get("password", ""),
        address=client_address(request),
        replaces=needs.authentication.cookie(request),
    )
    return _welcome(needs, signed_in, own_path(form.get("next")))


@pages.post("/sign-in/link", action=Access.EVERYBODY, again=_again)
def redeem(needs: WebNeeds, request: Request, form: Form) -> Response:
    """Sign in with a one-time link."""
    replaces = needs.authentication.cookie(request)
    with needs.open_work(SYSTEM) as work:
        signed_in = signing_in.redeem_link(work, form.get("link", ""), replaces=replaces)
    return _welcome(needs, signed_in, own_path(form.get("next")))


@pages.post("/sign-out", action=Access.SIGNED_IN)
def sign_out(needs: WebNeeds, request: Request, form: Form) -> Response:  # noqa: ARG001  # as every form
    """End this session."""
    cookie = needs.authentication.cookie(request)
    if cookie is not None:
        with needs.open_work(SYSTEM) as work:
            signing_in.sign_out(work, cookie)
    answer = go(Done("/sign-in", "You are signed out."))
    needs.authentication.forget(answer)
    return answer


@pages.get(SET_PASSWORD, template="password.html", action=Access.SIGNED_IN)
def password_page(
    needs: WebNeeds,
    caller: Caller,
    request: Request,
    next: str | None = None,  # noqa: A002  # the name in the address
) -> PasswordPage:
    """Set the first password, or another one."""
    return _password_page(needs, caller, request, own_path(next))


def _password_again(
    needs: WebNeeds, caller: Caller, request: Request, form: Form, refused: GonogoError
) -> Shown:
    page = _password_page(needs, caller, request, own_path(form.get("next")), refused)
    return Shown("password.html", page)


@pages.post(SET_PASSWORD, action=Access.SIGNED_IN, again=_password_again)
def set_password(needs: WebNeeds, request: Request, form: Form) -> Response:
    """Set the password; every other session of the account ends."""
    new = form.get("password", "")
    if new != form.get("repeated", ""):
        raise Invalid(
            field="repeated", expected="the same password twice", message="The two differ"
        )
    signed_in = signing_in.set_password(
        needs.open_work,
        needs.authentication.cookie(request) or "",
        new,
        address=client_address(request),
        old=form.get("old"),
    )
    says = "The password is set. Every other session of yours has ended."
    answer = go(Done(own_path(form.get("next")), says))
    needs.authentication.remember(answer, signed_in)
    return answer


def asks_old(needs: WebNeeds, request: Request) -> bool:
    """Whether this session must bring the present password to set another."""
    cookie = needs.authentication.cookie(request)
    if cookie is None:
        return True
    with needs.open_work(SYSTEM, write=False) as work:
        opened = reads.session_of(work, cookie)
        return not rules.may_set_without_old(opened.session, opened.user, work.now)


def client_address(request: Request) -> str:
    """Where the request comes from, as far as the server knows."""
    return request.client.host if request.client else ""


def _password_page(
    needs: WebNeeds,
    caller: Caller,
    request: Request,
    next_: str,
    refused: GonogoError | None = None,
) -> PasswordPage:
    with needs.open_work(caller, write=False) as work:
        login = reads.me(work).login
    return PasswordPage(
        login=login,
        asks_old=asks_old(needs, request),
        shortest=rules.PASSWORD_SHORTEST,
        next=next_,
        refused=None if refused is None else refused_page(refused),
    )


def _welcome(needs: WebNeeds, signed_in: SignedIn, next_: str) -> Response:
    to = f"{SET_PASSWORD}?{urlencode({'next': next_})}" if signed_in.needs_password else next_
    answer = go(Done(to))
    needs.authentication.remember(answer, signed_in)
    return answer
