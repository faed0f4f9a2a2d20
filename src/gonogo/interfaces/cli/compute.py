"""Command line: hours, cost and carbon of runs; prices, quotas, what the next runs will take."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.schemas import compute as schemas
from gonogo.schemas.evidence import Measured

app = typer.Typer(help="Compute: hours, cost and carbon of runs, and quotas.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]


@app.command("show", epilog="Example: gonogo compute show mortgage-approval")
def show_(
    case: Annotated[str | None, typer.Argument(help="Name of a use case; else all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what runs of the last year used, quotas, and what is paid for and not used."""
    with connected() as client:
        found: schemas.Usage = client.compute.usage(case)
    if as_json:
        show(found, as_json=True)
        return
    whole = found.total
    rows = [
        ("runs", whole.runs),
        ("hours", whole.hours),
        ("cost", _measured(whole.cost, found.currency)),
        ("energy, Wh", _measured(whole.energy, "")),
        ("carbon, g CO2e", _measured(whole.carbon, "")),
    ]
    if whole.assumed:
        rows.append(("assumed", f"{whole.assumed} runs do not say on which machine they ran"))
    if found.prices is None:
        rows.append(("next", "gonogo compute prices FILE"))
    show(found, as_json=False, rows=rows)
    for title, totals in (("use case", found.cases), ("model", found.models)):
        print()
        listing(
            totals,
            as_json=False,
            columns=(
                (title, lambda one: one.name or "none"),
                ("runs", lambda one: one.runs),
                ("hours", lambda one: one.hours),
                ("cost", lambda one: _measured(one.cost, found.currency)),
                ("g CO2e", lambda one: _measured(one.carbon, "")),
            ),
            empty=f"No run by {title} yet.",
        )
    _idle(found)


@app.command("prices", epilog="Example: gonogo compute prices prices.yaml")
def prices(
    file: Annotated[
        Path | None, typer.Argument(help="A price list in YAML; without it, the one in force.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a price list into force, with watts and grids; without a file, print the one there is."""
    with connected() as client:
        if file is None:
            found: schemas.Prices = client.compute.prices()
            if not as_json:
                print(found.text, end="" if found.text.endswith("\n") else "\n")
                return
        else:
            found = client.compute.state_prices(read_text(file))
    rows = [
        ("number", found.number),
        ("currency", found.currency),
        *((one.name, f"{one.hour:g} an hour") for one in found.machines),
        ("entry", found.entry),
    ]
    show(found, as_json=as_json, rows=rows)


@app.command("quota", epilog="Example: gonogo compute quota mortgage-approval --cost 500")
def quota(
    case: CaseName,
    hours: Annotated[float | None, typer.Option(help="Hours of runs.")] = None,
    cost: Annotated[float | None, typer.Option(help="Money, in the prices' currency.")] = None,
    carbon: Annotated[float | None, typer.Option(help="Kilograms of CO2e.")] = None,
    per: Annotated[str, typer.Option(help="month or quarter.")] = "month",
    warn: Annotated[float, typer.Option(help="The share from which it warns.")] = 0.8,
    lift: Annotated[str, typer.Option(help="Take the quota of hours, cost or carbon away.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say how much a use case may use; without a number, how far its quotas are used."""
    limits = {"hours": hours, "cost": cost, "carbon": carbon}
    wanted = {what: limit for what, limit in limits.items() if limit is not None}
    if lift and wanted:
        raise Invalid(field="--lift", value=lift, expected="either a limit or a quota to lift")
    with connected() as client:
        for what, limit in wanted.items():
            client.compute.set_quota(case, what, limit, per=per, warn=warn)
        if lift:
            client.compute.lift_quota(case, lift, per=per)
        found = client.compute.quotas(case)
    _quotas(found, case, as_json=as_json)


@app.command(epilog="Example: gonogo compute estimate mortgage-approval --runs 20")
def estimate(
    case: CaseName,
    runs: Annotated[int, typer.Option(help="How many there are to be.")] = 1,
    model: Annotated[
        str | None, typer.Option(help="Only by runs that made versions of this model.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the next runs will take, by the finished ones: the median, and 80 % around it."""
    with connected() as client:
        found: schemas.NextRuns = client.compute.estimate(case, runs=runs, model=model)
        currency = "" if found.cost.value is None else found.cost.unit
    rows = (
        ("runs", found.runs),
        ("by runs like them", found.past),
        ("hours", _measured(found.hours, "")),
        ("cost", _measured(found.cost, currency)),
        ("carbon, g CO2e", _measured(found.carbon, "")),
    )
    show(found, as_json=as_json, rows=rows)


def _quotas(found: list[schemas.Quota], case: str, *, as_json: bool = False) -> None:
    listing(
        found,
        as_json=as_json,
        columns=(
            ("use case", lambda one: one.case),
            ("quota", lambda one: one.what),
            ("period", lambda one: one.period),
            ("used", lambda one: _measured(one.used, "")),
            ("limit", lambda one: one.limit),
            ("state", lambda one: one.state),
        ),
        empty=f"No quota yet. Set one: gonogo compute quota {case} --cost 500",
    )


def _idle(found: schemas.Usage) -> None:
    if found.serving:
        print()
        listing(
            found.serving,
            as_json=False,
            columns=(
                ("served", lambda one: one.version or "rules"),
                ("use case", lambda one: one.case),
                ("answers", lambda one: one.answers),
                ("busy hours", lambda one: f"{one.hours:,.4g}"),
                ("cost", lambda one: _amount(one.cost)),
                ("of 1,000", lambda one: _amount(one.per_thousand)),
            ),
            empty="",
        )
        print(f"In {found.serving[0].days} days: {found.serving_by}.")
    if found.quotas:
        print()
        _quotas(found.quotas, "CASE")
    if found.reservations:
        print()
        listing(
            found.reservations,
            as_json=False,
            columns=(
                ("reserved", lambda one: one.machine),
                ("from", lambda one: one.first),
                ("until", lambda one: one.last),
                ("hours", lambda one: one.reserved),
                ("used", lambda one: one.used),
                ("idle", lambda one: f"{one.idle_cost:,.2f} {found.currency}"),
            ),
            empty="",
        )
    if found.unused:
        print()
        listing(
            found.unused,
            as_json=False,
            columns=(
                ("served, not asked", lambda one: one.version),
                ("use case", lambda one: one.case),
                ("as", lambda one: f"{one.arm} ({one.role})"),
                ("days", lambda one: f"{one.days} or more"),
            ),
            empty="",
        )


def _amount(value: float | None) -> str:
    return "no price" if value is None else f"{value:,.4g}"


def _measured(found: Measured, unit: str) -> str:
    if found.value is None:
        return found.undefined or ""
    if found.low == found.high:
        return f"{found.value:,.4g} {unit}".strip()
    low, high = ("–" if end is None else f"{end:,.4g}" for end in (found.low, found.high))
    return f"{found.value:,.4g} [{low}, {high}] {unit}".strip()
