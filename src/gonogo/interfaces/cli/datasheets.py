"""Command line: `gonogo dataset datasheet`, what is said of a dataset and how much of it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gonogo.checks.engineering.datasheet import SHEET, template
from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.cases import read_yaml
from gonogo.interfaces.cli.evidence import findings
from gonogo.interfaces.cli.kit import AsJson, cell, connected

EXAMPLE = "Example: gonogo dataset datasheet loans@3f2a9c1d2e4f --file datasheet.yaml"


def datasheet(
    version: Annotated[
        str | None, typer.Argument(help="NAME@VERSION, such as loans@3f2a9c1d2e4f.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="YAML with the answers; they replace those before.")
    ] = None,
    blank: Annotated[bool, typer.Option("--template", help="Print a blank one, as YAML.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the datasheet of a dataset version, record it, or print a blank one."""
    if blank:
        print(template(), end="")
        return
    if version is None:
        raise Invalid(field="version", expected="NAME@VERSION, or --template")
    said = None if file is None else read_yaml(file)
    if said is not None and not isinstance(said, dict):
        raise Invalid(field=str(file), value=type(said).__name__, expected="a YAML mapping")
    address = version if version.startswith("dataset:") else f"dataset:{version}"
    with connected() as client:
        found = client.dataset(address)
        if said is not None:
            made = found.write_datasheet(said)
            findings((client.evidence.read(one.digest) for one in made.entries), as_json=as_json)
            return
        answers = found.datasheet()
    if as_json:
        print(json.dumps(answers, indent=2, ensure_ascii=False))
        return
    for field in SHEET:
        print(f"{field.section:<13} {field.name:<14} {cell(answers.get(field.name))}")
