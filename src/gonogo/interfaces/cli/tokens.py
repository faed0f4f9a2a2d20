"""Command line: one's own tokens, for pipelines and notebooks."""

from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import accounts as schemas

app = typer.Typer(help="Tokens with which pipelines and notebooks speak for you.")


@app.command(
    epilog="Example: gonogo token create ci --expires 30d --only evidence.record --only read "
    "--within case:mortgage-approval"
)
def create(
    name: Annotated[str, typer.Argument(help="What it is for, such as ci.")],
    expires: Annotated[
        str | None, typer.Option(help="How long it lasts: 12h, 30d, 8w; 90d unless said.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="An action it may do, such as evidence.record; may be repeated."),
    ] = None,
    within: Annotated[
        str | None, typer.Option(help="Where it may act, such as case:mortgage-approval.")
    ] = None,
    decide: Annotated[
        list[str] | None,
        typer.Option(
            help="Only for asking the gateway for decisions of this use case; * for all of them."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token. It is shown this once: put it into GONOGO_TOKEN."""
    if decide:
        only, within = _deciding(decide, only, within)
    with connected() as client:
        made = client.tokens.create(name, expires=expires, only=only or None, within=within)
        rows = (("token", made.secret), *_rows(made))
        show(made, as_json=as_json, rows=rows)


@app.command("list", epilog="Example: gonogo token list --user ci --json")
def list_(
    user: Annotated[str | None, typer.Option(help="Whose tokens; your own unless said.")] = None,
    as_json: AsJson = False,
) -> None:
    """List tokens, without their secrets."""
    with connected() as client:
        listing(
            client.tokens.all() if user is None else client.user(user).tokens(),
            as_json=as_json,
            columns=(
                ("id", lambda token: token.id),
                ("name", lambda token: token.name),
                ("state", lambda token: token.state),
                ("only", _only),
                ("within", lambda token: token.within),
                ("expires", lambda token: token.expires_at),
                ("last used", lambda token: token.last_used),
            ),
            empty="No token yet. Make one: gonogo token create ci",
        )


@app.command(epilog="Example: gonogo token revoke 3f2a9c01b7de")
def revoke(
    token: Annotated[str, typer.Argument(help="Id of the token, as `gonogo token list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """End a token for good, and those that it made."""
    with connected() as client:
        ended = client.tokens.revoke(token)
        show(ended, as_json=as_json, rows=_rows(ended))


def _deciding(
    cases: list[str], only: list[str] | None, within: str | None
) -> tuple[list[str], str | None]:
    """The scope of a token for the gateway; raises `Invalid` where another one is asked for too."""
    case, *others = cases
    if others:
        raise Invalid(
            field="--decide", value=" ".join(cases), expected="one use case, or * for all of them"
        )
    if only or within is not None:
        raise Invalid(
            field="--decide", value=case, expected="neither --only nor --within beside it"
        )
    return [str(Action.DECIDE)], None if case == "*" else f"case:{case}"


def _rows(token: schemas.Token) -> tuple[tuple[str, object], ...]:
    return (
        ("id", token.id),
        ("name", token.name),
        ("state", token.state),
        ("only", _only(token)),
        ("within", token.within),
        ("expires", token.expires_at),
    )


def _only(token: schemas.Token) -> str:
    return "all you may" if token.only is None else ", ".join(token.only)
