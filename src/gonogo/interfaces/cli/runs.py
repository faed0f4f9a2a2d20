"""Command line: runs of the tracking server."""

from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show

app = typer.Typer(help="Runs: MLflow's own, and whether they count for a hypothesis.")


@app.command("list", epilog="Example: gonogo run list --hypothesis mortgage-approval/trees")
def list_(
    hypothesis: Annotated[
        str | None, typer.Option(help="Only those that name this one, CASE/NAME.")
    ] = None,
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first, also those that do not count."""
    with connected() as client:
        listing(
            client.runs.all(hypothesis=hypothesis, case=case),
            as_json=as_json,
            columns=(
                ("run", lambda run: run.run_id),
                ("name", lambda run: run.name),
                ("status", lambda run: run.status),
                ("started", lambda run: run.started_at),
                ("hypothesis", lambda run: run.hypothesis),
                ("counts", lambda run: "yes" if run.counts else "no"),
                ("why not", lambda run: run.why_not),
            ),
            empty="No run yet. Take up those of the tracking server: gonogo run sync",
        )


@app.command("show", epilog="Example: gonogo run show 41b137b3f0e84e5db2d71d5f89d5f287")
def show_(
    run: Annotated[str, typer.Argument(help="MLflow's id of the run.")], as_json: AsJson = False
) -> None:
    """Show one run."""
    with connected() as client:
        show(client.runs.read(run), as_json=as_json)


@app.command(epilog="Example: gonogo run sync")
def sync(as_json: AsJson = False) -> None:
    """Take up the runs of the tracking server, and what changed about known ones."""
    with connected() as client:
        show(client.runs.sync(), as_json=as_json)
