"""Command line: plans of use cases, and their forecasts."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli import plans_together, scenarios, track_record
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.interfaces.cli.wording import number, share
from gonogo.schemas import case_plans as schemas

app = typer.Typer(help="Plans: when, how likely, what drives the date.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]
PlanFile = Annotated[
    Path,
    typer.Argument(
        help="The plan in YAML, or CSV, an export of Jira, issues of GitHub as JSON, XML of MS "
        "Project; - reads standard input."
    ),
]
DRIVERS = 8
"""What drives the date that is told; the rest is in the JSON."""


class Form(StrEnum):
    """What a file may be."""

    AUTO = "auto"
    YAML = "yaml"
    CSV = "csv"
    JIRA_CSV = "jira-csv"
    JIRA_JSON = "jira-json"
    GITHUB = "github"
    MS_PROJECT = "ms-project"


@app.command(
    "import",
    epilog="Example: gonogo plan import mortgage-approval issues.csv --to plan.yaml "
    "--days-missing 2/3/8 --role 'Credit team=data-scientist'",
)
def import_(
    case: CaseName,
    file: PlanFile,
    form: Annotated[
        Form, typer.Option("--format", help="What the file is; else what it looks like.")
    ] = Form.AUTO,
    to: Annotated[
        Path | None,
        typer.Option(help="Write the plan there in YAML and save nothing; - prints it."),
    ] = None,
    name: Annotated[str, typer.Option(help="What the plan is called.")] = "",
    role: Annotated[
        list[str] | None,
        typer.Option(help="NAME=ROLE: somebody or a group as a role; *=ROLE for everybody else."),
    ] = None,
    days_missing: Annotated[
        str, typer.Option(help="Days of what has no duration: 3, 4h, 1w or 2/3/8.")
    ] = "",
    hours_a_day: Annotated[float, typer.Option(help="Hours of work in a day.")] = 8.0,
    drop_outside: Annotated[
        bool, typer.Option("--drop-outside", help="Leave out links to what the file lacks.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep all of the plan in force but its steps.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put the plan of a file into force for a use case; the ones before stay kept."""
    how = {
        "format": form.value,
        "name": name,
        "roles": dict(mapped(one) for one in role or ()),
        "days_missing": days_missing,
        "hours_a_day": hours_a_day,
        "drop_outside": drop_outside,
        "keep": keep,
    }
    text = read_text(file)
    with connected() as client:
        read: schemas.ReadPlan = client.case(case).plan.read_file(text, **how)
        for note in read.notes:
            print(f"note: {note}", file=sys.stderr)
        if to is not None:
            _write(to, read, as_json=as_json)
            return
        saved: schemas.CasePlan = client.case(case).plan.save(read.text)
    rows = (
        ("read as", read.format),
        ("plan", saved.name),
        ("number", saved.number),
        ("goal", saved.goal),
        ("deadline", saved.deadline),
        ("entry", saved.entry),
        ("next", f"gonogo plan forecast {case}"),
    )
    show(saved, as_json=as_json, rows=rows)


