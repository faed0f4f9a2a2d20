"""Command line: what went wrong in production."""

from itertools import islice
from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import incidents as schemas

app = typer.Typer(help="Incidents: what went wrong in production, and how it ended.")

Number = Annotated[int, typer.Argument(help="Number of the incident.")]


@app.command("list", epilog="Example: gonogo incident list --case fraud --state open")
def list_(
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    state: Annotated[str | None, typer.Option(help="open, acknowledged or resolved.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List incidents, newest first."""
    with connected() as client:
        listing(
            islice(client.incidents.all(case=case, state=state), most),
            as_json=as_json,
            columns=(
                ("number", lambda one: one.number),
                ("state", lambda one: one.state),
                ("about", lambda one: one.about),
                ("version", lambda one: one.version),
                ("why", lambda one: one.why),
                ("times", lambda one: one.times),
                ("last", lambda one: one.last_at),
            ),
            empty="Nothing went wrong that a gateway told of.",
        )


@app.command("show", epilog="Example: gonogo incident show 3")
def show_(number: Number, as_json: AsJson = False) -> None:
    """Show an incident: what, how often, who looks after it, how it ended."""
    with connected() as client:
        _told(client.incidents.read(number), as_json)


@app.command(epilog="Example: gonogo incident acknowledge 3 --note 'the model runs out of memory'")
def acknowledge(
    number: Number,
    note: Annotated[str, typer.Option(help="What is known; it is kept.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say that you look after it; exit 4 where somebody does already."""
    with connected() as client:
        _told(client.incidents.acknowledge(number, note=note), as_json)


@app.command(
    epilog="Example: gonogo incident resolve 3 --reason 'rolled back to approver@2' --evidence 42"
)
def resolve(
    number: Number,
    reason: Annotated[str, typer.Option(help="How it ended; it is kept.")],
    evidence: Annotated[
        str | None, typer.Option(help="The ledger entry that shows it: digest or position.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say that it is over; what happens again opens another one."""
    with connected() as client:
        _told(client.incidents.resolve(number, reason, evidence=evidence), as_json)


def _told(found: schemas.Incident, as_json: bool) -> None:
    rows: list[tuple[str, object]] = [
        ("incident", found.number),
        ("state", found.state),
        ("about", found.about),
        ("arm", found.arm or None),
        ("version", found.version),
        ("why", found.why),
        ("detail", found.detail),
        ("times", f"{found.times:,}, last {found.last_at}"),
        ("first", found.first_at),
        ("route table", found.snapshot),
        ("entry", found.entry),
        ("looked after", _said(found.acknowledged_by, found.acknowledged_at, found.note)),
        ("resolved", _said(found.resolved_by, found.resolved_at, found.reason)),
        ("evidence", found.evidence),
    ]
    show(found, as_json=as_json, rows=[row for row in rows if row[1] is not None])


def _said(by: str | None, at: str | None, note: str | None) -> str | None:
    return None if by is None else f"{at} by {by}{f': {note}' if note else ''}"
