"""One plot on a page with the evidence it is drawn from, and how details are read for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited
from gonogo.stats.estimate import Measured
from gonogo.views.charts.values import Chart

LEVEL = 0.95
"""Of intervals that are made for a plot alone, where the evidence names no level."""


@dataclass(frozen=True, slots=True)
class Plotted:
    """A plot and the measurement it stands beside."""

    chart: Chart
    says: str
    """What is to be known when reading it, one sentence; "" where the title says it."""
    digest: str | None
    """The evidence it is drawn from; None where it is drawn from several."""
    measured: Measured | None
    reproduced: bool
    wide: bool = False
    """Whether it has the width of the page."""
    open: bool = False
    """Whether its numbers are needed to read it, and so shown at once."""
    leads: str = ""
    """The page that answers a question by it; "" where there is none."""
    leads_says: str = ""


def of(
    cited: Cited, chart: Chart, says: str = "", *, wide: bool = False, open_: bool = False
) -> Plotted:
    """`chart` as a plot of this evidence."""
    return Plotted(
        chart=chart,
        says=says,
        digest=cited.digest,
        measured=cited.evidence.measured,
        reproduced=cited.evidence.reproduced,
        wide=wide,
        open=open_,
    )


def called(cited: Cited, *parameters: str) -> str:
    """How the check is called, with those of its parameters that tell it from others."""
    spec = CATALOGUE.get(cited.evidence.check)
    title = cited.evidence.check if spec is None else spec.title
    said = [
        str(cited.evidence.parameters[name]).replace("&", " & ")
        for name in parameters
        if name in cited.evidence.parameters
    ]
    return f"{title}: {', '.join(said)}" if said else title


def number(found: Mapping[str, Any], name: str) -> float | None:
    """A number of a detail, None where there is none; raises `KeyError` for an unknown name."""
    value = found[name]
    return None if value is None else float(value)


def level_of(cited: Cited) -> float:
    """The level that the evidence was measured at."""
    return float(cited.evidence.parameters.get("level", LEVEL))