@app.command("show", epilog="Example: gonogo plan show mortgage-approval")
def show_(
    case: CaseName,
    as_csv: Annotated[bool, typer.Option("--csv", help="Its steps, for a spreadsheet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the plan in force, as it was written."""
    with connected() as client:
        if as_csv:
            print(client.case(case).plan.steps_csv(), end="")
            return
        found: schemas.CasePlan = client.case(case).plan.read()
    if as_json:
        show(found, as_json=True)
        return
    print(found.text, end="" if found.text.endswith("\n") else "\n")


@app.command(epilog="Example: gonogo plan forecast mortgage-approval --futures 10000 --seed 7")
def forecast(
    case: CaseName,
    futures: Annotated[
        int | None, typer.Option(help="How many are simulated, 100 to 100,000; else 10,000.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same forecast on the same day.")
    ] = None,
    as_planned: Annotated[
        bool,
        typer.Option("--as-planned", help="Do not correct estimates by what finished steps took."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Forecast the plan in force in many futures, and keep it as evidence."""
    with connected() as client:
        found: schemas.Forecast = client.case(case).plan.forecast(
            futures=futures, seed=seed, as_planned=as_planned
        )
    if as_json:
        show(found, as_json=True)
        return
    rows = [(f"P{100 * one.share:.0f}", _date(one)) for one in found.dates]
    rows.append(("reached", share(found.reached)))
    if found.chance is not None:
        rows.append((f"by {found.deadline}", share(found.chance)))
    rows += [
        ("cost", f"{number(found.cost.mean)} {found.currency}".strip()),
        ("futures", f"{found.futures:,} with the seed {found.seed}"),
        ("evidence", found.entry),
    ]
    show(found, as_json=False, rows=rows)
    print()
    listing(
        found.drivers[:DRIVERS],
        as_json=False,
        columns=(
            ("what drives the date", lambda one: f"{one.title} ({one.kind})"),
            ("days", lambda one: number(one.swing)),
            ("goes well", lambda one: one.good.date),
            ("goes badly", lambda one: one.bad.date),
        ),
        empty="Nothing moves the date: the plan has no uncertainty in it.",
    )
    track_record.rests_on(found)
    _milestones(found)
    _links(found)


def _milestones(found: schemas.Forecast) -> None:
    """Those with a deadline of their own."""
    due = [one for one in found.steps if one.on_time is not None]
    if not due:
        return
    print()
    listing(
        due,
        as_json=False,
        columns=(
            ("milestone", lambda one: one.title),
            ("P50", lambda one: _share(one.dates, 0.5)),
            ("P80", lambda one: _share(one.dates, 0.8)),
            ("deadline", lambda one: one.deadline),
            ("on time", lambda one: share(one.on_time)),
        ),
        empty="",
    )


def _links(found: schemas.Forecast) -> None:
    """What the plan waits for in other use cases, and what of it the forecast leaves out."""
    if not found.links:
        return
    print()
    listing(
        found.links,
        as_json=False,
        columns=(
            ("waits", lambda one: one.step),
            ("for", lambda one: f"{one.case}/{one.other}"),
            ("P50", lambda one: _share(one.dates, 0.5)),
            ("P80", lambda one: _share(one.dates, 0.8)),
            ("in the forecast", lambda one: "yes" if one.counted else f"left out: {one.why}"),
        ),
        empty="",
    )


@app.command("list", epilog="Example: gonogo plan list mortgage-approval")
def list_(case: CaseName, as_json: AsJson = False) -> None:
    """List the forecasts of a use case, the newest first."""
    with connected() as client:
        found = client.case(case).plan.forecasts()
    listing(
        found,
        as_json=as_json,
        columns=(
            ("number", lambda one: one.number),
            ("made", lambda one: one.made_at),
            ("P50", lambda one: one.p50),
            ("P80", lambda one: one.p80),
            ("deadline", lambda one: one.deadline),
            ("on time", lambda one: "" if one.chance is None else share(one.chance)),
        ),
        empty=f"No forecast yet. Make one: gonogo plan forecast {case}",
    )


def mapped(said: str) -> tuple[str, str]:
    """Somebody and their role; raises `Invalid`."""
    name, equals, role = (part.strip() for part in said.rpartition("="))
    if not equals or not name or not role:
        raise Invalid(field="--role", value=said, expected="NAME=ROLE, such as 'Credit=analyst'")
    return name, role


def _write(to: Path, read: schemas.ReadPlan, *, as_json: bool) -> None:
    """Write a plan to a file that is not there yet; raises `Invalid`."""
    if str(to) == "-":
        print(read.text, end="")
        return
    try:
        with to.open("x", encoding="utf-8") as out:
            out.write(read.text)
    except OSError as error:
        expected = "a file that can be written and is not there yet"
        raise Invalid(field="--to", value=str(error), expected=expected) from error
    rows = (("read as", read.format), ("written to", str(to)), ("saved", "no"))
    show(read, as_json=as_json, rows=rows)


def _share(dates: list[schemas.Percentile], of: float) -> str:
    found = next((one for one in dates if one.share == of), None)
    return "" if found is None else found.date or found.days.undefined or "later than any date"


def _date(found: schemas.Percentile) -> str:
    if found.date is None:
        return found.days.undefined or "later than any date"
    return f"{found.date} [{found.earliest or '–'}, {found.latest or '–'}]"


app.command("record", epilog=track_record.EPILOG)(track_record.record)
app.command("scenarios", epilog=scenarios.EPILOG)(scenarios.scenarios)
app.command("together", epilog=plans_together.TOGETHER)(plans_together.together)
app.command("staffing", epilog=plans_together.STAFFING)(plans_together.staffing)
