"""Command line: plans of use cases, and their forecasts."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.interfaces.cli import track_record
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.interfaces.cli.wording import number, share
from gonogo.schemas import case_plans as schemas

app = typer.Typer(help="Plans: when, how likely, what drives the date.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]
PlanFile = Annotated[Path, typer.Argument(help="The plan in YAML; - reads standard input.")]
DRIVERS = 8
"""What drives the date that is told; the rest is in the JSON."""


@app.command("import", epilog="Example: gonogo plan import mortgage-approval plan.yaml")
def import_(case: CaseName, file: PlanFile, as_json: AsJson = False) -> None:
    """Put the plan of a file into force for a use case; the ones before stay kept."""
    with connected() as client:
        saved: schemas.CasePlan = client.case(case).plan.save(read_text(file))
    rows = (
        ("plan", saved.name),
        ("number", saved.number),
        ("goal", saved.goal),
        ("deadline", saved.deadline),
        ("entry", saved.entry),
        ("next", f"gonogo plan forecast {case}"),
    )
    show(saved, as_json=as_json, rows=rows)


@app.command("show", epilog="Example: gonogo plan show mortgage-approval")
def show_(case: CaseName, as_json: AsJson = False) -> None:
    """Print the plan in force, as it was written."""
    with connected() as client:
        found: schemas.CasePlan = client.case(case).plan.read()
    if as_json:
        show(found, as_json=True)
        return
    print(found.text, end="" if found.text.endswith("\n") else "\n")


@app.command(epilog="Example: gonogo plan forecast mortgage-approval --futures 10000 --seed 7")
def forecast(
    case: CaseName,
    futures: Annotated[
        int | None, typer.Option(help="How many are simulated, 100 to 100,000; else 10,000.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same forecast on the same day.")
    ] = None,
    as_planned: Annotated[
        bool,
        typer.Option("--as-planned", help="Do not correct estimates by what finished steps took."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Forecast the plan in force in many futures, and keep it as evidence."""
    with connected() as client:
        found: schemas.Forecast = client.case(case).plan.forecast(
            futures=futures, seed=seed, as_planned=as_planned
        )
    if as_json:
        show(found, as_json=True)
        return
    rows = [(f"P{100 * one.share:.0f}", _date(one)) for one in found.dates]
    rows.append(("reached", share(found.reached)))
    if found.chance is not None:
        rows.append((f"by {found.deadline}", share(found.chance)))
    rows += [
        ("cost", f"{number(found.cost.mean)} {found.currency}".strip()),
        ("futures", f"{found.futures:,} with the seed {found.seed}"),
        ("evidence", found.entry),
    ]
    show(found, as_json=False, rows=rows)
    print()
    listing(
        found.drivers[:DRIVERS],
        as_json=False,
        columns=(
            ("what drives the date", lambda one: f"{one.title} ({one.kind})"),
            ("days", lambda one: number(one.swing)),
            ("goes well", lambda one: one.good.date),
            ("goes badly", lambda one: one.bad.date),
        ),
        empty="Nothing moves the date: the plan has no uncertainty in it.",
    )
    track_record.rests_on(found)


@app.command("list", epilog="Example: gonogo plan list mortgage-approval")
def list_(case: CaseName, as_json: AsJson = False) -> None:
    """List the forecasts of a use case, the newest first."""
    with connected() as client:
        found = client.case(case).plan.forecasts()
    listing(
        found,
        as_json=as_json,
        columns=(
            ("number", lambda one: one.number),
            ("made", lambda one: one.made_at),
            ("P50", lambda one: one.p50),
            ("P80", lambda one: one.p80),
            ("deadline", lambda one: one.deadline),
            ("on time", lambda one: "" if one.chance is None else share(one.chance)),
        ),
        empty=f"No forecast yet. Make one: gonogo plan forecast {case}",
    )


def _date(found: schemas.Percentile) -> str:
    if found.date is None:
        return found.days.undefined or "later than any date"
    return f"{found.date} [{found.earliest or '–'}, {found.latest or '–'}]"


app.command("record", epilog=track_record.EPILOG)(track_record.record)
