"""Command line: the board of a use case, its cards and what they tell of the date."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.plans import Form, mapped
from gonogo.interfaces.cli.policies import read_text
from gonogo.interfaces.cli.wording import share
from gonogo.schemas import boards as schemas

app = typer.Typer(help="Boards: work in progress within its limits, and when it is done.")

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]
CardNumber = Annotated[int, typer.Argument(help="Which card.")]


@app.command("show", epilog="Example: gonogo board show mortgage-approval")
def show_(case: CaseName, as_json: AsJson = False) -> None:
    """Show the board: columns with their limits, cards, what blocks them, goals, throughput."""
    with connected() as client:
        found: schemas.Board = client.case(case).board.read()
    if as_json:
        show(found, as_json=True)
        return
    blocked = {one.card: one for one in found.blockers}
    order = [one.key for one in found.columns]
    rows = [
        (one.title, f"{one.cards} of {one.limit}" if one.limit else one.cards)
        for one in found.columns
    ]
    weeks = ", ".join(str(one.done) for one in found.throughput)
    show(found, as_json=False, rows=(*rows, ("done a week", weeks or "no whole week yet")))
    print()
    listing(
        sorted(found.cards, key=lambda one: (order.index(one.column), one.number)),
        as_json=False,
        columns=(
            ("card", lambda one: one.number),
            ("column", lambda one: one.column),
            ("title", lambda one: one.title),
            ("step", lambda one: one.step),
            ("role", lambda one: one.role),
            ("since", lambda one: one.since[:10]),
            ("blocked", lambda one: _blocked(blocked.get(one.number))),
        ),
        empty=f"No card yet. Add one: gonogo board add {case} TITLE",
    )
    for goal in found.goals:
        cards = ", ".join(map(str, goal.cards))
        print(f"goal of {goal.week}: {goal.text} (cards {cards}): {goal.reached}")


@app.command(epilog="Example: gonogo board columns mortgage-approval to-do doing:3 review:2 done")
def columns(
    case: CaseName,
    columns: Annotated[
        list[str],
        typer.Argument(help="KEY or KEY:LIMIT, from the left; the last holds what is done."),
    ],
    as_json: AsJson = False,
) -> None:
    """Give the board these columns; those that hold cards stay."""
    wanted = [_column(one) for one in columns]
    with connected() as client:
        found: schemas.Board = client.case(case).board.choose_columns(wanted)
    rows = [(one.key, one.limit) for one in found.columns]
    show(found, as_json=as_json, rows=rows)


@app.command(
    epilog="Example: gonogo board add mortgage-approval 'Join the bureau data' --step collect"
)
def add(
    case: CaseName,
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    step: Annotated[str | None, typer.Option(help="The step or milestone of the plan.")] = None,
    role: Annotated[str | None, typer.Option(help="Whose work it is.")] = None,
    size: Annotated[float | None, typer.Option(help="How large it is.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a card into the first column."""
    with connected() as client:
        made: schemas.Card = client.case(case).board.add(title, step=step, role=role, size=size)
    _card(made, as_json=as_json)


@app.command(epilog="Example: gonogo board move mortgage-approval 3 doing")
def move(
    case: CaseName,
    card: CardNumber,
    to: Annotated[str, typer.Argument(help="The column.")],
    reason: Annotated[str, typer.Option(help="Why it may hold more than its limit.")] = "",
    as_json: AsJson = False,
) -> None:
    """Move a card to another column, within its limit."""
    with connected() as client:
        moved: schemas.Card = client.case(case).board.move(card, to, reason=reason)
    _card(moved, as_json=as_json)


@app.command(epilog="Example: gonogo board drop mortgage-approval 3 --reason 'bought instead'")
def drop(
    case: CaseName,
    card: CardNumber,
    reason: Annotated[str, typer.Option(help="Why nobody will do it.")],
    as_json: AsJson = False,
) -> None:
    """Take a card off the board that nobody will do."""
    with connected() as client:
        dropped: schemas.Card = client.case(case).board.drop(card, reason=reason)
    _card(dropped, as_json=as_json)


@app.command(
    epilog="Example: gonogo board block mortgage-approval 3 --reason 'no access to the bureau' "
    "--owner-role manager"
)
def block(
    case: CaseName,
    card: CardNumber,
    reason: Annotated[str, typer.Option(help="What is in the way.")],
    owner_role: Annotated[str, typer.Option(help="The role that takes it out of the way.")],
    as_json: AsJson = False,
) -> None:
    """Say what keeps a card from going on."""
    with connected() as client:
        found: schemas.Blocker = client.case(case).board.block(
            card, reason=reason, owner_role=owner_role
        )
    rows = (("card", found.card), ("blocked by", found.reason), ("owner", found.owner_role))
    show(found, as_json=as_json, rows=(*rows, ("entry", found.entry)))


@app.command(epilog="Example: gonogo board unblock mortgage-approval 3 --how 'access was given'")
def unblock(
    case: CaseName,
    card: CardNumber,
    how: Annotated[str, typer.Option(help="How it was taken out of the way.")],
    as_json: AsJson = False,
) -> None:
    """Say that nothing blocks a card any more."""
    with connected() as client:
        found: schemas.Card = client.case(case).board.unblock(card, how=how)
    _card(found, as_json=as_json)


