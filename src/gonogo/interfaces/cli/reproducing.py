"""Command line: `gonogo model same`, whether a model trained again measures the same."""

from typing import Annotated

import typer

from gonogo.interfaces.cli.evidence import findings
from gonogo.interfaces.cli.kit import AsJson, connected
from gonogo.interfaces.cli.rubric import named

NO = 1
"""Exit code where they are not known to be the same."""
EXAMPLE = "Example: gonogo model same mortgage-approver@2 mortgage-approver@3 --margin 0.01"
VersionName = Annotated[str, typer.Argument(help="NAME@VERSION, such as mortgage-approver@2.")]


def same(
    first: VersionName,
    again: Annotated[str, typer.Argument(help="NAME@VERSION of the one that was trained again.")],
    margin: Annotated[float, typer.Option(help="Difference that makes no difference.")],
    metric: Annotated[
        str, typer.Option(help="The check that is compared.")
    ] = "performance.roc_auc",
    level: Annotated[float, typer.Option(help="Confidence level of the interval.")] = 0.95,
    as_json: AsJson = False,
) -> None:
    """Does training again give the same? Records it; exit code 1 where it is not known to."""
    # Measuring loads numpy and SciPy; a command that only asks starts without them.
    from gonogo.sdk.reproducing import as_measured

    with connected() as client:
        made, recorded = as_measured(
            client.version(*named(first)),
            client.version(*named(again)),
            margin=margin,
            metric=metric,
            level=level,
        )
        findings((client.evidence.read(one.digest) for one in recorded.entries), as_json=as_json)
    high = getattr(made.measured, "high", None)
    if high is None or high > 1:
        raise typer.Exit(NO)
