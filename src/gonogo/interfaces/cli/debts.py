"""Command line: technical debt."""

from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import debts as schemas

app = typer.Typer(help="Technical debt: what paying it off takes, what it costs until then.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]


@app.command("list", epilog="Example: gonogo debt list mortgage-approval --open")
def list_(
    case: CaseName,
    opened: Annotated[bool, typer.Option("--open", help="Only those not settled.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the debts of a use case, the dearest a month first."""
    with connected() as client:
        found: schemas.DebtRegister = client.case(case).debts.register(opened=opened)
    if as_json:
        show(found, as_json=True)
        return
    listing(
        found.items,
        as_json=False,
        columns=(
            ("number", lambda one: one.number),
            ("debt", lambda one: one.title),
            ("days", lambda one: one.principal),
            ("days a month", lambda one: _range(one.interest)),
            ("paid so far", lambda one: _range(one.paid)),
            ("owner", lambda one: one.owner_role),
            ("settled", lambda one: one.settled_at),
        ),
        empty=f"No debt yet. Note one: gonogo debt add {case} TITLE --principal DAYS ...",
    )
    if found.items:
        back = found.pays_back_in
        rows = (
            ("open", f"{found.principal:g} days"),
            ("costs", f"{_range(found.interest)} days a month"),
            ("pays back", "never" if back is None else f"in {back:.1f} months"),
        )
        show(found, as_json=False, rows=rows)


@app.command(
    epilog="Example: gonogo debt add mortgage-approval 'features written twice' --principal 10 "
    "--interest 1.5 --low 1 --high 3 --owner-role ml-engineer"
)
def add(
    case: CaseName,
    title: Annotated[str, typer.Argument(help="What the debt is.")],
    principal: Annotated[float, typer.Option(help="Days of work to pay it off.")],
    interest: Annotated[float, typer.Option(help="Days of work a month that it costs.")],
    low: Annotated[float, typer.Option(help="What it costs a month at least.")],
    high: Annotated[float, typer.Option(help="What it costs a month at most.")],
    owner_role: Annotated[str, typer.Option(help="The role that answers for it.")],
    place: Annotated[str, typer.Option(help="Where it can be seen.")] = "",
    as_json: AsJson = False,
) -> None:
    """Note a debt of a use case."""
    with connected() as client:
        made: schemas.Debt = client.case(case).debts.note(
            title,
            principal=principal,
            interest=(low, interest, high),
            owner_role=owner_role,
            place=place,
        )
    rows = (("number", made.number), ("debt", made.title), ("entry", made.entry))
    show(made, as_json=as_json, rows=rows)


@app.command(
    epilog="Example: gonogo debt settle mortgage-approval 1 --reason 'one module now' --evidence 42"
)
def settle(
    case: CaseName,
    number: Annotated[int, typer.Argument(help="Which debt.")],
    reason: Annotated[str, typer.Option(help="How it was paid off.")],
    evidence: Annotated[str, typer.Option(help="The ledger entry that shows it.")],
    as_json: AsJson = False,
) -> None:
    """Say that a debt was paid off, with what shows it."""
    with connected() as client:
        done: schemas.Debt = client.case(case).debts.settle(
            number, reason=reason, evidence=evidence
        )
    rows = (
        ("number", done.number),
        ("debt", done.title),
        ("cost until now", f"{_range(done.paid)} days"),
        ("entry", done.settled_entry),
    )
    show(done, as_json=as_json, rows=rows)


def _range(found: schemas.Range) -> str:
    return f"{found.value:.3g} [{found.low:.3g}, {found.high:.3g}]"
