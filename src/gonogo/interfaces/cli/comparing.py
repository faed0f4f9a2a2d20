"""Command line: `gonogo model compare`, which of several versions to choose, and how surely."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.cases import read_yaml
from gonogo.interfaces.cli.kit import AsJson, cell, connected, listing, show
from gonogo.schemas.comparisons import Cell, Comparison, Place, Row, Weight

EXAMPLE = (
    "Example: gonogo model compare approver@1 approver@2 --weights performance=0.7,latency=0.3"
)
MARKS = {"ahead": " ▲", "behind": " ▼", "": ""}


def compare(
    versions: Annotated[
        list[str], typer.Argument(help="Two to five versions, NAME@VERSION, of any models.")
    ],
    criterion: Annotated[
        list[str] | None,
        typer.Option(
            help="performance, fairness, latency, cost, carbon, interpretability, or a check: "
            "'fairness.selection_rate_ratio[group=race]'."
        ),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(help="How much each counts: performance=0.6,latency=0.4.")
    ] = None,
    judgements: Annotated[
        Path | None,
        typer.Option(help="YAML list of {more: performance, less: cost, times: 3}, every pair."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also everything else that was measured.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put versions side by side by their evidence: the Pareto set, a ranking, what changes it."""
    from gonogo.sdk.comparing import judgements_of

    judged = [] if judgements is None else judgements_of(read_yaml(judgements))
    with connected() as client:
        found = client.compare(
            *versions, criteria=criterion or (), weights=_weights(weights), judgements=judged
        )
    if as_json:
        show(found, as_json=True)
        return
    print(cell(found.headline))
    _criteria(found)
    _ranking(found)
    if everything:
        print("\nEverything that was measured (▲ ahead, ▼ behind, by intervals that lie apart)")
        _table(found, [(_title(row), row) for row in found.rows])


def _criteria(found: Comparison) -> None:
    print("\nCriteria (▲ ahead, ▼ behind, by intervals that lie apart)")
    _table(found, [(f"{one.name}: {_title(one.row)}", one.row) for one in found.criteria])
    for one in found.criteria:
        if one.why_not:
            print(f"  {cell(one.name)} does not count: {cell(one.why_not)}")


def _table(found: Comparison, named: Sequence[tuple[str, Row]]) -> None:
    columns: list[tuple[str, Callable[[tuple[str, Row]], object]]] = [
        ("what", lambda one: one[0]),
        ("better", lambda one: one[1].good),
        *(
            (candidate.subject.removeprefix("model:"), partial(_at, place))
            for place, candidate in enumerate(found.candidates)
        ),
    ]
    listing(named, as_json=False, columns=columns, empty="Nothing was measured of them yet.")


def _at(place: int, one: tuple[str, Row]) -> str:
    return _cell(one[1].cells[place])


def _ranking(found: Comparison) -> None:
    ranked = found.ranking
    if ranked is None:
        return
    print(f"\nRanking, weights {ranked.source}{_consistency(ranked.consistency)}")
    places: Sequence[tuple[int, Place]] = list(enumerate(ranked.places, start=1))
    listing(
        places,
        as_json=False,
        columns=(
            ("", lambda one: one[0]),
            ("version", lambda one: one[1].subject.removeprefix("model:")),
            ("closeness", lambda one: one[1].closeness),
            ("first in", lambda one: f"{one[1].first:.0%}"),
            ("with any weights", lambda one: f"{one[1].any_weights:.0%}"),
            ("Pareto set", lambda one: "yes" if one[1].on_front else "no"),
            ("in it in", lambda one: f"{one[1].front:.0%}"),
        ),
        empty="",
    )
    winner = ranked.places[0].subject.removeprefix("model:")
    print(f"\nWeights with which {winner} stays first, the others in proportion")
    weights: Sequence[Weight] = ranked.weights
    listing(
        weights,
        as_json=False,
        columns=(
            ("criterion", lambda one: one.criterion),
            ("weight", lambda one: one.weight),
            ("from", lambda one: one.low),
            ("to", lambda one: one.high),
        ),
        empty="",
    )


def _consistency(ratio: float | None) -> str:
    return "" if ratio is None else f", consistency ratio {ratio:.2f} (up to 0.10 is consistent)"


def _title(row: Row) -> str:
    return f"{row.title} ({row.narrowed})" if row.narrowed else row.title


def _cell(one: Cell) -> str:
    found = one.measured
    if found is None or "undefined" in found:
        return one.why
    ends = ["open" if found[end] is None else cell(found[end]) for end in ("low", "high")]
    said = f"{cell(found['value'])} [{ends[0]}, {ends[1]}]{MARKS.get(one.mark, '')}"
    return said if one.comparable else f"{said} ({one.why})"


def _weights(text: str | None) -> dict[str, float]:
    """Weights from "performance=0.6,latency=0.4"; a criterion may have commas in its brackets."""
    given: dict[str, float] = {}
    for part in _parts(text or ""):
        name, _, number = part.rpartition("=")
        try:
            given[name] = float(number)
        except ValueError:
            given[name] = math.nan
        if not name or not math.isfinite(given[name]):
            raise Invalid(
                field="--weights", value=part, expected="criterion=number,…: performance=0.6"
            )
    return given


def _parts(text: str) -> list[str]:
    """`text` at its commas outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]
