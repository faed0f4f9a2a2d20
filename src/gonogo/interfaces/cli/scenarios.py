"""Command line: scenarios of a plan, side by side with it."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from gonogo.core.amounts import amount
from gonogo.core.errors import Invalid, NotFound
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.interfaces.cli.wording import number, share
from gonogo.schemas import scenarios as schemas
from gonogo.schemas.evidence import Measured
from gonogo.sdk.client import Client

EPILOG = (
    "Example: gonogo plan scenarios mortgage-approval --people data-scientist=3 "
    "--deadline 2027-01-31 --prior trees=0.8 --budget 80k --save --name more-people"
)
CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]
Named = Annotated[str, typer.Option(help="What the scenario of the options is called.")]


def scenarios(
    case: CaseName,
    file: Annotated[
        Path | None, typer.Option(help="Scenarios in YAML; - reads standard input.")
    ] = None,
    people: Annotated[
        list[str] | None, typer.Option(help="ROLE=NUMBER: so many of a role instead.")
    ] = None,
    team: Annotated[
        list[str] | None, typer.Option(help="TEAM=NUMBER: so many of a team at once instead.")
    ] = None,
    without: Annotated[list[str] | None, typer.Option(help="STEP that is left out.")] = None,
    deadline: Annotated[str, typer.Option(help="Another deadline: 2027-01-31.")] = "",
    prior: Annotated[
        list[str] | None,
        typer.Option(help="NAME=SHARE: a hypothesis, or a step, holds with another probability."),
    ] = None,
    budget: Annotated[str, typer.Option(help="Money to stay within: 80k, 2M.")] = "",
    drop: Annotated[
        list[str] | None, typer.Option(help="CASE that is given up, so that its people are free.")
    ] = None,
    name: Named = "asked",
    save: Annotated[
        bool, typer.Option("--save", help="Keep the scenarios, to be compared again.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep what the comparison says as evidence.")
    ] = False,
    last: Annotated[
        bool, typer.Option("--last", help="Print the last comparison that was kept; make none.")
    ] = False,
    futures: Annotated[
        int | None, typer.Option(help="How many are simulated, 100 to 100,000; else 10,000.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same futures.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios with the plan in force in the same futures: those kept, or these."""
    asked = {
        "people": _pairs("--people", people),
        "teams": _pairs("--team", team),
        "without": list(without or ()),
        "deadline": deadline,
        "prior": _pairs("--prior", prior),
        "drop": list(drop or ()),
    }
    changes = {field: value for field, value in asked.items() if value}
    money = None if not budget else amount(budget, "--budget")
    if last:
        _last(case, as_json=as_json)
        return
    with connected() as client:
        text = read_text(file) if file is not None else None
        if changes:
            text = _with(client, case, text, name, changes, kept=save and file is None)
        if save:
            if text is None:
                raise Invalid(field="--save", value="none", expected="--file, or what is changed")
            client.case(case).plan.save_scenarios(text)
        found: schemas.Comparison = client.case(case).plan.compare(
            text, budget=money, futures=futures, seed=seed, keep=keep
        )
    if as_json:
        show(found, as_json=True)
        return
    _told(found)


def _last(case: str, *, as_json: bool) -> None:
    """The last comparison that is kept; raises `NotFound`."""
    with connected() as client:
        plan = client.case(case).plan
        kept = plan.comparisons()
        if not kept:
            raise NotFound(field="case", value=case, expected="a use case with a kept comparison")
        found = plan.comparison(kept[0].number)
    if as_json:
        show(found, as_json=True)
        return
    _told(found)


def _with(
    client: Client, case: str, text: str | None, name: str, changes: dict[str, Any], *, kept: bool
) -> str:
    """Scenarios with one more; beside those of a file, or those that are kept."""
    found: Any = None
    if kept:
        try:
            text = client.case(case).plan.scenarios().text
        except NotFound:
            text = None
    if text is not None:
        try:
            found = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise Invalid(field="--file", value=str(error), expected="YAML") from error
    named = found.get("scenarios") if isinstance(found, dict) else None
    each = {**(named if isinstance(named, dict) else {}), name: changes}
    return str(yaml.safe_dump({"scenarios": each}, sort_keys=False, allow_unicode=True))


def _pairs(option: str, said: list[str] | None) -> dict[str, float]:
    """Names with their numbers; raises `Invalid`."""
    found = {}
    for one in said or ():
        key, equals, value = (part.strip() for part in one.partition("="))
        try:
            found[key] = float(value)
        except ValueError as error:
            raise Invalid(field=option, value=one, expected="NAME=NUMBER") from error
        if not equals or not key:
            raise Invalid(field=option, value=one, expected="NAME=NUMBER")
    return found


def _told(found: schemas.Comparison) -> None:
    listing(
        found.items,
        as_json=False,
        columns=(
            ("scenario", lambda one: one.name),
            ("P50", lambda one: _date(one, 0.5)),
            ("P80", lambda one: _date(one, 0.8)),
            ("days later, P80", lambda one: _later(one, 0.8)),
            ("deadline", lambda one: one.deadline),
            ("on time", lambda one: "" if one.chance is None else share(one.chance)),
            ("on time, more", lambda one: "" if one.likelier is None else _points(one.likelier)),
            (f"cost {found.currency}".strip(), lambda one: number(one.cost.mean)),
            ("in budget", lambda one: "" if one.within is None else share(one.within)),
            ("overloaded", lambda one: ", ".join(role.role for role in one.overloaded)),
            ("changes", lambda one: one.says),
        ),
        empty="",
    )
    if found.together:
        print(f"\nwith the people that these share: {', '.join(found.together)}")
    if found.kept is not None:
        print(f"\ncomparison {found.kept} with plan {found.number}, kept as {found.entry}")


def _date(one: schemas.ScenarioLine, of: float) -> str:
    found = next(dated for dated in one.dates if dated.share == of)
    return found.date or found.days.undefined or "later than any date"


def _later(one: schemas.ScenarioLine, of: float) -> str:
    return next((number(found.days) for found in one.later if found.share == of), "")


def _points(found: Measured) -> str:
    """A difference of shares, in points of percent."""
    if found.value is None:
        return found.undefined or ""
    low, high = 100 * (found.low or 0.0), 100 * (found.high or 0.0)
    return f"{100 * found.value:+.1f} [{low:+.1f}, {high:+.1f}]"