@app.command(
    epilog="Example: gonogo board goal mortgage-approval 'Data are joined' --card 3 --card 4"
)
def goal(
    case: CaseName,
    text: Annotated[str, typer.Argument(help="What is to be reached.")],
    card: Annotated[list[int], typer.Option(help="It is reached when these are done.")],
    week: Annotated[str, typer.Option(help="Any day of the week; else this one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Set a goal of a week."""
    with connected() as client:
        made: schemas.Goal = client.case(case).board.goal(text, card, week=week)
    rows = (("goal", made.text), ("week", made.week), ("entry", made.entry))
    show(made, as_json=as_json, rows=rows)


@app.command(
    epilog="Example: gonogo board pivot mortgage-approval try-trees scorecard "
    "--rationale 'trees gain nothing' --evidence 42"
)
def pivot(
    case: CaseName,
    left: Annotated[str, typer.Argument(help="The step that is given up.")],
    to: Annotated[str, typer.Argument(help="The step that is done in its place.")],
    rationale: Annotated[str, typer.Option(help="Why, in words.")],
    evidence: Annotated[list[str], typer.Option(help="Ledger entries it rests on.")],
    as_json: AsJson = False,
) -> None:
    """Decide to give up one step for another, citing evidence; its open cards are dropped."""
    with connected() as client:
        made: schemas.Pivot = client.case(case).board.pivot(
            left, to, rationale=rationale, evidence=evidence
        )
    rows = (
        ("pivot", f"{made.left} → {made.to}"),
        ("cards dropped", len(made.dropped)),
        ("decision", made.entry),
    )
    show(made, as_json=as_json, rows=rows)


@app.command("import", epilog="Example: gonogo board import mortgage-approval issues.json")
def import_(
    case: CaseName,
    file: Annotated[Path, typer.Argument(help="Jira, GitHub, CSV, MS Project; - reads input.")],
    form: Annotated[
        Form, typer.Option("--format", help="What the file is; else what it looks like.")
    ] = Form.AUTO,
    role: Annotated[
        list[str] | None, typer.Option(help="NAME=ROLE: somebody or a group as a role.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring in cards; a second time, only what is new or done meanwhile."""
    roles = dict(mapped(one) for one in role or ())
    with connected() as client:
        found: schemas.Imported = client.case(case).board.fill(
            read_text(file), form=form.value, roles=roles
        )
    rows = (("added", len(found.added)), ("done meanwhile", len(found.done)))
    show(found, as_json=as_json, rows=rows)


@app.command(epilog="Example: gonogo board forecast mortgage-approval --step production")
def forecast(
    case: CaseName,
    step: Annotated[str | None, typer.Option(help="The milestone; else all of it.")] = None,
    weeks: Annotated[int | None, typer.Option(help="Last whole weeks it draws from.")] = None,
    grows_low: Annotated[float | None, typer.Option(help="Least growth of what is left.")] = None,
    grows_high: Annotated[float | None, typer.Option(help="Greatest growth of it.")] = None,
    by: Annotated[
        str | None, typer.Option(help="The day whose chance is told; else the deadline.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed, the same forecast.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forecast by throughput when cards are done, beside the network's forecast; keep it."""
    with connected() as client:
        found: schemas.BoardForecast = client.case(case).board.forecast(
            step, weeks=weeks, grows_low=grows_low, grows_high=grows_high, by=by, seed=seed
        )
    if as_json:
        show(found, as_json=True)
        return
    network = found.network or {}
    print(f"{found.cards} cards are left; drawn from {found.weeks} whole weeks")
    listing(
        found.percentiles,
        as_json=False,
        columns=(
            ("futures", lambda one: f"P{100 * one.share:.0f}"),
            ("by throughput", lambda one: one.date),
            ("earliest", lambda one: one.earliest),
            ("latest", lambda one: one.latest),
            ("by the network", lambda one: network.get(f"p{100 * one.share:.0f}")),
        ),
        empty=f"No date: {found.measured.undefined}",
    )
    if found.chance is not None:
        beside = found.network_chance
        said = f"; by the network {share(beside)}" if beside is not None else ""
        print(f"done by {found.deadline}: by throughput {share(found.chance)}{said}")
    show(found, as_json=False, rows=(("evidence", found.entry),))


@app.command("list", epilog="Example: gonogo board list mortgage-approval")
def list_(case: CaseName, as_json: AsJson = False) -> None:
    """List the forecasts by throughput, the newest first."""
    with connected() as client:
        found = client.case(case).board.forecasts()
    listing(
        found,
        as_json=as_json,
        columns=(
            ("number", lambda one: one.number),
            ("made", lambda one: one.made_at),
            ("milestone", lambda one: one.step),
            ("cards", lambda one: one.cards),
            ("P50", lambda one: one.p50),
            ("P80", lambda one: one.p80),
            ("network's P80", lambda one: one.network_p80),
            ("deadline", lambda one: one.deadline),
            ("its chance", lambda one: _percent(one.on_time)),
            ("by the network", lambda one: _percent(one.network_on_time)),
        ),
        empty=f"No forecast yet. Make one: gonogo board forecast {case}",
    )


def _card(found: schemas.Card, *, as_json: bool) -> None:
    rows = (
        ("card", found.number),
        ("title", found.title),
        ("column", "dropped" if found.dropped else found.column),
        ("entry", found.entry),
    )
    show(found, as_json=as_json, rows=rows)


def _percent(chance: float | None) -> str | None:
    return None if chance is None else f"{100 * chance:.3g} %"


def _blocked(found: schemas.Blocker | None) -> str | None:
    if found is None:
        return None
    return f"{found.reason}, {found.days:.0f} days, {found.owner_role}"


def _column(said: str) -> dict[str, object]:
    key, colon, limit = said.partition(":")
    if colon and not limit.isdigit():
        raise Invalid(field="columns", value=said, expected="KEY or KEY:LIMIT, such as doing:3")
    title = key.replace("-", " ").capitalize()
    return {"key": key, "title": title, "limit": int(limit) if colon else None}
