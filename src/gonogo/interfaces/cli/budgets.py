"""Command line: budgets, what was paid, and where the money stands."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.schemas import budgets as schemas
from gonogo.schemas.evidence import Measured

app = typer.Typer(help="Budgets: planned against actual against forecast.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]


@app.command("state", epilog="Example: gonogo budget state mortgage-approval budget.yaml")
def state(
    case: CaseName,
    file: Annotated[Path, typer.Argument(help="The budget in YAML; - reads standard input.")],
    as_json: AsJson = False,
) -> None:
    """Put the budget of a file into force for a use case; the ones before stay kept."""
    with connected() as client:
        saved: schemas.Budget = client.case(case).money.state(read_text(file))
    rows = (
        ("number", saved.number),
        ("total", f"{saved.total:,.2f} {saved.currency}"),
        ("entry", saved.entry),
        ("next", "gonogo budget import PAYMENTS.csv"),
    )
    show(saved, as_json=as_json, rows=rows)


@app.command("import", epilog="Example: gonogo budget import payments.csv")
def import_(
    file: Annotated[Path, typer.Argument(help="Payments as CSV; - reads standard input.")],
    as_json: AsJson = False,
) -> None:
    """Take in what was paid, all rows or none; a reference that is known is not taken in twice.

    Columns: date, use case, category, amount, currency, reference, and note if there is one. A
    known reference that says something else is put right; what it said before stays kept.
    """
    with connected() as client:
        done: schemas.Imported = client.payments.take_in(read_text(file))
    rows = (
        ("added", done.added),
        ("put right", done.corrected),
        ("known already", done.unchanged),
        ("entries", ", ".join(done.entries) or "nothing was written"),
    )
    show(done, as_json=as_json, rows=rows)


@app.command("list", epilog="Example: gonogo budget list mortgage-approval")
def list_(
    case: Annotated[str | None, typer.Argument(help="Name of a use case.")] = None,
    reference: Annotated[
        str | None, typer.Option(help="Everything that was said of this payment.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the budgets in force; of a use case, what was paid for it."""
    with connected() as client:
        if case is None and reference is None:
            budgets = client.payments.budgets()
            listing(
                budgets,
                as_json=as_json,
                columns=(
                    ("use case", lambda one: one.case),
                    ("number", lambda one: one.number),
                    ("total", lambda one: f"{one.total:,.2f}"),
                    ("currency", lambda one: one.currency),
                    ("stated", lambda one: one.stated_at),
                ),
                empty="No budget yet. State one: gonogo budget state CASE FILE",
            )
            return
        told = reference is not None
        found = client.payments.history(reference) if told else client.payments.all(case=case)
        paid = [one for one in found if case in {None, one.case}]
    listing(
        paid,
        as_json=as_json,
        columns=(
            ("date", lambda one: one.date),
            ("reference", lambda one: one.reference),
            ("category", lambda one: one.category),
            ("amount", lambda one: f"{one.amount:,.2f}"),
            ("currency", lambda one: one.currency),
            ("revision", lambda one: one.revision),
            ("note", lambda one: one.note),
        ),
        empty="Nothing was paid yet. Take it in: gonogo budget import PAYMENTS.csv",
    )


@app.command("show", epilog="Example: gonogo budget show mortgage-approval")
def show_(case: CaseName, as_json: AsJson = False) -> None:
    """Show where the money of a use case stands: planned, paid, earned, and still to come."""
    with connected() as client:
        found: schemas.Money = client.case(case).money.read()
    if as_json:
        show(found, as_json=True)
        return
    currency = found.currency or ""
    rows: list[tuple[str, object]] = [
        ("budget", _money(found.total, currency, "none is stated")),
        ("planned until today", _money(found.planned, currency, "no budget")),
        ("paid", _money(found.spent, currency, "")),
        ("cost at completion", _measured(found.cost_at_completion, currency)),
    ]
    if found.earned is None:
        rows.append(("earned", found.why_not_earned))
    else:
        earned = found.earned
        rows += [
            ("planned cost of all", _money(earned.budget_at_completion, currency, "")),
            ("was due", _money(earned.planned_value, currency, earned.why_no_schedule)),
            ("earned", _money(earned.earned_value, currency, "")),
            (
                "schedule index",
                earned.why_no_schedule if earned.schedule_index is None else earned.schedule_index,
            ),
            ("cost index", _measured(earned.cost_index, "")),
            ("cost by that index", _measured(earned.estimate_at_completion, currency)),
        ]
    show(found, as_json=False, rows=rows)
    print()
    listing(
        found.quarters,
        as_json=False,
        columns=(
            ("quarter", lambda one: one.quarter),
            ("planned", lambda one: f"{one.planned:,.0f}"),
            ("actual", lambda one: f"{one.actual:,.0f}"),
            ("forecast", lambda one: _range(one.forecast, one.low, one.high)),
        ),
        empty="No quarter has a budget or a payment yet.",
    )


@app.command(epilog="Example: gonogo budget keep mortgage-approval")
def keep(case: CaseName, as_json: AsJson = False) -> None:
    """Keep as evidence what a use case will have cost, and what its runs cost and emitted.

    It is kept about the use case and about its versions, so that gates can ask for it.
    """
    with connected() as client:
        kept: schemas.Kept = client.case(case).money.keep()
    rows = [("entry", entry) for entry in kept.entries]
    nothing = [("entries", "none: state a budget, a plan or prices first")]
    show(kept, as_json=as_json, rows=rows or nothing)


def _money(value: float | None, currency: str, why: str) -> str:
    return why if value is None else f"{value:,.2f} {currency}".strip()


def _measured(found: Measured, unit: str) -> str:
    if found.value is None:
        return found.undefined or ""
    return f"{_range(found.value, found.low, found.high)} {unit}".strip()


def _range(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "–"
    places = 2 if abs(value) < 100 else 0
    if low == high:
        return f"{value:,.{places}f}"
    ends = ["–" if end is None else f"{end:,.{places}f}" for end in (low, high)]
    return f"{value:,.{places}f} [{', '.join(ends)}]"
