"""Command line: what the gateway decided, and why."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import decided as schemas
from gonogo.sdk import sending

app = typer.Typer(help="The gateway: serve decisions; look up why one was taken, erase a person.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]


@app.command(epilog="Example: gonogo gateway decisions fraud --entity card-17 --since 2026-11-01")
def decisions(
    case: CaseName,
    entity: Annotated[str | None, typer.Option(help="Only about this one.")] = None,
    outcome: Annotated[str | None, typer.Option(help="Only those decided so.")] = None,
    model: Annotated[str | None, typer.Option(help="Only by this version: NAME@NUMBER.")] = None,
    arm: Annotated[str | None, typer.Option(help="Only of this arm.")] = None,
    since: Annotated[str | None, typer.Option(help="From this time or day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this time, to this day.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List decisions of a use case, newest first."""
    with connected() as client:
        found = client.gateway.decisions(
            case, entity=entity, outcome=outcome, model=model, arm=arm, since=since, until=until
        )
        listing(
            islice(found, most),
            as_json=as_json,
            columns=(
                ("decision", lambda one: one.id),
                ("at", lambda one: one.at),
                ("entity", lambda one: one.entity),
                ("outcome", lambda one: one.outcome),
                ("score", lambda one: one.score),
                ("by", lambda one: one.rule or one.model or one.arm),
                ("reasons", lambda one: "; ".join(one.reasons) or None),
                ("became", lambda one: one.label),
            ),
            empty="No decision fits. What is asked of the gateway stands here at once: "
            "POST /v1/decide/CASE",
        )


@app.command(epilog="Example: gonogo gateway decision 0193a5c2d7e84f10")
def decision(
    decision: Annotated[str, typer.Argument(help="Id of the decision.")], as_json: AsJson = False
) -> None:
    """Say why a decision was as it was: inputs, reasons, version, route, and what came of it."""
    with connected() as client:
        found = client.gateway.decision(decision)
    show(found, as_json=as_json, rows=_rows(found))


@app.command(epilog="Example: gonogo gateway erase fraud card-17 --reason 'asked for in person'")
def erase(
    case: CaseName,
    entity: Annotated[str, typer.Argument(help="Who or what was decided about.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept, so it must not name them.")],
    as_json: AsJson = False,
) -> None:
    """Take out what decisions say of somebody; they stay and are counted."""
    with connected() as client:
        done = client.gateway.erase(case, entity, reason)
    rows = (
        ("decisions", f"{done.decisions:,} without entity, inputs and reasons"),
        ("exposures", f"{done.exposures:,} without entity"),
        ("notes", f"{done.notes:,} taken out of outcomes"),
        ("waiting", f"{done.waiting:,} hidden now, taken out once their segment is rolled"),
        ("files", f"{done.files:,} rewritten"),
        ("decision", done.decision),
        ("in the ledger", f"as {done.who}"),
        ("salt", f"{done.salt} (told this once: it shows that the entry is about them)"),
    )
    show(done, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo gateway send scored.parquet fraud --token $TOKEN")
def send(
    file: Annotated[
        Path, typer.Argument(help="CSV, JSONL or Parquet; rows with a decision_id are outcomes.")
    ],
    case: CaseName,
    token: Annotated[
        str, typer.Option(envvar="GONOGO_TOKEN", help="A token for decisions of the use case.")
    ],
    url: Annotated[str, typer.Option(help="Where the gateway listens.")] = "http://127.0.0.1:8090",
    skip: Annotated[int, typer.Option(min=0, help="Rows to leave out at the start.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Send decisions or outcomes that were made elsewhere, in batches."""
    sent = sending.send(file, case, url=url, token=token, skip=skip)
    rows = (("rows", f"{sent.rows:,}"), ("requests", f"{sent.requests:,}"))
    show(schemas.Sent(rows=sent.rows, requests=sent.requests), as_json=as_json, rows=rows)


def _rows(found: schemas.Decided) -> list[tuple[str, object]]:
    return [
        ("why", found.why),
        ("at", found.at),
        ("entity", "erased on request" if found.erased else found.entity),
        ("outcome", found.outcome),
        ("score", found.score),
        ("probability", found.probability),
        ("set", None if found.set is None else " or ".join(found.set) or "no outcome"),
        ("interval", found.interval and " to ".join(f"{one:.4g}" for one in found.interval)),
        ("coverage", found.coverage),
        ("yes from", found.threshold),
        ("rule", found.rule),
        *(("reason", one) for one in found.reasons),
        ("version", found.model),
        ("code", found.code),
        ("arm", f"{found.arm}, chance {found.propensity:.4g}"),
        ("release", found.release),
        ("route", found.route),
        ("route table", found.snapshot),
        ("token", found.token),
        ("latency", f"{found.latency_ms:.3g} ms"),
        *(
            (f"input {name}", f"{value} (default)" if name in found.defaulted else value)
            for name, value in found.features.items()
        ),
        *((f"shadow {one.arm}", f"{one.outcome} by {one.model}") for one in found.shadows),
        *((one.kind, _came(one)) for one in found.outcomes),
    ]


def _came(one: schemas.CameBack) -> str:
    worth = "" if one.value is None else f", worth {one.value:g}"
    note = f": {one.note}" if one.note else ""
    corrected = "" if one.counts or one.kind != "outcome" else " (corrected since)"
    return f"{one.label} on {one.at}{worth}{note}{corrected}"
