"""Command line: the plans of all use cases together, and who there is for them."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.interfaces.cli.wording import number, share
from gonogo.schemas import plans_together as schemas
from gonogo.schemas.case_plans import Percentile

TOGETHER = "Example: gonogo plan together --drop fraud-detection"
STAFFING = "Example: gonogo plan staffing staffing.yaml"


def together(
    cases: Annotated[
        list[str] | None, typer.Argument(help="Use cases; else all with a plan in force.")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="CASE without which the others are looked at too.")
    ] = None,
    futures: Annotated[
        int | None, typer.Option(help="How many are simulated, 100 to 20,000; else 4,000.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same futures.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forecast plans together, as they share people: what that costs each, and who is short."""
    with connected() as client:
        found: schemas.Together = client.plans.forecast(
            cases or (), drop=drop or (), futures=futures, seed=seed
        )
    if as_json:
        show(found, as_json=True)
        return
    listing(
        found.cases,
        as_json=False,
        columns=(
            ("case", lambda one: one.case),
            ("goal", lambda one: one.title),
            ("P50", lambda one: _date(one.dates, 0.5)),
            ("P80", lambda one: _date(one.dates, 0.8)),
            ("P80 alone", lambda one: _date(one.alone, 0.8)),
            ("sharing costs, days", lambda one: number(one.sharing[-1].days)),
            ("deadline", lambda one: one.deadline),
            ("on time", lambda one: "" if one.chance is None else share(one.chance)),
        ),
        empty="",
    )
    due = [(one.case, each) for one in found.cases for each in one.milestones]
    if due:
        print()
        listing(
            due,
            as_json=False,
            columns=(
                ("milestone", lambda one: f"{one[0]}: {one[1].title}"),
                ("P50", lambda one: _date(one[1].dates, 0.5)),
                ("P80", lambda one: _date(one[1].dates, 0.8)),
                ("P80 alone", lambda one: _date(one[1].alone, 0.8)),
                ("sharing costs, days", lambda one: number(one[1].sharing[-1].days)),
                ("deadline", lambda one: one[1].deadline),
                ("on time", lambda one: "" if one[1].chance is None else share(one[1].chance)),
            ),
            empty="",
        )
    print()
    listing(
        found.roles,
        as_json=False,
        columns=(
            ("role", lambda one: one.role),
            ("busy", lambda one: share(one.busy)),
            ("overloaded", lambda one: share(one.overloaded)),
            ("waited for, days", lambda one: number(one.waited)),
        ),
        empty="Nobody is limited.",
    )
    for gone in found.dropped:
        print(f"\nwithout {gone.case}")
        listing(
            gone.others,
            as_json=False,
            columns=(
                ("case", lambda one: one.case),
                ("P80", lambda one: _date(one.dates, 0.8)),
                ("days later, P80", lambda one: number(one.later[-1].days)),
                ("on time", lambda one: "" if one.chance is None else share(one.chance)),
            ),
            empty="",
        )


def staffing(
    file: Annotated[
        Path | None, typer.Argument(help="The staffing in YAML; - reads standard input.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print who there is for the plans of all use cases, or put a file into force."""
    with connected() as client:
        if file is None:
            found = client.plans.staffing()
        else:
            found = client.plans.save_staffing(read_text(file))
    if as_json:
        show(found, as_json=True)
    elif file is None:
        print(found.text, end="" if found.text.endswith("\n") else "\n")
    else:
        rows = (
            ("staffing", found.name),
            ("number", found.number),
            ("entry", found.entry),
            ("next", "gonogo plan together"),
        )
        show(found, as_json=False, rows=rows)


def _date(dates: list[Percentile], of: float) -> str:
    found = next(dated for dated in dates if dated.share == of)
    return found.date or found.days.undefined or "later than any date"
