"""Command line: decisions."""

from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show

app = typer.Typer(help="Decisions: what was decided, why, and what it rests on.")


@app.command("list", epilog="Example: gonogo decision list --subject model:mortgage-approver@2")
def list_(
    subject: Annotated[str | None, typer.Option(help="What was decided on.")] = None,
    as_json: AsJson = False,
) -> None:
    """List decisions, newest first."""
    with connected() as client:
        listing(
            client.decisions.all(subject),
            as_json=as_json,
            columns=(
                ("at", lambda decision: decision.at),
                ("subject", lambda decision: decision.subject),
                ("gate", lambda decision: decision.gate),
                ("outcome", lambda decision: decision.outcome),
                ("by", lambda decision: decision.actor),
                ("entry", lambda decision: decision.entry[:12]),
                ("rationale", lambda decision: decision.rationale),
            ),
            empty="No decision yet. Review a gate: gonogo gate review model:NAME@VERSION GATE",
        )


@app.command("show", epilog="Example: gonogo decision show 12")
def show_(
    entry: Annotated[str, typer.Argument(help="Digest or position of the entry.")],
    as_json: AsJson = False,
) -> None:
    """Show one decision with everything it cites."""
    with connected() as client:
        found = client.decisions.read(entry)
    rows: list[tuple[str, object]] = [
        ("entry", found.entry),
        ("position", found.position),
        ("subject", found.subject),
        ("gate", found.gate),
        ("outcome", found.outcome),
        ("by", found.actor),
        ("at", found.at),
        ("rationale", found.rationale),
        *(("cites", digest) for digest in found.cites),
    ]
    show(found, as_json=as_json, rows=rows)
