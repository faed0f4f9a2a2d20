"""Command line: what use cases are worth, and which of them to do."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gonogo.core.amounts import amount
from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.interfaces.cli.policies import read_text
from gonogo.interfaces.cli.portfolio_choices import add_choices_to, show_choice
from gonogo.interfaces.cli.portfolio_scores import add_to
from gonogo.schemas import portfolio as choices
from gonogo.schemas import value as schemas

app = typer.Typer(help="The portfolio: what use cases are worth, and which to do under limits.")
add_to(app)
add_choices_to(app)

CaseName = Annotated[str, typer.Argument(help="Name of the use case.")]
File = Annotated[Path, typer.Argument(help="A benefit model in YAML; - reads standard input.")]


@app.command("list", epilog="Example: gonogo portfolio list --json")
def list_(as_json: AsJson = False) -> None:
    """List use cases by what they are worth, with the ranks that are possible for each."""
    with connected() as client:
        found: schemas.Ranking = client.portfolio.ranking()
    if as_json:
        show(found, as_json=True)
        return
    listing(
        found.items,
        as_json=False,
        columns=(
            ("", lambda one: one.place),
            ("case", lambda one: one.case),
            (f"worth, {found.currency}", lambda one: _figure(one.worth)),
            ("success", lambda one: f"{one.success:.0%}"),
            ("loses", lambda one: f"{one.loss:.0%}"),
            ("spend", lambda one: _money(one.spend)),
            ("ranks", lambda one: f"{one.low} to {one.high}"),
            ("first", lambda one: f"{one.first:.0%}"),
            ("by", lambda one: "evidence" if one.realised else "estimate"),
        ),
        empty="",
    )


@app.command(epilog="Example: gonogo portfolio value fraud-detection")
def value(case: CaseName, as_json: AsJson = False) -> None:
    """Show what a use case is worth: as stated, and as found where it was tried."""
    with connected() as client:
        found: schemas.Benefit = client.case(case).benefit.read()
    show(found, as_json=as_json, rows=_rows(found))


@app.command(epilog="Example: gonogo portfolio check fraud-detection fraud.yaml")
def check(case: CaseName, file: File, as_json: AsJson = False) -> None:
    """Check a benefit model; exit 0 if it could be stated, 2 naming field and line if not."""
    text = read_text(file)
    with connected() as client:
        found: schemas.CheckedBenefit = client.case(case).benefit.check(text)
    show(found, as_json=as_json, rows=_worth("planned", found.planned, found.currency))


@app.command(epilog="Example: gonogo portfolio state fraud-detection fraud.yaml")
def state(case: CaseName, file: File, as_json: AsJson = False) -> None:
    """State what a use case is expected to be worth."""
    text = read_text(file)
    with connected() as client:
        found: schemas.Benefit = client.case(case).benefit.state(text)
    show(found, as_json=as_json, rows=_rows(found))


@app.command(
    epilog="Example: gonogo portfolio choose --budget 2M --people ml-engineer=4,4,3,3 "
    "--must mortgage-approval --share exploration=0.1-0.3"
)
def choose(
    budget: Annotated[str, typer.Option(help="Money in all: 2M, 500k, 750000.")] = "",
    by_quarter: Annotated[
        str, typer.Option(help="Money in each quarter, with commas: 500k,500k,300k.")
    ] = "",
    people: Annotated[
        list[str] | None, typer.Option(help="ROLE=N,N,...: people in each quarter. Repeatable.")
    ] = None,
    case: Annotated[
        list[str] | None, typer.Option(help="Choose from these only. Repeatable.")
    ] = None,
    must: Annotated[list[str] | None, typer.Option(help="Has to be done. Repeatable.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="Is left out. Repeatable.")] = None,
    either: Annotated[
        list[str] | None, typer.Option(help="A,B: one of them at most. Repeatable.")
    ] = None,
    share: Annotated[
        list[str] | None,
        typer.Option(help="KIND=LEAST-MOST: share of the money for it. Repeatable."),
    ] = None,
    worst: Annotated[
        str, typer.Option(help="SHARE=LEAST: the mean of the worst futures, 0.1=-200k.")
    ] = "",
    decide: Annotated[
        bool, typer.Option("--decide", help="Decide to do so; with --reason.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, in words; kept with the decision.")] = "",
    as_json: AsJson = False,
) -> None:
    """Choose the use cases worth most together under limits; written only with --decide."""
    asked: dict[str, Any] = {
        "budget": _amount("budget", budget) if budget else None,
        "budget_by_quarter": _amounts("by-quarter", by_quarter) if by_quarter else [],
        "people": dict(_people(one) for one in people or ()),
        "must": must or [],
        "without": without or [],
        "either": [[name.strip() for name in one.split(",")] for one in either or ()],
        "shares": dict(_share(one) for one in share or ()),
    }
    if case:
        asked["cases"] = case
    if worst:
        part, least = _named("worst", worst, "0.1=-200k")
        asked["worst"] = {"share": _amount("worst", part), "least": _amount("worst", least)}
    if decide != bool(reason.strip()):
        expected = "a reason for the decision" if decide else "no reason without --decide"
        raise Invalid(field="--reason", value=reason, expected=expected)
    with connected() as client:
        if decide:
            show_choice(client.portfolio.decide(reason, **asked), as_json=as_json)
            return
        found: choices.Choice = client.portfolio.choose(**asked)
    if as_json:
        show(found, as_json=True)
        return
    _print(found)


def _print(found: choices.Choice) -> None:
    listing(
        found.done,
        as_json=False,
        columns=(
            ("do", lambda one: one.case),
            ("from quarter", lambda one: one.start),
            (f"worth, {found.currency}", lambda one: _money(one.expected)),
            ("spend", lambda one: _money(one.spend)),
        ),
        empty="Nothing that the limits allow is worth doing.",
    )
    proven = "no other choice is better" if found.proven else f"up to {_money(found.gap)} better"
    rows = [
        ("worth", f"{_figure(found.worth)} ({proven})"),
        (f"worst {found.worst_share:.0%}", f"{_money(found.worst)} on average"),
        ("spend", _money(found.spend)),
    ]
    rows += [(f"{one.step:g} more {one.what}", _gain(one)) for one in found.marginals if one.step]
    rows += [(f"not {one.case}", _why(one)) for one in found.out]
    show(found, as_json=False, rows=rows)


def _gain(one: choices.Marginal) -> str:
    if not one.gain_most:
        return "brings nothing"
    changes = [*(f"+{name}" for name in one.comes_in), *(f"-{name}" for name in one.goes_out)]
    return f"brings {_between(one.gain, one.gain_most)} ({' '.join(changes) or 'sooner'})"


def _why(one: choices.Out) -> str:
    if one.worthless:
        return "it is worth nothing by itself"
    if one.lacks is None and one.lacks_least is not None:
        return f"doing it costs at least {_money(one.lacks_least)}, if it can be done"
    if one.lacks is None or one.lacks_least is None:
        return f"ruled out by {'; '.join(one.conflict) or 'the limits'}"
    said = f"it would have to be worth {_between(one.lacks_least, one.lacks)} more"
    if one.displaced:
        said += f", or {', '.join(one.displaced)} would have to go"
    if one.budget is None:
        return said
    about = "about " if one.budget_about else ""
    return f"{said}; a budget {about}{one.budget:.0%} larger brings it in"


def _between(least: float, most: float) -> str:
    """Two figures between which it lies, or the one that it is.

    >>> _between(100.0, 1200.0), _between(100.0, 100.0)
    ('100 to 1.2k', '100')
    """
    low, high = _money(least), _money(most)
    return low if low == high else f"{low} to {high}"


def _rows(found: schemas.Benefit) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [("case", found.case)]
    rows += _worth("planned", found.planned, found.currency)
    if found.realised is not None:
        rows += _worth("realised", found.realised, found.currency)
    if found.seen is not None:
        rows += [("found by", f"{found.seen.check} of {found.seen.subject}")]
    if found.volume is not None and found.volume.measured.value is not None:
        month = _money(found.volume.measured.value)
        rows += [("decisions a month", f"{month}, stated {_figure(found.volume.stated)}")]
    rows += [
        (f"experiment {one.name}", f"worth {_money(one.worth)}, costs {_money(one.cost)}")
        for one in found.experiments
    ]
    return [*rows, ("entry", found.entry)]


def _worth(what: str, found: schemas.Worth, currency: str) -> list[tuple[str, object]]:
    back = found.payback_why if found.payback is None else f"{found.payback:.1f} quarters"
    rate = found.internal_rate
    return [
        (what, f"{_figure(found.risk_adjusted)} {currency}"),
        ("  if built", f"{_figure(found.if_built)} {currency}"),
        ("  chance of success", f"{found.success:.0%}"),
        ("  chance of a loss", f"{found.loss:.0%}"),
        ("  payback", back),
        (
            "  internal rate",
            found.internal_rate_why if rate is None else f"{rate:.1%} a quarter",
        ),
    ]


def _people(text: str) -> tuple[str, list[float]]:
    role, numbers = _named("people", text, "ml-engineer=4,4,3")
    return role, _amounts("people", numbers)


def _share(text: str) -> tuple[str, dict[str, float]]:
    kind, ends = _named("share", text, "exploration=0.1-0.3")
    least, dash, most = ends.partition("-")
    found = {"least": _amount("share", least)}
    return kind, {**found, "most": _amount("share", most)} if dash else found


def _named(option: str, text: str, example: str) -> tuple[str, str]:
    name, equals, rest = text.partition("=")
    if not (equals and name.strip() and rest.strip()):
        raise Invalid(field=f"--{option}", value=text, expected=f"such as {example}")
    return name.strip(), rest.strip()


def _amounts(option: str, text: str) -> list[float]:
    return [_amount(option, one) for one in text.split(",")]


def _amount(option: str, text: str) -> float:
    return amount(text, f"--{option}")


def _figure(found: schemas.Figure) -> str:
    return f"{_money(found.value)} [{_money(found.low)}, {_money(found.high)}]"


def _money(value: float) -> str:
    """Three digits that say something.

    >>> _money(1234567.0), _money(-512.3), _money(0.125)
    ('1.23M', '-512', '0.125')
    """
    for sign, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:.3g}"
