"""Command line: `gonogo dataset rules`, what every version of a dataset is to keep."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.schemas import data_rules as schemas

if TYPE_CHECKING:
    from gonogo.sdk.client import Client

app = typer.Typer(
    help="Rules about a dataset: inferred from a reference, proposed, accepted by another person."
)

Name = Annotated[str, typer.Argument(help="Name of the dataset.")]
Number = Annotated[int, typer.Argument(help="Number of the proposal.")]
File = Annotated[Path, typer.Argument(help="YAML file; - reads standard input.")]


@app.command(epilog="Example: gonogo dataset rules infer loans")
def infer(
    dataset: Annotated[
        str, typer.Argument(help="NAME@VERSION of the reference; NAME: its newest version.")
    ],
    from_: Annotated[
        Path | None, typer.Option("--from", help="A file as the reference; asks no server.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="About this column alone; may be repeated.")
    ] = None,
    delimiter: Annotated[str, typer.Option(help="With --from: between the values of a CSV.")] = ",",
    columns: Annotated[
        int | None, typer.Option(help="With --from: how many there are, if more than 256.")
    ] = None,
    propose_: Annotated[bool, typer.Option("--propose", help="Propose them as they are.")] = False,
) -> None:
    """Print rules that a reference keeps, with room for what it did not show; look them over.

    Ranges reach from the 0.5 % to the 99.5 % quantile, widened by 10 % of the distance; missing
    values may come up to the upper end of a 99 % Wilson interval. Each rule gives its reason.
    """
    # Inferring loads pandas; the other commands start without it.
    from gonogo.sdk.inferring import rules_of_file, rules_of_version

    name = dataset.removeprefix("dataset:").partition("@")[0]
    if from_ is None:
        with connected() as client:
            text = rules_of_version(client.dataset(_version(client, dataset)), column or None)
    else:
        text = rules_of_file(
            from_, name, delimiter=delimiter, count=columns, columns=column or None
        )
    sys.stdout.write(text)
    if propose_:
        with connected() as client:
            print(f"# {_says(client.data_rules(name).propose(text))}")


@app.command(epilog="Example: gonogo dataset rules check loans loans-rules.yaml")
def check(dataset: Name, file: File, as_json: AsJson = False) -> None:
    """Check a file of rules; exit 0 if it could be proposed, 2 naming field and line if not."""
    text = read_text(file)
    with connected() as client:
        found = client.data_rules(dataset).check(text)
    show(found, as_json=as_json, rows=_rows(found))


@app.command(epilog="Example: gonogo dataset rules propose loans loans-rules.yaml")
def propose(dataset: Name, file: File, as_json: AsJson = False) -> None:
    """Propose rules; they wait until another person accepts them."""
    text = read_text(file)
    with connected() as client:
        found = client.data_rules(dataset).propose(text)
    _show(found, as_json=as_json)


@app.command("list", epilog="Example: gonogo dataset rules list loans")
def list_(dataset: Name, as_json: AsJson = False) -> None:
    """List every wording of the rules of a dataset, newest first."""
    with connected() as client:
        listing(
            client.data_rules(dataset).all(),
            as_json=as_json,
            columns=(
                ("number", lambda one: one.number),
                ("state", lambda one: "in force" if one.in_force else one.state),
                ("rules", lambda one: len(one.rules)),
                ("digest", lambda one: one.digest[:12]),
                ("proposed", lambda one: one.proposed_at),
                ("by", lambda one: one.proposed_by),
                ("reason", lambda one: one.reason),
            ),
            empty=f"No rules yet. Have some inferred: gonogo dataset rules infer {dataset}",
        )


@app.command("show", epilog="Example: gonogo dataset rules show loans --text")
def show_(
    dataset: Name,
    number: Annotated[
        int | None, typer.Argument(help="Number of a wording; else those in force.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the file as it was written.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the rules in force, or a wording by its number."""
    with connected() as client:
        rules = client.data_rules(dataset)
        found = rules.in_force() if number is None else rules.read(number)
    if found is None:
        raise Invalid(
            field="dataset",
            value=dataset,
            expected=f"one with rules in force; see gonogo dataset rules list {dataset}",
        )
    if text:
        sys.stdout.write(found.text)
        return
    _show(found, as_json=as_json)


@app.command(epilog='Example: gonogo dataset rules accept loans 3 --reason "looked over"')
def accept(
    dataset: Name,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: AsJson = False,
) -> None:
    """Bring rules that somebody else proposed into force; later measurements hold to them."""
    with connected() as client:
        found = client.data_rules(dataset).accept(number, reason=reason)
    _show(found, as_json=as_json)


@app.command(epilog='Example: gonogo dataset rules decline loans 3 --reason "too strict"')
def decline(
    dataset: Name,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: AsJson = False,
) -> None:
    """Answer a proposal with no, or take your own back."""
    with connected() as client:
        found = client.data_rules(dataset).decline(number, reason=reason)
    _show(found, as_json=as_json)


def _version(client: "Client", dataset: str) -> str:
    """The address of the version named, or of the newest."""
    name, at, fingerprint = dataset.removeprefix("dataset:").partition("@")
    if at:
        return f"dataset:{name}@{fingerprint}"
    newest: str = client.datasets.versions(name)[0].subject
    return newest


def _show(found: schemas.Rules, *, as_json: bool) -> None:
    rows = [("state", _says(found)), ("entry", found.entry), *_rows(found)]
    show(found, as_json=as_json, rows=rows)


def _says(found: schemas.Rules) -> str:
    state = "in force" if found.in_force else found.state
    waits = ": another person accepts them" if found.state == "proposed" else ""
    return f"rules {found.number} of {found.dataset} are {state}{waits}"


def _rows(found: schemas.CheckedRules) -> list[tuple[str, object]]:
    """Rules as lines: how bad it is to break one, what it asks and why."""
    rows: list[tuple[str, object]] = [("digest", found.digest), ("about", found.description)]
    return rows + [(one.severity, f"{one.asks} ({one.reason})") for one in found.rules]
