"""Command line: `gonogo model curve`, whether more data is worth it."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, cell, show
from gonogo.schemas.curves import Forecast

NO = 1
"""Exit code where more data is not known to be worth it."""
EXAMPLE = "Example: gonogo model curve scores.csv --price 2.50 --worth 1000000"


def curve(
    file: Annotated[
        Path, typer.Argument(help="CSV with a size and a score in each row; sizes repeat.")
    ],
    size: Annotated[str, typer.Option(help="Column with the rows trained on.")] = "size",
    score: Annotated[str, typer.Option(help="Column with the score on held-out rows.")] = "score",
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="The score is a loss.")
    ] = False,
    level: Annotated[float, typer.Option(help="Level of the prediction intervals.")] = 0.95,
    most: Annotated[int | None, typer.Option(help="The largest size that can be had.")] = None,
    price: Annotated[float | None, typer.Option(help="Of one more row, with its label.")] = None,
    worth: Annotated[float | None, typer.Option(help="Of one more unit of score.")] = None,
    as_json: AsJson = False,
) -> None:
    """Is more data worth it? Asks no server; exit code 1 where it is not known to be."""
    from gonogo.sdk.curves import Prices, more_data, read_scores

    if (price is None) != (worth is None):
        raise Invalid(field="--price", value=price, expected="--price and --worth, or neither")
    for name, given in (("--price", price), ("--worth", worth)):
        if given is not None and not 0 < given < float("inf"):
            raise Invalid(field=name, value=given, expected="a number above 0")
    if not 0 < level < 1:
        raise Invalid(field="--level", value=level, expected="a number between 0 and 1")
    found = more_data(
        read_scores(file, size=size, score=score),
        lower_is_better=lower_is_better,
        level=level,
        most=most,
        prices=None if price is None or worth is None else Prices(row=price, unit=worth),
    )
    best = max(found.weights, key=lambda name: found.weights[name])
    bought = found.purchase
    rows: list[tuple[str, object]] = [
        ("worth it", f"{'yes' if found.answer else 'no'}: {found.reason}"),
        ("measured", f"{found.repeats} scores, {found.sizes[0]:,} to {found.sizes[-1]:,} rows"),
        ("method", found.method),
        ("best curve", f"{best}, weight {found.weights[best]:.2f}"),
        *((f"at {one.size:,}", _interval(one.value, one.low, one.high)) for one in found.forecasts),
        (
            f"gain at {found.gain.size:,}",
            _interval(found.gain.value, found.gain.low, found.gain.high),
        ),
    ]
    if bought is not None:
        rows += [
            ("stops paying at", f"{bought.size:,} rows, {bought.rows:,} more"),
            ("they cost", f"{bought.cost:,.2f}"),
            ("they bring", _interval(bought.worth, bought.worth_low, bought.worth_high)),
        ]
    show(found, as_json=as_json, rows=rows)
    if not found.answer:
        raise typer.Exit(NO)


def _forecast(one: Forecast) -> str:
    return _interval(one.value, one.low, one.high)


def _interval(value: float, low: float, high: float) -> str:
    return f"{cell(value)} [{cell(low)}, {cell(high)}]"
