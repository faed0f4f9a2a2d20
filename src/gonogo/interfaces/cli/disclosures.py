"""Command line: `gonogo dataset statistics` and `budget`, private statistics and what they cost."""

from typing import Annotated, Any

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.evidence import interval
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas import disclosures as schemas
from gonogo.sdk.disclosures import Privacy, PrivateStatistics

STATISTICS_EXAMPLE = (
    "Example: gonogo dataset statistics loans@3f2a9c1d2e4f --mean income --bounds 0:200 "
    "--epsilon 0.1"
)
BUDGET_EXAMPLE = (
    "Example: gonogo dataset budget loans --epsilon 1 --rationale 'one ε a year, as the board said'"
)


def statistics(
    version: Annotated[str, typer.Argument(help="NAME@VERSION, such as loans@3f2a9c1d2e4f.")],
    epsilon: Annotated[float, typer.Option(help="What the release costs of the budget.")],
    count: Annotated[bool, typer.Option("--count", help="How many rows there are.")] = False,
    total: Annotated[
        str | None, typer.Option("--sum", help="The sum of this column, within --bounds.")
    ] = None,
    mean: Annotated[str | None, typer.Option(help="The mean of this column, within --bounds.")] = (
        None
    ),
    histogram: Annotated[
        str | None, typer.Option(help="How many rows have each --category of this column.")
    ] = None,
    quantile: Annotated[
        str | None, typer.Option(help="The quantile --q of this column, within --bounds.")
    ] = None,
    q: Annotated[float, typer.Option(help="Which quantile: 0.5 is the median.")] = 0.5,
    bounds: Annotated[
        str | None,
        typer.Option(help="LOW:HIGH, what values are cut to; known without looking at them."),
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(help="A value to count; may be said repeatedly. Of yes and no: not needed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Release a differentially private statistic, paid from the dataset's privacy budget.

    The same release asked again gives the recorded answer and costs nothing. Exit code 4 where the
    budget does not allow it.
    """
    chosen = {"sum": total, "mean": mean, "histogram": histogram, "quantile": quantile}
    asked = {name: column for name, column in chosen.items() if column is not None}
    if len(asked) + count != 1:
        raise Invalid(
            field="statistic", expected="one of --count, --sum, --mean, --histogram, --quantile"
        )
    with connected() as client:
        found: PrivateStatistics = client.dataset(f"dataset:{_name(version)}").private
        made = _released(found, asked, epsilon, q, bounds, category or [])
    _told(made, as_json=as_json)


def budget(
    name: Annotated[str, typer.Argument(help="Name of the dataset; its versions share a budget.")],
    epsilon: Annotated[
        float | None, typer.Option(help="Set how much may be told in all; without it: show.")
    ] = None,
    delta: Annotated[
        float, typer.Option(help="Chance that the promise fails; above 0 releases add up slower.")
    ] = 0.0,
    rows_per_person: Annotated[int, typer.Option(help="Most rows that one person has in it.")] = 1,
    rationale: Annotated[str, typer.Option(help="Why so much and no more.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a dataset's privacy budget and what it was spent on, or set it.

    Setting it is for risk officers and managers.
    """
    with connected() as client:
        found: Privacy = client.privacy(name)
        if epsilon is None:
            account = found.account()
        else:
            account = found.set_budget(
                epsilon, delta=delta, rows_per_person=rows_per_person, rationale=rationale
            )
    if as_json:
        show(account, as_json=True)
        return
    show(account, as_json=False, rows=_rows(account))
    listing(
        account.releases,
        as_json=False,
        columns=(
            ("released", asked_of),
            ("of", lambda one: one.subject.partition("@")[2]),
            ("ε", lambda one: one.query["epsilon"]),
            ("answer", answer_of),
            ("at", lambda one: one.at),
        ),
        empty=f"Nothing was released. One would be: gonogo dataset statistics {name}@VERSION "
        "--count --epsilon 0.1",
    )


def asked_of(release: schemas.PrivateStatistic) -> str:
    """What was asked, in words.

    >>> asked_of(
    ...     schemas.PrivateStatistic(
    ...         subject="dataset:a@b",
    ...         query={"statistic": "mean", "column": "age", "low": 0, "high": 120},
    ...         answer={},
    ...         at="",
    ...         by="",
    ...         entry="",
    ...     )
    ... )
    'mean of age within 0 to 120'
    """
    query = release.query
    said = str(query["statistic"])
    if "q" in query:
        said = f"{said} {query['q']:g}"
    if "column" in query:
        said = f"{said} of {query['column']}"
    return f"{said} within {query['low']:g} to {query['high']:g}" if "low" in query else said


def answer_of(release: schemas.PrivateStatistic) -> str:
    """The answer in one line."""
    answer = release.answer
    if "measured" in answer:
        return interval(answer["measured"])
    return "; ".join(
        f"{one['category']} {interval(one['measured'])}" for one in answer["categories"]
    )


def _rows(account: schemas.PrivacyAccount) -> list[tuple[str, object]]:
    if account.epsilon is None:
        return [
            ("dataset", account.dataset),
            ("budget", "none is set, so nothing is released; --epsilon E --rationale WHY sets one"),
        ]
    promise = f"ε {account.epsilon:g}" + (f", δ {account.delta:g}" if account.delta else "")
    return [
        ("dataset", account.dataset),
        ("budget", promise),
        ("rows per person", account.rows_per_person),
        ("rationale", account.rationale),
        ("spent", f"{100 * account.used:.3g} %, ε {account.loss:.4g} in all"),
        ("left", f"ε {account.left:.6g} for one more release"),
    ]


def _released(
    found: PrivateStatistics,
    asked: dict[str, str],
    epsilon: float,
    q: float,
    bounds: str | None,
    categories: list[str],
) -> schemas.PrivateStatistic:
    if not asked:
        return found.count(epsilon=epsilon)
    ((statistic, column),) = asked.items()
    if statistic == "histogram":
        return found.histogram(column, categories, epsilon=epsilon)
    within = _bounds(bounds)
    if statistic == "quantile":
        return found.quantile(column, q, epsilon=epsilon, bounds=within)
    if statistic == "mean":
        return found.mean(column, epsilon=epsilon, bounds=within)
    return found.sum(column, epsilon=epsilon, bounds=within)


def _told(made: schemas.PrivateStatistic, *, as_json: bool) -> None:
    if as_json:
        show(made, as_json=True)
        return
    rows: list[tuple[str, Any]] = [("released", asked_of(made)), ("of", made.subject)]
    if "measured" in made.answer:
        rows.append(("answer", interval(made.answer["measured"])))
    else:
        rows += [(one["category"], interval(one["measured"])) for one in made.answer["categories"]]
    rows += [("ε", made.query["epsilon"]), ("at", made.at), ("entry", made.entry)]
    show(made, as_json=False, rows=rows)


def _bounds(text: str | None) -> tuple[float, float]:
    """Both bounds of LOW:HIGH; raises `Invalid`."""
    low, colon, high = (text or "").partition(":")
    try:
        found = float(low), float(high)
    except ValueError:
        colon = ""
        found = 0.0, 0.0
    if not colon:
        raise Invalid(
            field="--bounds", value=text, expected="LOW:HIGH, known without looking at the rows"
        )
    return found


def _name(version: str) -> str:
    """NAME@VERSION of an address or of itself; raises `Invalid`."""
    name, at, fingerprint = version.removeprefix("dataset:").partition("@")
    if not (name and at and fingerprint):
        raise Invalid(field="version", value=version, expected="NAME@VERSION")
    return f"{name}@{fingerprint}"
