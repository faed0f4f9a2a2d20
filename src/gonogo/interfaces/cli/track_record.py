"""Command line: what forecasts rest on, and what became of them."""

from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing
from gonogo.interfaces.cli.wording import number, share
from gonogo.schemas import case_plans, track_record

EPILOG = "Example: gonogo plan record --case mortgage-approval"
LATEST = 10
"""Scores that are told; the rest is in the JSON."""


def record(
    case: Annotated[
        str | None, typer.Option(help="Name of a use case; without it, all of them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how well forecasts have held: dates, chances of deadlines, probabilities."""
    with connected() as client:
        found: track_record.TrackRecord = client.track_record(case)
    if as_json:
        print(found.model_dump_json(indent=2))
        return
    print(found.headline, end="\n\n")
    _dates(found.dates, "dates")
    print()
    if found.by_throughput:
        _dates(found.by_throughput, "dates by throughput")
        print()
    listing(
        found.chances,
        as_json=False,
        columns=(
            ("chances", lambda one: one.title),
            ("scored", lambda one: one.n),
            ("Brier score", lambda one: number(one.brier)),
            ("came true", lambda one: share(one.came_true)),
        ),
        empty="No deadline has come and no hypothesis was settled since it was forecast.",
    )


def _dates(found: list[track_record.DateRecord], title: str) -> None:
    listing(
        found,
        as_json=False,
        columns=(
            (title, lambda one: f"P{100 * one.said:.0f}"),
            ("held", lambda one: share(one.held)),
            ("of", lambda one: one.n),
            ("kept", lambda one: {None: "", True: "as said", False: "not as said"}[one.kept]),
            ("pinball loss, working days", lambda one: number(one.loss)),
        ),
        empty="No forecast date has passed yet, and nothing that was forecast is reached.",
    )


def rests_on(found: case_plans.Forecast) -> None:
    """Print what the probabilities and the days of a forecast rest on."""
    if found.pace is not None:
        print(f"\n{found.pace.says}")
    for slug, one in found.chances.items():
        if one.settled is not None:
            print(f"\n{slug}: {'supported' if one.settled else 'not supported'}")
            continue
        print(f"\n{slug}: {100 * one.probability:.3g} %")
        listing(
            one.moved,
            as_json=False,
            columns=(
                ("what", lambda each: each.what),
                ("to", lambda each: share(each.measured)),
                ("rests on", lambda each: each.says),
            ),
            empty="",
        )
