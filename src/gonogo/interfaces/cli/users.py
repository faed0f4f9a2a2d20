"""Command line: users and what they may do."""

import os
from typing import Annotated

import typer

from gonogo.core.roles import Role
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import accounts as schemas

app = typer.Typer(help="Users, and what they may do.")

Name = Annotated[str, typer.Argument(help="Login or id of the user, such as risk or 7.")]
RoleName = Annotated[str, typer.Argument(help=f"One of {', '.join(Role)}.")]
On = Annotated[
    str, typer.Option("--on", help="Where it holds: everywhere, or case:name for one use case.")
]
EVERYWHERE = "org:gonogo"


@app.command("list", epilog="Example: gonogo user list --json")
def list_(as_json: AsJson = False) -> None:
    """List users."""
    with connected() as client:
        listing(
            client.users.all(),
            as_json=as_json,
            columns=(
                ("user", lambda user: user.subject),
                ("login", lambda user: user.login),
                ("name", lambda user: user.title),
                ("roles", roles),
                ("state", state),
            ),
            empty="No user yet. Add one: gonogo user add risk --title 'Risk officer'",
        )


@app.command("show", epilog="Example: gonogo user show risk")
def show_(user: Name, as_json: AsJson = False) -> None:
    """Show one user."""
    with connected() as client:
        _show(client.user(user).read(), as_json=as_json)


@app.command(epilog="Example: gonogo user add risk --title 'Risk officer' --role risk-officer")
def add(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    title: Annotated[str, typer.Option(help="How they are shown on pages.")],
    role: Annotated[
        list[str] | None, typer.Option(help="A role to give everywhere; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a user. Then `gonogo user link` makes the link for the first sign-in."""
    with connected() as client:
        made = client.users.create(login, title)
        for given in role or ():
            made = client.user(made.subject).grant(given)
        _show(made, as_json=as_json)


@app.command(epilog="Example: gonogo user disable risk")
def disable(user: Name, as_json: AsJson = False) -> None:
    """Keep a user out: sessions end, tokens no longer work."""
    with connected() as client:
        _show(client.user(user).disable(), as_json=as_json)


@app.command(epilog="Example: gonogo user enable risk")
def enable(user: Name, as_json: AsJson = False) -> None:
    """Let a disabled user in again."""
    with connected() as client:
        _show(client.user(user).enable(), as_json=as_json)


@app.command(epilog="Example: gonogo user grant risk risk-officer --on case:mortgage-approval")
def grant(user: Name, role: RoleName, on: On = EVERYWHERE, as_json: AsJson = False) -> None:
    """Give a user a role."""
    with connected() as client:
        _show(client.user(user).grant(role, on), as_json=as_json)


@app.command(epilog="Example: gonogo user revoke risk risk-officer --on case:mortgage-approval")
def revoke(user: Name, role: RoleName, on: On = EVERYWHERE, as_json: AsJson = False) -> None:
    """Take a role from a user."""
    with connected() as client:
        _show(client.user(user).revoke(role, on), as_json=as_json)


@app.command(epilog="Example: gonogo user link risk")
def link(user: Name, as_json: AsJson = False) -> None:
    """Make a link that signs a user in, once, within 24 hours."""
    with connected() as client:
        made = client.user(user).sign_in_link()
        rows = (("link", f"{console()}{made.path}"), ("works until", made.expires_at))
        show(made, as_json=as_json, rows=rows)


def console() -> str:
    """Where the console is: the server this command speaks to, or the one of this folder."""
    port = os.environ.get("GONOGO_PORT") or "8080"
    return (os.environ.get("GONOGO_URL") or f"http://127.0.0.1:{port}").rstrip("/")


def roles(user: schemas.User) -> str:
    """The roles of a user in one cell."""
    held = (
        grant.role if grant.on == EVERYWHERE else f"{grant.role} on {grant.on}"
        for grant in user.grants
    )
    return ", ".join(held) or "none"


def state(user: schemas.User) -> str:
    """Whether a user can sign in, and how."""
    if user.disabled:
        return "disabled"
    return "active" if user.has_password else "no password yet"


def _show(user: schemas.User, *, as_json: bool) -> None:
    rows = (
        ("user", user.subject),
        ("login", user.login),
        ("name", user.title),
        ("roles", roles(user)),
        ("state", state(user)),
        ("since", user.created_at),
        ("entry", user.entry),
    )
    show(user, as_json=as_json, rows=rows)
