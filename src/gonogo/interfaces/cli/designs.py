"""Command line: `gonogo hypothesis design`, what an experiment needs before it is begun."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, cell, connected, show
from gonogo.interfaces.cli.library import parts
from gonogo.schemas.designs import AskedDesign, Plan
from gonogo.schemas.plans import FixedPlan
from gonogo.sdk.shapes import shaped

NO = 1
"""Exit code where the experiment cannot find what it is to find."""
BAR = 40
"""Letters of a bar of power 1."""

app = typer.Typer(
    help="Plan an experiment: from an effect its size, from a size the effect it can find, from "
    "both the power. With --for it is fixed with a hypothesis; else no server is asked. Exit code "
    "1: not enough."
)

Effect = Annotated[float | None, typer.Option(help="Smallest effect worth finding.")]
Margin = Annotated[
    float | None, typer.Option(help="Non-inferiority instead: the loss that is allowed.")
]
Difference = Annotated[
    float, typer.Option(help="With --margin: the true difference, negative where it is worse.")
]
Size = Annotated[int | None, typer.Option("--n", help="Observations there are, as counted below.")]
Power = Annotated[float, typer.Option(help="Probability to find the effect.")]
Alpha = Annotated[float, typer.Option(help="Probability to find what is not there.")]
OneSided = Annotated[bool, typer.Option("--one-sided", help="Look into one direction only.")]
Down = Annotated[bool, typer.Option("--down", help="Without --effect: look for one below 0.")]
Analysis = Annotated[
    str,
    typer.Option(help="fixed, obrien-fleming, pocock (both with --looks) or always-valid."),
]
Looks = Annotated[int, typer.Option(help="Planned looks, evenly spaced.")]
Family = Annotated[int, typer.Option(help="Hypotheses tested together; they share alpha.")]
ClusterSize = Annotated[float, typer.Option(help="Observations in a cluster, on average.")]
Icc = Annotated[float, typer.Option(help="Correlation within a cluster.")]
ClusterVariation = Annotated[float, typer.Option(help="Variation of the clusters' sizes.")]
Ratio = Annotated[float, typer.Option(help="Second group for each of the first.")]
NoForYes = Annotated[float, typer.Option(help="Rows labelled no for each labelled yes.")]

Hypothesis = Annotated[
    str | None,
    typer.Option("--for", help="CASE/NAME: fix the plan with this hypothesis, on the server."),
]
Criterion = Annotated[int, typer.Option(help="With --for: which criterion, counted from 0.")]
Because = Annotated[str, typer.Option(help="With --for: why an earlier plan is amended.")]

MARGIN = ("margin", "difference")
"""The options of a design that can look for non-inferiority."""


@dataclass(frozen=True, slots=True)
class Question:
    """What every design is asked."""

    asked: AskedDesign
    difference: float | None
    """The true difference where there is a margin, which then is the effect asked for."""


def _question(
    effect: Effect = None,
    margin: Margin = None,
    difference: Difference = 0.0,
    n: Size = None,
    power: Power = 0.8,
    alpha: Alpha = 0.05,
    one_sided: OneSided = False,
    down: Down = False,
    analysis: Analysis = "fixed",
    looks: Looks = 5,
    family: Family = 1,
    cluster_size: ClusterSize = 1.0,
    icc: Icc = 0.0,
    cluster_variation: ClusterVariation = 0.0,
) -> Question:
    """The options that designs share, in the order in which `--help` lists them."""
    if margin is not None and effect is not None:
        raise Invalid(field="--margin", value=margin, expected="an effect or a margin, not both")
    said = {
        "effect": effect if margin is None else margin,
        "n": n,
        "power": power,
        "alpha": alpha,
        "two_sided": not one_sided,
        "down": down,
        "analysis": analysis,
        "looks": looks,
        "family": family,
        "cluster_size": cluster_size,
        "icc": icc,
        "cluster_variation": cluster_variation,
    }
    return Question(shaped(AskedDesign, said), None if margin is None else difference)


def _shared(design: Callable[..., Plan]) -> Callable[..., None]:
    """`design`, which takes a `Question` and options of its own, as a command with all of them.

    What it must be given comes first, options of its own stand before those about looking at the
    data. One without a margin says so by taking an `AskedDesign`.
    """
    first, *own = inspect.signature(design).parameters.values()
    whole = first.annotation is Question
    shared = [
        option
        for option in inspect.signature(_question).parameters.values()
        if whole or option.name not in MARGIN
    ]
    middle = [option.name for option in shared].index("analysis")
    needed = [option for option in own if option.default is option.empty]
    last = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, default, annotation in (
            ("hypothesis", None, Hypothesis),
            ("criterion", 0, Criterion),
            ("because", "", Because),
            ("as_json", False, AsJson),
        )
    ]
    options = [
        *needed,
        *shared[:middle],
        *(option for option in own if option not in needed),
        *shared[middle:],
        *last,
    ]

    def command(
        *, hypothesis: str | None, criterion: int, because: str, as_json: bool, **given: Any
    ) -> None:
        mine = {option.name: given.pop(option.name) for option in own}
        question = _question(**given)
        if hypothesis is None:
            _show(design(question if whole else question.asked, **mine), as_json=as_json)
            return
        if question.difference is not None:
            mine["difference"] = question.difference
        kind = design.__name__.replace("_", "-")
        with connected() as client:
            case, slug = parts(hypothesis)
            fixed = (
                client.case(case)
                .hypothesis(slug)
                .plan(kind, question.asked, criterion=criterion, reason=because, **mine)
            )
        _show_fixed(fixed, as_json=as_json)

    command.__doc__ = design.__doc__
    command.__name__ = design.__name__
    command.__annotations__ = {}
    keywords = [option.replace(kind=Parameter.KEYWORD_ONLY) for option in options]
    command.__signature__ = Signature(keywords)  # type: ignore[attr-defined]  # any function's
    return command


@app.command(epilog="Example: gonogo hypothesis design proportions --base 0.10 --effect 0.02")
@_shared
def proportions(
    question: Question,
    base: Annotated[float, typer.Option(help="Rate of the first group.")],
    ratio: Ratio = 1.0,
) -> Plan:
    """Two rates; n counts the first group."""
    from gonogo.sdk import designing

    return designing.proportions(
        question.asked, base=base, ratio=ratio, difference=question.difference
    )


@app.command(epilog="Example: gonogo hypothesis design means --sd 12 --effect 2 --correlation 0.6")
@_shared
def means(
    question: Question,
    sd: Annotated[float, typer.Option(help="Standard deviation within a group.")],
    ratio: Ratio = 1.0,
    correlation: Annotated[
        float, typer.Option(help="With the same quantity before the experiment (CUPED).")
    ] = 0.0,
) -> Plan:
    """Two means; n counts the first group."""
    from gonogo.sdk import designing

    return designing.means(
        question.asked,
        sd=sd,
        ratio=ratio,
        difference=question.difference,
        correlation=correlation,
    )


@app.command(epilog="Example: gonogo hypothesis design auc --base 0.70 --n 120 --ratio 4")
@_shared
def auc(
    asked: AskedDesign,
    base: Annotated[float, typer.Option(help="The AUC to be beaten.")],
    ratio: NoForYes = 1.0,
) -> Plan:
    """One AUC against a value; n counts the rows labelled yes."""
    from gonogo.sdk import designing

    return designing.one_auc(asked, base=base, ratio=ratio)


@app.command(
    "paired-auc",
    epilog="Example: gonogo hypothesis design paired-auc --base 0.8 --effect 0.02 "
    "--correlation 0.6 --ratio 9",
)
@_shared
def paired_auc(
    asked: AskedDesign,
    base: Annotated[float, typer.Option(help="AUC of the model there is.")],
    correlation: Annotated[
        float, typer.Option(help="Of the two areas; 0: separate samples of n each.")
    ],
    ratio: NoForYes = 1.0,
) -> Plan:
    """Two AUCs on the same rows; n counts the rows labelled yes."""
    from gonogo.sdk import designing

    return designing.paired_auc(asked, base=base, correlation=correlation, ratio=ratio)


@app.command(epilog="Example: gonogo hypothesis design paired --discordant 0.15 --margin 0.03")
@_shared
def paired(
    question: Question,
    discordant: Annotated[
        float, typer.Option(help="Share of rows on which exactly one of the two is right.")
    ],
) -> Plan:
    """Two models' right answers on the same rows (McNemar); n counts the rows."""
    from gonogo.sdk import designing

    return designing.paired(question.asked, discordant=discordant, difference=question.difference)


