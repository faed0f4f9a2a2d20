"""Command line: datasets."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gonogo.core.errors import Conflict, Invalid
from gonogo.interfaces.cli import data_rules, datasheets, disclosures
from gonogo.interfaces.cli.cases import read_yaml
from gonogo.interfaces.cli.evidence import findings
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show

app = typer.Typer(help="Datasets: immutable versions with schema, owner and sensitivity.")
app.add_typer(data_rules.app, name="rules", no_args_is_help=True)
app.command("statistics", epilog=disclosures.STATISTICS_EXAMPLE)(disclosures.statistics)
app.command("datasheet", epilog=datasheets.EXAMPLE)(datasheets.datasheet)
app.command("budget", epilog=disclosures.BUDGET_EXAMPLE)(disclosures.budget)

Name = Annotated[str, typer.Argument(help="Name of the dataset.")]
Version = Annotated[str, typer.Argument(help="NAME@VERSION, such as loans@3f2a9c1d2e4f.")]


@app.command(
    epilog="Example: gonogo dataset register loans loans.csv --licence CC0-1.0 "
    "--sensitivity internal --owner-role data-scientist --label approve --protected race"
)
def register(
    name: Name,
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, or Parquet.")],
    licence: Annotated[str, typer.Option(help="SPDX identifier, or the terms in words.")],
    sensitivity: Annotated[str, typer.Option(help="public, internal, confidential, restricted.")],
    owner_role: Annotated[str, typer.Option(help="The role that answers for it.")],
    label: Annotated[str | None, typer.Option(help="The column to be predicted.")] = None,
    protected: Annotated[
        list[str] | None, typer.Option(help="A column no model may use; may be said repeatedly.")
    ] = None,
    description: Annotated[str, typer.Option(help="What the rows are.")] = "",
    columns: Annotated[
        int | None, typer.Option(help="How many there are; for a file with more than 256.")
    ] = None,
    delimiter: Annotated[str, typer.Option(help="Between the values of a CSV.")] = ",",
    schema: Annotated[
        Path | None,
        typer.Option(help="YAML: column to type, nullable, minimum, maximum, categories, role."),
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where it came from, a URL.")] = None,
    parent: Annotated[
        list[str] | None, typer.Option(help="A version it was made from; may be repeated.")
    ] = None,
    transformation: Annotated[str, typer.Option(help="How it was made from them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Register a version of a dataset from a file."""
    about: dict[str, Any] = {
        "licence": licence,
        "sensitivity": sensitivity,
        "owner_role": owner_role,
        "label": label,
        "protected": protected or [],
        "description": description,
        "columns": columns,
        "delimiter": delimiter,
        "overrides": {} if schema is None else read_yaml(schema),
        "place": place,
        "parents": parent or [],
        "transformation": transformation,
    }
    with connected() as client:
        made = client.register_dataset(name, file, **about)
        show(made.told, as_json=as_json)


@app.command("list", epilog="Example: gonogo dataset list")
def list_(
    name: Annotated[str | None, typer.Argument(help="List the versions of this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """List datasets, or the versions of one."""
    with connected() as client:
        if name is None:
            listing(
                client.datasets.all(),
                as_json=as_json,
                columns=(
                    ("dataset", lambda one: one.name),
                    ("versions", lambda one: one.versions),
                    ("latest", lambda one: one.latest),
                    ("registered", lambda one: one.registered_at),
                ),
                empty="No dataset yet. Register one: gonogo dataset register NAME FILE ...",
            )
            return
        listing(
            client.datasets.versions(name),
            as_json=as_json,
            columns=(
                ("version", lambda one: one.version),
                ("rows", lambda one: one.rows),
                ("columns", lambda one: len(one.columns)),
                ("format", lambda one: one.format),
                ("sensitivity", lambda one: one.sensitivity),
                ("licence", lambda one: one.licence),
                ("registered", lambda one: one.registered_at),
            ),
            empty="No version yet.",
        )


@app.command("show", epilog="Example: gonogo dataset show loans@3f2a9c1d2e4f")
def show_(version: Version, as_json: AsJson = False) -> None:
    """Show one version."""
    with connected() as client:
        show(client.dataset(subject(version)).told, as_json=as_json)


@app.command(epilog="Example: gonogo dataset verify loans@3f2a9c1d2e4f")
def verify(version: Version, as_json: AsJson = False) -> None:
    """Hash the file of a version again; exit code 1 where it changed."""
    with connected() as client:
        show(client.dataset(subject(version)).verify(), as_json=as_json)


@app.command(epilog="Example: gonogo dataset download loans@3f2a9c1d2e4f loans.csv")
def download(
    version: Version,
    file: Annotated[Path, typer.Argument(help="Where to: a file that is not there yet.")],
) -> None:
    """Write the file of a version, byte for byte as it was registered."""
    with connected() as client:
        found = client.dataset(subject(version))
        try:
            with file.open("xb") as target:
                found.save(target)
        except FileExistsError as error:
            raise Conflict(
                field="file", value=str(file), expected="a file that is not there yet"
            ) from error
        except OSError as error:
            raise Invalid(
                field="file", value=str(file), expected=f"a writable place ({error.strerror})"
            ) from error
    print(f"{found.told.size:,} bytes, SHA-256 {found.told.sha256}")


@app.command(epilog="Example: gonogo dataset measure loans@3f2a9c1d2e4f --reference loans@9d8e7f")
def measure(
    version: Version,
    reference: Annotated[
        str | None, typer.Option(help="NAME@VERSION of the training data it is compared with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Have the server measure a version itself, and show what it found."""
    with connected() as client:
        found = client.dataset(subject(version))
        found.measure(reference=None if reference is None else subject(reference))
        findings(found.evidence(), as_json=as_json)


def subject(version: str) -> str:
    """The address of a version; raises `Invalid`.

    >>> subject("loans@3f2a9c1d2e4f")
    'dataset:loans@3f2a9c1d2e4f'
    """
    name, at, fingerprint = version.removeprefix("dataset:").partition("@")
    if not (name and at and fingerprint):
        raise Invalid(field="version", value=version, expected="NAME@VERSION")
    return f"dataset:{name}@{fingerprint}"
