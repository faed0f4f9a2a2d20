"""Command line: `gonogo model curve`, whether more data is worth it."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.checks.findings.finding import Finding
from gonogo.core.errors import Invalid
from gonogo.core.subjects import Subject
from gonogo.interfaces.cli.kit import AsJson, cell, connected, show

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
    trained: Annotated[
        str | None,
        typer.Option(help="Column with the score on the rows trained on: it tells capacity."),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(help="Address of a model version or hypothesis to record it about."),
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="Dataset version that was measured on, where it is recorded.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Is more data worth it? Data, approach or capacity; exit code 1 where it is not data.

    Asks no server unless it is to be recorded.
    """
    from gonogo.sdk.curves import Prices, curve_of, read_scores, told

    if (price is None) != (worth is None):
        raise Invalid(field="--price", value=price, expected="--price and --worth, or neither")
    for name, given in (("--price", price), ("--worth", worth)):
        if given is not None and not 0 < given < float("inf"):
            raise Invalid(field=name, value=given, expected="a number above 0")
    if not 0 < level < 1:
        raise Invalid(field="--level", value=level, expected="a number between 0 and 1")
    finding = curve_of(
        read_scores(file, size=size, score=score, trained=trained),
        score=score,
        lower_is_better=lower_is_better,
        level=level,
        most=most,
        prices=None if price is None or worth is None else Prices(row=price, unit=worth),
    )
    found = told(finding)
    if record is not None:
        _record(finding, record, data)
    best = max(found.weights, key=lambda name: found.weights[name])
    bought = found.purchase
    rows: list[tuple[str, object]] = [
        ("lacks", found.lacks),
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


def _record(finding: Finding, subject: str, data: str | None) -> None:
    """Write the curve as evidence about `subject`."""
    from gonogo.sdk.evidence import of_findings

    about = str(Subject.parse(subject))
    with connected() as client:
        client.record_evidence(of_findings([finding], subject=about, data=data))


def _interval(value: float, low: float, high: float) -> str:
    return f"{cell(value)} [{cell(low)}, {cell(high)}]"
