"""Command line: evidence."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import evidence as schemas

app = typer.Typer(help="Evidence: what was measured, with its interval.")


@app.command("list", epilog="Example: gonogo evidence list model:mortgage-approver@2 --current")
def list_(
    subject: Annotated[
        str | None, typer.Argument(help="Address of what was measured; without it, everything.")
    ] = None,
    check: Annotated[str | None, typer.Option(help="Only by this check.")] = None,
    current: Annotated[
        bool, typer.Option("--current", help="Leave out what newer evidence replaced.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List evidence, newest first."""
    with connected() as client:
        listing(
            client.evidence.about(subject).all(check=check, current=current),
            as_json=as_json,
            columns=(
                ("entry", lambda one: one.position),
                ("subject", lambda one: one.subject),
                ("check", lambda one: one.check),
                ("with", lambda one: one.with_ or None),
                ("measured", lambda one: interval(one.measured)),
                ("n", lambda one: one.measured.get("n")),
                ("origin", lambda one: "reproduced" if one.reproduced else "reported"),
            ),
            empty="No evidence yet. Record some: gonogo evidence record FILE.json",
        )


@app.command("show", epilog="Example: gonogo evidence show 42")
def show_(
    entry: Annotated[str, typer.Argument(help="Digest or position of its ledger entry.")],
    as_json: AsJson = False,
) -> None:
    """Show one piece of evidence."""
    with connected() as client:
        show(client.evidence.read(entry), as_json=as_json)


@app.command(epilog="Example: gonogo evidence record measured.json")
def record(
    file: Annotated[Path, typer.Argument(help='JSON: a list of evidence, or {"evidence": [...]}.')],
    as_json: AsJson = False,
) -> None:
    """Record what was measured elsewhere: all of a file, or nothing."""
    asked = read_json(file)
    with connected() as client:
        recorded: schemas.Recorded = client.record_evidence(asked)
    if as_json:
        show(recorded, as_json=True)
        return
    first, last = recorded.entries[0].position, recorded.entries[-1].position
    print(f"{len(recorded.entries)} recorded, entries {first} to {last}")


def interval(measured: dict[str, Any]) -> str:
    """A measurement in one line.

    >>> interval({"value": 0.74, "low": 0.66, "high": None, "unit": "ratio"})
    '0.74 [0.66, …] ratio'
    """
    if "undefined" in measured:
        return f"none: {measured['undefined']}"
    low, high = (
        "…" if measured[end] is None else f"{measured[end]:.4g}" for end in ("low", "high")
    )
    return f"{measured['value']:.4g} [{low}, {high}] {measured['unit']}".rstrip()


def read_json(path: Path) -> list[Any]:
    """The evidence in a file; raises `Invalid` naming the file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Invalid(field=str(path), value=str(error), expected="a readable JSON file") from error
    listed = found.get("evidence") if isinstance(found, dict) else found
    if not isinstance(listed, list) or not listed:
        raise Invalid(field=str(path), value=type(found).__name__, expected="a list of evidence")
    return listed
