"""Command line: choices of use cases that were decided, and what is known since."""

from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas.evidence import Measured
from gonogo.schemas.portfolio_choices import DecidedCase, DecidedChoice

Entry = Annotated[str, typer.Argument(help="Digest or position of the decision.")]


def add_choices_to(app: typer.Typer) -> None:
    """The commands, among those of the portfolio."""
    app.command("choices", epilog="Example: gonogo portfolio choices")(choices)
    app.command("choice", epilog="Example: gonogo portfolio choice 214")(choice)


def choices(as_json: AsJson = False) -> None:
    """List the choices that were decided, the newest first."""
    with connected() as client:
        found = client.portfolio.choices()
    listing(
        found.items,
        as_json=as_json,
        columns=(
            ("decision", lambda one: one.position),
            ("at", lambda one: one.at[:16].replace("T", " ")),
            ("do", lambda one: ", ".join(case.case for case in one.done) or "nothing"),
            ("worth", lambda one: f"{_words(one.worth)} {one.currency}"),
            ("changed since", lambda one: ", ".join([*one.changed, *one.new]) or "nothing"),
        ),
        empty="No choice was decided yet: gonogo portfolio choose --decide --reason WHY",
    )


def choice(entry: Entry, as_json: AsJson = False) -> None:
    """Show a choice that was decided: what it rested on, and what is known since."""
    with connected() as client:
        found = client.portfolio.choice(entry)
    show_choice(found, as_json=as_json)


def show_choice(found: DecidedChoice, *, as_json: bool) -> None:
    """A decided choice, in rows."""
    rows: list[tuple[str, object]] = [
        ("decision", f"{found.position}, {found.entry}"),
        ("reason", found.rationale),
        ("worth", f"{_words(found.worth)} {found.currency}"),
        ("spend", _amount(found.spend)),
    ]
    rows += [(f"do {one.case}", f"from quarter {one.quarter}, {_since(one)}") for one in found.done]
    rows += [(f"not {one.case}", _since(one)) for one in found.left]
    rows += [(f"new {case}", "came to choose from since") for case in found.new]
    show(found, as_json=as_json, rows=rows)


def _since(one: DecidedCase) -> str:
    said = f"worth {_words(one.then)}"
    return said if one.now is None else f"{said}; now {_words(one.now)}"


def _words(found: Measured) -> str:
    if found.value is None:
        return found.undefined or "unknown"
    ends = (found.low, found.high)
    low, high = ("open" if one is None else _amount(one) for one in ends)
    return f"{_amount(found.value)} [{low}, {high}]"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
