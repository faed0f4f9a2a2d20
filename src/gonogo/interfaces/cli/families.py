"""Command line: hypotheses tested together, and effects adjusted by what was known before."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, cell, connected, listing, show
from gonogo.schemas.cuped import Difference


def family(
    case: Annotated[str, typer.Argument(help="The use case.")],
    name: Annotated[
        str | None, typer.Option(help="One family; without it all of the use case.")
    ] = None,
    alpha: Annotated[
        float | None, typer.Option(help="Instead of the least significance of any.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What testing hypotheses together leaves of each: Holm, and Benjamini-Hochberg.

    p-values are read off the intervals; what is not measured yet counts as 1.
    """
    with connected() as client:
        found = client.case(case).families(name=name, alpha=alpha)
    if as_json:
        listing(found, as_json=True, columns=(), empty="")
        return
    for one in found:
        called = f"family {one.name}" if one.name else f"hypotheses of {one.case}"
        print(f"{called}: {len(one.members)} tested together, alpha {cell(one.alpha)}")
        listing(
            one.members,
            as_json=False,
            columns=(
                ("hypothesis", lambda each: each.slug),
                ("p", lambda each: each.p_value),
                ("alone", lambda each: _yes(each.alone)),
                ("Holm", lambda each: f"{cell(each.holm)} {_yes(each.by_holm)}"),
                (
                    "Benjamini-Hochberg",
                    lambda each: (
                        f"{cell(each.benjamini_hochberg)} {_yes(each.by_benjamini_hochberg)}"
                    ),
                ),
                ("why not", lambda each: each.why or None),
            ),
            empty="Nothing of it was measured before it was abandoned.",
        )
    if not found:
        print("No such hypothesis. Add one: gonogo hypothesis register CASE/NAME FILE")


def cuped(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet, one observation in each row.")],
    outcome: Annotated[str, typer.Option(help="Column measured in the experiment.")],
    before: Annotated[str, typer.Option(help="Column known before anyone had an arm.")],
    arm: Annotated[str, typer.Option(help="Column that says the arm, of two.")],
    control: Annotated[
        str | None, typer.Option(help="The arm compared with; else the first in order.")
    ] = None,
    level: Annotated[float, typer.Option(help="Level of the intervals.")] = 0.95,
    as_json: AsJson = False,
) -> None:
    """An effect with less variance, by what was known before (CUPED). Asks no server."""
    from gonogo.sdk import cuped as adjusting

    found = adjusting.cuped(
        adjusting.read_rows(file),
        outcome=outcome,
        before=before,
        arm=arm,
        control=control,
        level=level,
    )
    rows: list[tuple[str, object]] = [
        ("effect", f"{found.treated} less {found.control}, of {found.outcome}"),
        ("adjusted", _interval(found.adjusted)),
        ("plain", _interval(found.plain)),
        ("correlation", found.correlation),
        ("variance saved", f"{found.variance_saved:.1%}"),
        ("worth", f"{found.as_many:.2f} times the observations"),
        ("n", f"{found.adjusted.n:,}"),
        ("method", found.adjusted.method),
    ]
    show(found, as_json=as_json, rows=rows)


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _interval(one: Difference) -> str:
    return f"{cell(one.value)} [{cell(one.low)}, {cell(one.high)}], level {one.level:g}"
