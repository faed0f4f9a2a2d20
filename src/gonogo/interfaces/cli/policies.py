"""Command line: policies."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import policies as schemas

app = typer.Typer(help="Policies: what a gate asks, versioned by content.")

File = Annotated[Path, typer.Argument(help="A policy file; - reads standard input.")]
Name = Annotated[str, typer.Argument(help="Name of the policy, such as lending-high-risk.")]


@app.command("list", epilog="Example: gonogo policy list --json")
def list_(as_json: AsJson = False) -> None:
    """List the policies in force."""
    with connected() as client:
        listing(
            client.policies.all(),
            as_json=as_json,
            columns=(
                ("policy", lambda policy: policy.name),
                ("extends", lambda policy: policy.extends),
                ("digest", lambda policy: policy.digest[:12]),
                ("gates", lambda policy: ", ".join(gate.gate for gate in policy.gates)),
                ("published", lambda policy: policy.published_at),
            ),
            empty="No policy yet. Publish one: gonogo policy publish FILE",
        )


@app.command("show", epilog="Example: gonogo policy show lending-high-risk")
def show_(
    name: Name,
    digest: Annotated[str | None, typer.Option(help="An earlier wording, by its digest.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the file as it was written.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a policy with everything it extends."""
    with connected() as client:
        found = client.policies.read(name, digest)
    if text:
        sys.stdout.write(found.text)
        return
    show(found, as_json=as_json, rows=_rows(found))


@app.command(epilog="Example: gonogo policy check policies/lending.yaml")
def check(file: File, as_json: AsJson = False) -> None:
    """Check a policy file; exit 0 if it could be published, 2 naming field and line if not."""
    text = read_text(file)
    with connected() as client:
        found = client.policies.check(text)
    show(found, as_json=as_json, rows=_rows(found))


@app.command(epilog="Example: gonogo policy publish policies/lending.yaml")
def publish(file: File, as_json: AsJson = False) -> None:
    """Bring a policy into force."""
    text = read_text(file)
    with connected() as client:
        found = client.policies.publish(text)
    show(found, as_json=as_json, rows=_rows(found))


def read_text(file: Path) -> str:
    """The text of a file; raises `Invalid` naming it."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            field=str(file), value=str(error), expected="a readable UTF-8 file"
        ) from error


def _rows(found: schemas.Checked) -> list[tuple[str, object]]:
    """A policy as lines: what each gate asks, who signs, who may waive."""
    rows: list[tuple[str, object]] = [
        ("policy", found.name),
        ("digest", found.digest),
        ("extends", found.extends),
    ]
    for gate in found.gates:
        rows += [(gate.gate, f"{one.title}: {_asked(one)}") for one in gate.conditions]
        rows.append((gate.gate, f"signed by {', '.join(gate.sign_off) or 'nobody'}"))
        rows.append((gate.gate, f"waivable by {', '.join(gate.waivable_by) or 'nobody'}"))
    return rows


def _asked(condition: schemas.Condition) -> str:
    parts = [condition.asked]
    if condition.reproduced:
        parts.append("reproduced")
    if condition.max_age:
        parts.append(f"not older than {_age(condition.max_age)}")
    return ", ".join(parts)


def _age(minutes: str) -> str:
    """An age in the largest unit that divides it; it is stored in minutes."""
    count = int(minutes.removesuffix("m"))
    for size, unit in ((1440, "d"), (60, "h")):
        if count % size == 0:
            return f"{count // size}{unit}"
    return minutes
