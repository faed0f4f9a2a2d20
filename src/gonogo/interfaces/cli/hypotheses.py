"""Command line: hypotheses."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli import designs, families, library
from gonogo.interfaces.cli.cases import read_yaml
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.library import parts
from gonogo.schemas import hypotheses as schemas

app = typer.Typer(help="Hypotheses: registered before any run counts, settled by their own rule.")
app.add_typer(designs.app, name="design", no_args_is_help=True)
app.add_typer(library.app, name="paper", no_args_is_help=True)
app.command(epilog="Example: gonogo hypothesis library 'boosted trees' --case churn")(
    library.library
)
app.command(epilog="Example: gonogo hypothesis tried 'trees beat the scorecard'")(library.tried)
app.command(epilog="Example: gonogo hypothesis family mortgage-approval")(families.family)
app.command(
    epilog="Example: gonogo hypothesis cuped trial.csv --outcome now --before then --arm arm"
)(families.cuped)

Name = Annotated[str, typer.Argument(help="CASE/NAME, such as mortgage-approval/trees.")]


@app.command(epilog="Example: gonogo hypothesis register mortgage-approval/trees trees.yaml")
def register(
    name: Name,
    file: Annotated[
        Path,
        typer.Argument(
            help="YAML: statement, criteria (check, with, at_least, at_most), design (method, "
            "folds, repeats, seed), baseline, prior, significance, power, time_box, dataset, "
            "family."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Register a hypothesis; afterwards nobody edits it."""
    case, slug = parts(name)
    said = read_yaml(file)
    if not isinstance(said, dict):
        raise Invalid(field=str(file), value=type(said).__name__, expected="a YAML mapping")
    with connected() as client:
        made = client.case(case).register_hypothesis(slug, said)
        show(made.read(), as_json=as_json)


@app.command("list", epilog="Example: gonogo hypothesis list --negative")
def list_(
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    state: Annotated[
        str | None, typer.Option(help="open, supported, refuted, inconclusive or abandoned.")
    ] = None,
    only_negative: Annotated[
        bool, typer.Option("--negative", help="Only refuted or inconclusive ones.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List hypotheses, among them what did not work."""
    _list(case, state, negative=only_negative, as_json=as_json)


@app.command(epilog="Example: gonogo hypothesis negative --case mortgage-approval")
def negative(
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what did not work, refuted or inconclusive, and what was learned."""
    _list(case, None, negative=True, as_json=as_json)


@app.command("show", epilog="Example: gonogo hypothesis show mortgage-approval/trees")
def show_(name: Name, as_json: AsJson = False) -> None:
    """Show one hypothesis."""
    case, slug = parts(name)
    with connected() as client:
        show(client.case(case).hypothesis(slug).read(), as_json=as_json)


@app.command(
    epilog="Example: gonogo hypothesis settle mortgage-approval/trees --learned 'They do not'"
)
def settle(
    name: Name,
    learned: Annotated[str, typer.Option(help="What those who come after should know.")],
    as_json: AsJson = False,
) -> None:
    """Settle a hypothesis by the criteria fixed beforehand."""
    case, slug = parts(name)
    with connected() as client:
        _settled(client.case(case).hypothesis(slug).settle(learned=learned), as_json=as_json)


@app.command(
    epilog="Example: gonogo hypothesis abandon mortgage-approval/trees --reason 'no data to be had'"
)
def abandon(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why nobody goes on.")],
    as_json: AsJson = False,
) -> None:
    """Stop working on a hypothesis, and say why."""
    case, slug = parts(name)
    with connected() as client:
        _settled(client.case(case).hypothesis(slug).abandon(reason=reason), as_json=as_json)


def _settled(found: schemas.Hypothesis, *, as_json: bool) -> None:
    if as_json:
        show(found, as_json=True)
        return
    print(f"{found.case}/{found.slug}: {found.state}")
    for one in found.settled:
        print(f"  {one.verdict:<8} {one.condition['check']}: {one.reason}")


def _list(case: str | None, state: str | None, *, negative: bool, as_json: bool) -> None:
    with connected() as client:
        listing(
            client.hypotheses.of(case).all(state=state, negative=negative),
            as_json=as_json,
            columns=(
                ("hypothesis", lambda one: f"{one.case}/{one.slug}"),
                ("state", lambda one: one.state),
                ("statement", lambda one: one.statement),
                ("time box", lambda one: one.time_box),
                ("learned", lambda one: one.learned or None),
            ),
            empty="No such hypothesis. Add one: gonogo hypothesis register CASE/NAME FILE",
        )