def _show(found: Plan, *, as_json: bool) -> None:
    show(found, as_json=as_json, rows=_rows(found))
    if not as_json:
        _table(found)
    if not found.enough:
        raise typer.Exit(NO)


def _show_fixed(fixed: FixedPlan, *, as_json: bool) -> None:
    if as_json:
        show(fixed, as_json=True)
    else:
        late = f", {fixed.measured:,} measurements were in" if fixed.measured else ""
        print(f"plan {fixed.number} of {fixed.hypothesis}, entry {fixed.entry[:12]}{late}")
        show(fixed.plan, as_json=False, rows=_rows(fixed.plan))
        _table(fixed.plan)
    if not fixed.plan.enough:
        raise typer.Exit(NO)


def _rows(found: Plan) -> list[tuple[str, object]]:
    sides = "two-sided" if found.two_sided else "one-sided"
    rows: list[tuple[str, object]] = [
        ("method", found.method),
        ("enough", "yes" if found.enough else f"no: {found.reason}"),
        ("effect", found.effect),
        ("n", None if found.n is None else f"{found.n:,} {found.counted}"),
        ("in all", None if found.total is None else f"{found.total:,}"),
        ("power", found.power),
        ("alpha", f"{found.alpha_each:.4g}, {sides}"),
        ("analysis", found.analysis),
    ]
    if found.inflation != 1:
        rows.append(("against one look", f"{found.inflation:.3f} times as many at the end"))
    if found.expected_n is not None:
        rows.append(("used on average", f"{found.expected_n:,} if the effect is there"))
    return rows


def _table(found: Plan) -> None:
    """The looks, and the power curve."""
    for at, look in enumerate(found.looks, start=1):
        reach = "no stop" if look.boundary is None else f"|z| at least {look.boundary:.3f}"
        print(f"look {at:<2}  n {look.n:>9,}  {reach:<18}  p {cell(look.p_value)}")
    for point in found.curve:
        bar = "█" * round(BAR * point.power)
        print(f"n {point.n:>10,}  power {point.power:.3f}  {bar}")
