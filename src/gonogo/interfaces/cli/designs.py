"""Command line: `gonogo hypothesis design`, what an experiment needs before it is begun."""

from typing import Annotated, Any

import typer

from gonogo.core.errors import Invalid
from gonogo.interfaces.cli.kit import AsJson, cell, show
from gonogo.schemas.designs import AskedDesign, Plan
from gonogo.sdk.shapes import shaped

NO = 1
"""Exit code where the experiment cannot find what it is to find."""
BAR = 40
"""Letters of a bar of power 1."""

app = typer.Typer(
    help="Plan an experiment: from an effect its size, from a size the effect it can find, from "
    "both the power. Asks no server. Exit code 1: not enough."
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


@app.command(epilog="Example: gonogo hypothesis design proportions --base 0.10 --effect 0.02")
def proportions(
    base: Annotated[float, typer.Option(help="Rate of the first group.")],
    effect: Effect = None,
    margin: Margin = None,
    difference: Difference = 0.0,
    n: Size = None,
    power: Power = 0.8,
    alpha: Alpha = 0.05,
    one_sided: OneSided = False,
    down: Down = False,
    ratio: Ratio = 1.0,
    analysis: Analysis = "fixed",
    looks: Looks = 5,
    family: Family = 1,
    cluster_size: ClusterSize = 1.0,
    icc: Icc = 0.0,
    cluster_variation: ClusterVariation = 0.0,
    as_json: AsJson = False,
) -> None:
    """Two rates; n counts the first group."""
    from gonogo.sdk import designing

    asked = _asked(locals())
    true = None if margin is None else difference
    _show(designing.proportions(asked, base=base, ratio=ratio, difference=true), as_json=as_json)


@app.command(epilog="Example: gonogo hypothesis design means --sd 12 --effect 2 --correlation 0.6")
def means(
    sd: Annotated[float, typer.Option(help="Standard deviation within a group.")],
    effect: Effect = None,
    margin: Margin = None,
    difference: Difference = 0.0,
    n: Size = None,
    power: Power = 0.8,
    alpha: Alpha = 0.05,
    one_sided: OneSided = False,
    down: Down = False,
    ratio: Ratio = 1.0,
    correlation: Annotated[
        float, typer.Option(help="With the same quantity before the experiment (CUPED).")
    ] = 0.0,
    analysis: Analysis = "fixed",
    looks: Looks = 5,
    family: Family = 1,
    cluster_size: ClusterSize = 1.0,
    icc: Icc = 0.0,
    cluster_variation: ClusterVariation = 0.0,
    as_json: AsJson = False,
) -> None:
    """Two means; n counts the first group."""
    from gonogo.sdk import designing

    asked = _asked(locals())
    true = None if margin is None else difference
    found = designing.means(asked, sd=sd, ratio=ratio, difference=true, correlation=correlation)
    _show(found, as_json=as_json)


@app.command(epilog="Example: gonogo hypothesis design auc --base 0.70 --n 120 --ratio 4")
def auc(
    base: Annotated[float, typer.Option(help="The AUC to be beaten.")],
    effect: Effect = None,
    n: Size = None,
    power: Power = 0.8,
    alpha: Alpha = 0.05,
    one_sided: OneSided = False,
    down: Down = False,
    ratio: NoForYes = 1.0,
    analysis: Analysis = "fixed",
    looks: Looks = 5,
    family: Family = 1,
    cluster_size: ClusterSize = 1.0,
    icc: Icc = 0.0,
    cluster_variation: ClusterVariation = 0.0,
    as_json: AsJson = False,
) -> None:
    """One AUC against a value; n counts the rows labelled yes."""
    from gonogo.sdk import designing

    _show(designing.one_auc(_asked(locals()), base=base, ratio=ratio), as_json=as_json)


@app.command(
    "paired-auc",
    epilog="Example: gonogo hypothesis design paired-auc --base 0.8 --effect 0.02 "
    "--correlation 0.6 --ratio 9",
)
def paired_auc(
    base: Annotated[float, typer.Option(help="AUC of the model there is.")],
    correlation: Annotated[
        float, typer.Option(help="Of the two areas; 0: separate samples of n each.")
    ],
    effect: Effect = None,
    n: Size = None,
    power: Power = 0.8,
    alpha: Alpha = 0.05,
    one_sided: OneSided = False,
    down: Down = False,
    ratio: NoForYes = 1.0,
    analysis: Analysis = "fixed",
    looks: Looks = 5,
    family: Family = 1,
    cluster_size: ClusterSize = 1.0,
    icc: Icc = 0.0,
    cluster_variation: ClusterVariation = 0.0,
    as_json: AsJson = False,
) -> None:
    """Two AUCs on the same rows; n counts the rows labelled yes."""
    from gonogo.sdk import designing

    found = designing.paired_auc(_asked(locals()), base=base, correlation=correlation, ratio=ratio)
    _show(found, as_json=as_json)


@app.command(epilog="Example: gonogo hypothesis design paired --discordant 0.15 --margin 0.03")
def paired(
    discordant: Annotated[
        float, typer.Option(help="Share of rows on which exactly one of the two is right.")
    ],
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
    as_json: AsJson = False,
) -> None:
    """Two models' right answers on the same rows (McNemar); n counts the rows."""
    from gonogo.sdk import designing

    asked = _asked(locals())
    true = None if margin is None else difference
    _show(designing.paired(asked, discordant=discordant, difference=true), as_json=as_json)


def _asked(given: dict[str, Any]) -> AskedDesign:
    """What every design is asked, among the options of one."""
    margin, effect = given.get("margin"), given["effect"]
    if margin is not None and effect is not None:
        raise Invalid(field="--margin", value=margin, expected="an effect or a margin, not both")
    said = {name: given[name] for name in AskedDesign.model_fields if name in given}
    said["effect"] = effect if margin is None else margin
    return shaped(AskedDesign, {**said, "two_sided": not given["one_sided"]})


def _show(found: Plan, *, as_json: bool) -> None:
    show(found, as_json=as_json, rows=_rows(found))
    if not as_json:
        _table(found)
    if not found.enough:
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
